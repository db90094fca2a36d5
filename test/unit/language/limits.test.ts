import { describe, expect, test } from 'vitest';
import { paintForm, upload } from '../../../src/commands/actions/paint-form.ts';
import type { OptionValues } from '../../../src/commands/command.ts';
import type { MessageBody } from '../../../src/commands/messages/message-body.ts';
import { resultButtons } from '../../../src/commands/messages/paint-messages.ts';
import { safetyText } from '../../../src/commands/messages/safety-text.ts';
import type { Context } from '../../../src/commands/services.ts';
import { help } from '../../../src/commands/slash/about.ts';
import { LANGUAGES, sayIn } from '../../../src/language/say.ts';
import { plainDefaults } from '../../../src/recipe/model-defaults.ts';
import { BUILT_IN_STYLES } from '../../../src/recipe/styles.ts';
import { GuildSettings } from '../../../src/studio/settings.ts';
import { testRecipe } from '../../support/recipes.ts';

/** A model that does all styles, so that every text is as long as it gets. */
const model = { id: 'm', defaults: plainDefaults('m') };
const registry = { list: () => [model], default: () => model };

/** The most characters that Discord takes, by the key that a text stands under. */
const LIMITS: Record<string, number> = { title: 45, placeholder: 100, description: 100, content: 2000 };
const LABELS = { component: 45, button: 80, option: 100 };

/** Every text in a form or a row of components that is too long for its place. */
function tooLong(part: unknown, isOption = false): string[] {
  if (Array.isArray(part)) return part.flatMap((one) => tooLong(one, isOption));
  if (typeof part !== 'object' || part === null) return [];
  const { type } = part as { type?: number };
  const label = isOption ? LABELS.option : type === 2 ? LABELS.button : LABELS.component;
  return Object.entries(part).flatMap(([key, value]) => {
    const limit = key === 'label' ? label : LIMITS[key];
    if (typeof value === 'string') return limit !== undefined && value.length > limit ? [value] : [];
    return tooLong(value, key === 'options');
  });
}

const painting = {
  id: 'a',
  recipe: testRecipe(),
  parentId: null,
  depth: 1,
  pictures: Array.from({ length: 8 }, (_, i) => ({
    hash: 'a',
    seed: 4_294_967_295 - i,
    width: 8,
    height: 8,
  })),
  favourite: 0,
  askerId: '1',
  guildId: '1',
  channelId: '1',
  messageId: '1',
  executedSteps: 1,
  tookMs: 1,
  sourceOwnerId: null,
  sourceDescription: null,
  locale: null,
};

describe.each(LANGUAGES)('in %s', (language) => {
  const say = sayIn(language);

  test('buttons and selects are not too long', () => {
    expect(tooLong(resultButtons(say, painting))).toEqual([]);
  });

  test('forms are not too long', () => {
    const titles = [
      say('Repaint'),
      say('Paint it again'),
      say('Repaint with this recipe'),
      say('An example: only a picture is missing'),
    ];
    // A form cuts its title itself, so it is looked at before.
    expect(titles.filter((title) => title.length > 45)).toEqual([]);
    const uploads = [
      upload(say('Your picture'), say('A photo with one clear subject works best'), true),
      upload(say('Another picture'), say('Instead of the one that holds the recipe'), false),
      upload(say('Another picture'), say('Instead of the one in the message'), false),
    ];
    for (const last of uploads)
      expect(
        tooLong(paintForm(say, { customId: 'x', title: 'x', styles: BUILT_IN_STYLES, style: 'oil' }, last)),
      ).toEqual([]);
  });

  test('every topic of /help fits into a message, whole', async () => {
    const option = help.data.options![0] as { choices: readonly { value: string }[] };
    for (const { value } of option.choices) {
      let answer: MessageBody = {};
      const context = {
        say,
        services: { styles: () => BUILT_IN_STYLES, registry },
        conversation: {
          answer: async (body: MessageBody) => {
            answer = body;
          },
        },
      } as unknown as Context;
      await help.run(context, { text: () => value } as unknown as OptionValues);
      expect(answer.content!.length, value).toBeGreaterThan(100);
      expect(answer.content!.length, value).toBeLessThan(2000);
    }
  });

  test('what /safety says fits into a message, whole', () => {
    const text = safetyText(say, GuildSettings.parse({}), { here: true, showsWords: true });
    expect(text.length).toBeLessThan(2000);
  });
});
