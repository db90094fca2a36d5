import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LoadedModel, loadModel, readSafetensors } from '../../src/pipeline/index.ts';
import { runSingle, sampleLatents, unscaleLatents } from '../../src/pipeline/latents/vae.ts';
import { tiledDecode, tiledEncode } from '../../src/pipeline/latents/vae-tiling.ts';
import { TorchGenerator } from '../../src/pipeline/tensor/random.ts';
import type { Tensor } from '../../src/pipeline/tensor/tensor.ts';
import { worstRelative } from '../support/tensors.ts';

const at = (name: string) => fileURLToPath(new URL(name, import.meta.url));
interface Case {
  width: number;
  height: number;
  tile: number | null;
  overlap: number | null;
  seed: number;
  file: string;
}
const { cases } = JSON.parse(readFileSync(at('vae/cases.json'), 'utf8')) as { cases: Case[] };

describe('the VAE encodes, samples and decodes as diffusers does, whole and in tiles', () => {
  let model: LoadedModel;
  beforeAll(async () => {
    model = await loadModel(at('real/sd1/model'), { device: 'cpu' });
  });
  afterAll(() => model.close());

  it.each(cases)('$width x $height, tile $tile, overlap $overlap', async (c) => {
    const expected = readSafetensors(readFileSync(at(`vae/${c.file}`)));
    const value = (name: string) => expected.get(name)!;
    const tile = { pixels: c.tile ?? 4096, latents: (c.tile ?? 4096) / 8, overlap: c.overlap ?? 0 };
    const through = (component: string) => (part: Tensor) =>
      model.pool.withSession(component, (session) => runSingle(session, part));
    const moments = await tiledEncode(through('vae_encoder'), value('image'), tile);
    expect(worstRelative(moments.data, value('moments').data)).toBeLessThan(1e-5);
    const latents = sampleLatents(model, moments, new TorchGenerator(c.seed));
    expect(worstRelative(latents.data, value('latents').data)).toBeLessThan(1e-5);
    const decoded = await tiledDecode(
      through('vae_decoder'),
      unscaleLatents(latents, model.files.latents),
      tile,
    );
    expect(worstRelative(decoded.data, value('decoded').data)).toBeLessThan(1e-4);
  });
});
