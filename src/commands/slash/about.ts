import { ApplicationCommandOptionType, ApplicationCommandType, ButtonStyle } from 'discord-api-types/v10';
import { asPhrase, phrase, type Said, untranslated } from '../../language/phrase.ts';
import { STRENGTH_BANDS } from '../../recipe/strength.ts';
import { styleName } from '../../recipe/style-name.ts';
import type { SlashCommand } from '../command.ts';
import { helpPicture } from '../help/help-picture.ts';
import { button, row } from '../messages/buttons.ts';
import { offeredOf } from '../styles-for.ts';
import { EVERYWHERE } from './painting-options.ts';

const band = ({ from, to, name, use }: (typeof STRENGTH_BANDS)[number]) =>
  phrase('**{range}** {name}: {use}', {
    range: `${from.toFixed(2)}–${to.toFixed(2)}`,
    name: phrase(name),
    use: phrase(use),
  });

const TOPICS = {
  start: [
    '**Repaint a picture**: `/img2img`, attach it, pick a style. Or right-click any message with a picture → Apps → Repaint.',
    'The buttons under a painting go on from there; so does **replying** to it in plain words, and reacting with 🔁 🎲 ✨ ⬆️ ❌.',
    '`/upscale` and `/restore` enlarge · `/background` repaints around a subject, or cuts it out · `/safety` says what is checked.',
    '`/help topic:tasks` lists what has a command of its own; `topic:strength`, `replies`, `styles`, `sketches`, `guidance`, `seeds` say more.',
  ],
  strength: [
    '**Strength** is how far the picture may move from its source.',
    ...STRENGTH_BANDS.map(band),
    'Start at 0.5. Too similar: add 0.1. Structure lost: take 0.1 away. Two or three tries find it.',
    "`fidelity:` keeps more (1) or less (0) of the source's own detail, such as faces, at the same strength.",
    'Photos with a strong composition bear more; sketches and scenes of many small things bear less.',
    '`/ladder` shows one picture at five strengths, to pick from.',
  ],
  tasks: [
    '`/ladder` which strength fits · `/refine` three to five gentle rounds, kinder than one hard pass',
    '`/enhance` quality, 0.2–0.35 · `/relight` another light, 0.3–0.5 · `/sketch` art from a drawing, 0.7–0.9',
    '`/inpaint` a part only · `/background` all but the subject · `/upscale` and `/restore` enlarge',
    '`/chain` several stages by one name: a style, another model, enlarging, a gentle pass',
    '`/batch` up to ten pictures, one look · `/tree` where a painting comes from · `/gallery` all of yours',
  ],
  sketches: [
    '**Drawings** need contrast: dark lines on a light, clean ground. Faint grey lines are not read as structure; smudges are.',
    'Proportions are followed as drawn; a little shading helps depth. `/sketch` cleans the ground, and says what it did.',
    'In the prompt, describe the finished picture: materials, light, atmosphere.',
  ],
  replies: [
    '**Reply** to a painting to go on from it (at strength 0.3 unless you say otherwise):',
    '`warmer light` joins the prompt · `= a red door` replaces it · `-people` keeps people out',
    '`0.4` or `40%` strength · `seed 42` · `x4` four pictures · `#2` start from the second · `style watercolor`',
    '`stronger` · `weaker` · `again` · `undo`. Mix them: `warmer, 0.4 x4`.',
  ],
  guidance: [
    '**Guidance** is how closely the prompt is followed. When you leave it out it follows the strength.',
    'Where 7–8 is usual for new pictures, use 5–7 here; at strength 0.2–0.3 use 3–5.',
    'Much guidance at low strength over-saturates and makes artifacts.',
  ],
  seeds: [
    '**Seed**: the same seed, picture and settings give the same painting. Variations use seed, seed + 1, …',
    'Try 8 or 16 seeds (`count`): the second list under them runs a gentle pass over each of your favourites.',
  ],
  controlnet: [
    '**img2img and ControlNet** keep different things of a picture.',
    'img2img, which this bot does, begins with the picture itself: real colours, textures and content stay, and its structure loosens as the strength grows.',
    'ControlNet keeps one kind of structure only (edges, depth, a pose), however much else changes; colours and content come from the prompt.',
    'So: colours must stay, use 0.3–0.5. Only the lines must stay: draw or trace them, and use `/sketch`. Only a part may change: `/inpaint` or `/background`.',
  ],
} as const satisfies Record<string, readonly Said[]>;
type Topic = keyof typeof TOPICS | 'styles';
const NAMES: readonly Topic[] = [
  'start',
  'tasks',
  'strength',
  'styles',
  'sketches',
  'replies',
  'guidance',
  'seeds',
  'controlnet',
];

export const help: SlashCommand = {
  data: {
    name: 'help',
    description: 'How to get the picture that you want',
    type: ApplicationCommandType.ChatInput,
    ...EVERYWHERE,
    options: [
      {
        name: 'topic',
        description: 'What to explain',
        type: ApplicationCommandOptionType.String,
        choices: NAMES.map((name) => ({ name, value: name })),
      },
    ],
  },
  async run({ services, conversation, say }, options) {
    const topic = NAMES.find((name) => name === options.text('topic')) ?? 'start';
    const lines =
      topic === 'styles'
        ? [
            ...offeredOf({ services }, services.styles()).map(
              ({ emoji, name, strength }) =>
                `${emoji} **${say(styleName(name))}** · ${say('strength {strength}', { strength: `${strength[0]}–${strength[1]}` })}`,
            ),
            say('Mix them: `oil + watercolor`, or by weight `oil:0.7+watercolor:0.3`.'),
            say(
              '**Save style** under a painting keeps its look, for you or for the server; `/styles` shows what is kept.',
            ),
            say(
              'Words of your own do best when they name medium, technique, movement and quality: `charcoal, cross-hatching, expressionist, museum quality`.',
            ),
          ]
        : TOPICS[topic].map((line) => say(asPhrase(line)));
    await conversation.answer({
      content: lines.join('\n').slice(0, 2000),
      components: [
        row(
          button(
            { action: 'example', subject: topic },
            { label: say('Try an example'), emoji: '🖼️', style: ButtonStyle.Primary },
          ),
        ),
      ],
      files: await helpPicture(topic, say),
    });
  },
};

export const models: SlashCommand = {
  data: {
    name: 'models',
    description: 'The models that can paint',
    type: ApplicationCommandType.ChatInput,
    ...EVERYWHERE,
  },
  async run({ services, conversation, say }) {
    const chosen = services.registry.default().id;
    const lines = services.registry
      .list()
      .filter((model) => model.problem === undefined)
      .map(
        ({ id, name, licence, description }) =>
          `**${name}** \`${id}\`${id === chosen ? ` ${say('(default)')}` : ''} · ${licence}\n-# ${description === '' ? say('no description') : say(untranslated(description))}`,
      );
    await conversation.answer({ content: lines.join('\n').slice(0, 2000) });
  },
};
