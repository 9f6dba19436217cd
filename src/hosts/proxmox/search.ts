import { expectedTask, taskNode } from '../../core/apitask.ts';
import { apiPath } from '../../core/call.ts';
import type { Tasks } from '../../core/ports.ts';
import type { ApiStep, Before } from '../../core/types.ts';
import type { Upid } from '../../core/upid.ts';
import type { Api } from './api.ts';
import { isProven, readStill } from './state.ts';

/** What became of a call whose answer was lost: a task of it; done without one; never made, and all is as it was; or nobody can say. */
export type Found = { readonly kind: 'task'; readonly upid: Upid } | { readonly kind: 'done' } | { readonly kind: 'none' } | { readonly kind: 'unsure' };

/** How far clocks of a node may be apart, in seconds. */
const SLACK = 2;
const LONGEST_LIST = 1000;

/** Looks for what became of a call, for `forMs` milliseconds; `rest` passes the time between two looks, and may throw. Throws HostError. */
export async function search(
  api: Api,
  tasks: Tasks,
  id: string,
  step: ApiStep,
  before: Before,
  { forMs, rest }: { readonly forMs: number; rest(): Promise<void> },
): Promise<Found> {
  const expected = expectedTask(step.method, step.path, step.params);
  const provable = step.proof !== undefined && step.proof !== 'again';
  const node = taskNode(step.path);
  const seen = new Set<string>();
  if (!(expected && node !== undefined) && !provable) return { kind: 'unsure' };
  for (const until = performance.now() + forMs; ; await rest()) {
    if (expected && node !== undefined) {
      for (const upid of await since(api, node, before.clock - SLACK)) {
        if (!expected.types.includes(upid.type) || !expected.isId(upid.id)) continue;
        // Whoever began it may be about to say so: it is taken only when it is seen a second time, or there is no time left.
        const isLeft = seen.has(upid.upid) || performance.now() >= until;
        seen.add(upid.upid);
        if (isLeft && (await tasks.claim(taskKey(api, upid), id))) return { kind: 'task', upid };
      }
    }
    if (provable && (await isProven(api, step))) return { kind: 'done' };
    if (performance.now() >= until) break;
  }
  if (step.still === undefined) return { kind: 'unsure' };
  return (await readStill(api, step)) === before.still ? { kind: 'none' } : { kind: 'unsure' };
}

/** The name under which a task is claimed: node names stand in many clusters. */
export function taskKey(api: Api, { upid }: Upid): string {
  return `${api.access.name} ${upid}`;
}

/** The tasks of our own token that began on a node at or after a second of its clock, first begun first. */
async function since(api: Api, node: string, clock: number): Promise<Upid[]> {
  const from = Math.max(0, Math.floor(clock));
  const { data } = await api.get(apiPath`/nodes/${node}/tasks`, { ...api.dialect.all, since: from, limit: LONGEST_LIST });
  const upids = (Array.isArray(data) ? data : []).flatMap((row: unknown) => {
    const upid = typeof row === 'object' && row !== null && 'upid' in row ? api.dialect.parseUpid(String(row.upid)) : undefined;
    return upid && upid.user === api.tokenId && upid.starttime >= from ? [upid] : [];
  });
  return upids.sort((a, b) => a.starttime - b.starttime || a.pstart - b.pstart);
}
