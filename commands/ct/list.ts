import { anyTargets } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { listPlan } from '../../src/tools/guests.ts';

/** Every container on every cluster in reach, in one table; one call a cluster. */
export default command({
  summary: { en: 'List containers', zh: '列出容器' },
  examples: ['ct list', 'ct list alpha', 'ct list pve2'],
  risk: 'none',
  kinds: ['pve'],
  args: { on: anyTargets() },
  plan: ({ on }, look) => listPlan(look, 'ct', on),
});
