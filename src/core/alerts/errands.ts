import type { Host } from '../command.ts';
import type { Alerts } from '../ports.ts';
import type { SettleNeeds } from '../settle.ts';
import type { Member, Silence } from './alert.ts';
import type { ErrandDue } from './errand.ts';
import type { DeclaredSource, Routing } from './routing.ts';
import { isAbout, needsMembers, overrides, type There, thereOf } from './through.ts';

/** Most that fires at a source that is looked at for a silence. */
const MOST = 1000;
/** What could not be written is tried again after this, in milliseconds. */
const AGAIN = 60_000;
/** What is noted of a silence that was taken back. */
const OVER = 'over';

/** Silences are written through to the Alertmanagers they are about, and taken back where they ended early: sends what is still to be done. Safe at any time. */
export async function tendErrands(now: number, needs: Pick<SettleNeeds, 'rules' | 'silences' | 'alerts' | 'send'>): Promise<void> {
  const { routing, policy } = await needs.rules();
  const sources = toldOf(routing);
  if (sources.length === 0) return;
  const due: ErrandDue[] = [];
  for (const silence of await needs.silences.list()) for (const source of sources) due.push(...(await toWrite(silence, source)));
  for (const silence of await needs.silences.over(now)) {
    for (const [source, there] of Object.entries(silence.written ?? {})) {
      if (!('id' in there)) continue;
      // Where its time is over, it is over there, too.
      if (silence.until <= now || !sources.some(({ name }) => name === source)) await needs.silences.written(silence.id, source, { trouble: OVER });
      else due.push({ job: 'errand', errand: { errand: 'unhush', source, silence: silence.id, there: there.id } });
    }
  }
  if (due.length > 0) await needs.send(due);

  async function toWrite(silence: Silence, source: DeclaredSource): Promise<ErrandDue[]> {
    const before = silence.written?.[source.name];
    if ((before && 'id' in before) || silence.until <= now) return [];
    const there = await thereNow(silence, source, { routing, hosts: policy.hosts, alerts: needs.alerts });
    if (!there || 'here' in there) return [];
    const { id, until, by, reason } = silence;
    const errand = { errand: 'hush', source: source.name, silence: id, matchers: there.matchers, until, by, reason } as const;
    return [{ job: 'errand', errand, ...(before ? { delayMs: AGAIN } : {}) }];
  }
}

/** Sources that are told of silences. */
export function toldOf({ sources }: Pick<Routing, 'sources'>): readonly DeclaredSource[] {
  return [...sources.values()].filter(({ kind, api }) => kind === 'alertmanager' && api !== undefined);
}

/** What a silence says at a source by what fires now; undefined where it is not about it. */
export async function thereNow(
  silence: Silence,
  source: DeclaredSource,
  { routing, hosts, alerts }: { readonly routing: Pick<Routing, 'routes'>; readonly hosts: readonly Host[]; readonly alerts: Pick<Alerts, 'standing'> },
): Promise<There | undefined> {
  if (!isAbout(silence, source)) return undefined;
  const members: Member[] = [];
  if (needsMembers(silence)) {
    for await (const some of alerts.standing(source.name)) {
      members.push(...some);
      if (members.length >= MOST) break;
    }
  }
  return thereOf(silence, { source, members, hosts, overrides: overrides(routing) });
}
