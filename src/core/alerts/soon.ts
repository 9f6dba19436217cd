import type { SettleNeeds } from '../settle.ts';
import { settleAlert } from './settle.ts';

interface Turn {
  readonly now: Promise<void>;
  next?: Promise<void>;
}

/** What is being settled, by whoever settles it. */
const turns = new WeakMap<SettleNeeds, Map<string, Turn>>();

/** Settles an alert. Those who ask while it is settled have it settled once more, together: a flood changes one card many times a second. */
export function settleSoon(id: string, needs: SettleNeeds): Promise<void> {
  const mine = turns.get(needs) ?? new Map<string, Turn>();
  turns.set(needs, mine);
  const turn = mine.get(id);
  if (!turn) return begin();
  turn.next ??= turn.now.catch(() => undefined).then(() => begin());
  return turn.next;

  function begin(): Promise<void> {
    const now = settleAlert(id, needs);
    const own: Turn = { now };
    mine.set(id, own);
    const done = () => {
      if (mine.get(id) === own && own.next === undefined) mine.delete(id);
    };
    now.then(done, done);
    return now;
  }
}
