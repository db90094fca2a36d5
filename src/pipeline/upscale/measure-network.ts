import { OperatorError } from '../../errors.ts';
import type { Port, Session } from '../runtime/session.ts';
import { type Tensor, tensor } from '../tensor/tensor.ts';
import { measureReach } from './measure-reach.ts';

/** What a network that enlarges pictures turns out to be, found by running it on small made-up pictures. */
export interface NetworkFacts {
  input: string;
  output: string;
  channels: 1 | 3 | 4;
  /** Output pixels to an input pixel, a side. */
  scale: number;
  /** Input pixels at each edge for which no output comes. */
  margin: number;
  /** Input pixels at a tile's edge whose output depends on what lies beyond. */
  overlap: number;
  /** False when the network looks at the whole picture, so that tiles can only come near to one pass. */
  tilesExactly: boolean;
  /** Sides divide by this. */
  multiple: number;
  /** The only size that it takes. */
  fixed: { width: number; height: number } | undefined;
  /** What white is: 1 or 255. */
  white: 1 | 255;
  /** True when the output's channels come in the input's order backwards. */
  reversed: boolean;
}

const MULTIPLES = [1, 2, 4, 8, 16, 32, 64];
const PROBE = 64;

/** A flat picture of one colour. */
function flat(colour: readonly number[], width: number, height: number): Tensor {
  const area = width * height;
  const out = tensor([1, colour.length, height, width]);
  colour.forEach((value, c) => out.data.fill(value, c * area, (c + 1) * area));
  return out;
}

const unusable = (where: string, why: string) =>
  new OperatorError('not-an-upscaler', `${where} cannot be used for upscaling: ${why}`);

const side = (value: number | string | undefined) =>
  typeof value === 'number' && value > 0 ? value : undefined;

/** Input, output and the number of channels, from what the file declares. */
function ports(session: Session, where: string): { input: Port; output: Port; channels: number | undefined } {
  const [input, ...more] = session.inputs;
  const output = session.outputs[0];
  if (!input || !output || more.length > 0) throw unusable(where, 'it must have one input, a picture');
  if (input.shape.length !== 4) throw unusable(where, 'its input must be [1, channels, height, width]');
  return { input, output, channels: side(input.shape[1]) };
}

/**
 * Measures a network.
 * @param where its file, for messages
 * @throws OperatorError `not-an-upscaler`
 */
export async function measureNetwork(session: Session, where: string): Promise<NetworkFacts> {
  const { input, output, channels: declared } = ports(session, where);
  const run = async (feed: Tensor) =>
    (await session.run({ [input.name]: feed }, [output.name], true))[output.name]!;
  const height = side(input.shape[2]);
  const width = side(input.shape[3]);
  const fixed = height !== undefined && width !== undefined ? { width, height } : undefined;
  const probe = fixed ?? { width: PROBE, height: PROBE };
  const grey = (count: number, size = probe) =>
    flat(
      Array.from({ length: count }, () => 0.5),
      size.width,
      size.height,
    );

  const channels = await firstThatRuns(declared === undefined ? [3, 1, 4] : [declared], (count) =>
    run(grey(count)),
  );
  if (channels !== 1 && channels !== 3 && channels !== 4)
    throw unusable(where, 'it must take pictures of 1, 3 or 4 channels in [1, channels, height, width]');
  const geometry = fixed
    ? fixedGeometry(fixed, (await run(grey(channels))).dims, where)
    : await freeGeometry((size) => run(grey(channels, size)), where);
  const tones = await measureTones(run, channels, probe, where);
  const reach = await measureReach(run, { channels, fixed, ...geometry, white: tones.white });
  const facts: NetworkFacts = {
    input: input.name,
    output: output.name,
    channels,
    fixed,
    ...geometry,
    ...tones,
    ...reach,
  };
  return fixed ? withinTile(facts, fixed) : facts;
}

/** A tile of fixed size that is too small for the network's reach keeps half of its length, and comes near at best. */
function withinTile(facts: NetworkFacts, fixed: { width: number; height: number }): NetworkFacts {
  const most = Math.floor((Math.min(fixed.width, fixed.height) - 2 * facts.margin) / 4);
  return facts.overlap <= most ? facts : { ...facts, overlap: most, tilesExactly: false };
}

