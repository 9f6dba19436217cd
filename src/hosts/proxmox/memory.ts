import type { Called, Tasks } from '../../core/ports.ts';
import type { Before } from '../../core/types.ts';

/** Tasks and their calls, for as long as this process lives. */
export function inMemory(): Tasks {
  const calls = new Map<string, { before: Before; task?: string; times: number }>();
  const owners = new Map<string, string>();
  const known = async (step: string): Promise<Called> => {
    const { before, task } = calls.get(step) ?? {};
    return { ...(before ? { before } : {}), ...(task === undefined ? {} : { task }) };
  };
  return {
    known,
    async intend(step, before) {
      const now = calls.get(step);
      const same = now && now.before.clock === before.clock && now.before.still === before.still;
      if (!same) calls.set(step, { before, times: (now?.times ?? 0) + 1 });
      return known(step);
    },
    async claim(task, step) {
      const call = calls.get(step);
      const mine = `${step} ${call?.times ?? 0}`;
      if ((owners.get(task) ?? mine) !== mine) return false;
      owners.set(task, mine);
      if (call) call.task = task;
      return true;
    },
  };
}
