import { Command } from 'commander';
import { readConfig } from '../config.ts';
import { openConfiguredRegistry } from './model-folders.ts';

/** `overpaint models`: what can be painted with. */
export function modelsCommand(): Command {
  return new Command('models')
    .description('List the models that can be used, and what is wrong with those that cannot')
    .option('--json', 'print one JSON object')
    .action((options: { json?: boolean }) => {
      const registry = openConfiguredRegistry(readConfig());
      const models = registry.list();
      if (options.json) {
        console.log(JSON.stringify({ models }));
        return;
      }
      for (const model of models) {
        console.log(
          `${model.id}  ${model.name} (${model.licence})${model.problem === undefined ? '' : `  ✗ ${model.problem}`}`,
        );
        if (model.description !== '') console.log(`    ${model.description}`);
      }
    });
}
