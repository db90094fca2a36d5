import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  InteractionContextType,
} from 'discord-api-types/v10';
import { UserError } from '../../errors.ts';
import { type Phrase, phrase } from '../../language/phrase.ts';
import { LANGUAGE_NAMES, LANGUAGES, type Say } from '../../language/say.ts';
import { findStyle, type Style } from '../../recipe/styles.ts';
import type { GuildSettings, MemberSettings } from '../../studio/settings.ts';
import type { OptionValues, SlashCommand } from '../command.ts';
import type { Services } from '../services.ts';
import { type Asking, offeredOf, sharedStyles, stylesFor } from '../styles-for.ts';
import { choicesOf, styleChoices } from './painting-options.ts';

const option = ApplicationCommandOptionType;
const OF_THE_ASKER = 'asker';

export const settings: SlashCommand = {
  data: {
    name: 'settings',
    description: "Your defaults, and the server's for its managers",
    type: ApplicationCommandType.ChatInput,
    contexts: [InteractionContextType.Guild, InteractionContextType.BotDM],
    options: [
      { name: 'my_style', description: 'Style when you name none', type: option.String, autocomplete: true },
      {
        name: 'my_strength',
        description: 'Strength when you name none',
        type: option.Number,
        min_value: 0.05,
        max_value: 1,
      },
      {
        name: 'my_privacy',
        description: 'Nobody else may repaint your pictures or go on from your paintings (true)',
        type: option.Boolean,
      },
      {
        name: 'forget_me',
        description: 'Deletes your paintings, styles and chains from the bot’s memory, and your settings',
        type: option.Boolean,
      },
      {
        name: 'server_style',
        description: 'Server: style when nobody names one',
        type: option.String,
        autocomplete: true,
      },
      {
        name: 'server_strength',
        description: 'Server: strength when nobody names one',
        type: option.Number,
        min_value: 0.05,
        max_value: 1,
      },
      {
        name: 'language',
        description: 'Server: the language of what everybody sees; private answers are in your own',
        type: option.String,
        choices: [
          { name: 'That of whoever asks', value: OF_THE_ASKER },
          ...LANGUAGES.map((value) => ({ name: LANGUAGE_NAMES[value], value })),
        ],
      },
      { name: 'reactions', description: 'Server: results get reactions to press', type: option.Boolean },
      {
        name: 'only_here',
        description: 'Server: paint in this channel only (true), or everywhere (false)',
        type: option.Boolean,
      },
      {
        name: 'only_role',
        description: 'Server: adds a role that may paint; without any, everybody may',
        type: option.Role,
      },
      { name: 'everybody', description: 'Server: everybody may paint again', type: option.Boolean },
      {
        name: 'daily_pictures',
        description: 'Server: pictures a member may have in a day; 0 for no limit',
        type: option.Integer,
        min_value: 0,
        max_value: 10_000,
      },
      {
        name: 'waiting_jobs',
        description: 'Server: pictures that a member may have waiting',
        type: option.Integer,
        min_value: 1,
        max_value: 50,
      },
    ],
  },

  complete(asking, name, value) {
    if (name === 'server_style') return choicesOf(asking, offeredHere(asking), value);
    return name === 'my_style' ? styleChoices(asking, value) : [];
  },

  async run(context, options) {
    const { services, origin, conversation } = context;
    const { studio } = services;
    const { guildId } = origin.place;
    const before = await studio.settings.guild(guildId);
    const own = memberChange(await stylesFor(context), options);
    const server = {
      ...serverChange(await sharedStyles(context), options, origin.place.channelId),
      ...rolesChange(before, options),
    };
    if (Object.keys(server).length > 0) {
      if (guildId === undefined)
        throw new UserError(
          'no-server',
          'Expected a server for server settings, but this is a private conversation',
        );
      if (!origin.member.isManager)
        throw new UserError('not-manager', "Only who may manage the server can change the server's settings");
      await studio.settings.setGuild(guildId, server);
    }
    if (options.flag('forget_me')) await forget(services, origin.member.id);
    if (Object.keys(own).length > 0) await studio.settings.setMember(origin.member.id, own);
    const [guild, member] = await Promise.all([
      studio.settings.guild(guildId),
      studio.settings.member(origin.member.id),
    ]);
    await conversation.answer({ content: describe(context.say, guild, member, guildId !== undefined) });
  },
};

