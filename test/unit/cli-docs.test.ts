import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cutOutCommand } from '../../src/cli/cut-out.ts';
import { paintCommand } from '../../src/cli/paint.ts';
import { restoreCommand } from '../../src/cli/restore.ts';
import { upscaleCommand } from '../../src/cli/upscale.ts';

const text = readFileSync(new URL('../../docs/command-line.md', import.meta.url), 'utf8');

/** The part of the document about one command. */
function section(name: string): string {
  const from = text.indexOf(`## overpaint ${name} `);
  return text.slice(from, text.indexOf('\n## ', from + 1));
}

describe('docs/command-line.md', () => {
  it.each(
    [paintCommand(), upscaleCommand(), restoreCommand(), cutOutCommand()].map(
      (command) => [command.name(), command] as const,
    ),
  )('names every flag of %s, and none that is not there', (name, command) => {
    const known = command.options.map(({ long }) => long!);
    const told = [...section(name).matchAll(/^\| .*?(--[a-z][a-z-]*)/gm)].map(([, flag]) => flag!);
    expect(told.filter((flag) => !known.includes(flag))).toEqual([]);
    expect(known.filter((flag) => !section(name).includes(flag))).toEqual([]);
  });
});
