import { guest } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { say } from '../../src/core/words.ts';
import { powerPlan } from '../../src/tools/guests.ts';

/** Asks the guest to restart itself. */
export default command({
  summary: { en: 'Restart a guest', zh: '重启虚拟机' },
  examples: ['vm reboot shop', 'vm reboot kvm1/shop'],
  risk: 'medium',
  kinds: ['libvirt'],
  args: { guest: guest() },
  plan: ({ guest: typed }, look) =>
    powerPlan(look, typed, {
      verb: 'reboot',
      why: say({ en: 'reboot', zh: '重启' }),
      from: ['running'],
      risk: 'medium',
      undo: { impossible: say({ en: 'a reboot cannot be taken back', zh: '重启无法撤回' }) },
    }),
});
