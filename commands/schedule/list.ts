import { answer, deskCommand } from '../../src/core/command.ts';
import { schedulesFor } from '../../src/core/schedules/sight.ts';
import { putOff } from '../../src/core/schedules/times.ts';
import { dayAndClock } from '../../src/core/time.ts';
import type { Cell } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';

/** What is asked at which times, by whom, when it was asked last and is next. */
export default deskCommand({
  at: 'desk',
  summary: { en: 'List what is asked at times', zh: '列出时间表' },
  examples: ['schedule list'],
  risk: 'none',
  args: {},
  async plan(_input, desk) {
    const shown = await schedulesFor(desk);
    if (shown.length === 0)
      return answer(say({ en: 'nothing is scheduled', zh: '没有时间表' }), [
        {
          kind: 'text',
          text: say({
            en: '`schedule add "0 3 * * 6" "backup run kvm1"` asks that on Saturdays at three',
            zh: '`schedule add "0 3 * * 6" "backup run kvm1"` 每周六三点执行',
          }),
        },
      ]);
    const rows = shown.map((one): Cell[] => {
      const next = desk.cron(one.repeat.cron, one.repeat.zone, Math.max(desk.at, one.last?.at ?? 0));
      return [
        one.id,
        one.repeat.line,
        `${one.repeat.cron} ${one.repeat.zone}`,
        desk.policy.people.get(one.by)?.name ?? say({ en: '{by} (gone: nothing is asked)', zh: '{by}（已离开：不再执行）' }, { by: one.by }),
        one.last === undefined
          ? '—'
          : one.last.ticket === ''
            ? say({ en: '{at} missed', zh: '{at} 错过' }, { at: dayAndClock(one.last.at) })
            : `${dayAndClock(one.last.at)} ${one.last.ticket}`,
        one.paused
          ? say({ en: 'paused: approve it anew', zh: '已暂停：须重新批准' })
          : next === undefined || next >= one.repeat.until
            ? '—'
            : dayAndClock(putOff(one, next)),
        dayAndClock(one.repeat.until),
      ];
    });
    const columns = [
      say({ en: 'id', zh: '编号' }),
      say({ en: 'line', zh: '命令' }),
      say({ en: 'at', zh: '时间' }),
      say({ en: 'by', zh: '人员' }),
      say({ en: 'last (UTC)', zh: '上次（UTC）' }),
      say({ en: 'next (UTC)', zh: '下次（UTC）' }),
      say({ en: 'until (UTC)', zh: '截止（UTC）' }),
    ];
    return answer(say({ en: '{n} scheduled', zh: '共 {n} 项' }, { n: shown.length }), [{ kind: 'table', columns, rows }]);
  },
});