const offeredHere = async (asking: Asking) => offeredOf(asking, await sharedStyles(asking));

function styleId(styles: readonly Style[], text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const style = findStyle(styles, text);
  if (style) return style.id;
  throw new UserError(
    'unknown-style',
    phrase('Expected a known style, but received {given}', { given: JSON.stringify(text) }),
    { hint: '`/styles` lists them.' },
  );
}

const present = (change: object) =>
  Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));

function memberChange(styles: readonly Style[], options: OptionValues): Partial<MemberSettings> {
  return present({
    defaultStyle: styleId(styles, options.text('my_style')),
    defaultStrength: options.number('my_strength'),
    keepsPrivate: options.flag('my_privacy'),
  });
}

function serverChange(
  styles: readonly Style[],
  options: OptionValues,
  channelId: string,
): Partial<GuildSettings> {
  const onlyHere = options.flag('only_here');
  const language = options.text('language');
  return {
    // Left out is a choice here too: that of whoever asks.
    ...(language === undefined ? {} : { language: LANGUAGES.find((known) => known === language) }),
    ...present({
      defaultStyle: styleId(styles, options.text('server_style')),
      defaultStrength: options.number('server_strength'),
      seedReactions: options.flag('reactions'),
      channels: onlyHere === undefined ? undefined : onlyHere ? [channelId] : [],
      dailyPictures: options.number('daily_pictures'),
      waitingJobs: options.number('waiting_jobs'),
    }),
  };
}

function rolesChange({ roles }: GuildSettings, options: OptionValues): Partial<GuildSettings> {
  const added = options.role('only_role');
  if (added !== undefined) return { roles: [...new Set([...roles, added])] };
  return options.flag('everybody') ? { roles: [] } : {};
}

/** Messages stay in their channels, where their owner can delete them. */
async function forget({ studio, images }: Services, memberId: string): Promise<void> {
  for (const { id, pictures } of await studio.paintings.ofMember(memberId)) {
    await studio.paintings.remove(id);
    for (const { hash } of pictures) await images.delete(hash);
  }
  await studio.series.forgetMember(memberId);
  await studio.settings.forgetMember(memberId);
  await studio.styles.forgetMember(memberId);
  await studio.chains.forgetMember(memberId);
  await studio.hints.forgetMember(memberId);
}

const privacy = ({ keepsPrivate }: MemberSettings): Phrase =>
  keepsPrivate ? phrase('nobody else repaints your pictures') : phrase('others may repaint your pictures');

function describe(say: Say, guild: GuildSettings, member: MemberSettings, inServer: boolean): string {
  const mine = say('**Yours**: style {style}, strength {strength}, {privacy}', {
    style: member.defaultStyle ?? phrase("the server's"),
    strength: member.defaultStrength ?? phrase("the style's"),
    privacy: privacy(member),
  });
  return inServer ? [mine, ...describeServer(say, guild)].join('\n') : mine;
}

function describeServer(say: Say, guild: GuildSettings): string[] {
  const { channels, roles, language } = guild;
  return [
    say('**Server**: style {style}, strength {strength}, reactions {reactions}, painting {where}', {
      style: guild.defaultStyle,
      strength: guild.defaultStrength ?? phrase("the style's"),
      reactions: guild.seedReactions ? phrase('on') : phrase('off'),
      where: channels.length === 0 ? phrase('everywhere') : channels.map((id) => `<#${id}>`),
    }),
    say('pictures a day {daily}, waiting at once {waiting}, painting for {roles}', {
      daily: guild.dailyPictures === 0 ? phrase('unlimited') : guild.dailyPictures,
      waiting: guild.waitingJobs,
      roles: roles.length === 0 ? phrase('everybody') : roles.map((id) => `<@&${id}>`),
    }),
    say('language of what everybody sees: {language}', {
      language: language === undefined ? phrase('that of whoever asks') : LANGUAGE_NAMES[language],
    }),
  ];
}
