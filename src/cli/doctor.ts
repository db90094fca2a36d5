import { Command } from 'commander';
import { type Config, readConfig } from '../config.ts';
import { OperatorError } from '../errors.ts';
import { checkDiscord } from './doctor/discord.ts';
import type { Check, Finding } from './doctor/finding.ts';
import { checkDatabase, checkFolder, checkNode, checkPort, checkRedis } from './doctor/machine.ts';
import { checkEngine, checkModels } from './doctor/painting.ts';

const MARKS = { fine: '✓', hint: '!', problem: '✗' } as const;

/** `overpaint doctor`: looks at everything that Overpaint needs, and says how to mend what is missing. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Check everything that Overpaint needs, and say how to mend what is missing')
    .option('--no-paint', 'leave out the painting that tries engine and device')
    .option('--json', 'print one JSON object')
    .action(async (flags: { paint: boolean; json?: boolean }) => {
      const findings: Finding[] = [];
      for await (const finding of examine(flags.paint)) {
        findings.push(finding);
        if (!flags.json) console.log(lineOf(finding));
      }
      if (flags.json) console.log(JSON.stringify({ findings }));
      if (findings.some(({ verdict }) => verdict === 'problem')) process.exitCode = 3;
    });
}

async function* examine(paints: boolean): AsyncGenerator<Finding> {
  yield checkNode();
  let config: Config;
  try {
    config = readConfig();
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    yield {
      about: 'environment',
      verdict: 'problem',
      found: error.message,
      fix: 'Correct them or leave them out.',
    };
    return;
  }
  const checks: Check[] = [
    checkFolder,
    checkPort,
    checkDatabase,
    checkRedis,
    checkModels,
    ...(paints ? [checkEngine] : []),
    checkDiscord,
  ];
  for (const check of checks) yield* await check(config);
}

function lineOf({ about, verdict, found, fix }: Finding): string {
  const line = `${MARKS[verdict]} ${about.padEnd(12)} ${found}`;
  return fix === undefined ? line : `${line}\n  → ${fix}`;
}
