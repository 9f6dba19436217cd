import type { Person, Policy } from '../policy.ts';
import type { Commands } from '../ports.ts';
import type { Choice } from '../types.ts';
import { speak } from '../words.ts';
import { isOpen } from './alert.ts';
import { titleOf } from './card.ts';
import type { Alerts } from './keepers.ts';
import { alertFor } from './sight.ts';
import { readCards } from './unreadable.ts';

/** Most alerts that are read for it: the newest. */
const MOST = 100;

/** Alerts that fire and that this person may see, by id, with their title, the newest first. */
export async function alertChoices(person: Person, alerts: Pick<Alerts, 'open' | 'get' | 'recent'>, policy: Policy, commands: Commands): Promise<Choice[]> {
  const open = await alerts.open();
  const ids = open.length <= MOST ? open : (await alerts.recent(MOST)).filter((id) => open.includes(id));
  const { cards } = await readCards(ids, alerts);
  const mine = cards.flatMap((alert) => (isOpen(alert) ? (alertFor(person, alert, policy, commands) ?? []) : []));
  return mine.sort((a, b) => b.since - a.since).map((alert) => ({ text: alert.id, hint: speak(titleOf(alert), person.lang) }));
}
