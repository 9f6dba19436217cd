import { read } from '../../core/read.ts';
import type { Read } from '../../core/types.ts';
import { shell } from '../shell.ts';

/** A swap area in use: /proc/swaps. Sizes in bytes. */
export interface Swap {
  readonly path: string;
  readonly type: string;
  readonly size: number;
  readonly used: number;
}
/** Memory as the kernel tells it. Sizes in bytes. */
export interface Memory {
  readonly total: number;
  readonly available: number;
  readonly swapTotal: number;
  readonly swapFree: number;
  /** What zswap keeps, before and after compression. */
  readonly zswapped: number;
  readonly zswap: number;
  readonly swaps: readonly Swap[];
  /** Share of the last ten seconds in which some, or all, waited for memory; undefined without PSI. */
  readonly some: number | undefined;
  readonly full: number | undefined;
  /** Processes killed for want of memory since boot. */
  readonly oomKills: number;
  readonly swappiness: number | undefined;
  /** Parameters of zswap that this kernel has, by name; none where it has no zswap. */
  readonly zswapParameters: ReadonlyMap<string, string>;
  /** Files of /sys/kernel/mm/ksm, by name; none where the kernel has no KSM. */
  readonly ksm: ReadonlyMap<string, string>;
  readonly pageSize: number;
  /** A Kubernetes node: its kubelet wants no swap unless it is told otherwise. */
  readonly kubelet: boolean;
}

const LOOK = `echo "== page $(getconf PAGESIZE)"; [ ! -e /var/lib/kubelet/config.yaml ] && [ ! -e /etc/kubernetes/kubelet.conf ] || echo "== kubelet"
tail -n +1 -- /proc/meminfo /proc/swaps /proc/pressure/memory /proc/sys/vm/swappiness /sys/module/zswap/parameters/* /sys/kernel/mm/ksm/* 2>/dev/null | sed 's/^==> \\(.*\\) <==$/== \\1/'
echo "== /proc/vmstat"; grep '^oom_kill ' /proc/vmstat || :`;

/** Memory, swap, zswap and KSM in one question: proc(5), Documentation/admin-guide/mm of the kernel. */
export function memory(): Read<Memory> {
  return read({ argv: shell('mem-look', LOOK), parse: parseMemory });
}

export function parseMemory(output: string): Memory {
  const files = new Map(
    output
      .split(/^== /m)
      .slice(1)
      .map((part) => {
        const end = part.indexOf('\n');
        return [part.slice(0, end), part.slice(end + 1)];
      }),
  );
  const text = (path: string) => files.get(path) ?? '';
  const meminfo = text('/proc/meminfo');
  const kib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(meminfo)?.[1] ?? 0) * 1024;
  const psi = (kind: string) => {
    const found = new RegExp(`^${kind} avg10=([\\d.]+)`, 'm').exec(text('/proc/pressure/memory'))?.[1];
    return found === undefined ? undefined : Number(found);
  };
  const folder = (prefix: string) =>
    new Map([...files].flatMap(([path, value]) => (path.startsWith(prefix) ? [[path.slice(prefix.length), value.trim()] as const] : [])));
  if (kib('MemTotal') === 0) throw new Error('no MemTotal in /proc/meminfo');
  return {
    total: kib('MemTotal'),
    available: kib('MemAvailable'),
    swapTotal: kib('SwapTotal'),
    swapFree: kib('SwapFree'),
    zswapped: kib('Zswapped'),
    zswap: kib('Zswap'),
    swaps: parseSwaps(text('/proc/swaps')),
    some: psi('some'),
    full: psi('full'),
    oomKills: Number(/^oom_kill (\d+)/m.exec(text('/proc/vmstat'))?.[1] ?? 0),
    swappiness: files.has('/proc/sys/vm/swappiness') ? Number(text('/proc/sys/vm/swappiness')) : undefined,
    zswapParameters: folder('/sys/module/zswap/parameters/'),
    ksm: folder('/sys/kernel/mm/ksm/'),
    pageSize: Number([...files.keys()].find((key) => key.startsWith('page '))?.slice(5) ?? 4096) || 4096,
    kubelet: files.has('kubelet'),
  };
}

/** /proc/swaps: KiB; a blank in a path is `\\040`. */
export function parseSwaps(text: string): Swap[] {
  return text.split('\n').flatMap((line) => {
    const [, path, type, size, used] = /^(\/\S+)\s+(\S+)\s+(\d+)\s+(\d+)\s+-?\d+/.exec(line) ?? [];
    return path && type ? [{ path: path.replaceAll('\\040', ' '), type, size: Number(size) * 1024, used: Number(used) * 1024 }] : [];
  });
}
