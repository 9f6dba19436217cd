import { alertFor } from './alerts/sight.ts';
import { silencesFor } from './alerts/silencesfor.ts';
import { readCards } from './alerts/unreadable.ts';
import type { Desk } from './command.ts';
import { answer } from './command.ts';
import { freezesFor } from './freeze.ts';
import { schedulesFor } from './schedules/sight.ts';
import { dayAndClock } from './time.ts';
import type { Cell, Plan } from './types.ts';
import { type Said, say } from './words.ts';

/** A schedule that ends within this time, in milliseconds, is spoken of. */
const SOON = 7 * 86_400_000;

/** What the desk knows of the state of things: open approvals, alerts, silences, freezes, reviews, schedules that end soon. */
export async function roundupBeside(desk: Desk): Promise<Plan> {
  const person = desk.policy.people.get(desk.person.id);
  const [waiting, running, silences, freezes, reviews, scheduled, all] = await Promise.all([
    desk.waiting(),
    desk.running(),
    desk.silences.list(),
    desk.freezes.list(),
    desk.reviews(),
    schedulesFor(desk),
    desk.alerts.open().then((ids) => readCards(ids, desk.alerts)),
  ]);
  const alerts = all.cards.filter((one) => one.state === 'firing' && !one.closed && person && alertFor(person, one, desk.policy, desk.all));
  const unknown = running.filter(({ ticket }) => ticket.state === 'unknown').length;
  const ending = scheduled.filter(({ repeat }) => repeat.until < desk.at + SOON);
  const facts: [Said, Cell][] = [
    [say({ en: 'alerts open', zh: '未恢复的告警' }), counted(alerts.length, alerts.filter((one) => !one.acked).length, ACKED)],
    [say({ en: 'waiting for approval', zh: '等待批准' }), waiting.length],
    [say({ en: 'under way', zh: '进行中' }), counted(running.length, unknown, LOST)],
    [say({ en: 'silences', zh: '静默' }), silencesFor(silences, desk).mine.length],
    [say({ en: 'freezes', zh: '冻结' }), freezesFor(freezes, desk).length],
    [say({ en: 'reviews owed', zh: '待审查' }), reviews.length],
    ...ending.map((one): [Said, Cell] => [
      say({ en: 'schedule {id} ends', zh: '时间表 {id} 即将结束' }, { id: one.id }),
      say({ en: '{until} UTC: {line}', zh: '{until} UTC：{line}' }, { until: dayAndClock(one.repeat.until), line: one.repeat.line }),
    ]),
  ];
  return answer(say({ en: 'round-up', zh: '巡检' }), [{ kind: 'facts', facts }]);
}

const ACKED = (n: number) => say({ en: '{n} of them nobody looks at', zh: '其中 {n} 个无人处理' }, { n });
const LOST = (n: number) => say({ en: 'of {n} nobody knows the end', zh: '其中 {n} 个结果未知' }, { n });

function counted(all: number, some: number, words: (n: number) => Said): Cell {
  return some === 0 ? all : say({ en: '{all}, {words}', zh: '{all}，{words}' }, { all, words: words(some) });
}
