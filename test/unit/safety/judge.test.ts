import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Judged, judgePicture, refusal } from '../../../src/safety/judge.ts';
import { ACTIONS, DEFAULT_SAFETY, SafetySettings } from '../../../src/safety/settings.ts';

const scores = (porn: number, sexy = 0) => ({ drawing: 0, hentai: 0, neutral: 1 - porn - sexy, porn, sexy });
const judge = (judged: Partial<Judged>) =>
  judgePicture({
    stage: 'result',
    ageRestricted: false,
    settings: DEFAULT_SAFETY,
    look: scores(0),
    ...judged,
  });

describe('judging a picture', () => {
  it.each([
    ['result', false, scores(0.1), 'allow', undefined],
    ['result', false, scores(0.5), 'spoiler', 'explicit-picture'],
    ['result', false, scores(0.7), 'refuse', 'explicit-picture'],
    ['source', false, scores(0.7), 'refuse', 'explicit-picture'],
    ['preview', false, scores(0.35), 'blur', 'explicit-picture'],
    ['preview', false, scores(0.7), 'blur', 'explicit-picture'],
    ['result', false, scores(0, 0.9), 'spoiler', 'suggestive-picture'],
    ['result', true, scores(0.7), 'spoiler', 'explicit-picture'],
    ['result', true, scores(0, 0.9), 'allow', undefined],
    ['preview', true, scores(0.5), 'allow', undefined],
  ] as const)('%s, age-restricted %s, %j: %s', (stage, ageRestricted, look, action, rule) => {
    const verdict = judge({ stage, ageRestricted, look });
    expect(verdict.action).toBe(action);
    expect(verdict.rule).toBe(rule);
  });

  it('counts porn and hentai together', () => {
    expect(judge({ look: { porn: 0.35, hentai: 0.35, neutral: 0.3 } }).action).toBe('refuse');
  });

  it('acts above a threshold and not at it', () => {
    expect(judge({ look: scores(0.6) }).action).toBe('spoiler');
    expect(judge({ look: scores(0.6 + 1e-6) }).action).toBe('refuse');
  });

  it('says nothing where pictures are not to be judged', () => {
    expect(judge({ look: 'absent', settings: SafetySettings.parse({ pictures: false }) })).toEqual({
      action: 'allow',
    });
  });
});

describe('without a classifier', () => {
  it.each(['absent', 'failed'] as const)('refuses unless told otherwise: %s', (look) => {
    expect(judge({ look })).toMatchObject({ action: 'refuse', rule: 'unchecked-picture' });
    expect(judge({ look, stage: 'preview' })).toMatchObject({ action: 'blur', rule: 'unchecked-picture' });
    expect(judge({ look, settings: SafetySettings.parse({ unchecked: 'spoiler' }) }).action).toBe('spoiler');
    expect(judge({ look, settings: SafetySettings.parse({ unchecked: 'allow' }) }).action).toBe('allow');
  });

  it('numbers that are none count as no look at all', () => {
    expect(judge({ look: scores(NaN) }).rule).toBe('unchecked-picture');
  });
});

describe('a second opinion', () => {
  const both = SafetySettings.parse({ opinions: 'both' });
  it('is enough alone, or must agree, as the settings have it', () => {
    expect(judge({ look: scores(0.1), second: 0.9 }).action).toBe('refuse');
    expect(judge({ look: scores(0.1), second: 0.9, settings: both }).action).toBe('allow');
    expect(judge({ look: scores(0.9), second: 0.9, settings: both }).action).toBe('refuse');
  });

  it('that fails leaves the picture unchecked', () => {
    expect(judge({ look: scores(0), second: 'failed' }).rule).toBe('unchecked-picture');
    const open = SafetySettings.parse({ unchecked: 'allow' });
    expect(judge({ look: 'failed', second: 0.9, settings: open }).action).toBe('refuse');
    expect(judge({ look: scores(0.1), second: 'failed', settings: open }).action).toBe('allow');
  });
});

describe('verdicts', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  it('never get milder as a picture gets more explicit', () => {
    fc.assert(
      fc.property(
        share,
        share,
        fc.constantFrom('source', 'preview', 'result' as const),
        fc.boolean(),
        (a, b, stage, ageRestricted) => {
          const strictness = (porn: number) =>
            ACTIONS.indexOf(
              judge({ stage: stage as Judged['stage'], ageRestricted, look: scores(porn) }).action,
            );
          expect(strictness(Math.max(a, b))).toBeGreaterThanOrEqual(strictness(Math.min(a, b)));
        },
      ),
    );
  });

  it('become kind words that name the rule', () => {
    const error = refusal(judge({ look: scores(0.9) }), 'result');
    expect(error).toMatchObject({ name: 'UserError', code: 'safety-refused' });
    expect(error.message).toBe('What came out goes against a rule here: no explicit pictures');
    expect(refusal(judge({ look: 'failed' }), 'source').code).toBe('safety-unchecked');
  });

  it('the settings refuse what they do not know', () => {
    expect(SafetySettings.safeParse({ unchecked: 'maybe' }).success).toBe(false);
    expect(
      SafetySettings.safeParse({ general: { explicit: { blur: 2, spoiler: 1, refuse: 1 } } }).success,
    ).toBe(false);
  });
});
