import { answer, type Host, type Look } from '../core/command.ts';
import { Refusal } from '../core/errors.ts';
import type { Plan } from '../core/types.ts';
import { type Said, say } from '../core/words.ts';
import { type Asked, findGuest, rollOf } from './guests/find.ts';
import type { Deed, Deeds, Draft, Family, Guest, Nothing, Verb } from './guests/guest.ts';

export { allGuests, findGuest } from './guests/find.ts';
export { type Guest, stateWords } from './guests/guest.ts';
export { listPlan } from './guests/list.ts';

/** Every guest of a host, whatever kind it is. */
export async function guestsOf(look: Look, host: Host): Promise<readonly Guest[]> {
  return (await rollOf(look, host)).guests;
}

/** Verbs that are done as they are, without options. */
type Plain = { [V in Verb]: Deeds[V] extends Deed<Nothing> ? V : never }[Verb];

/** The plan of a verb without options on the one guest that is meant. Throws Refusal, Absent, HostError. */
export async function guestPlan(look: Look, family: Family, typed: string, verb: Plain): Promise<Plan> {
  return planWith(look, family, typed, ({ deeds }) => deeds[verb], {});
}

/** The plan of a deed on the one guest that is meant, with options. Throws Refusal, Absent, HostError. */
export async function planWith<O>(look: Look, family: Family, typed: string, which: (guest: Guest) => Deed<O>, options: O): Promise<Plan> {
  const asked = await findGuest(look, family, typed);
  const deed = which(asked.guest);
  if ('lacks' in deed) throw new Refusal(deed.lacks, undefined, asked.about);
  try {
    return whole(asked, await deed(look, options));
  } catch (error) {
    // Another site may have one of the same name: then that is what must be said.
    if (error instanceof Refusal && error.about.length === 0) throw new Refusal(error.said, error.hint, asked.about);
    throw error;
  }
}

/** A draft with what is the same for all. */
function whole({ guest, about, listed, notes }: Asked, draft: Draft): Plan {
  const seen = { about, listed, notes: [...notes, ...(draft.notes ?? [])] };
  if (draft.answer) return answer(draft.summary, draft.answer, seen);
  return {
    ...seen,
    summary: draft.summary,
    steps: draft.steps ?? [],
    facts: draft.facts ?? [],
    locks: [{ name: guest.lockName }, ...(draft.locks ?? [])],
    risk: draft.risk ?? 'none',
    undo: draft.undo ?? { impossible: NOTHING },
    ...(draft.keeps ? { keeps: draft.keeps } : {}),
    ...(draft.touches ? { touches: draft.touches } : {}),
    ...(draft.expects ? { expects: draft.expects } : {}),
  };
}

const NOTHING: Said = say({ en: 'nothing was changed', zh: '没有改变任何东西' });
