import { Command, CommanderError } from 'commander';
import { exitCode, OperatorError, toFailure, UserError } from '../errors.ts';
import { botCommand } from './bot.ts';
import { cutOutCommand } from './cut-out.ts';
import { doctorCommand } from './doctor.ts';
import { modelsCommand } from './models.ts';
import { paintCommand } from './paint.ts';
import { playgroundCommand } from './playground.ts';
import { registerCommand } from './register.ts';
import { restoreCommand } from './restore.ts';
import { upCommand } from './up.ts';
import { upscaleCommand } from './upscale.ts';
import { workerCommand } from './worker.ts';

/** What the person at the terminal reads about a failure: never a stack for their own or an operator's mistake. */
function explain(error: unknown): string {
  if (error instanceof UserError)
    return error.hint === undefined ? error.message : `${error.message}.\n${error.hint}`;
  if (error instanceof OperatorError) return error.message;
  const failure = toFailure(error);
  if (failure.kind === 'cancelled') return 'cancelled';
  const words = failure.kind === 'bug' ? (failure.stack ?? failure.message) : String(error);
  return `This is a mistake of ours, please report it:\n${words}`;
}

/** Runs one command line; the arguments are those after the program's name. Sets the exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('overpaint')
    .description('Repaints pictures by image-to-image diffusion, in Node, without Python.')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true });
  program.addCommand(upCommand());
  program.addCommand(botCommand());
  program.addCommand(workerCommand());
  program.addCommand(paintCommand());
  program.addCommand(upscaleCommand());
  program.addCommand(restoreCommand());
  program.addCommand(cutOutCommand());
  program.addCommand(modelsCommand());
  program.addCommand(playgroundCommand());
  program.addCommand(registerCommand());
  program.addCommand(doctorCommand());
  for (const command of program.commands) command.exitOverride();
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2;
      return;
    }
    console.error(explain(error));
    process.exitCode = exitCode(error);
  }
}
