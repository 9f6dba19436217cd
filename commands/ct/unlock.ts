import { guest } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { guestPlan } from '../../src/tools/guests.ts';

/** Takes away a lock that was left over on a container; refused while what holds it still runs. By root on its node: the API cannot. */
export default command({
  summary: { en: 'Take a stale lock off a container', zh: '解除容器残留的锁' },
  examples: ['ct unlock spool'],
  risk: 'medium',
  kinds: ['pve'],
  args: { guest: guest() },
  plan: ({ guest: typed }, look) => guestPlan(look, 'ct', typed, 'unlock'),
});
