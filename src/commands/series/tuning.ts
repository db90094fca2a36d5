import { phrase } from '../../language/phrase.ts';
import { sayIn } from '../../language/say.ts';
import { REPLY_STRENGTH } from '../../recipe/reply-grammar.ts';
import { asRequest } from '../actions/go-on.ts';
import type { Action } from '../command.ts';
import { rootOwnerOf } from '../consent.ts';
import { paintingMessage } from '../messages/painting-message.ts';
import { pictureOf, requireOpenPainting } from '../painting-source.ts';
import { titleOf } from './asks.ts';
import { submitSeries } from './submit-series.ts';

/** A gentle pass over each of the pictures that somebody chose from many seeds. */
export const tuneAction: Action = {
  acknowledge: 'quiet',
  async run(context, { subject }, values) {
    const painting = await requireOpenPainting(context, subject);
    const request = asRequest(painting.recipe);
    await submitSeries(context, {
      kind: 'tuning',
      items: values.map(Number).map((place) => ({
        label: phrase('picture {number}', { number: place + 1 }),
        request: {
          ...request,
          source: pictureOf(painting, place),
          seed: painting.pictures[place]!.seed,
          strength: REPLY_STRENGTH,
          guidanceScale: undefined,
          count: 1,
          mask: undefined,
          task: undefined,
        },
      })),
      title: await titleOf(context, request),
      action: 'tune',
      parentId: painting.id,
      sourceOwnerId: rootOwnerOf(painting),
    });
  },
};

/** Turns to other four of a painting's pictures. */
export const pageAction: Action = {
  acknowledge: 'quiet',
  async run(context, { subject, argument }) {
    const { services, conversation, origin } = context;
    const painting = await requireOpenPainting(context, subject);
    const limit = origin.place.attachmentLimitBytes;
    await conversation.update(
      await paintingMessage(
        sayIn(painting.locale ?? 'en-US'),
        services,
        painting,
        limit,
        Number(argument ?? 0),
      ),
    );
  },
};
