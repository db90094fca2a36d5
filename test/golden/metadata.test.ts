import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { a1111Recipe, parseA1111 } from '../../src/recipe/metadata/a1111.ts';
import { parseComfyGraph } from '../../src/recipe/metadata/comfyui.ts';

const read = <T>(name: string): T => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8')) as T;

interface A1111Case {
  name: string;
  text: string;
  expected: {
    prompt: string;
    negative: string;
    fields: Record<string, string>;
    recipe: object;
    loras: object[];
  };
}

describe("Automatic1111's parameters", () => {
  it.each(read<A1111Case[]>('metadata/a1111.json'))('$name', ({ text, expected }) => {
    const { recipe, ...rest } = expected;
    const parsed = parseA1111(text);
    expect(parsed).toEqual(rest);
    expect(a1111Recipe(parsed.fields)).toEqual(recipe);
  });
});

describe("ComfyUI's graphs", () => {
  it.each(read<{ name: string; text: string; expected: object | null }[]>('metadata/comfyui.json'))(
    '$name',
    ({ text, expected }) => {
      const parsed = parseComfyGraph(text);
      if (expected === null) expect(parsed).toBeUndefined();
      else if (Object.keys(expected).length === 0) expect(parsed).toEqual({});
      else expect(parsed).toMatchObject(expected);
    },
  );
});
