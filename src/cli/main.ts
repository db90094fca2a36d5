import { Command } from 'commander';

/** Runs one command line; the arguments are those after the program's name. */
export async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('overpaint').description('Repaints pictures by image-to-image diffusion.');
  await program.parseAsync([...argv], { from: 'user' });
}
