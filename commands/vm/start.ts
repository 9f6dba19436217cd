import { guest } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { say } from '../../src/core/words.ts';
import { powerPlan } from '../../src/tools/guests.ts';

/** Starts a stopped guest and sees it running. */
export default command({
  summary: { en: 'Start a guest', zh: '启动虚拟机' },
  examples: ['vm start build'],
  risk: 'low',
  kinds: ['libvirt'],
  args: { guest: guest() },
  plan: ({ guest: typed }, look) =>
    powerPlan(look, typed, {
      verb: 'start',
      why: say({ en: 'start', zh: '启动' }),
      from: ['stopped', 'crashed'],
      already: 'running',
      until: 'running',
      risk: 'low',
      undo: { command: 'vm shutdown' },
    }),
});
