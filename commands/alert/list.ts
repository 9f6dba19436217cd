import { z } from 'zod';
import { isOpen } from '../../src/core/alerts/alert.ts';
import { asker, openAlerts } from '../../src/core/alerts/asked.ts';
import { SEVERITY, titleOf } from '../../src/core/alerts/card.ts';
import { short } from '../../src/core/alerts/rows.ts';
import { alertFor } from '../../src/core/alerts/sight.ts';
import { ALERT_STATES, stateOf } from '../../src/core/alerts/state.ts';
import { readCards, unreadWords } from '../../src/core/alerts/unreadable.ts';
import { flag, host } from '../../src/core/args.ts';
import { SEVERITIES } from '../../src/core/check.ts';
import { answer, deskCommand } from '../../src/core/command.ts';
import { dayAndClock } from '../../src/core/time.ts';
import type { Cell } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';

/** Most alerts of the past that are looked through. */
const RECENT = 200;
/** Most rows. */
const ROWS = 100;

/** What fires now, the worst first; with `--all`, also what did. */
export default deskCommand({
  at: 'desk',
  summary: { en: 'Show alerts that fire', zh: '查看当前告警' },
  examples: ['alert list', 'alert list --all', 'alert list --host web1', 'alert list --severity critical'],
  risk: 'none',
  args: {},
  options: { all: flag(), host: host().optional(), severity: z.enum(SEVERITIES).optional() },
  async plan({ all, host: name, severity }, desk) {
    const person = asker(desk);
    const past = all ? (await readCards(await desk.alerts.recent(RECENT), desk.alerts)).cards : [];
    const over = past.flatMap((alert) => (!isOpen(alert) ? (alertFor(person, alert, desk.policy, desk.all) ?? []) : []));
    const { mine: open, unread } = await openAlerts(desk);
    const besides = unread === 0 ? [] : [{ kind: 'text', text: unreadWords(unread) } as const];
    const rank = (one: (typeof open)[number]) => SEVERITIES.indexOf(one.severity);
    const found = [...open.sort((a, b) => rank(a) - rank(b) || b.since - a.since), ...over].filter(
      (alert) => (name === undefined || alert.hosts.includes(name)) && (severity === undefined || alert.severity === severity),
    );
    if (found.length === 0)
      return answer(
        all ? say({ en: 'there are no such alerts', zh: '没有符合条件的告警' }) : say({ en: 'nothing fires; all is quiet', zh: '一切正常，没有告警' }),
        besides,
      );
    const nameOf = (id: string | undefined) => (id === undefined ? '' : (desk.policy.people.get(id)?.name ?? id));
    const rows = found
      .slice(0, ROWS)
      .map((alert): Cell[] => [
        alert.id,
        ALERT_STATES[stateOf(alert)],
        SEVERITY[alert.severity],
        titleOf(alert),
        dayAndClock(alert.since),
        nameOf(alert.assigned?.to ?? alert.acked?.by),
        short(alert.source),
      ]);
    const columns = [
      say({ en: 'alert', zh: '告警' }),
      say({ en: 'state', zh: '状态' }),
      say({ en: 'severity', zh: '级别' }),
      say({ en: 'what', zh: '内容' }),
      say({ en: 'since (UTC)', zh: '起始（UTC）' }),
      say({ en: 'who', zh: '负责人' }),
      say({ en: 'source', zh: '来源' }),
    ];
    const n = found.length;
    const title =
      n > ROWS
        ? say({ en: 'the first {most} of {n} alerts', zh: '共 {n} 条告警，显示前 {most} 条' }, { n, most: ROWS })
        : say({ en: n === 1 ? 'one alert' : '{n} alerts', zh: '共 {n} 条告警' }, { n });
    return answer(title, [{ kind: 'table', columns, rows }, ...besides]);
  },
});
