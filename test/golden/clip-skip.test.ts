import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { encodeClipPrompts } from '../../src/pipeline/families/stable-diffusion.ts';
import { loadModel, readSafetensors } from '../../src/pipeline/index.ts';
import { createSessionPool } from '../../src/pipeline/runtime/session-pool.ts';
import { clipSkip, encodeText } from '../../src/pipeline/text/encode-text.ts';
import { testRecipe } from '../support/recipes.ts';
import { worstRelative } from '../support/tensors.ts';

const at = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const tensors = (name: string) => readSafetensors(readFileSync(at(name)));
/** torch against ONNX Runtime, relative to max(1, |value|). */
const TOLERANCE = 1e-5;

describe('clip skip', () => {
  it('gives the embeddings that diffusers gives', async () => {
    const { prompts, skips } = JSON.parse(readFileSync(at('clip-skip/cases.json'), 'utf8')) as {
      prompts: string[];
      skips: number[];
    };
    const expected = tensors('clip-skip/embeds.safetensors');
    const model = await loadModel(at('real/sd1/model'), { device: 'cpu' });
    for (const [i, prompt] of prompts.entries())
      for (const skip of skips) {
        const recipe = testRecipe({ prompt, promptSyntax: 'plain', clipSkip: skip });
        const { positive } = await encodeClipPrompts(model, recipe, false);
        const wanted = expected.get(`${i}.${skip}`)!;
        expect(worstRelative(positive['encoder_hidden_states']!.data, wanted.data)).toBeLessThan(TOLERANCE);
      }
    await model.close();
  });

  it('finds the layers where a norm is many operations, and tells layers that are not there', async () => {
    const expected = tensors('clip-skip/opset14.safetensors');
    const path = at('clip-skip/opset14.onnx');
    const pool = createSessionPool(new Map([['text_encoder', path]]), 'cpu', Infinity);
    const ids = Int32Array.from([94, 3, 17, 41, 8, ...Array<number>(11).fill(95)]);
    const chunk = { ids, weights: new Float32Array(16).fill(1) };
    for (const skip of [0, 1, 2, 3]) {
      const edit = skip === 0 ? undefined : clipSkip(skip);
      const state = await pool.withSession(
        'text_encoder',
        (session) => encodeText(session, [chunk], 'last'),
        edit,
      );
      expect(worstRelative(state.embeddings.data, expected.get(String(skip))!.data)).toBeLessThan(TOLERANCE);
    }
    await expect(
      pool.withSession('text_encoder', () => Promise.resolve(), clipSkip(4)),
    ).rejects.toMatchObject({ code: 'clip-skip-unavailable' });
    await pool.close();
    const broken = createSessionPool(
      new Map([['text_encoder', at('clip-skip/embeds.safetensors')]]),
      'cpu',
      1,
    );
    await expect(
      broken.withSession('text_encoder', () => Promise.resolve(), clipSkip(1)),
    ).rejects.toMatchObject({ code: 'model-file-broken' });
  });
});
