import { guest } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { say } from '../../src/core/words.ts';
import { powerPlan } from '../../src/tools/guests.ts';

/** Restarts without asking the guest: unsaved data is lost. */
export default command({
  summary: { en: 'Reset a guest, like pressing its reset button', zh: '硬重置虚拟机（相当于按复位键）' },
  examples: ['vm reset mail'],
  risk: 'high',
  kinds: ['libvirt'],
  args: { guest: guest() },
  plan: ({ guest: typed }, look) =>
    powerPlan(look, typed, {
      verb: 'reset',
      why: say({ en: 'reset', zh: '硬重置' }),
      from: ['running', 'paused'],
      risk: 'high',
      undo: { impossible: say({ en: 'what was not saved is lost', zh: '未保存的数据会丢失' }) },
    }),
});
