import { UserError } from '../../errors.ts';
import { phrase } from '../../language/phrase.ts';
import type { Painting } from '../../studio/paintings.ts';
import type { Series } from '../../studio/series.ts';
import { reactTo } from '../reaction.ts';
import { replyTo } from '../reply.ts';
import type { Context } from '../services.ts';

const NUMBER = /(?:^|\s)#(\d{1,2})(?=\s|,|$)/;

/** Goes on from one of the paintings in a series' message: the one that `#2` names, else the best or the last. */
export async function replyToSeries(context: Context, series: Series, text: string): Promise<void> {
  const named = NUMBER.exec(text);
  const painting = await paintingAt(context, series, named ? Number(named[1]) - 1 : undefined);
  const words = named ? text.replace(NUMBER, ' ').trim() : text;
  await replyTo(context, painting, words === '' ? 'again' : words);
}

async function paintingAt(
  { services }: Context,
  { items, best }: Series,
  named: number | undefined,
): Promise<Painting> {
  const ready = items.filter(({ state }) => state === 'painted');
  const place = named ?? best;
  const item = place === undefined ? ready.at(-1) : ready.find((one) => one.place === place);
  const painting = item && (await services.studio.paintings.get(item.jobId));
  if (painting) return painting;
  throw new UserError(
    'no-such-picture',
    place === undefined
      ? phrase('Nothing of this is painted yet')
      : phrase('Expected picture 1 to {most} that is painted, but received {given}', {
          most: items.length,
          given: place + 1,
        }),
    { hint: '`#2 warmer` goes on from the second picture.' },
  );
}

/** Does a button's job on the best of a series. */
export async function reactToSeries(context: Context, series: Series, emoji: string): Promise<void> {
  await reactTo(context, await paintingAt(context, series, undefined), emoji);
}
