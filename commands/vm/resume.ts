import { guest } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { say } from '../../src/core/words.ts';
import { powerPlan } from '../../src/tools/guests.ts';

/** Lets a suspended guest go on where it stopped. */
export default command({
  summary: { en: 'Let a suspended guest go on', zh: '恢复已挂起的虚拟机' },
  examples: ['vm resume shop'],
  risk: 'low',
  kinds: ['libvirt'],
  args: { guest: guest() },
  plan: ({ guest: typed }, look) =>
    powerPlan(look, typed, {
      verb: 'resume',
      why: say({ en: 'resume', zh: '恢复' }),
      from: ['paused', 'suspended'],
      already: 'running',
      until: 'running',
      risk: 'low',
      undo: { command: 'vm suspend' },
    }),
});
