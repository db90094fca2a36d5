import { ApplicationCommandOptionType, ApplicationCommandType } from 'discord-api-types/v10';
import { UserError } from '../../errors.ts';
import { chainMessage, chainsMessage } from '../chains/chain-messages.ts';
import { chainChoices, chainsFor, type KnownChain, requireChain } from '../chains/chains-for.ts';
import { runChain } from '../chains/run-chain.ts';
import { openChainForm } from '../chains/save-chain.ts';
import type { Action, SlashCommand } from '../command.ts';
import { mayChange, ownerToChange, readScope, type Scope } from '../kept/scope.ts';
import type { Context } from '../services.ts';
import { EVERYWHERE, pictureOption, promptOption, seedOption } from './painting-options.ts';

const nameOption = (description: string, required = true) => ({
  name: 'name',
  description,
  type: ApplicationCommandOptionType.String as const,
  autocomplete: true as const,
  required,
});

type Options = NonNullable<SlashCommand['data']['options']>;

const subcommand = (name: string, description: string, options: Options = []): Options[number] =>
  ({ name, description, type: ApplicationCommandOptionType.Subcommand, options }) as Options[number];

/** `/chain`: several stages, each over the result of the one before, kept by name. */
export const chain: SlashCommand = {
  subcommands: { run: 'paints', save: 'form', list: 'private', show: 'private', delete: 'private' },
  data: {
    name: 'chain',
    description: 'Several stages by one name: a style, another model, enlarging, a gentle pass',
    type: ApplicationCommandType.ChatInput,
    ...EVERYWHERE,
    options: [
      subcommand('run', 'Paint a picture through all stages of a chain', [
        nameOption('Which chain'),
        pictureOption('image', 'The picture to begin with'),
        { ...promptOption, description: 'What the picture shows, for all stages' },
        seedOption,
      ]),
      subcommand('save', 'Write a chain of your own, or change one: one line a stage', [
        nameOption('One to begin with; your own is changed', false),
      ]),
      subcommand('list', "The chains: yours, the server's and everybody's"),
      subcommand('show', 'The stages of a chain', [nameOption('Which chain')]),
      subcommand('delete', 'Delete a chain that you keep', [nameOption('Which chain')]),
    ],
  },
  complete: (asking, _option, value, subcommand) =>
    chainChoices(asking, value, subcommand === 'delete' ? 'changeable' : 'all'),
  async run(context, options) {
    const { conversation, origin, say } = context;
    const name = options.text('name');
    const known = name === undefined ? undefined : await requireChain(context, name);
    if (options.subcommand === 'save') await openChainForm(context, known);
    else if (known === undefined) await conversation.answer(chainsMessage(say, await chainsFor(context)));
    else if (options.subcommand === 'run') await runChain(context, known.chain, options);
    else if (options.subcommand === 'delete')
      await conversation.answer({ content: await forgetChain(context, known) });
    else
      await conversation.answer(
        chainMessage(say, known, known.scope !== undefined && mayChange(origin, known.scope)),
      );
  },
};

/** @returns words about it @throws UserError `not-yours`, `not-manager` */
async function forgetChain(
  { services, origin, say }: Context,
  { chain: known, scope }: KnownChain,
): Promise<string> {
  if (scope === undefined) throw new UserError('not-yours', 'Everybody has this chain: it cannot be deleted');
  await services.studio.chains.remove(ownerToChange(origin, scope), known.id);
  return say('Deleted {name}. What was painted with it stays.', { name: known.name });
}

/** The button below a chain that is shown. */
export const deleteChain: Action = {
  acknowledge: 'quiet',
  async run(context, { subject, argument }) {
    const scope: Scope = readScope(argument);
    const kept = await context.services.studio.chains.of(ownerToChange(context.origin, scope));
    const found = kept.find(({ id }) => id === subject);
    if (!found) throw new UserError('unknown-chain', 'This chain is not kept any more');
    const content = await forgetChain(context, { chain: found, scope });
    await context.conversation.update({ content, embeds: [], components: [] });
  },
};
