import type { StyleWish } from '../recipe/complete-recipe.ts';
import { doesWell, fitStyles } from '../recipe/model-styles.ts';
import { findStyle, type Style } from '../recipe/styles.ts';
import type { Context } from './services.ts';

/** Who asks, as far as it matters for what they may choose from. */
export type Asking = Pick<Context, 'services' | 'say'> & {
  origin: { member: { id: string }; place: { guildId?: string | undefined } };
};

/** The styles that somebody can name where they are: their own, the server's, then everybody's. The first of an id counts. */
export async function stylesFor(asking: Asking): Promise<Style[]> {
  const own = await asking.services.studio.styles.of({ member: asking.origin.member.id });
  return distinct([...own, ...(await sharedStyles(asking))]);
}

function distinct(styles: readonly Style[]): Style[] {
  const known = new Map<string, Style>();
  for (const style of styles) if (!known.has(style.id)) known.set(style.id, style);
  return [...known.values()];
}

/** The styles that everybody in a place can name. */
export async function sharedStyles({ services, origin }: Asking): Promise<Style[]> {
  const { guildId } = origin.place;
  return distinct([
    ...(guildId === undefined ? [] : await services.studio.styles.of({ guild: guildId })),
    ...services.styles(),
  ]);
}

/**
 * The styles to choose from where one is asked for: those that the model does well, where it does them best. Others can
 * still be named.
 * @param model registry id; the usual model when it is left out or unknown
 */
export async function offeredStyles(asking: Asking, model?: string): Promise<Style[]> {
  return offeredOf(asking, await stylesFor(asking), model);
}

/** Of some styles those to choose from; as `offeredStyles`. */
export function offeredOf(
  { services: { registry } }: Pick<Asking, 'services'>,
  styles: readonly Style[],
  id?: string,
): Style[] {
  const { defaults } = registry.list().find((model) => model.id === id) ?? registry.default();
  return fitStyles(styles, defaults).filter((style) => doesWell(defaults, style));
}

/** What a style is called, however it is wished for. */
export const nameOfStyle = (wish: StyleWish, styles: readonly Style[]): string =>
  typeof wish === 'string' ? (findStyle(styles, wish)?.name ?? wish) : wish.name;
