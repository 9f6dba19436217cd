import type { Desk } from '../command.ts';
import { Refusal } from '../errors.ts';
import { nearest } from '../nearest.ts';
import type { Person } from '../policy.ts';
import type { DeskStep } from '../types.ts';
import { list, type Said, say } from '../words.ts';
import { type Alert, type AlertAct, isOpen } from './alert.ts';
import { alertFor } from './sight.ts';
import { ALERT_STATES, stateOf } from './state.ts';
import { readCards, Unreadable } from './unreadable.ts';

/** Most alerts that are named when one is not found. */
const NAMED = 5;

/** Whoever asks. Throws Refusal for somebody who is not in the configuration any more. */
export function asker({ person, policy }: Pick<Desk, 'person' | 'policy'>): Person {
  const found = policy.people.get(person.id);
  if (!found) throw new Refusal(say({ en: 'I do not know you any more', zh: '我已不认识您' }));
  return found;
}

/** Open alerts as this person may see them, the newest first; how many there are that this version cannot read. */
export async function openAlerts(desk: Desk): Promise<{ readonly mine: Alert[]; readonly unread: number }> {
  const { cards, unread } = await readCards(await desk.alerts.open(), desk.alerts);
  const person = asker(desk);
  const mine = cards.flatMap((alert) => (isOpen(alert) ? (alertFor(person, alert, desk.policy, desk.all) ?? []) : []));
  return { mine: mine.sort((a, b) => b.since - a.since || (a.id < b.id ? -1 : 1)), unread };
}

/** An alert as this person may see it. Throws Refusal that names alerts like it. */
export async function alertNamed(id: string, desk: Desk): Promise<Alert> {
  return (await sought(id, desk)).mine;
}

/** An alert that fires, all of which this person may see: something is to be done about it. Throws Refusal. */
export async function firingNamed(id: string, desk: Desk): Promise<Alert> {
  const { mine, isWhole } = await sought(id, desk);
  if (!isOpen(mine)) {
    throw new Refusal(
      say({ en: '{id} is {state} already', zh: '{id} 已是：{state}' }, { id, state: ALERT_STATES[stateOf(mine)] }),
      say({ en: '`alert list` shows what fires', zh: '可用 `alert list` 查看当前告警' }),
    );
  }
  if (isWhole) return mine;
  throw new Refusal(
    say({ en: '{id} is also about hosts outside of your reach', zh: '{id} 还涉及您权限之外的主机' }, { id }),
    say({ en: 'ask somebody who may act on all of them', zh: '请联系有权处理全部主机的人' }),
  );
}

async function sought(id: string, desk: Desk): Promise<{ readonly mine: Alert; readonly isWhole: boolean }> {
  const found = await desk.alerts.get(id).catch((error: unknown) => {
    if (!(error instanceof Unreadable)) throw error;
    throw new Refusal(
      say({ en: '{id} cannot be read by this version: a newer one wrote it', zh: '{id} 由更新的版本写入，此版本无法读取' }, { id }),
      say({ en: 'ask again when all parts of the bot run the newer one', zh: '请在机器人各部分都升级后重试' }),
    );
  });
  const mine = found && alertFor(asker(desk), found, desk.policy, desk.all);
  if (mine) return { mine, isWhole: mine === found };
  const open = (await openAlerts(desk)).mine.map((alert) => alert.id);
  const near = nearest(id, open);
  const known = list((near.length > 0 ? near : open).slice(0, NAMED));
  throw new Refusal(
    say({ en: 'there is no alert {id}', zh: '没有告警 {id}' }, { id }),
    open.length === 0
      ? say({ en: 'nothing fires now; `alert list --all` shows what did', zh: '当前没有告警；可用 `alert list --all` 查看过往告警' })
      : say({ en: 'there is: {known}; `alert list` shows more', zh: '现有：{known}；更多见 `alert list`' }, { known }),
  );
}

/** What happens to an alert, as a step of the desk. */
export function alertStep(alert: Pick<Alert, 'id'>, happened: AlertAct, why: Said): DeskStep {
  return { kind: 'desk', on: { site: 'desk', host: 'desk', name: alert.id }, why, act: { alert: { id: alert.id, happened } } };
}
