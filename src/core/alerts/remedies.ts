import { canonical, sha256, ticketId } from '../digest.ts';
import { askFor } from '../unasked.ts';
import { type Alert, isOpen } from './alert.ts';
import { believed } from './believed.ts';
import { filled, leading, runbooksFor } from './runbook.ts';
import type { About, Decide } from './settle.ts';
import { CONSOLE } from './shows.ts';

/** Asks what a runbook asks by itself: once an alert, so often a day, and no more where it did not help, until somebody does it by hand or a day has passed. */
export const remedies: Decide = async (alert, about) => {
  const remedy = remedyOf(alert, about);
  if (!remedy) return undefined;
  const { now, needs } = about;
  const { key, line, as, perDay } = remedy;
  const id = ticketId('remedy', alert.id);
  await learn(alert, id, remedy, about);
  const isDone = alert.tries.some(({ ticket }) => ticket === id) || alert.history.some(({ kind }) => kind === 'held');
  if (isDone || !isOpen(alert) || alert.storm || alert.acked || alert.counts.firing === 0 || isTied(alert, now)) return undefined;
  const may = await needs.remedies.begin(key, alert.id, { at: now, perDay });
  if (may !== 'go') return { kind: 'held', line, why: may };
  await askFor({ id, line, by: as, from: { kind: 'remedy', ticket: alert.id }, places: alert.places.length > 0 ? alert.places : [CONSOLE], at: now }, needs);
  return { kind: 'asked', ticket: id, by: as, line, auto: true };
};

/** What is asked by itself, in whose name; `key`: of the runbook and the host. */
interface Remedy {
  readonly key: string;
  readonly line: string;
  readonly as: string;
  readonly perDay: number;
}

function remedyOf(alert: Alert, { rules: { routing, policy }, needs: { commands } }: About): Remedy | undefined {
  if (!routing.runbooks.some(({ auto }) => auto)) return undefined;
  const member = leading(alert);
  const runbook = member && runbooksFor(member, routing.runbooks, policy.hosts).find(({ auto }) => auto !== undefined);
  const [first] = runbook?.offer ?? [];
  const values = member && believed(member, routing.sources, policy.hosts);
  if (!values || !runbook?.auto || !first) return undefined;
  const line = filled(first.line, values, commands);
  const key = sha256(canonical([runbook.match, first.line, member.host ?? null])).slice(0, 24);
  return line === undefined ? undefined : { key, line, ...runbook.auto };
}

/** What came of it here, and whether somebody has done it by hand since. */
async function learn({ tries }: Alert, id: string, { key, line }: Remedy, { needs }: About): Promise<void> {
  const own = tries.find(({ ticket }) => ticket === id);
  const isVain = own?.endedAt !== undefined && (own.state !== 'done' || own.verdict === 'still-firing');
  const byHand = tries.filter((one) => one.ticket !== id && one.line === line && one.state === 'done').at(-1)?.endedAt;
  if (!isVain && byHand === undefined) return;
  await needs.remedies.learn(key, {
    ...(isVain ? { vain: { alert: id, at: own.endedAt } } : {}),
    ...(byHand === undefined ? {} : { byHand }),
  });
}

function isTied({ tied }: Alert, now: number): boolean {
  return tied !== undefined && (tied.until === undefined || now < tied.until);
}
