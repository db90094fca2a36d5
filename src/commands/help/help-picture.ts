import { readFile } from 'node:fs/promises';
import type { PlainText } from '../../language/phrase.ts';
import type { Say } from '../../language/say.ts';
import type { OutgoingFile } from '../messages/message-body.ts';

/** What each topic's picture shows. The pictures are the bot's own work: `scripts/take-help-pictures.ts` takes them. */
const ALT = {
  strength:
    'One photo of a cat four times: as it is, then as an oil painting at strength 0.20, 0.50 and 0.80, further from the photo each time',
  guidance:
    'One portrait four times: as it is, then as a watercolor with guidance 1, 7 and 30; colours and contrast grow harder',
  styles:
    'One photo of a tower eight times: as it is, then in oil, watercolor, anime, pencil, cyberpunk, vintage and impressionist',
  sketches:
    'A drawing of a house in faint lines, next to a painting of which little is left; the same drawing in dark lines, next to a painting that keeps it',
  seeds: 'The same photo and words painted with seeds 1, 2, 3 and 4: alike, and different in the details',
  controlnet:
    'A portrait; the same painted by img2img at 0.60, in its own colours; its lines only; and a painting of the lines, with their shapes and without the colours',
} as const satisfies Record<string, PlainText>;

const isPictured = (topic: string): topic is keyof typeof ALT => topic in ALT;

/** The picture that goes with a topic of /help; none where words are enough. */
export async function helpPicture(topic: string, say: Say): Promise<OutgoingFile[]> {
  if (!isPictured(topic)) return [];
  const bytes = await readFile(new URL(`${topic}.webp`, import.meta.url));
  return [{ name: `${topic}.webp`, bytes, description: say(ALT[topic]) }];
}
