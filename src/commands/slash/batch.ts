import { ApplicationCommandOptionType } from 'discord-api-types/v10';
import { UserError } from '../../errors.ts';
import { type Phrase, phrase } from '../../language/phrase.ts';
import type { OptionValues } from '../command.ts';
import type { Attachment } from '../context.ts';
import { quote } from '../messages/paint-messages.ts';
import { titleOf } from '../series/asks.ts';
import { type SeriesAsk, submitSeries } from '../series/submit-series.ts';
import { unzipFiles } from '../series/unzip-files.ts';
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
    pictureOption(names[0]!, 'The first picture', false),
    pictureOption(names[1]!, 'The second picture', false),
    {
      name: 'zip',
      description: 'A zip of pictures, instead of single ones or beside them',
      type: ApplicationCommandOptionType.Attachment,
    },
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
      title: await titleOf(context, request),
      action: 'batch',
      notes: [...notes, ...refused],
    });
  },
);

interface Taken {
  source: string;
  label: string;
}

interface Refused {
  label: string;
  error: UserError;
}

/** How many of those that could not be taken are named. */
const NAMED = 5;

/**
 * Downloads and checks the pictures, then those of the zip; one that is none is named, and the rest go on.
 * @throws UserError when none is left
 */
async function takeAll(
  context: Context,
  options: OptionValues,
): Promise<{ taken: Taken[]; refused: Phrase[] }> {
  const files = names.map((name) => options.file(name)).filter((file) => file !== undefined);
  const results: (Taken | Refused)[] = await Promise.all(
    files.map((file) => take(context, file.filename, () => context.conversation.download(file))),
  );
  const zip = options.file('zip');
  if (zip) for await (const one of takeZip(context, zip, MOST - files.length)) results.push(one);
  const refused = results.filter((result) => 'error' in result);
  const taken = results.filter((result) => 'source' in result);
  if (taken.length === 0)
    throw (
      refused[0]?.error ??
      new UserError('no-picture', 'Expected pictures, or a zip of them, but received neither')
    );
  return { taken, refused: namesOf(refused) };
}

/** The pictures of a zip, one after the other, so that no two of them are held at a time. */
async function* takeZip(context: Context, zip: Attachment, room: number): AsyncGenerator<Taken | Refused> {
  let [found, taken] = [0, 0];
  try {
    for (const file of unzipFiles(await context.conversation.download(zip))) {
      if (taken === room) throw tooMany();
      found += 1;
      const one = await take(context, file.name, () => {
        if ('error' in file) throw file.error;
        return file.bytes;
      });
      if ('source' in one) taken += 1;
      yield one;
    }
    if (found === 0) throw new UserError('no-picture', 'Expected pictures in the zip, but found none');
  } catch (error) {
    yield refusal(zip.filename, error);
  }
}

const tooMany = () =>
  new UserError(
    'too-many-pictures',
    phrase('Expected at most {most} pictures, but received more; the first ones are taken', { most: MOST }),
  );

async function take(
  context: Context,
  filename: string,
  read: () => Uint8Array | Promise<Uint8Array>,
): Promise<Taken | Refused> {
  try {
    return { source: await keepPicture(context, await read()), label: labelOf(filename) };
  } catch (error) {
    return refusal(filename, error);
  }
}

const labelOf = (filename: string) => quote(filename).slice(0, 60);

/** @throws whatever is no mistake of whoever asked */
function refusal(filename: string, error: unknown): Refused {
  if (error instanceof UserError) return { label: labelOf(filename), error };
  throw error;
}

/** A line for each of the first that could not be taken, and how many more there are. */
function namesOf(refused: readonly Refused[]): Phrase[] {
  const lines = refused
    .slice(0, NAMED)
    .map(({ label, error }) => phrase('⚠️ {label}: {problem}', { label, problem: error.said }));
  const more = refused.length - NAMED;
  return more > 0
    ? [...lines, phrase('{count, plural, one {# more file} other {# more files}} left out', { count: more })]
    : lines;
}
