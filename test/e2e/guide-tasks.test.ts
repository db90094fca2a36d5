import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readProvenance } from '../../src/recipe/metadata/overpaint.ts';
import {
  actor,
  buttonsOf,
  download,
  isPainting,
  type Overpaint,
  startOverpaint,
} from '../support/overpaint.ts';
import type { MessageSeen } from '../support/playground-bot.ts';

/** The guide's tasks beside style transfer, each one command. */
let overpaint: Overpaint;
let alice: ReturnType<typeof actor>;

beforeAll(async () => {
  overpaint = await startOverpaint();
  alice = actor(overpaint, 'alice');
});
afterAll(() => overpaint.close());

const file = (name: string, bytes: Uint8Array) => ({
  filename: name,
  base64: Buffer.from(bytes).toString('base64'),
});
const recipeOf = async ({ attachments }: MessageSeen) =>
  readProvenance(await download(attachments[0]!.url))!.recipe;

async function ask(command: string, options: object): Promise<MessageSeen> {
  const known = (await alice.messages('art')).filter(isPainting);
  await alice.command('art', command, options);
  return alice.painting('art', known);
}

/** A frame of grey lines on a page that gets darker to one side. */
const drawing = (ink: string, ground = '#ffffff', to = '#ffffff') =>
  sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="256" height="192"><defs><linearGradient id="g"><stop stop-color="${ground}"/><stop offset="1" stop-color="${to}"/></linearGradient></defs><rect width="256" height="192" fill="url(#g)"/><path d="M40 150V70L128 20L216 70V150ZM100 150V100H150V150" fill="none" stroke="${ink}" stroke-width="4"/></svg>`,
    ),
  )
    .png()
    .toBuffer();

describe('/enhance', () => {
  it('keeps to the guide’s strength and words, and shows before and after', async () => {
    const done = await ask('enhance', { image: { sample: 'cat' }, steps: 8, prompt: 'a tabby cat' });
    expect(await recipeOf(done)).toMatchObject({
      strength: 0.25,
      prompt: expect.stringMatching(/^a tabby cat, professional photograph, high resolution, sharp focus/),
    });
    const [painting, beside] = done.attachments;
    expect(beside).toMatchObject({ filename: 'before-after.jpg' });
    expect(beside!.width! / beside!.height!).toBeGreaterThan((1.9 * painting!.width!) / painting!.height!);
    await expect(
      alice.command('art', 'enhance', { image: { sample: 'cat' }, strength: 0.6 }),
    ).rejects.toThrow();
  });
});

describe('/relight', () => {
  it('puts the scene in the light that was chosen', async () => {
    const done = await ask('relight', {
      image: { sample: 'portrait' },
      light: 'studio three-point',
      steps: 5,
    });
    expect(await recipeOf(done)).toMatchObject({
      strength: 0.4,
      prompt: expect.stringContaining('studio three-point lighting, professional portrait'),
    });
    expect(done.content).toContain('light: studio three-point');
  });
});

describe('/sketch', () => {
  it('cleans the ground, says what it did, and shows the prepared drawing on request', async () => {
    const image = file('page.png', await drawing('#202020', '#fffaf0', '#a09880'));
    const done = await ask('sketch', { image, prompt: 'a stone house', show_prepared: true, steps: 3 });
    expect(done.content).toMatch(
      /prepared the drawing: evened out the light on the page, cleaned the ground/,
    );
    expect(done.content).not.toContain('faint');
    const recipe = await recipeOf(done);
    expect(recipe.strength).toBe(0.8);
    expect(done.attachments[1]).toMatchObject({ filename: 'before-after.jpg' });
    const prepared = (await overpaint.services.images.get(recipe.source))!;
    const { channels } = await sharp(prepared).removeAlpha().stats();
    const pixels = await sharp(prepared).greyscale().raw().toBuffer();
    const white = pixels.filter((value) => value === 255).length / pixels.length;
    // Lines take about a tenth of the page; the shade of the page has gone.
    expect(white).toBeGreaterThan(0.85);
    expect(channels[0]!.min).toBeLessThan(40);
  });

  it('warns of faint lines', async () => {
    const image = file('faint.png', await drawing('#c4c4c4'));
    const done = await ask('sketch', { image, prompt: 'a stone house', steps: 2 });
    expect(done.content).toMatch(/darkened the lines; Compare shows it/);
    expect(done.content).toMatch(/faint grey lines are not read as structure/);
  });

  it('takes a drawing as it is where that is wished', async () => {
    const image = file('drawn.png', await drawing('#000000'));
    const done = await ask('sketch', { image, prompt: 'a stone house', as_drawn: true, steps: 2 });
    expect(done.content).toContain('taken as it is');
  });
});

describe('/inpaint', () => {
  const half = (colour: string) =>
    sharp({ create: { width: 128, height: 192, channels: 3, background: colour } })
      .png()
      .toBuffer();

  it('repaints only where the mask is white', async () => {
    const picture = await sharp(await drawing('#204080'))
      .resize(256, 192)
      .png()
      .toBuffer();
    const mask = await sharp({ create: { width: 256, height: 192, channels: 3, background: '#000' } })
      .composite([{ input: await half('#ffffff'), left: 128, top: 0 }])
      .png()
      .toBuffer();
    const done = await ask('inpaint', {
      image: file('house.png', picture),
      mask: file('mask.png', mask),
      prompt: 'a red wall',
      steps: 3,
    });
    expect(await recipeOf(done)).toMatchObject({
      task: 'inpaint',
      mask: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('takes the see-through parts of the picture where there is no mask, and says when there are none', async () => {
    const holed = await sharp(await drawing('#204080'))
      .ensureAlpha()
      .composite([{ input: await half('#000000'), left: 0, top: 0, blend: 'dest-out' }])
      .png()
      .toBuffer();
    const done = await ask('inpaint', { image: file('holed.png', holed), prompt: 'a garden', steps: 3 });
    expect(await recipeOf(done)).toMatchObject({ task: 'inpaint', mask: 'alpha' });
    const refused = await alice.command('art', 'inpaint', { image: { sample: 'cat' }, prompt: 'a hat' });
    expect((await alice.answer('art', refused)).content).toMatch(
      /Expected a mask, or a picture with see-through parts/,
    );
  });
});

describe('the strength to begin with', () => {
  it('is higher for a picture of a strong composition, lower for many small things, and says why', async () => {
    const strong = await ask('img2img', { image: { sample: 'flower' }, style: 'oil', steps: 3 });
    expect(strong.content).toMatch(/few large forms bears more change/);
    const busy = await ask('img2img', { image: { sample: 'workshop' }, style: 'oil', steps: 3 });
    expect(busy.content).toMatch(/many small things loses them sooner/);
    const [high, low] = [(await recipeOf(strong)).strength, (await recipeOf(busy)).strength];
    expect(high).toBeGreaterThan(low);
    const named = await ask('img2img', {
      image: { sample: 'flower' },
      style: 'oil',
      strength: 0.5,
      steps: 3,
    });
    expect(named.content).not.toContain('by the picture');
    expect(buttonsOf(named)).toContain('Stronger');
  });
});
