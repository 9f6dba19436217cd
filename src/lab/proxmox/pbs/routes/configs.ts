import { createHash } from 'node:crypto';
import { may, storePath } from '../access.ts';
import type { Datastore } from '../datastore.ts';
import type { Job } from '../job.ts';
import { optional, storeName, words } from '../kinds.ts';
import { PbsRefusal } from '../refusal.ts';
import { type Answer, type Route, route } from '../route.ts';
import { maintenanceText } from './datastores.ts';

const direction = { 'sync-direction': optional(words('all', 'push', 'pull')) };

/** The configuration, to read. Each list has the digest of its file beside it. */
export const CONFIGS: readonly Route[] = [
  route('GET', '/config/datastore', {}, ({ world, who }) =>
    listed([...world.datastores.values()].filter(({ name }) => may(who, storePath(name), 'Datastore.Audit', 'Datastore.Backup')).map(storeRow)),
  ),
  route(
    'GET',
    '/config/datastore/{name}',
    { name: storeName },
    ({ world, given }) => {
      const store = world.datastores.get(given.text('name'));
      if (!store) throw new PbsRefusal(404, `no such datastore '${given.text('name')}'`);
      return listed(storeRow(store));
    },
    { path: '/datastore/{name}', any: ['Datastore.Audit'] },
  ),
  ...(['verify', 'sync', 'prune'] as const).map((kind) =>
    route('GET', `/config/${kind}`, kind === 'sync' ? direction : {}, ({ world, who, given }) =>
      listed(
        [...world.jobs[kind].values()]
          .filter(({ store, ns }) => may(who, storePath(store, ns), 'Datastore.Audit'))
          .filter(() => given.text('sync-direction') !== 'push')
          .map(jobRow),
      ),
    ),
  ),
  route('GET', '/config/remote', {}, ({ world, who }) =>
    listed(
      [...world.remotes.values()]
        .filter(({ name }) => may(who, `/remote/${name}`, 'Remote.Audit'))
        // The password never comes back.
        .map(({ name, host, auth, comment, fingerprint }) => ({
          name,
          host,
          'auth-id': auth,
          ...(comment !== undefined && { comment }),
          ...(fingerprint !== undefined && { fingerprint }),
        })),
    ),
  ),
];

/** A job as its config has it. */
export function jobRow({ id, store, schedule, comment, ns, options }: Job) {
  return { id, store, ...(schedule !== undefined && { schedule }), ...(comment !== undefined && { comment }), ...(ns !== undefined && { ns }), ...options };
}

function storeRow({ name, path, comment, gcSchedule, maintenance }: Datastore) {
  return {
    name,
    path,
    ...(comment !== undefined && { comment }),
    ...(gcSchedule !== undefined && { 'gc-schedule': gcSchedule }),
    ...(maintenance && { 'maintenance-mode': maintenanceText(maintenance) }),
  };
}

function listed(data: unknown): Answer {
  return { data, beside: { digest: createHash('sha256').update(JSON.stringify(data)).digest('hex') } };
}
