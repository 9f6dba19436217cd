import { guest } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { guestPlan } from '../../src/tools/guests.ts';

/** The snapshots of a container, each under the one it was made from. */
export default command({
  summary: { en: 'List the snapshots of a container', zh: '列出容器的快照' },
  examples: ['ct snapshots proxy'],
  risk: 'none',
  kinds: ['pve'],
  args: { guest: guest() },
  plan: ({ guest: typed }, look) => guestPlan(look, 'ct', typed, 'snapshots'),
});
