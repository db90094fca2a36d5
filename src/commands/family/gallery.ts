import { ApplicationCommandType } from 'discord-api-types/v10';
import { phrase } from '../../language/phrase.ts';
import type { Say } from '../../language/say.ts';
import { contactSheet } from '../../pipeline/index.ts';
import type { Painting } from '../../studio/paintings.ts';
import type { Action, SlashCommand } from '../command.ts';
import { type ActionRow, button, row, select } from '../messages/buttons.ts';
import { drawnWords } from '../messages/drawn-words.ts';
import type { MessageBody } from '../messages/message-body.ts';
import type { Context } from '../services.ts';
import { EVERYWHERE } from '../slash/painting-options.ts';
import { labelOf } from './label.ts';

const SIZE = 6;
const COLUMNS = 3;
const SIDE = 256;

/** One page of the asker's own paintings, the newest first. */
async function galleryPage({ services, origin, say }: Context, wanted: number): Promise<MessageBody> {
  const { studio, images } = services;
  const { id: memberId } = origin.member;
  const { total } = await studio.paintings.pageOf(memberId, 0, 1);
  if (total === 0)
    return {
      content: say('You have no paintings yet. `/img2img` paints one.'),
      components: [],
      files: [],
    };
  const pages = Math.ceil(total / SIZE);
  const page = Math.min(Math.max(0, wanted), pages - 1);
  const { paintings } = await studio.paintings.pageOf(memberId, page, SIZE);
  const number = (i: number) => page * SIZE + i + 1;
  const cells = await Promise.all(
    paintings.map(async (painting, i) => {
      const picture = painting.pictures[painting.favourite];
      return {
        picture: picture && (await images.get(picture.hash)),
        label: `${number(i)}. ${drawnWords(say, labelOf(painting))}`,
        note: drawnWords(say, phrase('seed {seed}', { seed: picture?.seed ?? painting.recipe.seed })),
      };
    }),
  );
  const bytes = await contactSheet(cells, { columns: COLUMNS, side: SIDE });
  const spoiler = paintings.some(({ pictures }) => pictures.some((one) => one.spoiler !== undefined));
  const shown = { from: number(0), to: number(paintings.length - 1) };
  const description = say('Your paintings {from} to {to}: {labels}', {
    ...shown,
    labels: paintings.map(labelOf),
  });
  return {
    content: say(
      'Your paintings {from}–{to} of {total}. Pick one: it comes with all its buttons, Delete among them.',
      { ...shown, total },
    ),
    components: [row(pickSelect(say, paintings, number)), ...turning(say, page, pages)],
    files: [{ name: 'gallery.jpg', bytes, description: description.slice(0, 1024), spoiler }],
  };
}

const pickSelect = (say: Say, paintings: readonly Painting[], number: (i: number) => number) =>
  select(
    { action: 'show', subject: 'gallery' },
    say('Show …'),
    paintings.map((painting, i) => ({
      label: `${number(i)}. ${say(labelOf(painting))}`,
      value: painting.id,
      description: say('step {depth}', { depth: painting.depth }),
    })),
  );

function turning(say: Say, page: number, pages: number): ActionRow[] {
  if (pages === 1) return [];
  const turn = (to: number, way: string, label: string, emoji: string) =>
    button(
      { action: 'gallery', subject: String(Math.max(0, to)), argument: way },
      { label, emoji, disabled: to < 0 || to >= pages },
    );
  return [row(turn(page - 1, 'newer', say('Newer'), '◀️'), turn(page + 1, 'older', say('Older'), '▶️'))];
}

/** `/gallery`: one's own paintings, page by page. */
export const gallery: SlashCommand = {
  data: {
    name: 'gallery',
    description: 'Your own paintings, the newest first',
    type: ApplicationCommandType.ChatInput,
    ...EVERYWHERE,
  },
  async run(context) {
    await context.conversation.answer(await galleryPage(context, 0));
  },
};

export const galleryAction: Action = {
  acknowledge: 'quiet',
  async run(context, { subject }) {
    await context.conversation.update(await galleryPage(context, Number(subject)));
  },
};
