// Runs dependency-cruiser and refuses a run that saw too few modules: with an unusable parser it reads none and reports success.
import { cruise } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import config from '../.dependency-cruiser.mjs';

const FLOOR = 70;
const { output } = await cruise(['src'], { ruleSet: config, validate: true, ...config.options }, undefined, {
  tsConfig: extractTSConfig('tsconfig.json'),
});
const { violations, totalCruised } = output.summary;
for (const v of violations) console.error(`${v.rule.name}: ${v.from} -> ${v.to}`);
if (totalCruised < FLOOR)
  console.error(`only ${totalCruised} modules were read; at least ${FLOOR} were expected`);
console.log(`layers: ${totalCruised} modules, ${violations.length} violations`);
process.exitCode = violations.length > 0 || totalCruised < FLOOR ? 1 : 0;
