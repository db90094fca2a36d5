import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadClipTokenizer } from '../../src/pipeline/text/clip-tokenizer.ts';
import { plainChunk } from '../../src/pipeline/text/prompt-chunks.ts';
import { parsePrompt } from '../../src/pipeline/text/prompt-syntax.ts';

const at = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const read = <T>(name: string): T => JSON.parse(readFileSync(at(name), 'utf8')) as T;

describe('CLIP tokens', () => {
  const tokenizer = loadClipTokenizer(at('tokenizer'));
  const ids = (prompt: string, length: number) => [...plainChunk(tokenizer, prompt).ids].slice(0, length);
  it.each(read<{ cases: { prompt: string; ids: number[] }[] }>('tokenizer/cases.json').cases)(
    '$prompt',
    (c) => {
      expect(ids(c.prompt, c.ids.length)).toEqual(c.ids);
    },
  );
  it.each(read<{ cases: { prompt: string; ids: number[] }[] }>('extra/tokenizer.json').cases)(
    '$prompt',
    (c) => {
      expect(ids(c.prompt, c.ids.length)).toEqual(c.ids);
      expect([...plainChunk(tokenizer, c.prompt).ids].slice(c.ids.length)).toEqual(
        Array(77 - c.ids.length).fill(49407),
      );
    },
  );
});

type Parsed = [string, number][];
describe('attention syntax', () => {
  const weightless = (parts: Parsed): Parsed =>
    parts.map(([text, weight]) => [text, text === 'BREAK' ? -1 : weight]);
  const check = (text: string, expected: Parsed) => {
    const parsed = parsePrompt(text).map((part): [string, number] =>
      part === 'break' ? ['BREAK', -1] : [part.text, part.weight],
    );
    expect(parsed.map(([t]) => t)).toEqual(expected.map(([t]) => t));
    for (const [i, [, weight]] of weightless(expected).entries())
      expect(parsed[i]![1]).toBeCloseTo(weight, 6);
  };
  it.each(read<{ cases: [string, Parsed][] }>('prompt-weights.json').cases)('%s', check);
  const extra = read<{ raises: string[]; cases: { text: string; parsed: Parsed }[] }>(
    'extra/prompt-weights.json',
  );
  it.each(extra.cases)('$text', ({ text, parsed }) => check(text, parsed));
  it.each(extra.raises)('reads %s as text where A1111 gives up', (text) => {
    expect(parsePrompt(text).every((part) => part !== 'break' && Number.isFinite(part.weight))).toBe(true);
  });
});
