import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type LabConfig, type LabHostConfig, labConfig } from './config.ts';
import { type LabHost, type Running, startHost } from './host.ts';
import { fingerprint, keptKey } from './ssh/keys.ts';
import { makeFleet } from './world/fleet.ts';

export type { LabConfig, LabHostConfig } from './config.ts';
export type { LabGuest, LabHost } from './host.ts';

/** A practice fleet that answers over SSH on loopback. */
export interface Lab {
  readonly config: LabConfig;
  close(): Promise<void>;
  host(name: string): LabHost;
}

/** Starts the practice fleet; keys are written to `dir` and kept there. A `pace` below 1 shortens every delay, for tests. */
export async function startLab(options: { readonly seed: number; readonly dir: string; readonly pace?: number }): Promise<Lab> {
  const dir = resolve(options.dir);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const keyFile = join(dir, 'id_ed25519');
  const client = keptKey(keyFile);
  const running = new Map<string, Running>();
  const hosts: { [name: string]: LabHostConfig } = {};
  for (const machine of makeFleet(options.seed, options.pace ?? 1)) {
    const { name, site, kind, tags, at } = machine;
    const hostKey = keptKey(join(dir, `host_${name}`));
    const host = await startHost(machine, hostKey, client);
    running.set(name, host);
    hosts[name] = { site, address: '127.0.0.1', port: host.port, kind, tags, user: 'root', key: `file:${keyFile}`, hostKey: fingerprint(hostKey), at };
  }
  return {
    config: labConfig(hosts),
    async close() {
      await Promise.all([...running.values()].map((host) => host.close()));
    },
    host(name) {
      const found = running.get(name);
      if (!found) throw new Error(`no host ${name} in the lab`);
      return found.host;
    },
  };
}
