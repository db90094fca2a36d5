import { type APIModalInteractionResponseCallbackData, TextInputStyle } from 'discord-api-types/v10';
import { UserError } from '../../errors.ts';
import { phrase } from '../../language/phrase.ts';
import { Chain, type ChainStage, MOST_CHAINS } from '../../recipe/chain.ts';
import { formatStages, parseStages } from '../../recipe/chain-grammar.ts';
import { readEmoji } from '../../recipe/named-entry.ts';
import { input, label } from '../actions/paint-form.ts';
import type { FormHandler, FormValues } from '../command.ts';
import { toCustomId } from '../custom-id.ts';
import { freeId, readFreeName } from '../kept/new-name.ts';
import { ownerToChange, type Scope, scopeField, scopeIn } from '../kept/scope.ts';
import { checkTexts } from '../safety-check.ts';
import type { Context } from '../services.ts';
import { sharedStyles, stylesFor } from '../styles-for.ts';
import { jobIdOf } from '../submit.ts';
import { chainBody } from './chain-messages.ts';
import type { KnownChain } from './chains-for.ts';

const DEFAULT_EMOJI = '🔗';
const MAX_STAGES_TEXT = 2000;
const EXAMPLE = 'oil 0.7\nmodel:… 0.5 warmer light\nupscale 2\nrefine 0.25';

/** Opens the form in which a chain is written, one line a stage. @param from one to begin with */
export async function openChainForm(context: Context, from: KnownChain | undefined): Promise<void> {
  const { say, origin, conversation } = context;
  const begun = from?.chain;
  // One's own is changed; anybody else's is the beginning of another one.
  const name = from?.scope === 'mine' ? { value: from.chain.name } : {};
  await conversation.openForm({
    custom_id: toCustomId({ action: 'save-chain', subject: 'new' }),
    title: say('A chain: one line a stage'),
    components: [
      label(say('Name'), input('name', { required: true, max_length: 40, ...name })),
      label(say('Emoji'), input('emoji', { max_length: 16, value: begun?.emoji ?? DEFAULT_EMOJI })),
      label(
        say('Stages'),
        input('stages', {
          style: TextInputStyle.Paragraph,
          required: true,
          max_length: MAX_STAGES_TEXT,
          placeholder: EXAMPLE,
          ...(begun ? { value: formatStages(begun.stages).slice(0, MAX_STAGES_TEXT) } : {}),
        }),
        say('A style or words with a strength; model:…; refine 0.25; upscale 2'),
      ),
      label(
        say('What it is for'),
        input('about', { max_length: 200, ...(begun?.about ? { value: begun.about } : {}) }),
      ),
      ...scopeField(say, origin),
    ],
  } as APIModalInteractionResponseCallbackData);
}

export const saveChainForm: FormHandler = {
  answers: true,
  async run(context, _id, values) {
    const { services, origin, conversation, say } = context;
    const { studio } = services;
    const scope = scopeIn(values);
    const owner = ownerToChange(origin, scope);
    const kept = await studio.chains.of(owner);
    const chain = await readChain(context, values, scope, kept);
    const settings = await studio.settings.guild(origin.place.guildId);
    await checkTexts(context, settings, jobIdOf(origin.eventId, 'save-chain'), textsOf(chain));
    const isKnown = kept.some(({ id }) => id === chain.id);
    if (isKnown) await studio.chains.change(owner, chain);
    else if ((await studio.chains.add(owner, chain, mostOf(scope))) === 'full')
      throw new UserError(
        'too-many-chains',
        phrase('Expected at most {most} chains to keep', { most: mostOf(scope) }),
        {
          hint: '`/chain delete` makes room.',
        },
      );
    const words = say('Kept. `/chain run name:{name}` paints it.', { name: chain.name });
    await conversation.answer(chainBody(say, chain, [words]));
  },
};

const mostOf = (scope: Scope) => (scope === 'mine' ? MOST_CHAINS.member : MOST_CHAINS.guild);

/** The words of a chain that anybody may come to see, or that are painted by. */
const textsOf = ({ name, about, stages }: Chain): string[] => [
  name,
  about,
  ...stages.flatMap((stage) => ('prompt' in stage && stage.prompt !== undefined ? [stage.prompt] : [])),
];

/**
 * The chain that a form says. One of the same name there is changed.
 * @throws UserError `bad-name`, `name-taken`, `bad-emoji`, `bad-stage`, `bad-chain`, `unknown-model`
 */
async function readChain(
  context: Context,
  values: FormValues,
  scope: Scope,
  kept: readonly Chain[],
): Promise<Chain> {
  const { services } = context;
  const written = (values.text('name') ?? '').trim().toLowerCase();
  const before = kept.find(({ name }) => name.toLowerCase() === written);
  const others = [...kept.filter((one) => one !== before), ...services.chains()];
  const name = readFreeName(values.text('name') ?? '', others);
  const emoji = values.text('emoji')?.trim();
  // What everybody here may run must not hang on the styles of one.
  const styles = await (scope === 'mine' ? stylesFor(context) : sharedStyles(context));
  const stages = parseStages(values.text('stages') ?? '', styles);
  for (const stage of stages) requireModel(context, stage);
  return Chain.parse({
    id: before?.id ?? freeId(name, others),
    name,
    emoji: emoji ? readEmoji(emoji) : DEFAULT_EMOJI,
    about: (values.text('about') ?? '').trim().replaceAll(/\s+/g, ' '),
    stages,
  });
}

/** @throws UserError `unknown-model` */
function requireModel({ services }: Context, stage: ChainStage): void {
  if ('model' in stage && stage.model !== undefined) services.registry.get(stage.model);
}
