import { list, type Said, say } from '../../core/words.ts';
import { exactly, lineFor } from '../guests/naming.ts';
import type { Known } from './guest.ts';
import { type Disk, disksOf } from './guest-disks.ts';
import { storagesAt } from './guest-places.ts';
import type { Preflight } from './preflight.ts';

/** A reason why a guest cannot go to a node now, and what would help. */
export interface Obstacle {
  readonly why: Said;
  readonly help?: Said;
}

/** All that stands in the way. `storage`: where its disks go there, if that was said. */
export function obstacles(known: Known, target: string, seen: Preflight | undefined, storage: string | undefined): Obstacle[] {
  const { guest, state, now } = known;
  const live = state === 'running' || state === 'paused';
  const disks = disksOf(guest.type, known.config.values);
  const copied = localDisks(known, seen);
  const shutdown = say({ en: '`{line}` first', zh: '请先执行 `{line}`' }, { line: lineFor(guest.family, 'shutdown', guest) });
  const found: (Obstacle | undefined)[] = [
    seen && seen.resources.length > 0
      ? {
          why: say({ en: 'it uses devices of {node} ({names})', zh: '它使用 {node} 的设备（{names}）' }, { node: guest.node, names: list(seen.resources) }),
          help: say({ en: 'they stay where they are: take them out of its config first', zh: '设备无法随迁：请先从其配置中移除' }),
        }
      : undefined,
    live && seen && seen.mapped.length > 0
      ? {
          why: say({ en: 'mapped devices ({names}) cannot go along while it runs', zh: '映射设备（{names}）无法在运行时随迁' }, { names: list(seen.mapped) }),
          help: shutdown,
        }
      : undefined,
    ...disks.flatMap((disk) => cdObstacle(known, disk)),
    ...(guest.type === 'lxc' ? disks.flatMap((disk) => bindObstacle(known, disk)) : []),
    missingStorage(known, target, seen, storage),
    live && guest.type === 'qemu' && copied.some(({ snapshots }) => snapshots)
      ? {
          why: say({ en: 'it runs, and has snapshots on local disks', zh: '它正在运行，且本地磁盘上有快照' }),
          help: say({ en: 'shut it down first, or delete its snapshots', zh: '请先关机，或删除其快照' }),
        }
      : undefined,
    now.ha !== undefined && copied.length > 0
      ? {
          why: say(
            { en: 'HA manages it, and takes no local disks along ({disks})', zh: '它由 HA 管理，HA 不会迁移本地磁盘（{disks}）' },
            { disks: list(copied.map(({ name }) => name)) },
          ),
        }
      : undefined,
    seen && seen.blocking.length > 0
      ? { why: say({ en: 'HA keeps it apart from {sids} there', zh: 'HA 规则不允许它与 {sids} 同在该节点' }, { sids: list(seen.blocking) }) }
      : undefined,
  ];
  const all = found.filter((one) => one !== undefined);
  if (all.length > 0 || storage !== undefined) return all;
  if (!seen?.allowed || seen.allowed.includes(target) || (seen.allowed.length === 0 && live)) return [];
  return [
    {
      why: say({ en: 'the cluster does not allow it to go to {target}', zh: '集群不允许它迁移到 {target}' }, { target }),
      ...(seen.allowed.length > 0 ? { help: say({ en: 'it may go to: {nodes}', zh: '可迁移到：{nodes}' }, { nodes: list(seen.allowed) }) } : {}),
    },
  ];
}

/** The disks that stand on a storage of one node, and would be copied. */
export function localDisks({ guest, config }: Known, seen: Preflight | undefined): Preflight['localDisks'] {
  const told = seen?.localDisks.filter(({ cdrom }) => !cdrom) ?? [];
  if (told.length > 0 || guest.type === 'qemu') return told;
  return disksOf('lxc', config.values)
    .filter(({ storage }) => storage !== undefined && !isShared(guest.all, storage))
    .map(({ name, volume, size = 0 }) => ({ name, volume, size, snapshots: false, cdrom: false }));
}

function isShared({ storages }: Known['guest']['all'], storage: string): boolean {
  return storages.some((one) => one.storage === storage && one.shared);
}

function cdObstacle({ guest }: Known, { name, volume, storage, cdrom }: Disk): Obstacle[] {
  const local = storage === undefined ? volume !== 'none' : !isShared(guest.all, storage);
  if (!cdrom || !local) return [];
  return [
    {
      why: say(
        { en: '{drive} holds {volume}, which only {node} has', zh: '{drive} 中是 {volume}，只有 {node} 上有' },
        { drive: name, volume, node: guest.node },
      ),
      help: say(
        { en: 'take it out: `qm set {vmid} --{drive} none,media=cdrom` on the node', zh: '请弹出：在节点上执行 `qm set {vmid} --{drive} none,media=cdrom`' },
        { vmid: guest.vmid, drive: name },
      ),
    },
  ];
}

function bindObstacle({ guest }: Known, { name, volume, value }: Disk): Obstacle[] {
  if (!volume.startsWith('/') || /(^|,)shared=1(,|$)/.test(value)) return [];
  return [
    {
      why: say(
        { en: '{name} is {path} of {node}, which is not on the other', zh: '{name} 是 {node} 的 {path}，目标节点上没有' },
        { name, path: volume, node: guest.node },
      ),
    },
  ];
}

/** The storages of its disks that a node lacks, whatever the cluster believes. */
export function lackedBy(known: Known, node: string): string[] {
  const ready = readyAt(known, node);
  const used = disksOf(known.guest.type, known.config.values).flatMap(({ storage, cdrom }) => (storage === undefined || cdrom ? [] : [storage]));
  return [...new Set(used)].filter((name) => !ready.includes(name));
}

/** Storages of a node that would take its disks. */
function readyAt({ guest }: Known, node: string): string[] {
  return storagesAt(guest.all.storages, node, guest.type === 'lxc' ? 'rootdir' : 'images').map(({ storage }) => storage);
}

/** A storage of its disks that the target lacks; also one the cluster believes to be everywhere. */
function missingStorage(known: Known, target: string, seen: Preflight | undefined, storage: string | undefined): Obstacle | undefined {
  if (storage !== undefined) return undefined;
  const ready = readyAt(known, target);
  const missing = [...new Set([...(seen?.lacking ?? []), ...lackedBy(known, target)])];
  if (missing.length === 0) return undefined;
  return {
    why: say({ en: '{target} has no {storages}', zh: '{target} 没有 {storages}' }, { target, storages: list(missing) }),
    ...(ready.length > 0
      ? { help: say({ en: '--storage puts its disks on one of: {ready}', zh: '可用 --storage 指定目标存储：{ready}' }, { ready: list(ready) }) }
      : {}),
  };
}

/** The refusal that says all of them. */
export function refusalWords({ guest }: Known, target: string, all: readonly Obstacle[]): { message: Said; hint: Said | undefined } {
  const helps = all.flatMap(({ help }) => (help ? [help] : []));
  return {
    message: say(
      { en: '{name} cannot go to {target}: {why}', zh: '{name} 无法迁移到 {target}：{why}' },
      { name: exactly(guest), target, why: list(all.map(({ why }) => why)) },
    ),
    hint: helps.length > 0 ? list(helps) : undefined,
  };
}
