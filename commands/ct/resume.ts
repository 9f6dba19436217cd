import { guest } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { guestPlan } from '../../src/tools/guests.ts';

/** Lets a container go on from where it was frozen to disk. */
export default command({
  summary: { en: 'Let a container that was frozen to disk go on', zh: '恢复已挂起到磁盘的容器' },
  examples: ['ct resume cron'],
  risk: 'medium',
  kinds: ['pve'],
  args: { guest: guest() },
  plan: ({ guest: typed }, look) => guestPlan(look, 'ct', typed, 'resume'),
});
