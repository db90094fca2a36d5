import { fileURLToPath } from 'node:url';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { fuseAttention } from '../../src/pipeline/graph/fuse-attention.ts';
import { readGraphFile } from '../../src/pipeline/graph/graph-file.ts';
import { openSession } from '../../src/pipeline/runtime/session.ts';
import { tensor } from '../../src/pipeline/tensor/tensor.ts';
import { worstRelative } from '../support/tensors.ts';

const at = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
/** The same sums in another order, relative to max(1, |value|). */
const TOLERANCE = 1e-5;

describe('attention in exported graphs', () => {
  it.each([
    ['test/golden/real/sd1/model/unet/model.onnx', 8],
    ['test/golden/real/sdxl/model/unet/model.onnx', 34],
    ['test/fixtures/models/legacy/unet/model.onnx', 8],
    ['test/golden/real/sd1/model/vae_decoder/model.onnx', 1],
    // A softmax of another kind, and a masked one.
    ['models/overpaint-small/unet/model.onnx', 0],
    ['test/golden/real/sd1/model/text_encoder/model.onnx', 0],
  ])('is found in %s: %i', (path, count) => {
    const graph = readGraphFile(at(path));
    const before = graph.nodes.filter(({ opType }) => opType === 'Softmax').length;
    expect(fuseAttention(graph)).toBe(count);
    expect(graph.nodes.filter(({ opType }) => opType === 'MultiHeadAttention')).toHaveLength(count);
    expect(before).toBeGreaterThanOrEqual(count);
  });

  it('is replaced without a change of what comes out', async () => {
    const path = at('test/golden/real/sd1/model/unet/model.onnx');
    const wave = (dims: number[], pace: number) =>
      tensor(
        dims,
        Float32Array.from({ length: dims.reduce((a, b) => a * b) }, (_, i) => Math.sin(i * pace)),
      );
    const sample = wave([2, 4, 24, 16], 0.37);
    const text = wave([2, 77, 32], 0.11);
    const plain = await ort.InferenceSession.create(path);
    const asOrt = ({ data, dims }: typeof sample) => new ort.Tensor('float32', data, [...dims]);
    const feeds = { sample, encoder_hidden_states: text, timestep: tensor([], Float32Array.of(321)) };
    const expected = await plain.run(
      Object.fromEntries(Object.entries(feeds).map(([name, feed]) => [name, asOrt(feed)])),
    );
    const fused = await openSession(path, 'cpu', []);
    const name = plain.outputNames[0]!;
    const actual = await fused.run(feeds, [name]);
    expect(worstRelative(actual[name]!.data, expected[name]!.data as Float32Array)).toBeLessThan(TOLERANCE);
    await fused.release();
    await plain.release();
  });
});
