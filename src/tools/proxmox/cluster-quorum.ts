import { apiPath } from '../../core/call.ts';
import { readApi } from '../../core/read.ts';
import type { ApiRead } from '../../core/types.ts';
import type { ClusterStatus } from './cluster.ts';
import { row, text } from './fields.ts';

/** The arithmetic of votequorum: more than half of the expected votes. `spare`: how many single-vote nodes may still fail. */
export interface Quorum {
  /** A third party that votes: how many votes it has, and whether it is there to give them. */
  readonly qdevice: { readonly votes: number; readonly connected: boolean } | undefined;
  readonly expected: number;
  readonly present: number;
  readonly needed: number;
  readonly spare: number;
  readonly nodes: readonly { readonly name: string; readonly votes: number; readonly online: boolean; readonly mayFail: boolean }[];
}

export function quorumOf({ nodes }: ClusterStatus, byNode: ReadonlyMap<string, number>, third?: Qdevice): Quorum {
  const voting = nodes.map(({ name, online }) => ({ name, online, votes: byNode.get(name) ?? 1 }));
  // `ffsplit` gives its one vote to one half; `lms` has as many as all nodes but one, so that the last may go on alone.
  const qdevice = third && { votes: third.lastMan ? Math.max(1, voting.length - 1) : 1, connected: third.connected };
  const expected = voting.reduce((sum, one) => sum + one.votes, qdevice?.votes ?? 0);
  const present = voting.reduce((sum, one) => sum + (one.online ? one.votes : 0), qdevice?.connected ? qdevice.votes : 0);
  const needed = Math.floor(expected / 2) + 1;
  const spare = present - needed;
  return { qdevice, expected, present, needed, spare, nodes: voting.map((one) => ({ ...one, mayFail: one.online && spare >= one.votes })) };
}

/** A QDevice of corosync. `lastMan`: its algorithm is last man standing. */
export interface Qdevice {
  readonly connected: boolean;
  readonly lastMan: boolean;
}

/** `GET /cluster/config/qdevice`: what corosync-qdevice-tool says; empty where there is none. */
export function qdevice(): ApiRead<Qdevice | undefined> {
  return readApi({
    path: apiPath`/cluster/config/qdevice`,
    parse: ({ data }) => {
      const from = row(data);
      const state = text(from, 'State');
      return state === undefined ? undefined : { connected: /^connected/i.test(state), lastMan: /last.man|lms/i.test(text(from, 'Algorithm') ?? '') };
    },
  });
}
