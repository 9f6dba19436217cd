import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bmcAddress } from './areas/reach/bmc.ts';
import { type LabConfig, type LabHostConfig, labBackups, labConfig } from './config.ts';
import { type LabHost, type Running, startHost } from './host.ts';
import type { LabBackupServer } from './proxmox/pbs/server.ts';
import type { LabCluster } from './proxmox/spec.ts';
import { type ServerAccess, startServers } from './servers.ts';
import { fingerprint, keptKey } from './ssh/keys.ts';
import { makeFleet } from './world/fleet.ts';

export type { LabConfig, LabHostConfig } from './config.ts';
export type { LabGuest, LabHost } from './host.ts';
export type { LabBackupServer } from './proxmox/pbs/server.ts';
export type { Fault, LabCluster } from './proxmox/spec.ts';

/** A practice fleet that answers over SSH and HTTPS on loopback. */
export interface Lab {
  readonly config: LabConfig;
  /** All that another client needs to reach every host and server, as plain data. */
  readonly access: ServerAccess & { readonly hosts: LabConfig['hosts'] };
  close(): Promise<void>;
  host(name: string): LabHost;
  /** A Proxmox VE cluster; there is `alpha`. */
  cluster(name: string): LabCluster;
  /** A Proxmox Backup Server; there is `pbs1`. */
  backupServer(name: string): LabBackupServer;
}

/** Starts the practice fleet; keys, certificates and tokens are written to `dir` and kept there. A `pace` below 1 shortens every delay, for tests. */
export async function startLab(options: { readonly seed: number; readonly dir: string; readonly pace?: number }): Promise<Lab> {
  const dir = resolve(options.dir);
  const { seed, pace = 1 } = options;
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const fleet = makeFleet(seed, pace);
  const starting = startServers({ dir, seed, pace, shells: fleet.map(({ name }) => name) });
  const keyFile = join(dir, 'id_ed25519');
  const client = keptKey(keyFile);
  const password = keptSecret(dir, 'backup-password');
  const running = new Map<string, Running>();
  const hosts: { [name: string]: LabHostConfig } = {};
  for (const machine of fleet) {
    const { name, site, kind, tags, at } = machine;
    const hostKey = keptKey(join(dir, `host_${name}`));
    const host = await startHost(machine, hostKey, client);
    running.set(name, host);
    hosts[name] = {
      site,
      address: '127.0.0.1',
      port: host.port,
      kind,
      tags,
      user: 'root',
      key: `file:${keyFile}`,
      hostKey: fingerprint(hostKey),
      at,
      mac: machine.nic.mac,
      ...(kind === 'libvirt' || name === 'web1'
        ? { bmc: { address: bmcAddress(machine), user: 'hostler', password: `file:${keptSecret(dir, 'bmc-password')}` } }
        : {}),
      ...labBackups(name, password),
    };
  }
  const servers = await starting;
  for (const machine of fleet) machine.node = servers.node(machine.name);
  return {
    config: labConfig(hosts, servers, `file:${keptSecret(dir, 'factor-key')}`, password, keptSecret(dir, 'hook-secret')),
    access: { hosts, ...servers.access },
    async close() {
      await Promise.all([servers.close(), ...[...running.values()].map((host) => host.close())]);
    },
    host(name) {
      const found = running.get(name);
      if (!found) throw new Error(`no host ${name} in the lab`);
      return found.host;
    },
    cluster(name) {
      if (name !== 'alpha') throw new Error(`no cluster ${name} in the lab`);
      return servers.cluster;
    },
    backupServer(name) {
      if (name !== 'pbs1') throw new Error(`no backup server ${name} in the lab`);
      return servers.backupServer;
    },
  };
}

/** A file with a secret, such as what second factors are sealed with; kept, so that what it protects outlives a restart. */
function keptSecret(dir: string, name: string): string {
  const file = join(dir, name);
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString('base64'), { mode: 0o600 });
  return file;
}
