import { createHash } from 'node:crypto';
import { needs, needsAny } from '../gates.ts';
import * as kinds from '../kinds.ts';
import { bool, int, oneOf, text } from '../params.ts';
import { badParams, die } from '../refused.ts';
import { type Answer, type Ask, ok, type Route } from '../route.ts';
import { quorate, type Storage, type World } from '../world.ts';
import { named } from './kept.ts';
import { seesStorage, storageOf } from './storages.ts';

/** Of each type of storage some. */
const MORE =
  'blocksize comstar_hg comstar_tg content-dirs create-base-path create-subdirs data-pool domain encryption-key fs-name fuse is_mountpoint keyring krbd lio_tpg ' +
  'master-pubkey mkdir monhost mountpoint nocow nowritecache password pool preallocation saferemove saferemove-stepsize saferemove_throughput ' +
  'skip-cert-verification smbversion snapshot-as-volume-chain sparse subdir tagged_only zfs-base-path';
/** Types of storage there are. */
export const TYPES: readonly string[] = [
  ...['btrfs', 'cephfs', 'cifs', 'dir', 'esxi', 'iscsi', 'iscsidirect', 'lvm', 'lvmthin', 'nfs', 'pbs', 'rbd', 'zfs', 'zfspool'],
];
const CHANGES = {
  ...{
    content: kinds.contents,
    disable: bool,
    nodes: text(),
    shared: bool,
    delete: kinds.configIds,
    digest: kinds.digest,
    'prune-backups': kinds.prune,
    bwlimit: text(),
  },
  ...{
    'max-protected-backups': int(-1),
    server: text(),
    options: text(),
    format: oneOf('raw', 'qcow2', 'subvol', 'vmdk'),
    namespace: text(),
    fingerprint: text(),
    username: text(),
    port: int(1, 65_535),
    ...named(MORE),
  },
};

/** The cluster's storage.cfg. */
export const STORAGE_CFG: readonly Route[] = [
  { method: 'GET', path: '/storage', params: { type: oneOf(...TYPES) }, run: list },
  { method: 'GET', path: '/storage/{storage}', gate: needsAny('/storage/{storage}', 'Datastore.Allocate', 'Datastore.Audit'), run: one },
  { method: 'PUT', path: '/storage/{storage}', gate: needs('/storage', 'Datastore.Allocate'), params: CHANGES, run: change },
];

function digestOf(world: World): string {
  return createHash('sha1')
    .update(JSON.stringify([...world.storages.values()].map(({ config }) => Object.entries(config).sort())))
    .digest('hex');
}

const row = (world: World, { config }: Storage) => ({ ...config, digest: digestOf(world) });

function list({ world, who, text: part }: Ask): Answer {
  const all = [...world.storages.values()].filter(({ storage, type }) => seesStorage(who, storage) && (part('type') === '' || part('type') === type));
  return ok(all.map((storage) => row(world, storage)));
}

function one({ world, text: part }: Ask): Answer {
  return ok(row(world, storageOf(world, part('storage'))));
}

function change({ world, given, text: part }: Ask): Answer {
  const { config } = storageOf(world, part('storage'));
  if (given.has('digest') && given.text('digest') !== digestOf(world)) throw die('detected modified configuration - file changed by other user? Try again.');
  for (const node of given.list('nodes'))
    if (!world.nodes.has(node)) throw badParams({ nodes: `invalid format - value does not look like a valid node name\n` });
  for (const name of given.list('delete')) {
    if (!(name in CHANGES)) throw badParams({ delete: `no such option '${name}'` });
    if (given.has(name)) throw badParams({ delete: `unable to delete '${name}', it is set at the same time` });
  }
  if (!quorate(world)) throw die("cfs-lock 'file-storage_cfg' error: no quorum!");
  const { delete: _, digest: __, storage: ___, ...fields } = given.all;
  for (const [name, value] of Object.entries(fields)) config[name] = typeof value === 'object' ? value.join(',') : value;
  for (const name of given.list('delete')) delete config[name];
  return ok({ storage: config.storage, type: config.type });
}
