import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { OperatorError } from '../errors.ts';

const share = z.number().min(-10).max(10);
const three = z.tuple([share, share, share]);

const common = {
  name: z.string().min(1).max(100),
  description: z.string().max(500).default(''),
  licence: z.strictObject({ name: z.string().min(1), source: z.string().optional() }),
  /** The `.onnx` file beside the description. */
  file: z.string().regex(/^[^/\\]+\.onnx$/, 'Expected the name of an .onnx file in this folder'),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
};

/** `overpaint.json` beside a network that is not a painting model. */
export const NetworkManifest = z.discriminatedUnion('task', [
  z.strictObject({
    task: z.literal('upscale'),
    ...common,
    /** What it is good for; both when left out. */
    kind: z.enum(['photo', 'painting']).optional(),
    /** Promises about the network; all that is left out is measured, and what is said is compared. */
    network: z
      .strictObject({
        colour: z.enum(['rgb', 'bgr']).optional(),
        scale: z.int().min(2).max(8).optional(),
        overlap: z.int().min(0).max(512).optional(),
        tile: z.int().min(32).max(4096).optional(),
      })
      .default({}),
  }),
  z.strictObject({
    task: z.literal('classify'),
    ...common,
    network: z.strictObject({
      /** What each of the outputs says, in their order. */
      labels: z.array(z.string().min(1).max(40)).min(1).max(1000),
    }),
  }),
  z.strictObject({
    task: z.literal('subject'),
    ...common,
    /** What it finds. */
    subject: z.enum(['any', 'people']),
    network: z.strictObject({
      /** The output that holds the mask; the first when left out. */
      output: z.string().optional(),
      /** What counts as 1 on its input: the largest value of the picture, or 255. */
      white: z.enum(['brightest', '255']).default('255'),
      mean: three.default([0, 0, 0]),
      std: three.default([1, 1, 1]),
      /** True when the output's own range is to be stretched to 0..1. */
      stretch: z.boolean().default(false),
    }),
  }),
]);
export type NetworkManifest = z.infer<typeof NetworkManifest>;
export type NetworkTask = NetworkManifest['task'];

/**
 * Reads a folder's description.
 * @returns undefined when there is none, or it is that of a painting model
 * @throws OperatorError `bad-manifest`
 */
export function readNetworkManifest(dir: string): NetworkManifest | undefined {
  const path = join(dir, 'overpaint.json');
  if (!existsSync(path)) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new OperatorError('bad-manifest', `${path} is not JSON`, { cause: error });
  }
  if (typeof json !== 'object' || json === null || !('task' in json)) return undefined;
  const parsed = NetworkManifest.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new OperatorError('bad-manifest', `${path}: ${issue.path.join('.')}: ${issue.message}`);
}
