import type { RiskRow } from './hazards.ts';
import type { Hazard } from './risk.ts';
import { list, say } from './words.ts';

/** Bytes as people say them, in the unit that gives at least one. */
export function size(bytes: number): string {
  const units = ['MiB', 'GiB', 'TiB'];
  const at = bytes >= 1024 ** 4 ? 2 : bytes >= 1024 ** 3 ? 1 : 0;
  return `${(bytes / 1024 ** (at + 2)).toFixed(at === 0 ? 0 : 1)} ${units[at]}`;
}

function memory({ node, free, needs }: NonNullable<Hazard['noRoom']>) {
  return {
    what: say({ en: 'memory on {node}', zh: '{node} 的内存' }, { node }),
    value: say({ en: '{free} free, {needs} needed', zh: '空闲 {free}，需要 {needs}' }, { free: size(free), needs: size(needs) }),
  };
}

/** Facts of what there is not enough of: memory, space, a place to go. */
export const SHORTAGES: readonly RiskRow[] = [
  {
    name: 'no room',
    raises: 'high',
    fact: ({ noRoom }) => noRoom && memory(noRoom),
  },
  {
    name: 'tight',
    raises: 'medium',
    fact: ({ tight }) => tight && memory(tight),
  },
  {
    name: 'no space',
    raises: 'high',
    fact: ({ noSpace }) =>
      noSpace
        ? {
            what: say({ en: 'space on {storage}', zh: '{storage} 的空间' }, { storage: noSpace.storage }),
            value: say(
              { en: '{free} free, {needs} may be needed', zh: '剩余 {free}，可能需要 {needs}' },
              { free: size(noSpace.free), needs: size(noSpace.needs) },
            ),
          }
        : undefined,
  },
  {
    name: 'squeezed at once',
    raises: 'high',
    fact: ({ squeezed }) =>
      squeezed && !squeezed.later
        ? {
            what: say({ en: 'memory in use', zh: '已用内存' }),
            value: say(
              { en: '{used}, more than it is left: processes may be killed', zh: '{used}，超过留给它的内存：进程可能被终止' },
              { used: size(squeezed.used) },
            ),
          }
        : undefined,
  },
  {
    name: 'squeezed later',
    raises: 'medium',
    fact: ({ squeezed }) =>
      squeezed?.later
        ? {
            what: say({ en: 'memory in use', zh: '已用内存' }),
            value: say({ en: '{used} now, more than it will have', zh: '目前 {used}，超过之后的内存' }, { used: size(squeezed.used) }),
          }
        : undefined,
  },
  {
    name: 'stuck',
    raises: 'high',
    fact: ({ stuck = [] }) =>
      stuck.length > 0
        ? {
            what: say({ en: 'cannot be moved', zh: '无法迁走' }),
            value: say({ en: '{stuck}: disks or devices of this node', zh: '{stuck}：使用本节点的磁盘或设备' }, { stuck: list(stuck) }),
            holds: `stuck ${stuck.toSorted().join(' ')}`,
          }
        : undefined,
  },
];
