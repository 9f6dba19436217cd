import { answer, deskCommand } from '../src/core/command.ts';
import { dayAndClock } from '../src/core/time.ts';
import type { Cell } from '../src/core/types.ts';
import { say } from '../src/core/words.ts';

/** What was left behind so that things can be put back: snapshots, saved configurations, each with the day it is removed. */
export default deskCommand({
  at: 'desk',
  summary: { en: 'List snapshots and copies kept for safety, with their expiry', zh: '列出为安全保留的快照与副本及其到期时间' },
  examples: ['safety'],
  risk: 'none',
  args: {},
  async plan(_input, desk) {
    const kept = await desk.kept();
    if (kept.length === 0) return answer(say({ en: 'nothing is kept for safety', zh: '没有为安全保留的内容' }), []);
    const rows = kept.map(({ what, on, at, expiresAt, ticket }): Cell[] => [
      what,
      on.name === undefined ? on.host : `${on.host}/${on.name}`,
      dayAndClock(at),
      dayAndClock(expiresAt),
      ticket,
    ]);
    const columns = [
      say({ en: 'kept', zh: '内容' }),
      say({ en: 'on', zh: '对象' }),
      say({ en: 'since (UTC)', zh: '自（UTC）' }),
      say({ en: 'removed (UTC)', zh: '删除时间（UTC）' }),
      say({ en: 'request', zh: '请求' }),
    ];
    return answer(say({ en: '{n} kept for safety', zh: '为安全保留 {n} 项' }, { n: kept.length }), [{ kind: 'table', columns, rows }]);
  },
});
