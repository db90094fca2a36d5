import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { helpPicture } from '../../../src/commands/help/help-picture.ts';
import { LANGUAGES, sayIn } from '../../../src/language/say.ts';

const TOPICS = ['strength', 'guidance', 'styles', 'sketches', 'seeds', 'controlnet'];
const pictures = await Promise.all(TOPICS.map(async (topic) => (await helpPicture(topic, sayIn('en')))[0]!));

describe('the pictures of /help', () => {
  it('are small, and all of them together too', () => {
    for (const { name, bytes } of pictures) expect(bytes.length, name).toBeLessThanOrEqual(60_000);
    expect(pictures.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThanOrEqual(400_000);
  });

  it.each(pictures)('$name is a wide WebP that says that a machine has painted it', async ({ bytes }) => {
    const { format, width, height, xmp } = await sharp(bytes).metadata();
    expect(format).toBe('webp');
    expect(width).toBeGreaterThan(2 * height);
    expect(xmp?.toString()).toContain('compositeWithTrainedAlgorithmicMedia');
  });

  it('have alt text of their own in every language, and other topics have none', async () => {
    const texts = new Set<string>();
    for (const language of LANGUAGES)
      for (const topic of TOPICS) {
        const [file] = await helpPicture(topic, sayIn(language));
        texts.add(file!.description);
        expect(file!.description.length).toBeLessThanOrEqual(1024);
      }
    expect(texts.size).toBe(LANGUAGES.length * TOPICS.length);
    expect(await helpPicture('replies', sayIn('en'))).toEqual([]);
  });
});
