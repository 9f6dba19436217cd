import { apiPath } from '../../core/call.ts';
import type { Host, Look } from '../../core/command.ts';
import { HostError, Refusal } from '../../core/errors.ts';
import type { ApiStep } from '../../core/types.ts';
import { list, type Said, say } from '../../core/words.ts';
import { backupOf, findArchive } from './archive-find.ts';
import { type Archive, archivedConfig, archivesOf } from './archives.ts';
import { type Clusters, type InCluster, oneGuest, tail } from './cluster-guests.ts';
import { text } from './fields.ts';
import { guestConfig } from './guest-reads.ts';
import type { Resources } from './resources.ts';
import { storageOfVolume } from './storages.ts';

/** A backup to go back to. `origin`: the guest it was made of, where that still exists. */
export interface Source {
  readonly host: Host;
  readonly all: Resources;
  readonly archive: Archive;
  readonly type: 'qemu' | 'lxc';
  readonly origin: InCluster | undefined;
  /** What was typed for it. */
  readonly asked: string;
  readonly notes: readonly Said[];
}

/** Whether a backup is named, and not what it is of: a volume id, or the end of one as lists show it. */
export function isArchive(what: string): boolean {
  return /:backup\/|vzdump-|(^|\/)(vm|ct)\/\d+\/\d{4}-/.test(what);
}

/** What `backup restore` speaks of: a guest (its newest backup, or the one `from` names), an archive, or the number of a guest that is gone. */
export async function sourceOf(look: Look, seen: Clusters, what: string, from: string | undefined): Promise<Source> {
  const found = isArchive(what) ? await findArchive(look, seen, what) : await backupOfWhat(look, seen, what, from);
  const { host, all, archive } = found;
  const guest = all.guests.find(({ vmid, type }) => vmid === archive.vmid && (archive.type === undefined || type === archive.type));
  const type = archive.type ?? guest?.type;
  if (type === undefined)
    throw new Refusal(say({ en: 'it cannot be told what “{volid}” is a backup of', zh: '无法判断“{volid}”是什么的备份' }, { volid: archive.volid }));
  return { host, all, archive, type, origin: guest && { host, guest, all, asked: String(guest.vmid) }, asked: tail(what, host), notes: found.notes };
}

async function backupOfWhat(look: Look, seen: Clusters, what: string, from: string | undefined) {
  const number = /^(?:[^/]+\/)?([1-9]\d{2,8})$/.exec(what)?.[1];
  const here = seen.answers.filter(({ host }) => !what.includes('/') || what.startsWith(`${host.name}/`));
  if (number !== undefined && !here.some(({ value }) => value.guests.some(({ vmid }) => String(vmid) === number))) {
    for (const { host, value } of here) {
      const { found, notes } = await archivesOf(look, host, value, { vmids: [Number(number)] });
      const archive = found.find(({ volid }) => from === undefined || from === 'latest' || volid.endsWith(from));
      if (archive) return { host, all: value, archive, notes };
    }
  }
  const one = oneGuest(seen, what);
  return { host: one.host, all: one.all, ...(await backupOf(look, one, from)) };
}

/** The node a backup can be restored on: the one asked for, else its guest's, else one that sees it. Throws Refusal when that node cannot. */
export function nodeFor({ host, all, archive, origin }: Source, asked: string | undefined): string {
  const online = (node: string) => all.nodes.some((one) => one.node === node && one.status === 'online');
  const sees = (node: string) =>
    online(node) &&
    (archive.local ? node === archive.on : all.storages.some((one) => one.node === node && one.storage === archive.storage && one.status === 'available'));
  const wanted = asked?.slice(asked.indexOf('/') + 1);
  if (wanted === undefined) return origin && sees(origin.guest.node) ? origin.guest.node : archive.on;
  if (!all.nodes.some(({ node }) => node === wanted))
    throw new Refusal(say({ en: '{host} has no node “{wanted}”', zh: '{host} 没有节点“{wanted}”' }, { host: host.name, wanted }), nodesHint(all));
  if (!sees(wanted)) {
    throw new Refusal(
      online(wanted)
        ? say(
            { en: 'node {wanted} does not see {storage}, where the backup is', zh: '节点 {wanted} 看不到备份所在的 {storage}' },
            { wanted, storage: archive.storage },
          )
        : say({ en: 'node {wanted} is not online', zh: '节点 {wanted} 不在线' }, { wanted }),
      say({ en: 'node {on} sees it', zh: '节点 {on} 可以看到' }, { on: archive.on }),
    );
  }
  return wanted;
}

