import { guest } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { guestPlan } from '../../src/tools/guests.ts';

/** Asks the guest to end by itself and gives it three minutes; never pulls the plug by itself. */
export default command({
  summary: { en: 'Ask a guest to shut itself down', zh: '请求虚拟机正常关机' },
  examples: ['vm shutdown shop', 'vm shutdown web-a'],
  risk: 'medium',
  kinds: ['libvirt', 'pve'],
  args: { guest: guest() },
  plan: ({ guest: typed }, look) => guestPlan(look, 'vm', typed, 'shutdown'),
});
