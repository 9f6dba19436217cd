import { clockFrom, dayAndClock } from '../time.ts';
import type { Block, Cell } from '../types.ts';
import { list, type Said, say } from '../words.ts';
import { type Alert, type Call, type Happened, isOpen } from './alert.ts';
import { heldWords } from './came.ts';
import { titleOf } from './card.ts';
import { short } from './rows.ts';
import { took } from './span.ts';

/** One reply in the thread of an alert's card, given once. `key`: of this reply, for ever. `calls`: people, by id; nobody, where it is history. */
export interface Reply {
  readonly key: string;
  readonly text: Said;
  readonly calls: readonly string[];
}

/** Most of its history that goes into the thread of a card which was not there before; of a flood, less. */
const HISTORY = 12;
const FLOOD = 3;

/** Who is called for an alert, and then what has happened to it, the oldest first. Pure. `names`: of people, by id. */
export function threadOf(alert: Alert, names: Readonly<Record<string, string>>): Reply[] {
  const nameOf = (id: string) => names[id] ?? id;
  const calls = isOpen(alert)
    ? alert.calls.map((call): Reply => ({ key: keyOf('call', call.key, call.at), text: callWords(call, alert), calls: call.people }))
    : [];
  const history = alert.history.flatMap((one): Reply[] => {
    const text = happenedWords(one, alert, nameOf);
    return text && (!alert.storm || ENDS.includes(one.kind)) ? [{ key: keyOf(one.kind, one.ticket ?? one.what ?? '', one.at), text, calls: [] }] : [];
  });
  return [...calls, ...history.slice(alert.storm ? -FLOOD : -HISTORY)];
}

/** What of a flood is said besides its card. */
const ENDS: readonly Happened['kind'][] = ['acked', 'silenced', 'resolved', 'closed', 'fell-back'];

function keyOf(kind: string, what: string, at: number): string {
  return `${kind}-${at.toString(36)}-${what}`.replace(/[^A-Za-z0-9-]/g, '').slice(0, 60);
}

function callWords({ why }: Call, alert: Alert): Said {
  const title = titleOf(alert);
  switch (why) {
    case 'fired':
      return say({ en: '{title}', zh: '{title}' }, { title });
    case 'fired-again':
      return say({ en: 'again: {title}', zh: '再次告警：{title}' }, { title });
    case 'worse':
      return say({ en: 'now worse: {title}', zh: '情况恶化：{title}' }, { title });
    case 'escalated':
      return say({ en: 'nobody has taken this yet: {title}', zh: '尚无人处理：{title}' }, { title });
    case 'assigned':
      return say({ en: 'this is yours: {title}', zh: '已指派给您：{title}' }, { title });
    case 'quiet-over':
      return say({ en: 'since the quiet hours: {title}', zh: '免打扰时段内发生：{title}' }, { title });
    case 'still-firing':
      return say({ en: 'still firing after what was tried: {title}', zh: '尝试处理后仍在告警：{title}' }, { title });
  }
}

/** What has happened to an alert as a table, the oldest first. */
export function historyTable(alert: Alert, nameOf: (id: string) => string): Block {
  const rows = alert.history.map((one): Cell[] => [dayAndClock(one.at), happenedWords(one, alert, nameOf, true) ?? plainly(one, nameOf)]);
  return { kind: 'table', columns: [say({ en: 'time (UTC)', zh: '时间（UTC）' }), say({ en: 'what happened', zh: '事件' })], rows };
}

/** What needs no reply of its own. */
function plainly({ kind, to = [], what = '', by, ticket = '' }: Happened, nameOf: (id: string) => string): Said {
  if (kind === 'called') return say({ en: 'called {to}', zh: '呼叫了 {to}' }, { to: list(to.map(nameOf)) });
  if (kind === 'asked')
    return say({ en: '{by} asked `{what}` ({ticket})', zh: '{by} 提出 `{what}`（{ticket}）' }, { by: nameOf(by ?? ''), what: short(what, 200), ticket });
  return kind === 'more' ? say({ en: '{what} more of it began', zh: '又出现 {what} 条' }, { what: short(what) }) : say({ en: 'fired', zh: '开始告警' });
}

