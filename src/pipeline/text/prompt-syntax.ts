/**
 * Automatic1111's attention syntax: `(a)` weighs 1.1 times, `[a]` 1/1.1 times, `(a:1.3)` 1.3 times, nested ones
 * multiply; `\(` is a bracket; `BREAK` begins a new chunk. Nothing that can be typed is an error: what does not fit is text.
 */
export interface WeightedText {
  text: string;
  weight: number;
}

/** A stretch of text with one weight, or the start of a new chunk. */
export type PromptPart = WeightedText | 'break';

const TOKEN = /\\[()[\]]|\\\\|\\|\(|\[|:\s*([+-]?[.\d]+)\s*\)|\)|\]|[^\\()[\]:]+|:/g;
const ROUND = 1.1;
const SQUARE = 1 / 1.1;

interface Piece {
  text: string;
  weight: number;
  isBreak: boolean;
}

/** Reads a prompt; neighbours of equal weight are joined. */
export function parsePrompt(prompt: string): PromptPart[] {
  const pieces: Piece[] = [];
  const rounds: number[] = [];
  const squares: number[] = [];
  const multiply = (from: number, factor: number) => {
    for (const piece of pieces.slice(from)) piece.weight *= factor;
  };

  for (const match of prompt.matchAll(TOKEN)) {
    const token = match[0];
    const weight = match[1] === undefined ? NaN : Number(match[1]);
    const opened = rounds.at(-1);
    const bracketed = squares.at(-1);
    if (token.startsWith('\\')) pieces.push({ text: token.slice(1), weight: 1, isBreak: false });
    else if (token === '(') rounds.push(pieces.length);
    else if (token === '[') squares.push(pieces.length);
    else if (!Number.isNaN(weight) && opened !== undefined) multiply(rounds.pop()!, weight);
    else if (token === ')' && opened !== undefined) multiply(rounds.pop()!, ROUND);
    else if (token === ']' && bracketed !== undefined) multiply(squares.pop()!, SQUARE);
    else pushText(pieces, token);
  }
  for (const from of rounds) multiply(from, ROUND);
  for (const from of squares) multiply(from, SQUARE);
  return join(pieces);
}

function pushText(pieces: Piece[], token: string): void {
  token.split(/\s*\bBREAK\b\s*/).forEach((text, i) => {
    if (i > 0) pieces.push({ text: 'BREAK', weight: -1, isBreak: true });
    pieces.push({ text, weight: 1, isBreak: false });
  });
}

function join(pieces: readonly Piece[]): PromptPart[] {
  const parts: PromptPart[] = [];
  for (const { text, weight, isBreak } of pieces) {
    const last = parts.at(-1);
    if (isBreak) parts.push('break');
    else if (last !== undefined && last !== 'break' && last.weight === weight) last.text += text;
    else parts.push({ text, weight });
  }
  return parts.length === 0 ? [{ text: '', weight: 1 }] : parts;
}
