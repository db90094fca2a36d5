import { OperatorError } from '../../errors.ts';
import { openSession, type ProviderNotes, type Session } from '../runtime/session.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { measureNetwork, type NetworkFacts } from './measure-network.ts';

/** What a network's file cannot tell, and what its maker promises; promises are checked against what is measured. */
export interface UpscalerSpec {
  /** The order of colours that it was trained on; `rgb` when left out. */
  colour?: 'rgb' | 'bgr' | undefined;
  scale?: number | undefined;
  /** Pixels at a tile's edge; raised to what is measured. */
  overlap?: number | undefined;
  /** Longest side of a tile; a heavy network wants shorter ones. */
  tile?: number | undefined;
}

/** A network that enlarges pictures, ready to run. */
export interface Upscaler {
  readonly facts: NetworkFacts;
  readonly spec: UpscalerSpec;
  readonly provider: string;
  /** [1, channels, height, width] to the same with larger sides. */
  run(tile: Tensor): Promise<Tensor>;
  close(): Promise<void>;
}

/**
 * Opens and measures any network of the ESRGAN kind: one input [1, 1 | 3 | 4, height, width], whatever its scale, padding,
 * range and fixed sizes.
 * @param path of the `.onnx` file
 * @throws OperatorError `model-file-missing`, `model-file-broken`, `not-an-upscaler`, or `bad-manifest` where the file
 *   contradicts the spec
 */
export async function loadUpscaler(
  path: string,
  spec: UpscalerSpec = {},
  device = 'auto',
): Promise<Upscaler> {
  const notes: ProviderNotes = [];
  const session = await openSession(path, device, notes);
  try {
    const facts = withPromises(await measureNetwork(session, path), spec, path);
    return {
      facts,
      spec,
      provider: session.provider,
      run: runner(session, facts),
      close: () => session.release(),
    };
  } catch (error) {
    await session.release();
    throw error;
  }
}

function withPromises(facts: NetworkFacts, spec: UpscalerSpec, path: string): NetworkFacts {
  if (spec.scale !== undefined && spec.scale !== facts.scale) {
    throw new OperatorError(
      'bad-manifest',
      `Expected the scale ${facts.scale} for ${path}, as it was measured, but its description says ${spec.scale}`,
    );
  }
  return { ...facts, overlap: Math.max(facts.overlap, spec.overlap ?? 0) };
}

function runner(session: Session, { input, output }: NetworkFacts): Upscaler['run'] {
  return async (tile) => (await session.run({ [input]: tile }, [output]))[output]!;
}
