import { guest } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { guestPlan } from '../../src/tools/guests.ts';

/** Asks the container to end by itself and gives it three minutes; never pulls the plug by itself. */
export default command({
  summary: { en: 'Ask a container to shut itself down', zh: '请求容器正常关机' },
  examples: ['ct shutdown dns1'],
  risk: 'medium',
  kinds: ['pve'],
  args: { guest: guest() },
  plan: ({ guest: typed }, look) => guestPlan(look, 'ct', typed, 'shutdown'),
});
