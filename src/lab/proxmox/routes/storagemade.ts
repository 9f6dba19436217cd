import { buildStorage } from '../build.ts';
import { needs } from '../gates.ts';
import * as kinds from '../kinds.ts';
import { bool, oneOf, text } from '../params.ts';
import { badParams, die } from '../refused.ts';
import { type Answer, type Ask, ok, type Route } from '../route.ts';
import type { StorageSpec } from '../spec.ts';
import { writable } from './kept.ts';
import { TYPES } from './storagecfg.ts';
import { storageOf } from './storages.ts';

const allocate = needs('/storage', 'Datastore.Allocate');
const node = '/nodes/{node}/storage/{storage}';
/** What a storage of a type must say of itself. */
const NEEDS: { readonly [type: string]: readonly string[] } = {
  ...{ dir: ['path'], nfs: ['server', 'export'], pbs: ['server', 'datastore'], zfspool: ['pool'], lvmthin: ['vgname', 'thinpool'] },
};
const CONTENT: { readonly [type: string]: string } = { zfspool: 'images,rootdir', rbd: 'images', lvmthin: 'images,rootdir', pbs: 'backup' };

/** Storages are made and taken away. */
export const STORAGES_MADE: readonly Route[] = [
  {
    method: 'POST',
    path: '/storage',
    gate: allocate,
    params: { 'storage!': kinds.storage, 'type!': oneOf(...TYPES), content: kinds.contents, nodes: text(), disable: bool, shared: bool },
    more: () => text(),
    run: add,
  },
  { method: 'DELETE', path: '/storage/{storage}', gate: allocate, run: remove },
  {
    method: 'GET',
    path: `${node}/identity`,
    gate: needs('/storage/{storage}', 'Datastore.Audit'),
    run: (ask) => ok({ id: ask.text('storage'), type: storageOf(ask.world, ask.text('storage')).type }),
  },
];

function add(ask: Ask): Answer {
  const { world, given } = ask;
  const [storage, type] = [given.text('storage'), given.text('type')];
  const missing = (NEEDS[type] ?? []).filter((name) => !given.has(name));
  if (missing.length > 0) throw badParams(Object.fromEntries(missing.map((name) => [name, 'property is missing and it is not optional'])));
  if (world.storages.has(storage)) throw die(`create storage failed: storage ID '${storage}' already defined`);
  if (!isBuilt(type)) throw die(`create storage failed: storage '${storage}' is not online`);
  // Only the servers of storages that are there already can be reached.
  const server = given.text('server');
  if (server !== '' && ![...world.storages.values()].some(({ config }) => config.server === server))
    throw die(`create storage failed: storage '${storage}' is not online`);
  writable(world, 'storage_cfg');
  const content = given.text('content') || CONTENT[type] || 'images,rootdir,vztmpl,iso,snippets,backup';
  const shared = given.flag('shared') ?? ['nfs', 'rbd', 'pbs'].includes(type);
  const made = buildStorage({
    ...{ storage, type, content, shared },
    disabled: given.flag('disable') ?? false,
    ...(given.has('nodes') ? { nodes: given.list('nodes') } : {}),
  });
  const told = Object.entries(given.all).filter(([name]) => !['shared', 'disable', 'nodes'].includes(name));
  for (const [name, value] of told) made.config[name] = typeof value === 'object' ? value.join(',') : value;
  world.storages.set(storage, made);
  return ok({ storage, type });
}

/** Types that can be had here; the others are never there. */
function isBuilt(type: string): type is StorageSpec['type'] {
  return !['esxi', 'iscsi', 'iscsidirect', 'zfs'].includes(type);
}

function remove({ world, text: part }: Ask): Answer {
  storageOf(world, part('storage'));
  writable(world, 'storage_cfg');
  world.storages.delete(part('storage'));
  return ok();
}
