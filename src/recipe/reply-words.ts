/** What a whole part of a reply may ask for in one word, and how members say that in the languages that the bot speaks. */
export type Verb = 'again' | 'undo' | 'stronger' | 'weaker';

/** Words that are likelier to be meant for the prompt (such as "softer") are not among them. */
const WORDS: Readonly<Record<Verb, string>> = {
  again:
    'again, reroll, nochmal, noch mal, noch einmal, encore, encore une fois, otra vez, de nuevo, de novo, outra vez, ' +
    'もう一度, もう一回',
  undo: 'undo, back, zurück, rückgängig, annuler, retour, deshacer, atrás, desfazer, voltar, 戻る, 戻して, 元に戻す',
  stronger:
    'stronger, stärker, plus intense, plus fort, más intenso, más fuerte, mais intenso, mais forte, もっと強く, 強く',
  weaker:
    'weaker, schwächer, moins intense, moins fort, menos intenso, menos fuerte, menos forte, mais fraco, もっと弱く, 弱く',
};

const VERBS = new Map(
  Object.entries(WORDS).flatMap(([verb, words]) =>
    words.split(', ').map((word) => [word, verb as Verb] as const),
  ),
);

/** The verb that a part is, in whatever language; undefined for everything else. */
export const verbOf = (part: string): Verb | undefined => VERBS.get(part.normalize('NFC').toLowerCase());
