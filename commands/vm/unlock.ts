import { guest } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { guestPlan } from '../../src/tools/guests.ts';

/** Takes away a lock that was left over on a guest; refused while what holds it still runs. By root on its node: the API cannot. */
export default command({
  summary: { en: 'Take a stale lock off a guest', zh: '解除虚拟机残留的锁' },
  examples: ['vm unlock stuck'],
  risk: 'medium',
  kinds: ['libvirt', 'pve'],
  args: { guest: guest() },
  plan: ({ guest: typed }, look) => guestPlan(look, 'vm', typed, 'unlock'),
});
