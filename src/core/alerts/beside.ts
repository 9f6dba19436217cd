import { searchAs } from '../auditview.ts';
import type { Desk } from '../command.ts';
import { STATE_WORDS } from '../states.ts';
import { dayAndClock } from '../time.ts';
import type { Block, Cell } from '../types.ts';
import { type quoted, say } from '../words.ts';
import { openAlerts } from './asked.ts';
import { atSources } from './atsource.ts';
import { SEVERITY, titleOf } from './card.ts';
import { short } from './rows.ts';
import { silenceTable } from './silenced.ts';
import { silencesFor } from './silencesfor.ts';

/** How far back changes are looked for, in milliseconds; and most rows of each kind. */
const DAY = 86_400_000;
const ROWS = 6;
/** Entries of the audit that are looked through: what is done about alerts is none. */
const LOOKED = 40;

/** What the desk knows about a host that may say why something is wrong there, as far as this person may see it: who changed what lately, what runs, what else fires, what is silenced. */
export async function besideHost(host: string, desk: Desk): Promise<Block[]> {
  const nameOf = (id: string) => desk.policy.people.get(id)?.name ?? id;
  const [{ entries }, running, open, silences] = await Promise.all([
    searchAs(desk, { target: host, kind: 'dispatched', from: desk.at - DAY, limit: LOOKED }),
    desk.running(),
    openAlerts(desk).then(({ mine }) => mine),
    desk.silences.list(),
  ]);
  const changed = entries.filter(({ command = '' }) => !/^(alert|silence) /.test(command)).slice(0, ROWS);
  const changes = await Promise.all(
    changed.map(async ({ at, by, asker, line, command, ticket }): Promise<Cell[]> => {
      const came = ticket === undefined ? undefined : (await desk.request(ticket))?.ticket;
      return [dayAndClock(at), nameOf(asker ?? by ?? ''), short(came?.text ?? line ?? command ?? '', 120), came ? STATE_WORDS[came.state] : '', ticket ?? ''];
    }),
  );
  const here = running.filter(({ plan }) => plan?.steps.some((step) => step.on.host === host));
  const mine = open.filter((alert) => alert.hosts.includes(host));
  const { mine: seen, hosts } = silencesFor(silences, desk);
  const quiet = seen.filter((one) => hosts(one).includes(host) && hosts(one).length < desk.policy.hosts.length);
  return [
    ...(changes.length === 0
      ? [text(say({ en: 'nobody changed anything there within a day, as far as you may see', zh: '在您可查看的范围内，一天内无人在此做过变更' }))]
      : [table([say({ en: 'changed lately (UTC)', zh: '最近变更（UTC）' }), WHO, LINE, say({ en: 'result', zh: '结果' }), REQUEST], changes)]),
    ...(here.length === 0
      ? []
      : [
          table(
            [say({ en: 'runs now', zh: '正在执行' }), WHO, REQUEST],
            here.slice(0, ROWS).map(({ ticket, by }): Cell[] => [short(ticket.text, 120), by, ticket.id]),
          ),
        ]),
    ...(mine.length === 0
      ? []
      : [
          table(
            [
              say({ en: 'fires there', zh: '该主机的告警' }),
              say({ en: 'severity', zh: '级别' }),
              say({ en: 'since (UTC)', zh: '起始（UTC）' }),
              say({ en: 'alert', zh: '告警' }),
            ],
            mine.slice(0, ROWS).map((alert): Cell[] => [titleOf(alert), SEVERITY[alert.severity], dayAndClock(alert.since), alert.id]),
          ),
        ]),
    ...(quiet.length === 0 ? [] : [silenceTable(quiet.slice(0, ROWS), nameOf, await atSources(quiet.slice(0, ROWS), desk))]),
  ];
}

const WHO = say({ en: 'who', zh: '人员' });
const LINE = say({ en: 'what', zh: '内容' });
const REQUEST = say({ en: 'request', zh: '请求' });
const text = (said: ReturnType<typeof quoted>): Block => ({ kind: 'text', text: said });
const table = (columns: readonly ReturnType<typeof quoted>[], rows: readonly (readonly Cell[])[]): Block => ({ kind: 'table', columns, rows });
