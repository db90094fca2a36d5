// Starts an engine, tells its process id, and waits to be killed.
import { startEngine } from '../../src/engine/engine.ts';
import { readModelEntry } from '../../src/registry/registry.ts';

const model = readModelEntry(process.argv[2]!, 'tiny');
const engine = startEngine({ resolveModel: () => model, device: 'cpu' });
await engine.ready();
process.send?.(engine.status().pid);
setInterval(() => undefined, 1000);
