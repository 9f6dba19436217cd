import type { Fact } from '../../core/types.ts';
import { list, type Said, say } from '../../core/words.ts';
import type { Known } from './guest.ts';
import { lackedBy } from './migrate-check.ts';
import type { Preflight } from './preflight.ts';

/** What the cluster was asked beforehand, and what it said. */
export function preflightFact(
  known: Known,
  told: Preflight | undefined,
  { copied, storage }: { readonly copied: number; readonly storage: string | undefined },
  at: number,
): Fact {
  const what = say({ en: 'preflight', zh: '迁移预检' });
  if (!told) return { what, value: say({ en: 'this version has none: the task itself checks', zh: '此版本不支持：由任务自行检查' }), at };
  const nodes = (told.allowed ?? []).filter((node) => storage !== undefined || lackedBy(known, node).length === 0);
  const parts: Said[] = [
    ...(nodes.length > 0 ? [say({ en: 'may go to {nodes}', zh: '可迁往 {nodes}' }, { nodes: list(nodes) })] : []),
    copied === 0 ? say({ en: 'no local disks', zh: '无本地磁盘' }) : say({ en: 'local disks: {copied}', zh: '本地磁盘：{copied}' }, { copied }),
    told.mapped.length === 0
      ? say({ en: 'no devices of its node', zh: '未使用节点设备' })
      : say({ en: 'mapped devices: {mapped}', zh: '映射设备：{mapped}' }, { mapped: list(told.mapped) }),
  ];
  return { what, value: parts.reduce((a, b) => say({ en: '{a}; {b}', zh: '{a}；{b}' }, { a, b })), at };
}

/** What it means for those who use it. */
export function goesFact({ guest }: Known, target: string, live: boolean, at: number): Fact {
  const value: Said = !live
    ? say({ en: 'stopped: nobody notices', zh: '已停止：无感知' })
    : guest.type === 'lxc'
      ? say({ en: 'stopped, moved, and started again: it is down meanwhile', zh: '停止、迁移后再启动：期间不可用' })
      : say({ en: 'running: it goes on meanwhile', zh: '运行中：期间持续运行' });
  return { what: say({ en: 'goes to {target}', zh: '迁往 {target}' }, { target }), value, at, holds: `goes ${guest.vmid} ${target} ${live}` };
}
