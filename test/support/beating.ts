import { loadCommands } from '../../src/registry.ts';
import { startWorker } from '../../src/worker.ts';

/** A worker as a process of its own that notes often that it is there: `beating.ts REDIS SITE`. */
const [redis = '', site = ''] = process.argv.slice(2);
await startWorker({ redis, site, commands: await loadCommands(), log: () => undefined, beatMs: 200 });
process.stdout.write('worker is ready\n');
