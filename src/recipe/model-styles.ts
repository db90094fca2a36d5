import { phrase } from '../language/phrase.ts';
import type { Hint } from './hints.ts';
import { mixParts } from './mix-styles.ts';
import { styleName } from './style-name.ts';
import { BUILT_IN_STYLES, type Style } from './styles.ts';

/** Where a model does a style best, as [low, high, default]; the style's own range where it is left out. */
export type StyleFit = { [Key in 'strength' | 'guidance']?: Style[Key] | undefined };

/** The built-in styles that a model does well, by id. */
export type ModelStyles = Readonly<Record<string, StyleFit>>;

/** A model, as far as styles go; one that says nothing about them does them all. */
interface Painter {
  styles?: ModelStyles | undefined;
}

type Named = Pick<Style, 'id' | 'prompt' | 'negative'>;

/** What a model says is about the styles that everybody has; one of an operator's or a member's own is their affair. */
const isBuiltIn = ({ id, prompt, negative }: Named): boolean =>
  BUILT_IN_STYLES.some((known) => known.id === id && known.prompt === prompt && known.negative === negative);

/** Whether a model is said to do a style well. */
export const doesWell = ({ styles }: Painter, style: Named): boolean =>
  styles === undefined || Object.hasOwn(styles, style.id) || !isBuiltIn(style);

/** The styles as a model does them best, those that it does not do well too. */
export function fitStyles(styles: readonly Style[], { styles: fits }: Painter): Style[] {
  return styles.map((style) => {
    const fit = fits !== undefined && Object.hasOwn(fits, style.id) ? fits[style.id] : undefined;
    if (fit === undefined || !isBuiltIn(style)) return style;
    return { ...style, strength: fit.strength ?? style.strength, guidance: fit.guidance ?? style.guidance };
  });
}

/** That a model does not do a style well, or a built-in part of a mix; nothing where it does. */
export function styleHints(model: Painter, style: Named & Pick<Style, 'name'>): Hint[] {
  const builtIn = (id: string) => BUILT_IN_STYLES.find((known) => known.id === id);
  const parts = mixParts(style.id, (id) => builtIn(id) ?? style) ?? [{ style }];
  const poor = parts.find((part) => !doesWell(model, part.style))?.style;
  if (!poor) return [];
  const said = phrase('This model does not do {style} well.', { style: styleName(poor.name) });
  return [{ topic: `poor-style-${poor.id}`, said, help: 'styles' }];
}
