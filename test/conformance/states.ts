import type { ClusterSpec } from '../../src/lab/proxmox/spec.ts';
import type { Exchange } from './exchange.ts';
import { records, text } from './record.ts';
import { ACCESS } from './states/access.ts';
import { CLUSTER } from './states/cluster.ts';
import { type Draft, emptyDraft, places, type Rule, sceneOf, specOf } from './states/draft.ts';
import { DRIVES } from './states/drives.ts';
import { GUESTS } from './states/guests.ts';
import { KEPT } from './states/kept.ts';
import { node } from './states/make.ts';
import { MOVES } from './states/moves.ts';
import { NETWORK } from './states/network.ts';
import { NODES } from './states/nodes.ts';
import { STORAGES } from './states/storage.ts';
import { TASKS } from './states/tasks.ts';
import { WORDS } from './states/words.ts';

/** From general to particular; a later rule knows better. */
const TABLE: readonly Rule[] = [...NODES, ...CLUSTER, ...GUESTS, ...MOVES, ...TASKS, ...STORAGES, ...NETWORK, ...KEPT, ...DRIVES, ...ACCESS, ...WORDS];

/** What a cluster must be for a recorded answer to be given, and what is to be done with it first. */
export interface State {
  readonly spec: ClusterSpec;
  /** The node that is asked. */
  readonly home: string;
  readonly draft: Draft;
}

/** Finds the state that an exchange implies, by rules on the exchange itself. `home`: the node the recording was made on. */
export function stateFor(exchange: Exchange, home: string): State {
  const scene = sceneOf(exchange);
  const far = exchange.answer.status >= 595 && exchange.path.startsWith(`/nodes/${home}/`);
  const draft = emptyDraft(far ? `${home}-other` : home);
  for (const rule of TABLE) {
    if (rule.methods !== undefined && !rule.methods.includes(exchange.method)) continue;
    const at = rule.path === undefined ? (places('/nodes/{node}/{kind:qemu|lxc}/{vmid:\\d+}/**', exchange.path) ?? {}) : places(rule.path, exchange.path);
    const words = rule.says === undefined ? [] : rule.says.exec(scene.said);
    if (at !== undefined && words !== null) rule.means(draft, scene, at, words.slice(1));
  }
  if (draft.nodes.size === 0) node(draft, draft.home);
  if (!draft.nodes.has(draft.home)) draft.home = [...draft.nodes.values()].find(({ online }) => online !== false)?.name ?? draft.home;
  node(draft, draft.home);
  return { spec: specOf(draft), home: draft.home, draft };
}

/** The node a recording was made on: its own name where it says so, else the one that is asked about most. */
export function homeOf(exchanges: readonly Exchange[]): string {
  const counts = new Map<string, number>();
  const count = (name: string, weight: number) => void counts.set(name, (counts.get(name) ?? 0) + weight);
  for (const { path, answer } of exchanges) {
    if (/hostname lookup/.test(`${answer.reason} ${JSON.stringify(answer.body)}`)) continue;
    const asked = /^\/nodes\/([A-Za-z0-9-]+)(\/|$)/.exec(path)?.[1];
    if (asked !== undefined && answer.status < 595) count(asked, 1);
    for (const entry of records(records([answer.body])[0]?.data)) if (entry.local === 1) count(text(entry, 'name') ?? '', 1000);
  }
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? 'pve1';
}
