import { guest } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { guestPlan } from '../../src/tools/guests.ts';

/** All settings of a guest, with those that wait for a restart; secrets are not shown. */
export default command({
  summary: { en: 'Show the settings of a guest', zh: '查看虚拟机的设置' },
  examples: ['vm config vault', 'vm config shop'],
  risk: 'none',
  kinds: ['libvirt', 'pve'],
  args: { guest: guest() },
  plan: ({ guest: typed }, look) => guestPlan(look, 'vm', typed, 'config'),
});
