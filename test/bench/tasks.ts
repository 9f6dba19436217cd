import { Agent } from 'node:https';
import { Fleet } from '../../src/hosts/fleet.ts';
import { watching } from '../support/watch.ts';
import { type Clusters, fetched, startClusters, tokenFile } from './clusters.ts';
import type { Section } from './section.ts';
import { fixed, pause, spread, times } from './stats.ts';

const TASKS = 200;
const SECONDS = 20;
const WORDS = { words: { en: 'bench', zh: 'bench' } };

/** Many tasks of one node followed at once: how often it is asked, and how soon their end is known. */
export async function tasks(folder: string): Promise<Section> {
  const ours = await followed(folder);
  const naive = await polled();
  const row = (label: string, { rates, late }: Followed) => {
    const { p50, p95 } = spread(late);
    const most = Math.max(...rates);
    return [
      label,
      fixed(most, 0),
      fixed(rates.reduce((sum, rate) => sum + rate, 0) / rates.length, 1),
      fixed(p50 / 1000, 1),
      fixed(p95 / 1000, 1),
      times(most / Math.max(...naive.rates)),
    ];
  };
  return {
    title: `Proxmox: ${TASKS} tasks of one node followed to their end, ${SECONDS} to ${3 * SECONDS} s each`,
    columns: ['', 'requests/s, most', 'mean', 'end known after s, p50', 'p95', 'to polling'],
    rows: [row('Hostler: status, progress and log', ours), row('  polling each task’s status every second', naive)],
    notes: [],
    data: { tasks: TASKS, seconds: SECONDS, ours: figures(ours), polling: figures(naive) },
  };
}

/** Requests in each second after the tasks had begun; how long after a task’s end that was known, in milliseconds. */
interface Followed {
  readonly rates: readonly number[];
  readonly late: readonly number[];
}

const figures = ({ rates, late }: Followed) => ({ most: Math.max(...rates), late: spread(late) });

async function followed(folder: string): Promise<Followed> {
  const cluster = await startClusters(1, 1, SECONDS);
  const host = { name: 'c0', site: 'here', sites: ['here'], kind: 'pve', tags: [], address: '127.0.0.1', libvirt: '', nodes: [{ name: 'pve1' }] } as const;
  const endpoints = cluster.ports.map((port) => ({ node: 'pve1', address: '127.0.0.1', port, fingerprint: cluster.fingerprint }));
  const fleet = new Fleet([], [{ host, api: { kind: 'pve', name: 'c0', endpoints, token: `file:${tokenFile(folder)}` } }]);
  try {
    const known = await Promise.all(
      Array.from({ length: TASKS }, async (_, i) => {
        const watch = watching();
        const on = { site: 'here', host: 'c0', name: String(i) };
        const outcome = await fleet.exec(
          `bench-${i}`,
          { kind: 'api', on, why: WORDS, method: 'POST', path: '/nodes/pve1/vzdump', params: { vmid: 100 + i }, timeoutMs: 300_000 },
          watch,
        );
        return { upid: outcome.kind === 'task' ? outcome.task : '', at: Date.now() };
      }),
    );
    return { rates: settled((await cluster.heard())[0] ?? []), late: await lateness(cluster, known) };
  } finally {
    await fleet.close();
    await cluster.close();
  }
}

/** As clients of the field do it: one status call a second for each task. */
async function polled(): Promise<Followed> {
  const cluster = await startClusters(1, 1, SECONDS);
  const agent = new Agent({ keepAlive: true, rejectUnauthorized: false, maxSockets: 16 });
  const [port = 0] = cluster.ports;
  try {
    const known = await Promise.all(
      Array.from({ length: TASKS }, async () => {
        const { data } = JSON.parse(await fetched(port, '/api2/json/nodes/pve1/vzdump', agent, 'POST'));
        for (;;) {
          await pause(1000);
          const status = JSON.parse(await fetched(port, `/api2/json/nodes/pve1/tasks/${encodeURIComponent(data)}/status`, agent));
          if (status.data.status === 'stopped') return { upid: String(data), at: Date.now() };
        }
      }),
    );
    return { rates: settled((await cluster.heard())[0] ?? []), late: await lateness(cluster, known) };
  } finally {
    agent.destroy();
    await cluster.close();
  }
}

/** How long after each task's end it was known, in milliseconds. */
async function lateness({ ports }: Clusters, known: readonly { readonly upid: string; readonly at: number }[]): Promise<number[]> {
  const agent = new Agent({ rejectUnauthorized: false });
  const ends: Record<string, number> = JSON.parse(await fetched(ports[0] ?? 0, '/ends', agent));
  return known.map(({ upid, at }) => at - (ends[upid] ?? Number.NaN));
}

/** Not the seconds in which they were begun. */
function settled(rates: readonly number[]): number[] {
  return rates.slice(4);
}
