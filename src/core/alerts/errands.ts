import type { SettleNeeds } from '../settle.ts';
import type { Member, Silence } from './alert.ts';
import type { ErrandDue } from './errand.ts';
import type { DeclaredSource } from './routing.ts';
import { isAbout, matchersThere, needsMembers } from './through.ts';

/** Most that fires at a source that is looked at for a silence. */
const MOST = 1000;
/** What could not be written is tried again after this, in milliseconds. */
const AGAIN = 60_000;
/** What is noted of a silence that was taken back. */
const OVER = 'over';

/** Silences are written through to the Alertmanagers they are about, and taken back where they ended early: sends what is still to be done. Safe at any time. */
export async function tendErrands(now: number, needs: Pick<SettleNeeds, 'rules' | 'silences' | 'alerts' | 'send'>): Promise<void> {
  const { routing } = await needs.rules();
  const sources = [...routing.sources.values()].filter(({ kind, api }) => kind === 'alertmanager' && api !== undefined);
  if (sources.length === 0) return;
  const due: ErrandDue[] = [];
  for (const silence of await needs.silences.list()) for (const source of sources) due.push(...(await toWrite(silence, source, now, needs)));
  for (const silence of await needs.silences.over(now)) {
    for (const [source, there] of Object.entries(silence.written ?? {})) {
      if (!('id' in there)) continue;
      // Where its time is over, it is over there, too.
      if (silence.until <= now || !sources.some(({ name }) => name === source)) await needs.silences.written(silence.id, source, { trouble: OVER });
      else due.push({ job: 'errand', errand: { errand: 'unhush', source, silence: silence.id, there: there.id } });
    }
  }
  if (due.length > 0) await needs.send(due);
}

async function toWrite(silence: Silence, source: DeclaredSource, now: number, { alerts }: Pick<SettleNeeds, 'alerts'>): Promise<ErrandDue[]> {
  const before = silence.written?.[source.name];
  if ((before && 'id' in before) || silence.until <= now || !isAbout(silence, source)) return [];
  const members: Member[] = [];
  if (needsMembers(silence)) {
    for await (const some of alerts.standing(source.name)) {
      members.push(...some);
      if (members.length >= MOST) break;
    }
  }
  const matchers = matchersThere(silence, source, members);
  if (!matchers) return [];
  const { id, until, by, reason } = silence;
  const errand = { errand: 'hush', source: source.name, silence: id, matchers, until, by, reason } as const;
  return [{ job: 'errand', errand, ...(before ? { delayMs: AGAIN } : {}) }];
}