/** What happened, in words; undefined for what the card, a call or a request's own card says. `dated`: its time stands beside it. */
export function happenedWords(one: Happened, { since }: Pick<Alert, 'since'>, nameOf: (id: string) => string, dated = false): Said | undefined {
  const when = dated ? '' : say({ en: '{at} UTC: ', zh: '{at} UTC：' }, { at: clockFrom(since, one.at) });
  const by = one.by === undefined ? '' : nameOf(one.by);
  const what = short(one.what ?? '', 200);
  const to = list((one.to ?? []).map(nameOf));
  switch (one.kind) {
    case 'fired':
    case 'more':
    case 'asked':
    case 'called':
      return undefined;
    case 'fired-again':
      return say({ en: '{when}fired again', zh: '{when}再次告警' }, { when });
    case 'resolved':
      return one.ms === undefined
        ? say({ en: '{when}resolved', zh: '{when}已恢复' }, { when })
        : say({ en: '{when}resolved after {took}', zh: '{when}{took}后恢复' }, { when, took: took(one.ms) });
    case 'acked':
      return what === ''
        ? say({ en: '{by} acknowledged it', zh: '{by} 已确认' }, { by })
        : say({ en: '{by} acknowledged it: {what}', zh: '{by} 已确认：{what}' }, { by, what });
    case 'unacked':
      return say({ en: '{by} took the acknowledgement back', zh: '{by} 撤回了确认' }, { by });
    case 'silenced':
      return one.until === undefined
        ? say({ en: '{by} silenced it', zh: '{by} 已静默' }, { by })
        : say({ en: '{by} silenced it until {until} UTC', zh: '{by} 已静默至 {until} UTC' }, { by, until: clockFrom(since, one.until) });
    case 'unsilenced':
      return by === ''
        ? say({ en: '{when}its silence is over', zh: '{when}静默已结束' }, { when })
        : say({ en: '{by} ended its silence', zh: '{by} 结束了静默' }, { by });
    case 'assigned':
      return say({ en: '{by} assigned it to {to}', zh: '{by} 将其指派给 {to}' }, { by, to });
    case 'escalated':
      if (by !== '') return say({ en: '{by} escalated it', zh: '{by} 已升级' }, { by });
      return say({ en: '{when}escalated, nobody had taken it', zh: '{when}无人处理，已升级' }, { when });
    case 'ran':
      return say({ en: '{ticket} ended: `{what}`', zh: '{ticket} 已结束：`{what}`' }, { ticket: one.ticket ?? '', what });
    case 'cleared':
      return say({ en: 'cleared after {took}', zh: '{took}后恢复' }, { took: took(one.ms ?? 0) });
    case 'still-firing':
      return say({ en: 'still firing after {ticket}', zh: '执行 {ticket} 后仍在告警' }, { ticket: one.ticket ?? '' });
    case 'tied':
      return say({ en: 'expected while {ticket} runs', zh: '{ticket} 执行期间属预期情况' }, { ticket: one.ticket ?? '' });
    case 'untied':
      return say({ en: '{ticket} is over; this should clear now', zh: '{ticket} 已结束；此告警应即将恢复' }, { ticket: one.ticket ?? '' });
    case 'held':
      return heldWords(one.what);
    case 'closed':
      return by === ''
        ? say({ en: '{when}closed, nothing more was heard', zh: '{when}未再收到消息，已关闭' }, { when })
        : say({ en: '{by} closed it', zh: '{by} 已关闭' }, { by });
    case 'fell-back':
      return say({ en: '{when}told elsewhere, too, because a chat did not take it', zh: '{when}因聊天无法送达，已另行通知' }, { when });
  }
}
