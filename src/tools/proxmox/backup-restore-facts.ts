import type { Fact, Step } from '../../core/types.ts';
import { list, type Said, say } from '../../core/words.ts';
import { bytes } from '../units.ts';
import { age, verifiedWords, when } from './archive-words.ts';
import { restoreCall, type Source, storagesIn } from './backup-restore.ts';
import { targetIn } from './cluster-guests.ts';

/** Where to restore, as asked. */
export interface Where {
  readonly to: string | undefined;
  readonly disks: string | undefined;
  readonly start: boolean;
}

const DAY = 86_400_000;

export function step(source: Source, node: string, name: string, vmid: number, storage: string | undefined, start: boolean, over: boolean): Step {
  return {
    ...restoreCall(source, node, vmid, { storage, start, over }),
    on: targetIn(source.host, { name: over ? name : `${name} (${vmid})` }),
    why: over
      ? say({ en: 'destroy it and restore', zh: '销毁并恢复' })
      : say({ en: 'restore to {vmid} on {node}', zh: '恢复到 {node} 上的 {vmid}' }, { vmid, node }),
    timeoutMs: DAY,
  };
}

export function archiveFact({ host, archive }: Source, at: number): Fact {
  return {
    what: say({ en: 'backup', zh: '备份' }),
    value: say(
      { en: '{when} UTC ({age} old), {size}, on {storage}, verified: {verified}', zh: '{when} UTC（{age}前），{size}，位于 {storage}，校验：{verified}' },
      { when: when(archive.at), age: age(archive.at, at), size: bytes(archive.size), storage: archive.storage, verified: verifiedWords(archive.verified) },
    ),
    at,
    holds: `archive ${host.name} ${archive.volid} ${archive.at} ${archive.verified === 'failed' ? 'failed' : ''}`,
  };
}

export function placeFact({ all, type }: Source, node: string, storage: string | undefined, config: ReadonlyMap<string, string> | undefined, at: number): Fact {
  const names = storage !== undefined ? [storage] : config ? storagesIn(config) : [];
  const free = names.map((name): Said => {
    const seen = all.storages.find((one) => one.node === node && one.storage === name);
    return say({ en: '{name} ({free} free)', zh: '{name}（剩余 {free}）' }, { name, free: seen ? bytes(Math.max(0, seen.total - seen.used)) : '?' });
  });
  return {
    what: say({ en: 'disks go to', zh: '磁盘位置' }),
    value: free.length > 0 ? list(free) : say({ en: 'where they were', zh: '原来的位置' }),
    at,
    holds: `place ${node} ${type} ${names.join(' ')}`,
  };
}

export function unread(volid: string): Said {
  return say({ en: 'the config inside of {volid} could not be read', zh: '无法读取 {volid} 中的配置' }, { volid });
}
