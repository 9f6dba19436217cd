import { guest } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { say } from '../../src/core/words.ts';
import { powerPlan } from '../../src/tools/guests.ts';

/** Stops without asking the guest: unsaved data is lost. */
export default command({
  summary: { en: 'Stop a guest at once, like pulling the plug', zh: '立即停止虚拟机（相当于断电）' },
  examples: ['vm stop mail'],
  risk: 'high',
  kinds: ['libvirt'],
  args: { guest: guest() },
  plan: ({ guest: typed }, look) =>
    powerPlan(look, typed, {
      verb: 'destroy',
      why: say({ en: 'pull the plug of', zh: '强制停止' }),
      from: ['running', 'paused', 'stopping', 'crashed', 'suspended'],
      already: 'stopped',
      until: 'shut off',
      risk: 'high',
      undo: { command: 'vm start' },
    }),
});
