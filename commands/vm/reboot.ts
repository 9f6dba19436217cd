import { guest } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { guestPlan } from '../../src/tools/guests.ts';

/** Asks the guest to restart itself; settings that wait for a restart take effect. */
export default command({
  summary: { en: 'Restart a guest', zh: '重启虚拟机' },
  examples: ['vm reboot shop', 'vm reboot kvm1/shop', 'vm reboot vault'],
  risk: 'medium',
  kinds: ['libvirt', 'pve'],
  args: { guest: guest() },
  plan: ({ guest: typed }, look) => guestPlan(look, 'vm', typed, 'reboot'),
});
