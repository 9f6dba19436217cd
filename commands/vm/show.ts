import { guest } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { guestPlan } from '../../src/tools/guests.ts';

/** One guest: state, size, disks, snapshots. */
export default command({
  summary: { en: 'Show one guest', zh: '查看一台虚拟机' },
  examples: ['vm show shop', 'vm show "kvm2/db 02"', 'vm show web-a', 'vm show alpha/108'],
  risk: 'none',
  kinds: ['libvirt', 'pve'],
  args: { guest: guest() },
  plan: ({ guest: typed }, look) => guestPlan(look, 'vm', typed, 'show'),
});
