import type { Alert, Member } from '../core/alerts/alert.ts';
import type { Alerts } from '../core/ports.ts';
import { keyField } from './alertcards.ts';

/** What waits for its turn: put at once by who comes first. */
interface Waiting {
  readonly members: Member[];
  readonly fresh: Alert;
  readonly reopenMs: number;
  readonly done: ReturnType<Alerts['put']>;
}

/** Puts what comes to the same key while something is being put there all at once when that is done: a flood is written in few pieces, and nobody races it. */
export function together(put: Alerts['put']): Alerts['put'] {
  const busy = new Map<string, { readonly now: Promise<unknown>; next?: Waiting }>();

  function begin(name: string, fresh: Alert, members: readonly Member[], reopenMs: number): ReturnType<Alerts['put']> {
    const now = put(fresh, members, reopenMs);
    const own = { now };
    busy.set(name, own);
    const free = () => {
      if (busy.get(name) === own && !('next' in own)) busy.delete(name);
    };
    now.then(free, free);
    return now;
  }

  return (fresh, members, reopenMs) => {
    const name = keyField(fresh);
    const turn = busy.get(name);
    if (!turn) return begin(name, fresh, members, reopenMs);
    if (turn.next) turn.next.members.push(...members);
    else {
      const all = [...members];
      const done = turn.now.catch(() => undefined).then(() => begin(name, fresh, all, reopenMs));
      turn.next = { members: all, fresh, reopenMs, done };
    }
    return turn.next.done;
  };
}
