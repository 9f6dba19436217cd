import { isSame } from './account.ts';
import { forAlerts } from './alerts/acts.ts';
import { isShorter } from './freeze.ts';
import type { Came } from './perform.ts';
import type { Alerts, Delegations, Factors, Freezes, Journals, Links, Locks, Reviews, Schedules, Sessions, Silences } from './ports.ts';
import type { DeskAct, DeskStep, Outcome, Plan } from './types.ts';
import { type Said, say } from './words.ts';

/** What the desk's own steps act on. */
export interface Own {
  readonly journals: Journals;
  readonly locks: Pick<Locks, 'robbed' | 'steal'>;
  readonly freezes: Freezes;
  readonly links: Pick<Links, 'add' | 'remove' | 'list'>;
  readonly delegations: Delegations;
  readonly sessions: Sessions;
  readonly factors: Pick<Factors, 'enrol' | 'forget'>;
  readonly reviews: Pick<Reviews, 'close'>;
  readonly alerts: Pick<Alerts, 'change'>;
  readonly silences: Pick<Silences, 'add' | 'end'>;
  readonly schedules: Pick<Schedules, 'get' | 'set' | 'remove'>;
}

/** Performs the desk's own steps of a wave. May be called again: each of them does nothing where it was done before. */
export async function atDesk(plan: Plan, wave: number, run: { readonly ticket: string; readonly round: number }, needs: Own): Promise<Came> {
  const { journal } = await needs.journals.read(run.ticket, run.round);
  let failed = 0;
  for (const [i, step] of plan.steps.entries()) {
    if (step.kind !== 'desk' || (step.wave ?? 1) !== wave) continue;
    const before = journal[i];
    const outcome =
      before?.state === 'finished' ? before.outcome : await act(step, before !== undefined, needs, () => intend(i), `${run.ticket} ${run.round} ${i}`);
    if (before?.state !== 'finished') await needs.journals.write(run.ticket, run.round, i, { state: 'finished', at: Date.now(), outcome });
    if (outcome.kind !== 'met') failed = 1;
  }
  return { ending: failed === 0 ? 'done' : 'failed', failed };

  async function intend(step: number): Promise<void> {
    await needs.journals.write(run.ticket, run.round, step, { state: 'intent', at: Date.now() });
  }
}

/** `before`: it was intended before, so that a lock that is gone now was taken away by that attempt. */
async function act({ act: what }: DeskStep, before: boolean, needs: Own, intend: () => Promise<void>, id: string): Promise<Outcome> {
  if (!before) await intend();
  const no = await notDone(what, before, needs, id);
  return no === undefined ? { kind: 'met', ms: 0 } : { kind: 'unreachable', why: no };
}

/** Does it; why not, when that cannot be done any more. What is so already is done: two attempts at the same may come at once. */
async function notDone(what: DeskAct, before: boolean, needs: Own, id: string): Promise<Said | undefined> {
  const { locks, freezes, links, delegations, sessions, factors, reviews, alerts, silences, schedules } = needs;
  if ('steal' in what) {
    const { lock, from, token } = what.steal;
    if ((await locks.steal(lock, from, token)) || before || (await locks.robbed(from))) return undefined;
    return say({ en: '{from} does not hold it any more', zh: '{from} 已不再占用它' }, { from });
  }
  if ('freeze' in what) {
    const there = (await freezes.list()).find(({ scope }) => scope === what.freeze.scope);
    if (!there || !isShorter(what.freeze, there)) await freezes.set(what.freeze);
    return undefined;
  }
  if ('thaw' in what) {
    const { scope, since } = what.thaw;
    if ((await freezes.lift(scope, since)) || !(await freezes.list()).some((freeze) => freeze.scope === scope)) return undefined;
    return say({ en: 'it was frozen anew meanwhile', zh: '期间已被重新冻结' });
  }
  if ('link' in what) {
    const { account, person } = what.link;
    const isOwn = async () => (await links.list()).some((link) => link.person === person && isSame(link.account, account));
    if ((await isOwn()) || (await links.add({ account, person, at: Date.now() })) || (await isOwn())) return undefined;
    return say({ en: 'its time was over, or the account has become somebody else’s', zh: '已超时，或该账号已属于他人' });
  }
  if ('enrol' in what) {
    const { person, key } = what.enrol;
    if (await factors.enrol(person, key)) return undefined;
    return say({ en: 'its time was over; begin again', zh: '已超时；请重新开始' });
  }
  if ('unlink' in what) await links.remove(what.unlink.account);
  else if ('delegate' in what) await delegations.add(what.delegate);
  else if ('revoke' in what) await delegations.remove(what.revoke.from, what.revoke.to);
  else if ('signOut' in what) await sessions.end(what.signOut.person);
  else if ('review' in what) await reviews.close(what.review.ticket);
  else if ('forget' in what) await factors.forget(what.forget.person);
  else return forAlerts(what, { alerts, silences, schedules }, id);
  return undefined;
}
