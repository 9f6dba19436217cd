import { anyTargets, word } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { dayAndClock, SPAN } from '../../src/core/time.ts';
import { say } from '../../src/core/words.ts';
import { journal, journalTime } from '../../src/tools/journal.ts';
import { shapes } from '../../src/tools/journal-shape.ts';
import { tableOver } from '../../src/tools/look.ts';
import { whereSystemd } from '../../src/tools/systemctl-look.ts';

/** Lines that are read of one host, and rows that are shown of it. */
const MOST = 5000;
const ROWS = 15;

/** What went wrong on hosts lately: errors of the journal by unit and shape, the most frequent first. */
export default command({
  summary: { en: 'Show what the log complains of most', zh: '查看日志中最多的错误' },
  examples: ['log errors web1', 'log errors @web --since 7d'],
  risk: 'none',
  args: { on: anyTargets() },
  options: { since: word(SPAN, { en: '24h', zh: '24h' }).default('24h') },
  plan: ({ since }, look) =>
    tableOver(
      look,
      say({ en: 'errors in the log of the last {since}, in UTC', zh: '最近 {since} 日志中的错误（UTC）' }, { since }),
      [say({ en: 'unit', zh: '单元' }), say({ en: 'count', zh: '次数' }), say({ en: 'last', zh: '最近' }), say({ en: 'message', zh: '消息' })],
      (host) => whereSystemd(look, host, () => look.read(host, journal({ priority: 'err', since: journalTime(since), lines: MOST }))),
      (_host, { entries, cut }) => {
        const all = shapes(entries);
        if (all.length === 0) return [['-', 0, '-', say({ en: 'no errors', zh: '没有错误' })]];
        const rest = all.slice(ROWS).reduce((sum, { count }) => sum + count, 0);
        const rows = all.slice(0, ROWS).map(({ unit, count, last, shape }) => [unit, cut ? `≥ ${count}` : count, dayAndClock(last), shape]);
        return rest > 0 ? [...rows, ['…', rest, '', say({ en: 'others', zh: '其他' })]] : rows;
      },
    ),
});
