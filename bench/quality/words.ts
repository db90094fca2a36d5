import type { RgbImage } from '../../src/pipeline/index.ts';
import { rmse } from './measures.ts';

/** A number that words ought to move, from pixels of 0 to 1: mean over all, or lights less shadows. */
type Measure = (red: number, green: number, blue: number) => number;

const light: Measure = (red, green, blue) => 0.299 * red + 0.587 * green + 0.114 * blue;
const colour: Measure = (red, green, blue) => Math.hypot(red - green, (red + green) / 2 - blue);
const warmth: Measure = (red, _green, blue) => red - blue;

const pixels = ({ data }: RgbImage): [number, number, number][] =>
  Array.from({ length: data.length / 3 }, (_, i) => [
    data[3 * i]! / 255,
    data[3 * i + 1]! / 255,
    data[3 * i + 2]! / 255,
  ]);

const meanOf = (all: readonly [number, number, number][], measure: Measure) =>
  all.reduce((sum, pixel) => sum + measure(...pixel), 0) / all.length;

const overall = (measure: Measure) => (image: RgbImage) => meanOf(pixels(image), measure);

/** Of the lightest third less that of the darkest. */
const acrossTones = (measure: Measure) => (image: RgbImage) => {
  const sorted = pixels(image).sort((a, b) => light(...a) - light(...b));
  const third = Math.floor(sorted.length / 3);
  return meanOf(sorted.slice(-third), measure) - meanOf(sorted.slice(0, third), measure);
};

const WORDS = [
  { words: 'black and white', moves: 'colour', of: overall(colour) },
  { words: 'vivid colors', moves: 'colour', of: overall(colour) },
  { words: 'pastel colors', moves: 'light', of: overall(light) },
  { words: 'foggy', moves: 'light', of: overall(light) },
  { words: 'night', moves: 'light', of: overall(light) },
  { words: 'golden hour', moves: 'warmth', of: overall(warmth) },
  { words: 'winter', moves: 'warmth', of: overall(warmth) },
  { words: 'teal and orange', moves: 'warmth of lights less shadows', of: acrossTones(warmth) },
] as const;

const FULL = 'oil painting';
const SLIGHT = 'slightly oil painting';
const NONSENSE = 'xyzzy, make it nice, 2024';

/** What palette, light, weather and intensity words do without a style, and how little words do that mean nothing. */
export function createWordBench(
  paint: (photo: RgbImage, prompt: string, strength: number) => Promise<RgbImage>,
) {
  const seen = WORDS.map(() => ({ before: 0, after: 0 }));
  let [count, slight, nonsense] = [0, 0, 0];
  return {
    async measure(photo: RgbImage): Promise<void> {
      count += 1;
      for (const [i, { words, of }] of WORDS.entries()) {
        seen[i]!.before += of(photo);
        seen[i]!.after += of(await paint(photo, words, 0.6));
      }
      slight += rmse(photo, await paint(photo, SLIGHT, 0.6)) / rmse(photo, await paint(photo, FULL, 0.6));
      nonsense += rmse(photo, await paint(photo, NONSENSE, 0.5)) / rmse(photo, await paint(photo, '', 0.5));
    },
    lines(): string[] {
      const each = WORDS.map(({ words, moves }, i) => {
        const { before, after } = seen[i]!;
        return (
          `"${words}": ${moves}`.padEnd(50) +
          `${(before / count).toFixed(2)} to ${(after / count).toFixed(2)}`
        );
      });
      return [
        ...each,
        `"${SLIGHT}" to "${FULL}"`.padEnd(50) + (slight / count).toFixed(2),
        `"${NONSENSE}" to no words`.padEnd(50) + (nonsense / count).toFixed(2),
      ];
    },
  };
}