async function firstThatRuns<T>(
  candidates: readonly T[],
  run: (one: T) => Promise<Tensor>,
): Promise<T | undefined> {
  for (const candidate of candidates) if (await runs(() => run(candidate))) return candidate;
  return undefined;
}

/** ONNX Runtime says by an error of no class of its own that a size does not fit. */
async function runs(work: () => Promise<Tensor>): Promise<Tensor | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

interface Geometry {
  scale: number;
  margin: number;
}

/** Sides in which networks fold their pixels; a fixed size does not tell, so such tiles are laid by the largest. */
const FOLDS = [8, 4, 2, 1];

/** One size tells the scale if little is cut off at the edges. */
function fixedGeometry(
  fixed: { width: number; height: number },
  dims: readonly number[],
  where: string,
): Geometry & { multiple: number } {
  const geometry = checkGeometry(fixed, dims, Math.ceil(dims[3]! / fixed.width - 1e-9), where);
  const fits = (fold: number) =>
    [fixed.width, fixed.height].every((length) => (length - 2 * geometry.margin) % fold === 0);
  return { ...geometry, multiple: FOLDS.find(fits) ?? 1 };
}

function checkGeometry(
  size: { width: number; height: number },
  dims: readonly number[],
  scale: number,
  where: string,
): Geometry {
  const lostAcross = scale * size.width - dims[3]!;
  const lostDown = scale * size.height - dims[2]!;
  if (scale < 2 || scale > 8)
    throw unusable(where, `it enlarges ${scale} times, and 2 to 8 times is understood`);
  if (lostAcross !== lostDown || lostAcross < 0 || lostAcross % (2 * scale) !== 0)
    throw unusable(
      where,
      `${size.width}×${size.height} become ${dims[3]}×${dims[2]}, which is no whole scale`,
    );
  return { scale, margin: lostAcross / (2 * scale) };
}

/** The smallest step by which sides may grow, and scale and margin from the two sizes. */
async function freeGeometry(
  run: (size: { width: number; height: number }) => Promise<Tensor>,
  where: string,
): Promise<Geometry & { multiple: number }> {
  const base = (await run({ width: PROBE, height: PROBE })).dims;
  for (const multiple of MULTIPLES) {
    const larger = { width: PROBE + multiple, height: PROBE + multiple };
    const dims = (await runs(() => run(larger)))?.dims;
    const scale = dims ? (dims[3]! - base[3]!) / multiple : 0;
    if (dims && Number.isInteger(scale) && scale > 0)
      return { ...checkGeometry(larger, dims, scale, where), multiple };
  }
  throw unusable(where, 'its output does not grow with its input');
}

/** What white is, and the order of the output's colours: a flat picture must keep its colour. */
async function measureTones(
  run: (feed: Tensor) => Promise<Tensor>,
  channels: 1 | 3 | 4,
  probe: { width: number; height: number },
  where: string,
): Promise<Pick<NetworkFacts, 'white' | 'reversed'>> {
  const colour = [0.75, 0.5, 0.25, 1].slice(0, channels);
  for (const white of [1, 255] as const) {
    const out = await run(
      flat(
        colour.map((value) => value * white),
        probe.width,
        probe.height,
      ),
    );
    if (out.dims[1] !== channels)
      throw unusable(where, `it takes ${channels} channels and gives ${out.dims[1]}`);
    const seen = means(out).map((value) => value / white);
    const near = (wanted: readonly number[]) => wanted.every((value, i) => Math.abs(value - seen[i]!) < 0.2);
    if (near(colour)) return { white, reversed: false };
    if (channels > 1 && near([0.25, 0.5, 0.75, 1].slice(0, channels))) return { white, reversed: true };
  }
  throw unusable(where, 'a picture of one colour does not keep it');
}

/** The mean of each channel in the middle of the picture. */
function means(output: Tensor): number[] {
  const [, channels, height, width] = output.dims as [number, number, number, number];
  const [top, left] = [Math.floor(height / 4), Math.floor(width / 4)];
  return Array.from({ length: channels }, (_, c) => {
    let sum = 0;
    for (let y = top; y < height - top; y++)
      for (let x = left; x < width - left; x++) sum += output.data[(c * height + y) * width + x]!;
    return sum / ((height - 2 * top) * (width - 2 * left));
  });
}