export function nodesHint(all: Resources): Said {
  return say({ en: 'there is: {known}', zh: '现有：{known}' }, { known: list(all.nodes.map(({ node }) => node)) });
}

/** The config inside of the archive; undefined where it cannot be read. */
export async function configIn(look: Look, { host, archive }: Pick<Source, 'host' | 'archive'>): Promise<ReadonlyMap<string, string> | undefined> {
  try {
    return await look.read(host, archivedConfig(archive));
  } catch (error) {
    if (error instanceof HostError) return undefined;
    throw error;
  }
}

/** What is known of where a guest's disks were: the archive's config, or where that cannot be read the guest's own as it is now. */
export async function disksWere(
  look: Look,
  { host, origin }: Source,
  inside: ReadonlyMap<string, string> | undefined,
): Promise<ReadonlyMap<string, string> | undefined> {
  if (inside || !origin) return inside;
  try {
    const { values } = await look.read(host, guestConfig(origin.guest));
    return new Map(Object.keys(values).map((name) => [name, text(values, name) ?? '']));
  } catch (error) {
    if (error instanceof HostError) return undefined;
    throw error;
  }
}

const DISK = /^(scsi|virtio|ide|sata|efidisk|tpmstate|rootfs|mp)\d*$/;

/** The storages a config's disks are on. */
export function storagesIn(config: ReadonlyMap<string, string>): string[] {
  return [...new Set([...config].flatMap(([name, value]) => (DISK.test(name) ? (storageOfVolume(value) ?? []) : [])))].sort();
}

/**
 * The storage its disks go to on a node: the one asked for; undefined: each to where it was. A container always needs one named, for the API
 * takes `local` otherwise. Throws Refusal when one is not there.
 */
export function diskStorage(
  { host, all, type }: Source,
  node: string,
  asked: string | undefined,
  config: ReadonlyMap<string, string> | undefined,
): string | undefined {
  const content = type === 'qemu' ? 'images' : 'rootdir';
  const able = all.storages.filter((one) => one.node === node && one.status === 'available' && one.content.includes(content)).map(({ storage }) => storage);
  const hint = able.length > 0 ? say({ en: 'say --storage with one of: {able}', zh: '请用 --storage 指定其一：{able}' }, { able: list(able) }) : undefined;
  const was = config ? storagesIn(config) : [];
  const wanted = asked?.slice(asked.indexOf('/') + 1);
  const needed = wanted !== undefined ? [wanted] : was;
  const missing = needed.find((storage) => !able.includes(storage));
  if (missing !== undefined)
    throw new Refusal(
      say(
        { en: 'node {node} of {host} has no active storage “{missing}” for disks', zh: '{host} 的节点 {node} 上没有可存放磁盘的活动存储“{missing}”' },
        { node, host: host.name, missing },
      ),
      hint,
    );
  if (wanted !== undefined) return wanted;
  if (type === 'qemu') return undefined;
  const root = config?.get('rootfs');
  const at = root === undefined ? undefined : storageOfVolume(root);
  if (at === undefined) throw new Refusal(say({ en: 'it is not known where the container’s disk was', zh: '不知道容器磁盘原来的位置' }), hint);
  return at;
}

/** The call that restores. `over`: destroys the guest that has this number. */
export function restoreCall(
  { archive, type }: Pick<Source, 'archive' | 'type'>,
  node: string,
  vmid: number,
  { storage, start, over }: { readonly storage: string | undefined; readonly start: boolean; readonly over: boolean },
): Pick<ApiStep, 'kind' | 'method' | 'path' | 'params'> {
  const common = { ...(storage === undefined ? {} : { storage }), ...(start ? { start: 1 } : {}), ...(over ? { force: 1 } : { unique: 1 }) };
  return type === 'qemu'
    ? { kind: 'api', method: 'POST', path: apiPath`/nodes/${node}/qemu`, params: { vmid, archive: archive.volid, ...common } }
    : { kind: 'api', method: 'POST', path: apiPath`/nodes/${node}/lxc`, params: { vmid, ostemplate: archive.volid, restore: 1, ...common } };
}
