import { targets } from '../../../src/core/args.ts';
import { command } from '../../../src/core/command.ts';
import { bbrPlan } from '../../../src/tools/bbr-change.ts';

/** Turns BBR on, now and at every boot, and sees it run. */
export default command({
  summary: { en: 'Turn TCP BBR on', zh: '启用 TCP BBR' },
  examples: ['net bbr on web1', 'net bbr on @web'],
  risk: 'low',
  args: { on: targets() },
  plan: (_input, look) => bbrPlan(look, { congestion: 'bbr', qdisc: 'fq' }, true),
});
