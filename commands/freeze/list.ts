import { answer, deskCommand } from '../../src/core/command.ts';
import { freezesFor, hostsIn, untilWords } from '../../src/core/freeze.ts';
import { dayAndClock } from '../../src/core/time.ts';
import type { Cell, Freeze } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';

/** What is frozen, by whom, until when and why. */
export default deskCommand({
  at: 'desk',
  public: true,
  summary: { en: 'List what is frozen', zh: '列出冻结' },
  examples: ['freeze list'],
  risk: 'none',
  args: {},
  async plan(_input, { policy, hosts, freezes }) {
    const shown = freezesFor(await freezes.list(), { hosts, policy });
    if (shown.length === 0) return answer(say({ en: 'nothing is frozen', zh: '没有任何冻结' }), []);
    const isIdle = ({ scope }: Freeze) => hostsIn(scope, policy).length === 0;
    const idle = shown.some(isIdle);
    const rows = shown.map((freeze): Cell[] => [
      freeze.scope,
      policy.people.get(freeze.by)?.name ?? freeze.by,
      dayAndClock(freeze.since),
      freeze.until === undefined ? untilWords(freeze) : dayAndClock(freeze.until),
      freeze.reason,
      ...(idle ? [isIdle(freeze) ? say({ en: 'means no host any more: freezes nothing', zh: '已不对应任何主机：不冻结任何变更' }) : ''] : []),
    ]);
    const columns = [
      say({ en: 'scope', zh: '范围' }),
      say({ en: 'by', zh: '人员' }),
      say({ en: 'since (UTC)', zh: '起始时间（UTC）' }),
      say({ en: 'until (UTC)', zh: '截止（UTC）' }),
      say({ en: 'reason', zh: '理由' }),
      ...(idle ? [say({ en: 'note', zh: '备注' })] : []),
    ];
    return answer(say({ en: '{n} frozen', zh: '共 {n} 个冻结' }, { n: shown.length }), [{ kind: 'table', columns, rows }]);
  },
});
