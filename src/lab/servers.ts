import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabBackupServerConfig, LabClusterConfig } from './config.ts';
import { prng } from './prng.ts';
import { alpha, BOT } from './proxmox/alpha.ts';
import { type StartedCluster, startCluster } from './proxmox/cluster.ts';
import { maintain } from './proxmox/guests/crm.ts';
import { still } from './proxmox/guests/find.ts';
import { interfacesFile } from './proxmox/interfaces.ts';
import { type LabBackupServer, startBackupServer } from './proxmox/pbs/server.ts';
import { messageOf } from './proxmox/refused.ts';
import { entriesAt } from './proxmox/routes/kept.ts';
import type { ClusterNode } from './world/machine.ts';

/** The token the bot has on the backup server. */
const BACKUP_BOT = 'hostler@pbs!bot';

/** The practice cluster and its backup server, and how a configuration names them. */
export interface Servers {
  readonly cluster: StartedCluster;
  readonly backupServer: LabBackupServer;
  readonly clusters: { readonly [name: string]: LabClusterConfig };
  readonly backupServers: { readonly [name: string]: LabBackupServerConfig };
  /** All that another client needs to reach them: addresses, fingerprints, authorities and secrets. */
  readonly access: ServerAccess;
  /** What a host of the fleet that is a node of the cluster can do there. */
  node(name: string): ClusterNode | undefined;
  close(): Promise<void>;
}

interface Tokens {
  readonly [id: string]: string;
}

/** How the servers are reached by a client of another make; `ca` is a file. */
export interface ServerAccess {
  readonly clusters: { readonly [name: string]: { readonly ca: string; readonly nodes: { readonly [name: string]: Listening }; readonly tokens: Tokens } };
  readonly backupServers: { readonly [name: string]: Listening & { readonly ca: string; readonly tokens: Tokens } };
}
interface Listening {
  readonly url: string;
  readonly fingerprint: string;
}

/** Starts both; their certificates and tokens are kept in `dir`. `shells`: hosts of the fleet that are nodes of the cluster by their names. */
export async function startServers(options: {
  readonly dir: string;
  readonly seed: number;
  readonly pace: number;
  readonly shells: readonly string[];
}): Promise<Servers> {
  const { dir, seed, pace, shells } = options;
  const backupServer = await startBackupServer({ dir: join(dir, 'pbs1'), pace });
  const spec = alpha(Math.floor(Date.now() / 1000), prng(seed, 'alpha'));
  const cluster = await startCluster(spec, { dir, pace, seed, backupServer });
  const keep = (name: string, text: string) => {
    const file = join(dir, name);
    writeFileSync(file, text, { mode: 0o600 });
    return `file:${file}`;
  };
  const common = (tag: string) => ({ site: 'east', sites: ['west'], tags: [tag] });
  const nodes = cluster.nodes.map(({ name, port, fingerprint }) => {
    return [name, { address: '127.0.0.1', port, fingerprint, ...(shells.includes(name) ? { host: name } : {}) }] as const;
  });
  return {
    cluster,
    backupServer,
    clusters: { alpha: { ...common('pve'), token: keep('alpha.token', `${BOT}=${cluster.tokens[BOT] ?? ''}`), nodes: Object.fromEntries(nodes) } },
    backupServers: {
      pbs1: {
        ...{ ...common('pbs'), address: '127.0.0.1', port: backupServer.port, fingerprint: backupServer.fingerprint },
        token: keep('pbs1.token', `${BACKUP_BOT}:${backupServer.tokens[BACKUP_BOT] ?? ''}`),
      },
    },
    access: {
      clusters: {
        alpha: {
          ca: join(dir, 'alpha', 'ca.pem'),
          nodes: Object.fromEntries(cluster.nodes.map(({ name, url, fingerprint }) => [name, { url, fingerprint }])),
          tokens: cluster.tokens,
        },
      },
      backupServers: {
        pbs1: { url: backupServer.url, fingerprint: backupServer.fingerprint, ca: join(dir, 'pbs1', 'ca.pem'), tokens: backupServer.tokens },
      },
    },
    node(name) {
      if (!cluster.world.nodes.has(name)) return undefined;
      const at = cluster.world.nodes.get(name);
      return {
        interfaces: () => interfacesFile(at?.networks ?? []).join('\n'),
        staged: () => (at?.staged ? interfacesFile(at.staged).join('\n') : undefined),
        rules: () => entriesAt(cluster.world, `/nodes/${name}/firewall/rules`),
        maintain: (node, on) => maintain(cluster.world, node, on),
        unlock(type, vmid) {
          try {
            delete still(cluster.world, type, vmid, name).config.lock;
            return undefined;
          } catch (error) {
            return messageOf(error);
          }
        },
      };
    },
    async close() {
      await Promise.all([cluster.close(), backupServer.close()]);
    },
  };
}
