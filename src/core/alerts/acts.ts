import type { Own } from '../own.ts';
import type { DeskAct } from '../types.ts';
import { type Said, say } from '../words.ts';
import { isOpen } from './alert.ts';

/** What the desk does to alerts, silences and schedules. `id`: of the step, for ever: done again it changes nothing. Why not, when that cannot be done any more. */
export async function forAlerts(
  what: Extract<DeskAct, { alert: unknown } | { hush: unknown } | { unhush: unknown } | { schedule: unknown } | { unschedule: unknown }>,
  { alerts, silences, schedules }: Pick<Own, 'alerts' | 'silences' | 'schedules'>,
  id: string,
): Promise<Said | undefined> {
  if ('alert' in what) {
    const after = await alerts.change(what.alert.id, { ...what.alert.happened, id, at: Date.now() });
    if (!after) return say({ en: 'there is no such alert any more', zh: '此告警已不存在' });
    if (what.alert.happened.kind !== 'closed' || !isOpen(after)) return undefined;
    return say({ en: 'more fires on it by now: look at it again, then close it', zh: '期间出现了新的告警：请先查看，再关闭' });
  }
  if ('hush' in what) await silences.add(what.hush);
  else if ('unhush' in what) await silences.end(what.unhush.id);
  else if ('schedule' in what) {
    const { schedule } = what;
    if (await schedules.set(schedule, schedule.rev - 1)) return undefined;
    if ((await schedules.get(schedule.id))?.rev !== schedule.rev) return say({ en: 'it was changed meanwhile', zh: '期间已被修改' });
  } else await schedules.remove(what.unschedule.id, what.unschedule.rev);
  return undefined;
}
