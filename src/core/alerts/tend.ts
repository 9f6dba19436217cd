import type { SettleNeeds } from '../settle.ts';
import { settleAlert } from './settle.ts';
import { logUnreadable, Unreadable } from './unreadable.ts';

/** How often every card is shown again although nothing of it has changed, in milliseconds: whatever a crash has lost on the way is found again. */
const SHOWN_EVERY = 60_000;

/** Settles every alert that is looked after. `everyMs`: how often this is called. */
export async function tendAlerts(needs: SettleNeeds, everyMs: number): Promise<void> {
  const turns = Math.max(1, Math.round(SHOWN_EVERY / everyMs));
  const turn = Math.floor(Date.now() / everyMs) % turns;
  for (const id of await needs.alerts.open()) {
    try {
      await settleAlert(id, needs, placeOf(id, turns) === turn ? 'show' : 'show-news');
    } catch (error) {
      if (error instanceof Unreadable) logUnreadable(error, needs.log);
      else needs.log(`the alert ${id} cannot be settled`, error); // one bad alert must not keep the others waiting
    }
  }
}

/** Which turn an alert has, so that not all are shown again at once. */
function placeOf(id: string, turns: number): number {
  return [...id].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % turns;
}
