import { answer, deskCommand } from '../../src/core/command.ts';
import { dayAndClock, duration } from '../../src/core/time.ts';
import type { Cell } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';

/** What was done through broken glass and nobody has reviewed yet. */
export default deskCommand({
  at: 'desk',
  summary: { en: 'List what was done without approval and still has to be reviewed', zh: '列出未经批准执行、尚待审查的请求' },
  examples: ['review list'],
  risk: 'none',
  args: {},
  async plan(_input, desk) {
    const now = Date.now();
    const open = await desk.reviews();
    if (open.length === 0) return answer(say({ en: 'nothing waits for a review', zh: '没有待审查的请求' }), []);
    const late = open.filter(({ dueAt }) => dueAt < now).length;
    return answer(
      late > 0
        ? say({ en: '{n} to review, {late} of them overdue', zh: '{n} 项待审查，其中 {late} 项已逾期' }, { n: open.length, late })
        : say({ en: '{n} to review', zh: '{n} 项待审查' }, { n: open.length }),
      [
        {
          kind: 'table',
          columns: [
            say({ en: 'request', zh: '请求' }),
            say({ en: 'who', zh: '何人' }),
            say({ en: 'when (UTC)', zh: '时间（UTC）' }),
            say({ en: 'what', zh: '内容' }),
            say({ en: 'why', zh: '理由' }),
            say({ en: 'due', zh: '期限' }),
          ],
          rows: open.map(({ ticket, by, at, line, reason, dueAt }): Cell[] => [
            ticket,
            desk.policy.people.get(by)?.name ?? by,
            dayAndClock(at),
            line,
            reason,
            dueAt < now ? say({ en: 'overdue', zh: '已逾期' }) : say({ en: 'in {time}', zh: '{time}内' }, { time: duration(dueAt - now) }),
          ]),
        },
      ],
    );
  },
});
