import type { Host } from '../../core/command.ts';
import { Refusal } from '../../core/errors.ts';
import { list, say } from '../../core/words.ts';
import type { InCluster } from './cluster-guests.ts';
import type { ResourceStorage, Resources } from './resources.ts';

/** The storages of a node that take backups and are active there. */
export function backupStorages(all: Resources, node: string): ResourceStorage[] {
  return all.storages.filter((one) => one.node === node && one.content.includes('backup') && one.status === 'available');
}

/** Where a guest's backup goes: what was asked for, the only storage, or the only backup server. Throws Refusal naming what there is. */
export function chooseStorage({ host, guest, all }: InCluster, asked: string | undefined): ResourceStorage {
  const name = asked?.slice(asked.indexOf('/') + 1);
  const able = backupStorages(all, guest.node);
  const servers = able.filter(({ type }) => type === 'pbs');
  const chosen =
    name !== undefined ? able.find(({ storage }) => storage === name) : able.length === 1 ? able[0] : servers.length === 1 ? servers[0] : undefined;
  if (chosen) return chosen;
  const known = list(able.map(({ storage }) => storage));
  if (name !== undefined) {
    throw new Refusal(
      say(
        { en: '{storage} takes no backups on node {node} of {host}', zh: '{host} 的节点 {node} 上的 {storage} 不能存放备份' },
        { storage: name, node: guest.node, host: host.name },
      ),
      able.length > 0 ? say({ en: 'these do: {known}', zh: '可用的有：{known}' }, { known }) : undefined,
    );
  }
  throw new Refusal(
    able.length > 0
      ? say({ en: 'several storages take backups on node {node}', zh: '节点 {node} 上有多个存储可放备份' }, { node: guest.node })
      : say({ en: 'no storage takes backups on node {node}', zh: '节点 {node} 上没有可放备份的存储' }, { node: guest.node }),
    able.length > 0 ? say({ en: 'say --storage with one of: {known}', zh: '请用 --storage 指定其一：{known}' }, { known }) : undefined,
  );
}

/** What came of one guest's backup, as vzdump's log tells it. */
export interface Dumped {
  readonly archive: string;
  readonly size: string;
  readonly took: string;
  readonly failed: string | undefined;
}

/** Reads vzdump's log for one guest; what the lines at hand do not say is empty. */
export function parseDump(log: string, vmid: number): Dumped {
  const find = (pattern: RegExp) => pattern.exec(log)?.[1] ?? '';
  const failed = new RegExp(`ERROR: Backup of VM ${vmid} failed - (.*)`).exec(log)?.[1];
  return {
    archive: find(/creating (?:vzdump|Proxmox Backup Server) archive '([^']+)'/).replace(/^.*\//, (path) => (path.startsWith('/') ? '' : path)),
    size: find(/archive file size: (\S+)/) || find(/transferred (.+?) in /) || find(/had to backup (\S+ ?[KMGT]?i?B)/),
    took: find(new RegExp(`Finished Backup of VM ${vmid} \\(([^)]+)\\)`)),
    failed: failed?.trim(),
  };
}

/** What going over a guest with vzdump costs it, by mode. */
export type Mode = 'snapshot' | 'suspend' | 'stop';

/** A storage typed as `pbs` or `alpha/pbs`: whether it can mean one of this cluster. */
export function isOf(host: Host, typed: string | undefined): boolean {
  return typed === undefined || !typed.includes('/') || typed.startsWith(`${host.name}/`);
}
