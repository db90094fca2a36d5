import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { botCommand } from '../../src/cli/bot.ts';
import { cutOutCommand } from '../../src/cli/cut-out.ts';
import { doctorCommand } from '../../src/cli/doctor.ts';
import { paintCommand } from '../../src/cli/paint.ts';
import { registerCommand } from '../../src/cli/register.ts';
import { restoreCommand } from '../../src/cli/restore.ts';
import { upscaleCommand } from '../../src/cli/upscale.ts';
import { workerCommand } from '../../src/cli/worker.ts';
import { ENVIRONMENT_DOCS } from '../../src/config.ts';

const text = readFileSync(new URL('../../docs/command-line.md', import.meta.url), 'utf8');

/** The part of the document about one command. */
function section(name: string): string {
  const from = text.indexOf(`## overpaint ${name} `);
  return text.slice(from, text.indexOf('\n## ', from + 1));
}

describe('docs/command-line.md', () => {
  it.each(
    [
      paintCommand(),
      upscaleCommand(),
      restoreCommand(),
      cutOutCommand(),
      botCommand(),
      workerCommand(),
      registerCommand(),
      doctorCommand(),
    ].map((command) => [command.name(), command] as const),
  )('names every flag of %s, and none that is not there', (name, command) => {
    const known = command.options.map(({ long }) => long!);
    const told = [...section(name).matchAll(/^\| .*?(--[a-z][a-z-]*)/gm)].map(([, flag]) => flag!);
    expect(told.filter((flag) => !known.includes(flag))).toEqual([]);
    expect(known.filter((flag) => !section(name).includes(flag))).toEqual([]);
  });
});

describe('docs/operating.md', () => {
  const operating = readFileSync(new URL('../../docs/operating.md', import.meta.url), 'utf8');

  it('describes every environment variable once, and none that is not there', () => {
    const rows = operating.split('\n').filter((line) => line.startsWith('| `'));
    const told = rows.flatMap((row) =>
      [...row.split('|')[1]!.matchAll(/`([A-Z][A-Z0-9_]+)`/g)].map(([, name]) => name),
    );
    expect(new Set(told)).toEqual(new Set(ENVIRONMENT_DOCS.map(({ name }) => name)));
    expect(told).toHaveLength(ENVIRONMENT_DOCS.length);
  });
});
