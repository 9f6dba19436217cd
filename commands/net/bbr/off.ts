import { targets, word } from '../../../src/core/args.ts';
import { command } from '../../../src/core/command.ts';
import { bbrPlan } from '../../../src/tools/bbr-change.ts';

/** Turns BBR off, now and at every boot: another algorithm is set, as merely removing the lines leaves BBR running. */
export default command({
  summary: { en: 'Turn TCP BBR off', zh: '停用 TCP BBR' },
  examples: ['net bbr off db1', 'net bbr off db1 --congestion reno --qdisc pfifo_fast'],
  risk: 'low',
  args: { on: targets() },
  options: {
    congestion: word(/^(?!bbr$)[a-z][a-z0-9_]{0,15}$/, { en: 'ALGORITHM', zh: '算法' }).default('cubic'),
    qdisc: word(/^[a-z][a-z0-9_]{0,15}$/, { en: 'QUEUE', zh: '队列' }).default('fq_codel'),
  },
  plan: ({ congestion, qdisc }, look) => bbrPlan(look, { congestion, qdisc }, false),
});
