import { guest } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { guestPlan } from '../../src/tools/guests.ts';

/** Asks the container to restart itself; settings that wait for a restart take effect. */
export default command({
  summary: { en: 'Restart a container', zh: '重启容器' },
  examples: ['ct reboot dns1'],
  risk: 'medium',
  kinds: ['pve'],
  args: { guest: guest() },
  plan: ({ guest: typed }, look) => guestPlan(look, 'ct', typed, 'reboot'),
});
