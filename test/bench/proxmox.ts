import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { Agent } from 'node:https';
import { promisify } from 'node:util';
import { startBotWith } from './bot.ts';
import { type Clusters, configFor, fetched, startClusters } from './clusters.ts';
import { Door } from './door.ts';
import { residentMB } from './machine.ts';
import type { Section } from './section.ts';
import { fixed, spread, timed, times } from './stats.ts';

/** The Python that Debian's packages are for. */
const DEBIAN = '/usr/bin/python3';
const CLUSTERS = 10;
const GUESTS = 500;
const ROUNDS = 30;
const WARM_UP = 5;

/** What an administrator would write with the library of the field: one cluster after the other. */
const PROXMOXER = `
import sys, time, urllib3
urllib3.disable_warnings()
from proxmoxer import ProxmoxAPI
apis = [ProxmoxAPI('127.0.0.1', port=int(p), user='hostler@pve', token_name='bot', token_value='x', verify_ssl=False) for p in sys.argv[1:]]
took = []
for i in range(8):
    began = time.perf_counter()
    guests = [g for a in apis for g in a.cluster.resources.get(type='vm')]
    if i > 2: took.append((time.perf_counter() - began) * 1000)
print(sorted(took)[len(took) // 2])
`;

/** One list over many clusters: what Hostler adds to what the APIs take by themselves. */
export async function proxmox(folder: string): Promise<Section> {
  const clusters = await startClusters(CLUSTERS, GUESTS);
  const bot = await startBotWith(`${folder}/clusters`, configFor(clusters, folder));
  const door = new Door(bot);
  const agent = new Agent({ keepAlive: true, rejectUnauthorized: false });
  try {
    await door.open();
    const bare = () => Promise.all(clusters.ports.map(async (port) => JSON.parse(await fetched(port, '/api2/json/cluster/resources', agent))));
    const list = () => door.ask('vm list');
    for (let i = 0; i < WARM_UP; i++) await Promise.all([list(), bare()]);
    const before = residentMB(bot.pid) ?? Number.NaN;
    const took = { list: [] as number[], bare: [] as number[] };
    for (let i = 0; i < ROUNDS; i++) {
      took.list.push(await timed(list));
      took.bare.push(await timed(bare));
    }
    const after = residentMB(bot.pid) ?? Number.NaN;
    const [ours, apis] = [spread(took.list), spread(took.bare)];
    const peer = await proxmoxer(clusters);
    const row = (label: string, p50: number, p95?: number) => [
      label,
      fixed(p50, 1),
      p95 === undefined ? '' : fixed(p95, 1),
      fixed(p50 - apis.p50, 1),
      times(p50 / apis.p50),
    ];
    return {
      title: `Proxmox: vm list over ${CLUSTERS} clusters with ${CLUSTERS * GUESTS} guests (milliseconds)`,
      columns: ['', 'p50', 'p95', 'beyond the APIs', 'to the APIs'],
      rows: [
        row('message -> card: vm list', ours.p50, ours.p95),
        row('  the APIs alone, abreast, parsed', apis.p50, apis.p95),
        ...(peer === undefined ? [] : [row('  proxmoxer, one after the other, no card', peer)]),
      ],
      notes: [
        `memory of the bot: ${fixed(before, 0)} MB before, ${fixed(after, 0)} MB after ${ROUNDS} lists`,
        ...(peer === undefined ? ['proxmoxer is not installed'] : []),
      ],
      data: { clusters: CLUSTERS, guests: CLUSTERS * GUESTS, list: ours, apis, proxmoxer: peer, memoryMB: { before, after } },
    };
  } finally {
    door.close();
    agent.destroy();
    await bot.close();
    await clusters.close();
  }
}

async function proxmoxer({ ports }: Clusters): Promise<number | undefined> {
  try {
    const { stdout } = await promisify(execFile)(existsSync(DEBIAN) ? DEBIAN : 'python3', ['-c', PROXMOXER, ...ports.map(String)], { timeout: 60_000 });
    return Number(stdout);
  } catch {
    return undefined;
  }
}
