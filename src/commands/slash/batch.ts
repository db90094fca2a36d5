import { ApplicationCommandOptionType } from 'discord-api-types/v10';
import { UserError } from '../../errors.ts';
import { phrase } from '../../language/phrase.ts';
import type { OptionValues } from '../command.ts';
import type { Attachment } from '../context.ts';
import { quote } from '../messages/paint-messages.ts';
import { titleOf } from '../series/asks.ts';
import { type SeriesAsk, submitSeries } from '../series/submit-series.ts';
import type { Context } from '../services.ts';
import { keepPicture } from '../submit.ts';
import { withDefaults } from './img2img.ts';
import {
  paintingCommand,
  pictureOption,
  promptOption,
  readRequest,
  seedOption,
  stepsOption,
  strengthOption,
  styleOption,
} from './painting-options.ts';

const MOST = 10;
const names = Array.from({ length: MOST }, (_, i) => `image${i + 1}`);

/** `/batch`: several pictures with one recipe, and a zip of them back. */
export const batch = paintingCommand(
  'batch',
  phrase('Up to {most} pictures with the same settings; a zip of them comes back', { most: MOST }),
  [
    pictureOption(names[0]!, 'The first picture'),
    pictureOption(names[1]!, 'The second picture'),
    promptOption,
    styleOption,
    strengthOption("The style's own when left out", 0.05, 1),
    seedOption,
    {
      name: 'seeds',
      description: 'One seed for all gives the most uniform set; counting gives each its own',
      type: ApplicationCommandOptionType.String,
      choices: [
        { name: 'locked', value: 'locked' },
        { name: 'counting', value: 'counting' },
      ],
    },
    stepsOption,
    ...names
      .slice(2)
      .map((name, i) => pictureOption(name, phrase('Picture {number}', { number: i + 3 }), false)),
  ],
  async (context, options) => {
    const { taken, refused } = await takeAll(context, options);
    const counting = options.text('seeds') === 'counting';
    const asked = readRequest(options);
    const seed = asked.seed ?? context.services.drawSeed();
    const { request, notes } = await withDefaults(context, { ...asked, source: taken[0]!.source });
    const items: SeriesAsk['items'] = taken.map(({ source, label }, i) => ({
      label,
      request: { ...request, source, seed: counting ? (seed + i) >>> 0 : seed, count: 1 },
    }));
    await submitSeries(context, {
      kind: 'batch',
      items,
      title: titleOf(context, request),
      action: 'batch',
      notes: [...notes, ...refused],
    });
  },
);

interface Taken {
  source: string;
  label: string;
}

/** Downloads and checks the pictures; one that is none is named, and the rest go on. @throws UserError when none is left */
async function takeAll(
  context: Context,
  options: OptionValues,
): Promise<{ taken: Taken[]; refused: string[] }> {
  const files = names.map((name) => options.file(name)).filter((file) => file !== undefined);
  const results = await Promise.all(files.map((file) => take(context, file)));
  const failures = results.filter((result) => 'error' in result);
  const taken = results.filter((result) => 'source' in result);
  if (taken.length === 0) throw failures[0]!.error;
  return { taken, refused: failures.map(({ label, error }) => `⚠️ ${label}: ${error.message}`) };
}

async function take(
  context: Context,
  file: Attachment,
): Promise<Taken | { label: string; error: UserError }> {
  const label = quote(file.filename).slice(0, 60);
  try {
    return { source: await keepPicture(context, await context.conversation.download(file)), label };
  } catch (error) {
    if (error instanceof UserError) return { label, error };
    throw error;
  }
}
