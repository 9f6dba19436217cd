import { guest } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { say } from '../../src/core/words.ts';
import { powerPlan } from '../../src/tools/guests.ts';

/** Asks the guest by ACPI and waits three minutes; never pulls the plug by itself. */
export default command({
  summary: { en: 'Ask a guest to shut itself down', zh: '请求虚拟机正常关机' },
  examples: ['vm shutdown shop'],
  risk: 'medium',
  kinds: ['libvirt'],
  args: { guest: guest() },
  plan: ({ guest: typed }, look) =>
    powerPlan(look, typed, {
      verb: 'shutdown',
      why: say({ en: 'shut down', zh: '关闭' }),
      from: ['running'],
      already: 'stopped',
      until: 'shut off',
      waitMs: 180_000,
      risk: 'medium',
      undo: { command: 'vm start' },
    }),
});
