import { UserError } from '../errors.ts';
import { phrase, type Said, untranslated } from '../language/phrase.ts';
import { ACTIONS, type Action, type SafetySettings, type Thresholds } from './settings.ts';
import { BUNDLED_RULES, createWordList, type WordList } from './word-list.ts';

/** Shares by the classifier's label. */
export type Scores = Readonly<Record<string, number>>;

/** What is known of a picture: shares, or why there are none. */
export type Look = Scores | 'absent' | 'failed';

/** Another judge of pictures, such as a second classifier or a service; it tells how explicit a picture is, 0 to 1. */
export interface SecondOpinion {
  readonly name: string;
  /** @param file bytes of the picture */
  explicit(file: Uint8Array): Promise<number>;
}

export type SafetyStage = 'source' | 'preview' | 'result';

/** One look at one moment of a painting. */
export interface Judged {
  stage: SafetyStage;
  ageRestricted: boolean;
  settings: SafetySettings;
  look: Look;
  /** How explicit the second judge finds it, or that it failed; left out where there is none. */
  second?: number | 'failed';
}

/** What is to happen, and by which rule; `allow` has none. */
export interface Verdict {
  action: Action;
  /** Stable and kebab-case, for settings, logs and translations. */
  rule?: string;
  /** The rule in words, to be put after "This goes against a rule here:". */
  ruleName?: string;
}

const ALLOW: Verdict = { action: 'allow' };
const EXPLICIT = ['porn', 'hentai'];
const SUGGESTIVE = ['sexy'];

const sum = (scores: Scores, labels: readonly string[]) =>
  labels.reduce((total, label) => total + (scores[label] ?? 0), 0);

/** The stricter of two verdicts; the first of equals. */
export function stricter(a: Verdict, b: Verdict): Verdict {
  return ACTIONS.indexOf(b.action) > ACTIONS.indexOf(a.action) ? b : a;
}

/** Judges a picture. Pure: the same look and settings give the same verdict. */
export function judgePicture(judged: Judged): Verdict {
  const { settings, ageRestricted, stage, look } = judged;
  if (!settings.pictures) return ALLOW;
  const rules = ageRestricted ? settings.ageRestricted : settings.general;
  const explicit = explicitShare(judged);
  if (explicit === undefined) return unchecked(judged);
  const verdicts = [
    verdictFor(explicit, rules.explicit, stage, 'explicit-picture', 'no explicit pictures'),
    typeof look === 'string'
      ? ALLOW
      : verdictFor(
          sum(look, SUGGESTIVE),
          rules.suggestive,
          stage,
          'suggestive-picture',
          'no suggestive pictures',
        ),
  ];
  return verdicts.reduce(stricter);
}

/** How explicit a picture is by one or two judges; undefined where nobody could tell. */
function explicitShare({ look, second, settings }: Judged): number | undefined {
  const shares = [
    typeof look === 'string' ? undefined : sum(look, EXPLICIT),
    typeof second === 'number' ? second : undefined,
  ].filter((share) => share !== undefined);
  if (shares.some(Number.isNaN)) return undefined;
  const missing = typeof look === 'string' || second === 'failed';
  // Where one of the two is missing, the other alone may refuse but not acquit.
  if (missing) {
    const alone = Math.max(...shares);
    return shares.length > 0 && settings.unchecked === 'allow' ? alone : undefined;
  }
  return settings.opinions === 'either' ? Math.max(...shares) : Math.min(...shares);
}

function unchecked({ settings, stage }: Judged): Verdict {
  const action = stage === 'preview' && settings.unchecked !== 'allow' ? 'blur' : settings.unchecked;
  if (action === 'allow') return ALLOW;
  return { action, rule: 'unchecked-picture', ruleName: 'no pictures that could not be checked' };
}

function verdictFor(
  share: number,
  { blur, spoiler, refuse }: Thresholds,
  stage: SafetyStage,
  rule: string,
  ruleName: string,
): Verdict {
  const above = (limit: number | null) => limit !== null && share > limit;
  if (stage === 'preview')
    return above(blur) || above(spoiler) || above(refuse) ? { action: 'blur', rule, ruleName } : ALLOW;
  if (above(refuse)) return { action: 'refuse', rule, ruleName };
  return above(spoiler) ? { action: 'spoiler', rule, ruleName } : ALLOW;
}

/** Word lists by the settings that they follow from; they are asked for again and again. */
const lists = new WeakMap<SafetySettings, WordList>();

function wordsOf(settings: SafetySettings): WordList {
  const known = lists.get(settings);
  if (known) return known;
  const rules = settings.words ? BUNDLED_RULES : BUNDLED_RULES.filter(({ where }) => where === 'everywhere');
  const list = createWordList(rules, settings.additions);
  lists.set(settings, list);
  return list;
}

/**
 * Judges what somebody asks for.
 * @param texts prompt and style; not the negative prompt, which names what is not wanted
 */
export function judgeWords(
  texts: readonly string[],
  { settings, ageRestricted }: Pick<Judged, 'settings' | 'ageRestricted'>,
): Verdict {
  const broken = wordsOf(settings).find(texts, ageRestricted);
  return broken ? { action: 'refuse', rule: broken.id, ruleName: broken.name } : ALLOW;
}

/** Something that was refused; `stage` is when. */
export class SafetyRefusal extends UserError {
  readonly rule: string;
  readonly stage: SafetyStage | 'words';
  constructor(
    code: string,
    said: Said,
    { rule, stage, hint }: { rule: string; stage: SafetyStage | 'words'; hint: Said },
  ) {
    super(code, said, { hint });
    this.rule = rule;
    this.stage = stage;
  }
}

const AGAINST = {
  words: 'These words go against a rule here: {rule}',
  source: 'This picture goes against a rule here: {rule}',
  preview: 'This goes against a rule here: {rule}',
  result: 'What came out goes against a rule here: {rule}',
} as const;

/** What a refused member reads. */
export function refusal({ rule = 'safety', ruleName }: Verdict, stage: SafetyStage | 'words'): SafetyRefusal {
  if (rule === 'unchecked-picture') {
    return new SafetyRefusal(
      'safety-unchecked',
      'Pictures cannot be checked at the moment, so none are painted here',
      { rule, stage, hint: 'Whoever runs this bot can mend that.' },
    );
  }
  const hint =
    stage === 'words'
      ? phrase('Say it in other words, or ask for something else. It does not count against your share.')
      : phrase('If that is a mistake, tell a moderator. It does not count against your share.');
  const name = untranslated(ruleName ?? 'safety');
  return new SafetyRefusal('safety-refused', phrase(AGAINST[stage], { rule: name }), { rule, stage, hint });
}
