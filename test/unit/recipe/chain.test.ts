import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BUILT_IN_CHAINS, type ChainStage, findChain, loadChains } from '../../../src/recipe/chain.ts';
import { formatStages, parseStages } from '../../../src/recipe/chain-grammar.ts';
import { labelOf, planChain } from '../../../src/recipe/chain-plan.ts';
import { BUILT_IN_STYLES, findStyle } from '../../../src/recipe/styles.ts';

const parse = (text: string) => parseStages(text, BUILT_IN_STYLES);
const source = 'a'.repeat(64);

describe('the lines of a chain', () => {
  it.each<[string, ChainStage]>([
    ['oil 0.7', { kind: 'paint', style: 'oil', strength: 0.7 }],
    ['Oil painting 70%', { kind: 'paint', style: 'oil', strength: 0.7 }],
    ['oil', { kind: 'paint', style: 'oil' }],
    ['oil + ink 0.6', { kind: 'paint', style: 'oil+ink', strength: 0.6 }],
    [
      'oil 0.7, warmer light, -people',
      { kind: 'paint', style: 'oil', strength: 0.7, prompt: 'warmer light', negative: 'people' },
    ],
    ['oil 0,7 warmer', { kind: 'paint', style: 'oil', strength: 0.7, prompt: 'warmer' }],
    ['model:x 0.5 warmer light', { kind: 'paint', model: 'x', strength: 0.5, prompt: 'warmer light' }],
    [
      'oil, model:x, 0.5, steps:12 cfg=6 seed 42',
      { kind: 'paint', style: 'oil', model: 'x', strength: 0.5, steps: 12, guidance: 6, seed: 42 },
    ],
    ['paint = a red door', { kind: 'paint', prompt: 'a red door', replaces: true }],
    ['style watercolor, 0.4', { kind: 'paint', style: 'watercolor', strength: 0.4 }],
    ['refine', { kind: 'refine' }],
    ['refine 0.3 sharper', { kind: 'refine', strength: 0.3, prompt: 'sharper' }],
    ['upscale', { kind: 'upscale', scale: 2, as: 'auto' }],
    ['Upscale 4x photo', { kind: 'upscale', scale: 4, as: 'photo' }],
    ['2. upscale ×2 painting', { kind: 'upscale', scale: 2, as: 'painting' }],
    // A style's name among other words is a word.
    ['snow on the roof 0.4', { kind: 'paint', prompt: 'snow on the roof', strength: 0.4 }],
  ])('%s', (line, stage) => {
    expect(parse(line)).toEqual([stage]);
  });

  it('are one stage each, and empty ones mean nothing', () => {
    expect(parse('oil 0.7\n\n  upscale 2  \nrefine 0.25\n').map(({ kind }) => kind)).toEqual([
      'paint',
      'upscale',
      'refine',
    ]);
  });

  it.each([
    ['upscale 3', 'bad-stage'],
    ['upscale it a little', 'bad-stage'],
    ['again', 'bad-stage'],
    ['oil 0.7 x4', 'bad-stage'],
    ['oil, stronger', 'bad-stage'],
    ['style nonsense', 'bad-stage'],
    ['oil steps:0', 'bad-stage'],
    ['oil steps:many', 'bad-stage'],
    ['paint', 'bad-stage'],
    ['', 'bad-chain'],
    ['oil\n'.repeat(9), 'bad-chain'],
  ])('refuse %j', (text, code) => {
    expect(() => parse(text)).toThrowError(expect.objectContaining({ code }));
  });

  it('name the line that is wrong', () => {
    expect(() => parse('oil 0.7\n\nupscale 5')).toThrow(/line 3\b.*upscale 5/);
  });
});

describe('a chain as a plan', () => {
  const plan = (text: string, prompt?: string) =>
    planChain({ stages: parse(text) }, { source, prompt, seed: 0xffffffff });

  it('carries look, words and model on until a stage names others', () => {
    const stages = plan(
      'oil 0.7, warm light\nmodel:x 0.5, soft edges, -people\nrefine -cars\nink, = black ink',
      'a cat',
    );
    expect(stages.map((stage) => 'request' in stage && stage.request)).toMatchObject([
      { style: 'oil', prompt: 'a cat, warm light', strength: 0.7, seed: 0xffffffff, source },
      {
        style: 'oil',
        prompt: 'a cat, warm light, soft edges',
        model: 'x',
        negativePrompt: 'people',
        seed: 0,
      },
      { style: 'oil', strength: 0.25, model: 'x', negativePrompt: 'people, cars', seed: 1 },
      { style: 'ink', prompt: 'a cat, black ink', model: 'x', strength: undefined, seed: 2 },
    ]);
  });

  it('keeps the size of what was enlarged', () => {
    const [before, enlarged, after] = plan('oil\nupscale 2 photo\nrefine');
    expect(before).toMatchObject({ label: 'oil' });
    expect('request' in before! && before.request.size).toBeUndefined();
    expect(enlarged).toEqual({
      label: 'upscale 2x',
      work: { kind: 'upscale', source, scale: 2, as: 'photo' },
    });
    expect('request' in after! && after.request.size).toBe('keep');
  });

  it('labels each stage by what it does', () => {
    expect(
      parse(
        'oil 0.7\nmodel:x 0.5\nrefine\npaint warm light, dusk, 0.4\nupscale 4\npaint a very long phrase that goes on',
      ).map(labelOf),
    ).toEqual([
      'oil 0.70',
      'x 0.50',
      'refine 0.25',
      'warm light 0.40',
      'upscale 4x',
      'a very long phrase that',
    ]);
  });
});

describe('the chains that come with Overpaint', () => {
  it('name styles that there are, and can be written as lines', () => {
    for (const { stages } of BUILT_IN_CHAINS) {
      for (const stage of stages)
        if (stage.kind === 'paint' && stage.style !== undefined)
          expect(findStyle(BUILT_IN_STYLES, stage.style)).toBeDefined();
      expect(parse(formatStages(stages))).toEqual(stages);
    }
  });

  it('are found by id and name', () => {
    expect(findChain(BUILT_IN_CHAINS, ' Photo to clean PRINT ')?.id).toBe('clean-print');
    expect(findChain(BUILT_IN_CHAINS, 'clean-print')?.name).toBe('Photo to clean print');
    expect(findChain(BUILT_IN_CHAINS, 'nothing')).toBeUndefined();
  });

  it("are joined by an operator's own, whose faults are named", () => {
    const folder = mkdtempSync(join(tmpdir(), 'overpaint-chains-'));
    const own = { id: 'poster', name: 'Mine', emoji: '🧪', stages: [{ kind: 'refine' }] };
    writeFileSync(join(folder, 'own.json'), JSON.stringify(own));
    const chains = loadChains(folder);
    expect(chains).toHaveLength(BUILT_IN_CHAINS.length);
    expect(findChain(chains, 'poster')?.name).toBe('Mine');
    writeFileSync(join(folder, 'zz.json'), JSON.stringify({ ...own, stages: [{ kind: 'dance' }] }));
    expect(() => loadChains(folder)).toThrow(/zz\.json: 0\.stages\.0\.kind/);
    rmSync(folder, { recursive: true });
    expect(loadChains(folder)).toEqual(BUILT_IN_CHAINS);
  });
});
