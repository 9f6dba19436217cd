import { guest } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { guestPlan } from '../../src/tools/guests.ts';

/** All settings of a container, with those that wait for a restart; secrets are not shown. */
export default command({
  summary: { en: 'Show the settings of a container', zh: '查看容器的设置' },
  examples: ['ct config proxy'],
  risk: 'none',
  kinds: ['pve'],
  args: { guest: guest() },
  plan: ({ guest: typed }, look) => guestPlan(look, 'ct', typed, 'config'),
});
