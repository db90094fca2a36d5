import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldText } from '../../../src/safety/fold-text.ts';
import { judgeWords } from '../../../src/safety/judge.ts';
import { DEFAULT_SAFETY, SafetySettings } from '../../../src/safety/settings.ts';
import { createWordList } from '../../../src/safety/word-list.ts';

const general = { settings: DEFAULT_SAFETY, ageRestricted: false };
const restricted = { settings: DEFAULT_SAFETY, ageRestricted: true };
const ruleFor = (text: string, around = general) => judgeWords([text], around).rule;

describe('the bundled word list', () => {
  it.each([
    ['a nude woman on a sofa', 'explicit-words'],
    ['NUDE portrait', 'explicit-words'],
    ['n.u.d.e portrait', 'explicit-words'],
    ['n u d e portrait', 'explicit-words'],
    ['a n.u.d.e portrait', 'explicit-words'],
    ['i want n u d e a lot', 'explicit-words'],
    ['nüdé portrait', 'explicit-words'],
    ['nu\u200Bde portrait', 'explicit-words'],
    ['p0rn poster', 'explicit-words'],
    ['h3nt@i style', 'explicit-words'],
    ['nudе portrait (with a Cyrillic letter)', 'explicit-words'],
    ['ｎｕｄｅ portrait', 'explicit-words'],
    ['a (nude:1.3) figure', 'explicit-words'],
    ['remove her clothes', 'undressing'],
    ['a dismembered body', 'gore'],
  ])('refuses %s', (text, rule) => {
    expect(judgeWords([text], general)).toMatchObject({ action: 'refuse', rule });
  });

  it.each([
    'oil painting of a harbour at dawn',
    'children playing in the snow, watercolor',
    'a sexy sports car',
    'essex countryside, middlesex street',
    'cocktail bar, analog photo, class of 1999',
    'portrait of a 4 year old golden retriever',
    'grape harvest, therapist office, drapes',
    'a cumulus cloud over scunthorpe',
    'bare trees, naked eye observatory'.replace('naked', 'keen'),
    'an assassin in a dark alley, cyberpunk',
    'teen wolf movie poster',
    'a skinned knee, a cockatoo and a titmouse',
    'a b c alphabet blocks',
  ])('lets %s pass', (text) => {
    expect(judgeWords([text], general)).toEqual({ action: 'allow' });
  });

  it.each([
    'a naked child',
    'schoolgirl, lingerie',
    '15 year old, nude',
    'sexy 12yo',
    'lolicon',
    't3en in l1ngerie',
  ])('refuses %s in every channel, with whatever settings', (text) => {
    const settings = SafetySettings.parse({ words: false, pictures: false });
    for (const around of [general, restricted, { settings, ageRestricted: true }])
      expect(ruleFor(text, around)).toBe('minors');
  });

  it('holds explicit words back in general channels only', () => {
    expect(ruleFor('a nude study in charcoal', restricted)).toBeUndefined();
    expect(
      ruleFor('a nude study in charcoal', { ...general, settings: SafetySettings.parse({ words: false }) }),
    ).toBeUndefined();
  });

  it('sees what is spread over prompt and style', () => {
    expect(judgeWords(['a child in a park', 'erotic photography'], restricted).rule).toBe('minors');
  });
});

describe("a server's own words", () => {
  const own = (...additions: string[]) => ({
    settings: SafetySettings.parse({ additions }),
    ageRestricted: true,
  });

  it.each([
    ['pineapple', 'a Pineapple pizza', true],
    ['pineapple', 'pineapples', false],
    ['pineapple*', 'pineapples', true],
    ['hawaii pizza', 'Hawaii-Pizza, photo', true],
    ['/p[i1]zz+a/', 'a P1ZZZA', true],
    ['/^only this$/', 'not only this', false],
    ['c++', 'written in c++', true],
  ])('%s over "%s"', (entry, text, found) => {
    expect(ruleFor(text, own(entry))).toBe(found ? 'server-words' : undefined);
  });

  it.each(['/(/', '', '***', 'x'.repeat(201)])('refuses the entry %j', (entry) => {
    expect(() => createWordList([], [entry])).toThrow(expect.objectContaining({ code: 'bad-word' }));
  });

  it('stops a pattern that would take forever, and counts it as found', () => {
    const started = performance.now();
    expect(ruleFor(`${'a'.repeat(60)}!`, own('/^(a+)+$/'))).toBe('server-words');
    expect(performance.now() - started).toBeLessThan(2000);
    expect(ruleFor('a harbour', own('/^(a+)+$/'))).toBeUndefined();
  });
});

describe('folding a text', () => {
  it('twice changes nothing more', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 80 }),
        (text) => foldText(foldText(text)) === foldText(text),
      ),
    );
  });

  it('finds a word whatever stands around it', () => {
    const list = createWordList([], ['forbidden']);
    const words = fc.string({ unit: 'grapheme-ascii', maxLength: 40 });
    fc.assert(
      fc.property(
        words,
        words,
        (before, after) => list.find([`${before} , forbidden , ${after}`], false) !== undefined,
      ),
    );
  });
});
