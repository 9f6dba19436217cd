import type { SettleNeeds } from '../settle.ts';
import type { Member, Silence } from './alert.ts';
import { hushed, idsOf } from './making.ts';
import { nameOf } from './members.ts';
import { settleSoon } from './soon.ts';
import { logUnreadable, Unreadable } from './unreadable.ts';

/** Marks what stands on open cards by the silences in force: what they cover, and what they do no more. Does nothing as long as they are the same ones. */
export async function tendSilences(needs: SettleNeeds): Promise<void> {
  const silences = await needs.silences.list();
  const ids = idsOf(silences);
  if (ids === (await needs.silences.marked())) return;
  let missed = false;
  for (const id of await needs.alerts.open()) {
    try {
      if (await markAlert(id, silences, needs)) await settleSoon(id, needs);
    } catch (error) {
      if (error instanceof Unreadable) {
        logUnreadable(error, needs.log); // whoever can read it marks what comes to it
        continue;
      }
      missed = true; // the others are not to wait for it
      needs.log(`silences of the alert ${id} cannot be marked`, error);
    }
  }
  if (!missed) await needs.silences.mark(ids);
}

/** Whether anything of it is covered by another silence than before. */
async function markAlert(id: string, silences: readonly Silence[], needs: SettleNeeds): Promise<boolean> {
  const { hosts } = (await needs.rules()).policy;
  const begun = new Set<string>();
  const over = new Set<string>();
  for await (const some of needs.alerts.firing(id)) {
    const changed = some.flatMap((member): [Member, string | undefined][] => {
      const { silence } = hushed(
        member,
        hosts.find(({ name }) => name === member.host),
        silences,
      );
      return silence === member.silence ? [] : [[member, silence]];
    });
    if (changed.length === 0) continue;
    await needs.alerts.mark(id, new Map(changed.map(([member, silence]) => [nameOf(member), silence])));
    for (const [member, silence] of changed) {
      if (silence !== undefined) begun.add(silence);
      if (member.silence !== undefined) over.add(member.silence);
    }
  }
  const at = Date.now();
  for (const silence of silences) if (begun.has(silence.id)) await needs.alerts.change(id, { id: `silenced ${silence.id}`, at, kind: 'silenced', silence });
  for (const silence of over)
    if (!silences.some((one) => one.id === silence)) await needs.alerts.change(id, { id: `unsilenced ${silence}`, at, kind: 'unsilenced', silence });
  return begun.size + over.size > 0;
}
