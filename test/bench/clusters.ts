import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Bare Proxmox APIs in a process of their own. */
export interface Clusters {
  readonly ports: readonly number[];
  readonly fingerprint: string;
  /** Requests a second each cluster has heard, in every second it heard any. */
  heard(): Promise<number[][]>;
  close(): Promise<void>;
}

const SCRIPT = new URL('./pveapi.ts', import.meta.url).pathname;

/** Starts so many clusters with so many guests each; tasks of theirs take so many seconds. */
export async function startClusters(count: number, guests: number, taskSeconds = 20): Promise<Clusters> {
  const child = spawn(process.execPath, [SCRIPT, String(count), String(guests), String(taskSeconds)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const { ports, fingerprint }: { ports: number[]; fingerprint: string } = JSON.parse(String(line));
  const agent = new Agent({ rejectUnauthorized: false });
  return {
    ports,
    fingerprint,
    heard: () => Promise.all(ports.map(async (port): Promise<number[]> => JSON.parse(await fetched(port, '/count', agent)))),
    async close() {
      child.kill('SIGTERM');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}

/** What a path answers, over a connection of the agent. */
export function fetched(port: number, path: string, agent: Agent, method = 'GET'): Promise<string> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, agent, method, headers: { authorization: 'PVEAPIToken=hostler@pve!bot=x' } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('end', () => resolve(Buffer.concat(chunks).toString()));
      response.once('error', reject);
    })
      .once('error', reject)
      .end();
  });
}

/** A file with a token that these clusters take. */
export function tokenFile(folder: string): string {
  const file = join(folder, 'token');
  writeFileSync(file, 'hostler@pve!bot=x', { mode: 0o600 });
  return file;
}

/** A configuration of these clusters, and one person who may do everything. */
export function configFor({ ports, fingerprint }: Clusters, folder: string): unknown {
  const token = tokenFile(folder);
  return {
    practice: true,
    limits: { person: 100_000, room: 100_000 },
    sites: { here: {} },
    clusters: Object.fromEntries(
      ports.map((port, i) => [`c${i}`, { site: 'here', token: `file:${token}`, nodes: { pve1: { address: '127.0.0.1', port, fingerprint } } }]),
    ),
    people: { alice: { name: 'Alice', roles: ['operator'] } },
    roles: { operator: { grants: [{ commands: ['*'], hosts: ['*'], upTo: 'high' }] } },
    approvals: [{ from: 'medium', roles: ['operator'] }],
  };
}
