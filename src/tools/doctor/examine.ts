import { type Finding, type NamedCheck, SEVERITIES, type Verdict } from '../../core/check.ts';
import type { Host, Look } from '../../core/command.ts';
import { HostError } from '../../core/errors.ts';
import { type Said, say } from '../../core/words.ts';
import { sharing } from './share.ts';

/** What one check came to on one host. `trouble`: the host did not answer, or not so that it can be read; then nobody knows what is so now. */
export interface Came {
  readonly host: Host;
  readonly check: NamedCheck;
  readonly verdict: Verdict;
  readonly trouble?: Said;
}

/** How long a doctor asks, in milliseconds: the desk takes a site for silent after ten seconds. */
export const ASK_MS = 8000;

/** Every check that is for a host's kind, on every host, side by side; what is not wanted (`doctor.skip`) is left out unless it is named. Never throws for what a host says. */
export async function examine(look: Look, ids: readonly string[], withinMs = ASK_MS): Promise<readonly Came[]> {
  const shared = sharing(look);
  const wanted = look.checks.filter(({ id }) => (ids.length > 0 ? ids.includes(id) : !look.declared.doctor.skip.includes(id)));
  const over = Promise.withResolvers<never>();
  over.promise.catch(() => undefined);
  const timer = setTimeout(() => over.reject(new TooLate()), withinMs);
  try {
    const came = await atOnce(look.hosts, (host) =>
      Promise.all(wanted.filter(({ kinds }) => kinds.includes(host.kind)).map((check) => examineOne(shared, host, check, over.promise, withinMs))),
    );
    return came.flat();
  } finally {
    clearTimeout(timer);
  }
}

class TooLate extends Error {}

/** Most hosts that are asked at once. */
const MOST = 64;

/** Does something for each, for so many at once, and gives what it came to in their order. */
async function atOnce<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const came = new Map<number, R>();
  let next = 0;
  const lane = async () => {
    for (let i = next++; i < all.length; i = next++) for (const one of all.slice(i, i + 1)) came.set(i, await work(one));
  };
  await Promise.all(Array.from({ length: MOST }, lane));
  return [...came].sort(([a], [b]) => a - b).map(([, one]) => one);
}

async function examineOne(look: Look, host: Host, check: NamedCheck, over: Promise<never>, withinMs: number): Promise<Came> {
  try {
    return { host, check, verdict: await Promise.race([check.examine(look, host), over]) };
  } catch (error) {
    if (error instanceof TooLate) {
      const skipped = say({ en: 'did not answer within {s} s', zh: '{s} 秒内没有回应' }, { s: withinMs / 1000 });
      return { host, check, verdict: { skipped }, trouble: skipped };
    }
    if (error instanceof HostError) return { host, check, verdict: { skipped: error.said }, trouble: error.said };
    const reference = look.unexpected?.(error) ?? '?';
    const skipped = say({ en: 'went wrong by itself (reference {reference})', zh: '检查自身出错（参考号 {reference}）' }, { reference });
    const trouble = say({ en: '{title}: {skipped}', zh: '{title}：{skipped}' }, { title: { words: check.title }, skipped });
    return { host, check, verdict: { skipped }, trouble };
  }
}

/** What was found, the worst first, then by host and check. */
export function findingsOf(all: readonly Came[]): Finding[] {
  return all
    .flatMap(({ host, check, verdict }) =>
      'findings' in verdict ? verdict.findings.map((finding) => ({ ...finding, check: check.id, host: host.name, title: { words: check.title } })) : [],
    )
    .sort((a, b) => rank(a) - rank(b));
}

/** 0 for the worst. */
export function rank({ severity }: Pick<Finding, 'severity'>): number {
  return SEVERITIES.indexOf(severity);
}

/** Whether two findings are of the same thing. */
export function isSame(a: Finding, b: Finding): boolean {
  return a.check === b.check && a.host === b.host && a.name === b.name;
}
