import { guest } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { guestPlan } from '../../src/tools/guests.ts';

/** Starts a stopped container and sees it running. */
export default command({
  summary: { en: 'Start a container', zh: '启动容器' },
  examples: ['ct start cron'],
  risk: 'low',
  kinds: ['pve'],
  args: { guest: guest() },
  plan: ({ guest: typed }, look) => guestPlan(look, 'ct', typed, 'start'),
});
