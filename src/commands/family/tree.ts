import { ApplicationCommandOptionType, ApplicationCommandType } from 'discord-api-types/v10';
import { UserError } from '../../errors.ts';
import { phrase } from '../../language/phrase.ts';
import type { Say } from '../../language/say.ts';
import { type FamilyNode, familyTree } from '../../pipeline/index.ts';
import type { Painting } from '../../studio/paintings.ts';
import type { Action, SlashCommand } from '../command.ts';
import { button, row, select } from '../messages/buttons.ts';
import { drawnWords } from '../messages/drawn-words.ts';
import type { MessageBody } from '../messages/message-body.ts';
import { requireOpenPainting } from '../painting-source.ts';
import { requireParentId } from '../reply.ts';
import type { Context } from '../services.ts';
import { EVERYWHERE } from '../slash/painting-options.ts';
import { labelOf } from './label.ts';
import { showPainting } from './show.ts';

/** More than this is not drawn: the youngest are left out. */
const MOST = 40;
const CHOICES = 25;
const MESSAGE = /(\d{17,20})\/?\s*$/;

const seedOf = ({ pictures, favourite, recipe }: Painting) => pictures[favourite]?.seed ?? recipe.seed;

/** The first of a painting's line. */
async function firstOf({ services }: Context, painting: Painting): Promise<Painting> {
  let first = painting;
  while (first.parentId !== null) {
    const parent = await services.studio.paintings.get(first.parentId);
    if (!parent) break;
    first = parent;
  }
  return first;
}

/** All that came from the same picture in the same place, parents first, without what others keep to themselves. */
async function familyOf(context: Context, painting: Painting): Promise<Painting[]> {
  const { paintings, settings } = context.services.studio;
  const first = await firstOf(context, painting);
  const line = first.parentId === null ? await paintings.firstFrom(first.recipe.source) : [first];
  const waiting = line.filter(
    ({ guildId, askerId }) => guildId === first.guildId && (guildId !== null || askerId === first.askerId),
  );
  const family: Painting[] = [];
  while (waiting.length > 0 && family.length < MOST) {
    const next = waiting.shift()!;
    const { keepsPrivate } = await settings.member(next.askerId);
    if (keepsPrivate && next.askerId !== context.origin.member.id) continue;
    family.push(next);
    waiting.push(...(await paintings.childrenOf(next.id)));
  }
  return family;
}

/** The family of a painting as one picture, and a select to branch from any of it. */
async function treeMessage(context: Context, painting: Painting): Promise<MessageBody> {
  const { say } = context;
  const { images } = context.services;
  const family = await familyOf(context, painting);
  const first = family[0] ?? painting;
  const source = await images.get(first.recipe.source);
  const known = new Set(family.map(({ id }) => id));
  const nodes: FamilyNode[] = [
    {
      id: 'source',
      parent: undefined,
      picture: source,
      label: drawnWords(say, phrase('original')),
      note: '',
    },
  ];
  for (const one of family) {
    const { parentId } = one;
    const hash = one.pictures[one.favourite]?.hash;
    nodes.push({
      id: one.id,
      parent: parentId !== null && known.has(parentId) ? parentId : 'source',
      picture: hash === undefined ? undefined : await images.get(hash),
      label: drawnWords(say, labelOf(one)),
      note: drawnWords(say, phrase('seed {seed}', { seed: seedOf(one) })),
      chosen: one.id === painting.id,
    });
  }
  const bytes = await familyTree(nodes);
  const spoiler = family.some(({ pictures }) => pictures.some((picture) => picture.spoiler !== undefined));
  const description = say(
    'A family tree: the original picture and what came of it, {count, plural, one {# painting} other {# paintings}}: {labels}',
    { count: family.length, labels: family.map(labelOf) },
  ).slice(0, 1024);
  return {
    content: say(
      'The family of this painting: {count, plural, one {# painting} other {# paintings}}. Pick one to branch from; it comes with all its buttons.',
      { count: family.length },
    ),
    components: [row(pickSelect(say, painting, family)), row(stepBackButton(say, painting))],
    files: [{ name: 'tree.jpg', bytes, description, spoiler }],
  };
}

const pickSelect = (say: Say, painting: Painting, family: readonly Painting[]) =>
  select(
    { action: 'show', subject: painting.id },
    say('Branch from …'),
    family.slice(-CHOICES).map((one) => ({
      label: say('step {depth}: {label}', { depth: one.depth, label: labelOf(one) }),
      value: one.id,
      description: [
        say('seed {seed}', { seed: seedOf(one) }),
        ...(one.id === painting.parentId ? [say('the step before')] : []),
      ].join(' · '),
    })),
  );

const stepBackButton = (say: Say, { id, parentId }: Painting) =>
  button(
    { action: 'step-back', subject: id },
    { label: say('Step back'), emoji: '↩️', disabled: parentId === null },
  );

/** Shows what the painting was made from, as the reply `undo` does. */
export const stepBack: Action = {
  acknowledge: 'quiet',
  async run(context, { subject }) {
    const painting = await requireOpenPainting(context, subject);
    await showPainting(context, requireParentId(painting));
  },
};

export const treeAction: Action = {
  acknowledge: 'private',
  async run(context, { subject }) {
    const painting = await requireOpenPainting(context, subject);
    await context.conversation.answer(await treeMessage(context, painting));
  },
};

/** `/tree`: the family of a painting. */
export const tree: SlashCommand = {
  data: {
    name: 'tree',
    description: 'The family of a painting as one picture, to branch from any step',
    type: ApplicationCommandType.ChatInput,
    ...EVERYWHERE,
    options: [
      {
        name: 'message',
        description: 'Link to the painting; your newest one when left out',
        type: ApplicationCommandOptionType.String,
        max_length: 200,
      },
    ],
  },
  async run(context, options) {
    const painting = await findPainting(context, options.text('message'));
    const open = await requireOpenPainting(context, painting.id);
    await context.conversation.answer(await treeMessage(context, open));
  },
};

/** @throws UserError `painting-gone` */
async function findPainting({ services, origin }: Context, link: string | undefined): Promise<Painting> {
  const { paintings } = services.studio;
  const messageId = link === undefined ? undefined : MESSAGE.exec(link)?.[1];
  const found =
    link === undefined
      ? (await paintings.pageOf(origin.member.id, 0, 1)).paintings[0]
      : messageId && (await paintings.byMessage(messageId));
  if (found) return found;
  throw new UserError(
    'painting-gone',
    link === undefined
      ? phrase('You have no paintings yet')
      : phrase('Expected a link to a message with a painting, but received "{given}"', {
          given: link.slice(0, 100),
        }),
    { hint: '/img2img paints one.' },
  );
}
