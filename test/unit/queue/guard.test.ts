import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { createGuard } from '../../../src/queue/guard.ts';
import type { Scores, SecondOpinion } from '../../../src/safety/judge.ts';
import { CAREFUL_PLACE, DEFAULT_SAFETY, type SafetySettings } from '../../../src/safety/settings.ts';

const explicit = (porn: number): Scores => ({ drawing: 0, hentai: 0, neutral: 1 - porn, porn, sexy: 0 });
const [HARMLESS, DUBIOUS, HIDDEN, EXPLICIT] = [0, 0.35, 0.5, 0.9].map(explicit) as [
  Scores,
  Scores,
  Scores,
  Scores,
];
const place = (settings: Partial<SafetySettings> = {}, ageRestricted = false) => ({
  ageRestricted,
  settings: { ...DEFAULT_SAFETY, ...settings },
});
/** A chequered picture: sharp edges everywhere. */
const file = await sharp(
  Buffer.from(Array.from({ length: 96 * 96 }, (_, i) => ((i ^ (i / 96)) & 8 ? 255 : 0))),
  { raw: { width: 96, height: 96, channels: 1 } },
)
  .png()
  .toBuffer();
const sharpness = async (bytes: Uint8Array) => (await sharp(bytes).greyscale().stats()).channels[0]!.stdev;
const judge = (share: number | Error): SecondOpinion => ({
  name: 'second',
  explicit: () => (typeof share === 'number' ? Promise.resolve(share) : Promise.reject(share)),
});

describe('the guard over the pictures of a job', () => {
  it('lets harmless pictures pass as they are', async () => {
    const guard = createGuard(CAREFUL_PLACE);
    guard.source(HARMLESS);
    expect(await guard.preview(HARMLESS, file)).toBe(file);
    expect(await guard.result(HARMLESS, file)).toEqual({});
  });

  it('blurs a preview beyond recognition, at its size, and lets the result decide', async () => {
    const guard = createGuard(CAREFUL_PLACE);
    guard.source(HARMLESS);
    const shown = await guard.preview(DUBIOUS, file);
    expect(await sharp(shown).metadata()).toMatchObject({ width: 96, height: 96 });
    expect(await sharpness(shown)).toBeLessThan((await sharpness(file)) / 2);
    expect(await guard.result(HARMLESS, file)).toEqual({});
  });

  it('hides what came of a source that would be hidden, and every preview on the way', async () => {
    const guard = createGuard(CAREFUL_PLACE);
    guard.source(HIDDEN);
    // As the second source of a restoration.
    guard.source(HARMLESS);
    expect(await guard.preview(HARMLESS, file)).not.toBe(file);
    expect(await guard.result(HARMLESS, file)).toEqual({ spoiler: 'explicit-picture' });
  });

  it('refuses at either end', async () => {
    const guard = createGuard(CAREFUL_PLACE);
    expect(() => guard.source(EXPLICIT)).toThrow(/no explicit pictures/);
    guard.source(HARMLESS);
    await expect(guard.result(EXPLICIT, file)).rejects.toMatchObject({
      code: 'safety-refused',
      rule: 'explicit-picture',
      stage: 'result',
    });
  });

  it('takes a picture without scores for one that could not be checked', async () => {
    const closed = createGuard(CAREFUL_PLACE);
    expect(() => closed.source('failed')).toThrow(/cannot be checked/);
    await expect(createGuard(CAREFUL_PLACE).result(undefined, file)).rejects.toThrow(/cannot be checked/);
    const hiding = createGuard(place({ unchecked: 'spoiler' }));
    hiding.source('absent');
    expect(await hiding.preview(undefined, file)).not.toBe(file);
    expect(await hiding.result(undefined, file)).toEqual({ spoiler: 'unchecked-picture' });
    const open = createGuard(place({ unchecked: 'allow' }));
    open.source('absent');
    expect(await open.result(undefined, file)).toEqual({});
  });

  it('asks the second judge about source and result, and fails closed with it', async () => {
    const strict = createGuard(CAREFUL_PLACE, judge(0.9));
    await strict.askAbout(file);
    expect(() => strict.source(HARMLESS)).toThrow(/no explicit pictures/);
    const both = createGuard(place({ opinions: 'both' }), judge(0.1));
    await both.askAbout(file);
    both.source(EXPLICIT);
    expect(await both.result(EXPLICIT, file)).toEqual({});
    const gone = createGuard(CAREFUL_PLACE, judge(new Error('away')));
    await gone.askAbout(file);
    expect(() => gone.source(HARMLESS)).toThrow(/cannot be checked/);
  });

  it('looks at nothing where the server does not want it', () => {
    expect(createGuard(place({ pictures: false })).looks).toBe(false);
  });
});
