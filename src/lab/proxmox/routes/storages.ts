import { needsAny } from '../gates.ts';
import * as kinds from '../kinds.ts';
import { bool } from '../params.ts';
import { may, type Who } from '../permissions.ts';
import { badParams, die } from '../refused.ts';
import { type Answer, type Ask, ok, type Route } from '../route.ts';
import { allowedOn, type Storage, storageFault, type World } from '../world.ts';

/** Storages as a node sees them. */
export const STORAGES: readonly Route[] = [
  {
    method: 'GET',
    path: '/nodes/{node}/storage',
    params: { content: kinds.contents, enabled: bool, format: bool, storage: kinds.storage, target: kinds.node },
    run: list,
  },
  {
    method: 'GET',
    path: '/nodes/{node}/storage/{storage}/status',
    gate: needsAny('/storage/{storage}', 'Datastore.Audit', 'Datastore.AllocateSpace'),
    run: status,
  },
];

/** Whether somebody may see a storage. */
export function seesStorage(who: Who, name: string): boolean {
  return ['Datastore.Audit', 'Datastore.AllocateSpace'].some((one) => may(who, `/storage/${name}`, one));
}

/** The storage of a path; throws what the real one says of an unknown one. */
export function storageOf(world: World, name: string): Storage {
  const found = world.storages.get(name);
  if (!found) throw die(`storage '${name}' does not exist`);
  return found;
}

/** Bytes in use, backups that were added since among them. */
function usage({ total, used }: Storage): { readonly total: number; readonly used: number; readonly avail: number } {
  return { total, used, avail: total - used };
}

function figures(world: World, storage: Storage, node: string) {
  const { config, type, shared } = storage;
  const enabled = Number(config.disable ?? 0) === 1 ? 0 : 1;
  const active = storageFault(world, storage.storage, node) === undefined ? 1 : 0;
  const { total, used, avail } = active ? usage(storage) : { total: 0, used: 0, avail: 0 };
  return { type, content: config.content, shared: shared ? 1 : 0, enabled, active, total, used, avail };
}

function list({ world, who, at, given, text: one }: Ask): Answer {
  const kinds = given.list('content');
  const target = one('target');
  if (one('storage') !== '' && !world.storages.has(one('storage'))) throw badParams({ storage: 'No such storage.' });
  const rows = [...world.storages.values()].filter(
    (storage) =>
      seesStorage(who, storage.storage) &&
      allowedOn(storage, at.name) &&
      (target === '' || allowedOn(storage, target)) &&
      (one('storage') === '' || one('storage') === storage.storage) &&
      (kinds.length === 0 || kinds.some((kind) => String(storage.config.content).split(',').includes(kind))),
  );
  const all = rows.map((storage) => {
    const row = figures(world, storage, at.name);
    return { storage: storage.storage, ...row, ...(row.total > 0 ? { used_fraction: row.used / row.total } : {}) };
  });
  return ok(given.flag('enabled') ? all.filter(({ enabled }) => enabled === 1) : all);
}

function status({ world, at, text: one }: Ask): Answer {
  const name = one('storage');
  if (!world.storages.has(name)) throw badParams({ storage: 'No such storage.' });
  return ok(figures(world, storageOf(world, name), at.name));
}

/** Rows of `GET /cluster/resources`: a storage is there once for each node that has it. */
export function storageResources(world: World, who: Who): readonly { readonly [field: string]: unknown }[] {
  return [...world.nodes.values()].flatMap((node) =>
    [...world.storages.values()].flatMap((storage) => {
      const { storage: name, config, type, shared } = storage;
      if (!seesStorage(who, name) || !allowedOn(storage, node.name) || Number(config.disable ?? 0) === 1) return [];
      const common = { id: `storage/${node.name}/${name}`, type: 'storage', storage: name, node: node.name, plugintype: type, content: config.content };
      const good = node.online && storageFault(world, name, node.name) === undefined;
      const { total, used } = usage(storage);
      return [{ ...common, shared: shared ? 1 : 0, status: good ? 'available' : 'unknown', ...(good ? { disk: used, maxdisk: total } : {}) }];
    }),
  );
}
