import { z } from 'zod';
import { WordAdditions } from './word-list.ts';

/** What happens to a picture or a wish, from mild to strict. */
export const ACTIONS = ['allow', 'spoiler', 'blur', 'refuse'] as const;
export type Action = (typeof ACTIONS)[number];

const share = z.number().min(0).max(1);

/**
 * Shares (0 to 1) above which something happens; null never. `blur` concerns previews, `spoiler` and `refuse` sources and
 * results. A preview is also blurred where a result would be hidden or refused: it changes with every step, and the result
 * decides.
 */
const Thresholds = z.strictObject({
  blur: share.nullable(),
  spoiler: share.nullable(),
  refuse: share.nullable(),
});
export type Thresholds = z.infer<typeof Thresholds>;

/** What counts in a kind of channel. */
const ChannelRules = z.strictObject({
  /** The classifier's `porn` and `hentai` together. */
  explicit: Thresholds,
  /** The classifier's `sexy`. */
  suggestive: Thresholds,
});

const GENERAL = {
  explicit: { blur: 0.3, spoiler: 0.4, refuse: 0.6 },
  suggestive: { blur: 0.8, spoiler: 0.8, refuse: null },
};
const AGE_RESTRICTED = {
  explicit: { blur: null, spoiler: 0.6, refuse: null },
  suggestive: { blur: null, spoiler: null, refuse: null },
};

/** A server's safety settings; every field has the value that a careful stranger would choose. */
export const SafetySettings = z.strictObject({
  /** False switches the classifier off; words are still read. */
  pictures: z.boolean().default(true),
  /** False switches the bundled word list off, but for the rules that hold everywhere. */
  words: z.boolean().default(true),
  /** The server's own words and patterns. */
  additions: WordAdditions.default([]),
  general: ChannelRules.default(GENERAL),
  ageRestricted: ChannelRules.default(AGE_RESTRICTED),
  /** What happens to pictures when there is no classifier, or it fails. */
  unchecked: z.enum(['refuse', 'spoiler', 'allow']).default('refuse'),
  /** With a second opinion: whether one of the two is enough, or both must agree. */
  opinions: z.enum(['either', 'both']).default('either'),
});
export type SafetySettings = z.infer<typeof SafetySettings>;

export const DEFAULT_SAFETY: SafetySettings = SafetySettings.parse({});

/** What is in force where something is asked for. */
export const SafetyPlace = z.object({
  ageRestricted: z.boolean(),
  settings: SafetySettings,
});
export type SafetyPlace = z.infer<typeof SafetyPlace>;

/** Where nothing is known of the place: the careful stranger's settings. */
export const CAREFUL_PLACE: SafetyPlace = { ageRestricted: false, settings: DEFAULT_SAFETY };
