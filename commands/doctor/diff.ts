import { anyTargets } from '../../src/core/args.ts';
import { command, HOST_KINDS } from '../../src/core/command.ts';
import { diffPlan } from '../../src/tools/doctor.ts';

/** Compares with what a doctor found the last time. */
export default command({
  summary: { en: 'What the doctor finds that is new', zh: '体检的变化' },
  examples: ['doctor diff', 'doctor diff web1'],
  risk: 'none',
  kinds: HOST_KINDS,
  args: { on: anyTargets() },
  plan: (_input, look) => diffPlan(look),
});
