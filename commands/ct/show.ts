import { guest } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { guestPlan } from '../../src/tools/guests.ts';

/** One container: state, size, disks, snapshots. */
export default command({
  summary: { en: 'Show one container', zh: '查看一个容器' },
  examples: ['ct show dns1', 'ct show alpha/201'],
  risk: 'none',
  kinds: ['pve'],
  args: { guest: guest() },
  plan: ({ guest: typed }, look) => guestPlan(look, 'ct', typed, 'show'),
});
