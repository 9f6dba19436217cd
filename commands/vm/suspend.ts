import { guest } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { say } from '../../src/core/words.ts';
import { powerPlan } from '../../src/tools/guests.ts';

/** Freezes the guest; its memory stays where it is. */
export default command({
  summary: { en: 'Freeze a guest in memory', zh: '挂起虚拟机（保留在内存中）' },
  examples: ['vm suspend mail'],
  risk: 'medium',
  kinds: ['libvirt'],
  args: { guest: guest() },
  plan: ({ guest: typed }, look) =>
    powerPlan(look, typed, {
      verb: 'suspend',
      why: say({ en: 'suspend', zh: '挂起' }),
      from: ['running'],
      already: 'paused',
      until: 'paused',
      risk: 'medium',
      undo: { command: 'vm resume' },
    }),
});
