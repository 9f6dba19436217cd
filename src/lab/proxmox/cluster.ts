import { setMaxListeners } from 'node:events';
import { join } from 'node:path';
import { answerer } from './api.ts';
import type { BackupStore } from './backups.ts';
import { buildWorld } from './build.ts';
import { fingerprintOf, keptAuthority, keptCertificate } from './certificates.ts';
import { datastoreBackups } from './datastore.ts';
import { faults } from './faults.ts';
import type { Datastore } from './pbs/world.ts';
import { router } from './route.ts';
import { ROUTES } from './routes/all.ts';
import type { ClusterSpec, LabCluster } from './spec.ts';
import { type Port, port } from './wire.ts';
import type { World } from './world.ts';

/** How a practice cluster is started. Its certificates are kept in `dir`. A `pace` below 1 shortens every delay. */
export interface ClusterOptions {
  readonly dir: string;
  readonly pace?: number;
  readonly seed?: number;
  /** The backup server its storages of type `pbs` are on; without it their backups are those of the spec. */
  readonly backupServer?: { readonly world: { readonly datastores: ReadonlyMap<string, Datastore> } };
}

/** A practice cluster, and its inside, for other parts of the practice fleet. */
export interface StartedCluster extends LabCluster {
  readonly world: World;
}

/** Starts a practice cluster: every node listens with HTTPS on a free port of loopback. */
export async function startCluster(spec: ClusterSpec, { dir, pace = 1, seed = 1, backupServer }: ClusterOptions): Promise<StartedCluster> {
  const closing = new AbortController();
  // Everything that waits listens to it.
  setMaxListeners(0, closing.signal);
  const world = buildWorld(spec, { pace, seed, closing: closing.signal, remote: remoteBackups(spec, backupServer) });
  const find = router(ROUTES);
  const wrong = faults();
  const folder = join(dir, spec.name ?? spec.nodes[0]?.name ?? 'node');
  const authority = await keptAuthority(folder, 'Practice PVE Cluster CA');
  const ports = new Map<string, Port>();
  for (const node of world.nodes.values()) {
    const certificate = await keptCertificate(folder, authority, node.name);
    node.fingerprint = fingerprintOf(certificate.cert);
    const listener = port(certificate, answerer(world, node, find, wrong));
    ports.set(node.name, listener);
    await listener.open();
    if (!node.online) await listener.close();
  }
  const known = (name: string) => {
    const [node, listener] = [world.nodes.get(name), ports.get(name)];
    if (!node || !listener) throw new Error(`no node ${name} in this cluster`);
    return { node, listener };
  };
  world.setOnline = async (name, on) => {
    const { node, listener } = known(name);
    if (closing.signal.aborted) return;
    if (on) await listener.open();
    node.online = on;
    if (!on) await listener.close();
  };
  return {
    world,
    nodes: [...world.nodes.values()].map(({ name, fingerprint }) => {
      const number = ports.get(name)?.number() ?? 0;
      return { name, url: `https://127.0.0.1:${number}`, port: number, fingerprint };
    }),
    ca: authority.cert,
    tokens: Object.fromEntries(world.tokens.map(({ id, secret }) => [id, secret])),
    effects: world.effects,
    heard: world.heard,
    guest(vmid) {
      const found = world.guests.get(vmid);
      if (!found) return undefined;
      const { node, status, config, snapshots } = found;
      const lock = config.lock === undefined ? {} : { lock: String(config.lock) };
      return { node, status, config, snapshots: snapshots.map(({ name }) => name), ...lock };
    },
    meddle(vmid, { config, status, node, lock }) {
      const found = world.guests.get(vmid);
      if (!found) throw new Error(`no guest ${vmid} in this cluster`);
      found.config = { ...found.config, ...config };
      if (status) found.status = status;
      if (status === 'running') found.bootedAt = Date.now();
      if (node !== undefined) found.node = known(node).node.name;
      if (lock === '') delete found.config.lock;
      else if (lock !== undefined) found.config.lock = lock;
    },
    backups: () => world.backups.list(),
    down: (name) => world.setOnline(name, false),
    up: (name) => world.setOnline(name, true),
    quorum(on) {
      world.quorum = on;
    },
    fault: (match, fault, times = 1) => wrong.add(match, fault, times),
    async close() {
      closing.abort();
      world.timers.clear();
      await Promise.all([...ports.values()].map((listener) => listener.close()));
    },
  };
}

/** By storage. */
function remoteBackups({ storages = [] }: ClusterSpec, server: ClusterOptions['backupServer']): ReadonlyMap<string, BackupStore> {
  return new Map(
    storages.flatMap(({ storage, datastore = '' }) => {
      const store = server?.world.datastores.get(datastore);
      return store ? [[storage, datastoreBackups(storage, store)] as const] : [];
    }),
  );
}
