import { ApplicationCommandType } from 'discord-api-types/v10';
import { contactSheet } from '../../pipeline/index.ts';
import type { Painting } from '../../studio/paintings.ts';
import type { Action, SlashCommand } from '../command.ts';
import { type ActionRow, button, row, select } from '../messages/buttons.ts';
import type { MessageBody } from '../messages/message-body.ts';
import type { Context } from '../services.ts';
import { EVERYWHERE } from '../slash/painting-options.ts';
import { labelOf } from './label.ts';

const SIZE = 6;
const COLUMNS = 3;
const SIDE = 256;

/** One page of the asker's own paintings, the newest first. */
async function galleryPage({ services, origin }: Context, wanted: number): Promise<MessageBody> {
  const { studio, images } = services;
  const { id: memberId } = origin.member;
  const { total } = await studio.paintings.pageOf(memberId, 0, 1);
  if (total === 0)
    return { content: 'You have no paintings yet. `/img2img` paints one.', components: [], files: [] };
  const pages = Math.ceil(total / SIZE);
  const page = Math.min(Math.max(0, wanted), pages - 1);
  const { paintings } = await studio.paintings.pageOf(memberId, page, SIZE);
  const number = (i: number) => page * SIZE + i + 1;
  const cells = await Promise.all(
    paintings.map(async (painting, i) => {
      const picture = painting.pictures[painting.favourite];
      return {
        picture: picture && (await images.get(picture.hash)),
        label: `${number(i)}. ${labelOf(painting)}`,
        note: `seed ${picture?.seed ?? painting.recipe.seed}`,
      };
    }),
  );
  const bytes = await contactSheet(cells, { columns: COLUMNS, side: SIDE });
  const spoiler = paintings.some(({ pictures }) => pictures.some((one) => one.spoiler !== undefined));
  const description = `Your paintings ${number(0)} to ${number(paintings.length - 1)}: ${paintings.map(labelOf).join(', ')}`;
  return {
    content: `Your paintings ${number(0)}–${number(paintings.length - 1)} of ${total}. Pick one: it comes with all its buttons, Delete among them.`,
    components: [row(pickSelect(paintings, number)), ...turning(page, pages)],
    files: [{ name: 'gallery.jpg', bytes, description: description.slice(0, 1024), spoiler }],
  };
}

const pickSelect = (paintings: readonly Painting[], number: (i: number) => number) =>
  select(
    { action: 'show', subject: 'gallery' },
    'Show …',
    paintings.map((painting, i) => ({
      label: `${number(i)}. ${labelOf(painting)}`,
      value: painting.id,
      description: `step ${painting.depth}`,
    })),
  );

function turning(page: number, pages: number): ActionRow[] {
  if (pages === 1) return [];
  const turn = (to: number, label: string, emoji: string) =>
    button(
      { action: 'gallery', subject: String(Math.max(0, to)), argument: label.toLowerCase() },
      { label, emoji, disabled: to < 0 || to >= pages },
    );
  return [row(turn(page - 1, 'Newer', '◀️'), turn(page + 1, 'Older', '▶️'))];
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
