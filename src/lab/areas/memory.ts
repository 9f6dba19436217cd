import { type Call, effect, fail } from '../program.ts';
import { readFile } from '../programs/files.ts';
import type { Machine } from '../world/machine.ts';
import { type Area, kept } from './area.ts';

const GIB = 1024 ** 3;
interface Swap {
  readonly path: string;
  readonly size: number;
}
const ZSWAP = '/sys/module/zswap/parameters/';
const KSM = '/sys/kernel/mm/ksm/';

/** Swap of the size /proc/meminfo begins with, and the kernel's own values: zswap off, KSM built in and not running. */
const stateOf = kept((machine): { swaps: Swap[]; files: Map<string, string> } => ({
  swaps: machine.name === 'pve2' ? [] : [{ path: '/swapfile', size: machine.tags.includes('kvm') ? 8 * GIB : GIB }],
  files: new Map([
    ['/proc/sys/vm/swappiness', '60'],
    ...Object.entries({ accept_threshold_percent: '90', compressor: 'lzo', enabled: 'N', max_pool_percent: '20' }).map(
      ([key, value]) => [`${ZSWAP}${key}`, value] as const,
    ),
    ...Object.entries({
      full_scans: '0',
      pages_shared: '0',
      pages_sharing: '0',
      pages_to_scan: '100',
      pages_unshared: '0',
      run: '0',
      sleep_millisecs: '20',
    }).map(([key, value]) => [`${KSM}${key}`, value] as const),
  ]),
}));

function swapsText(machine: Machine): string {
  const rows = stateOf(machine).swaps.map(({ path, size }) => `${path.padEnd(40)}file\t\t${size / 1024 - 4}\t\t0\t\t-2\n`);
  return `Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n${rows.join('')}`;
}

function look({ machine, out }: Call): number {
  const total = stateOf(machine).swaps.reduce((sum, { size }) => sum + size / 1024 - 4, 0);
  const meminfo = (readFile(machine, '/proc/meminfo') ?? '').replace(/^(Swap(?:Total|Free):\s+)\d+/gm, `$1${total}`);
  out(`== page 4096\n== /proc/meminfo\n${meminfo}Zswap:                 0 kB\nZswapped:              0 kB\n== /proc/swaps\n${swapsText(machine)}`);
  out('== /proc/pressure/memory\nsome avg10=0.00 avg60=0.00 avg300=0.00 total=0\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n');
  for (const [path, value] of stateOf(machine).files) out(`== ${path}\n${value}\n`);
  out('== /proc/vmstat\noom_kill 0\n');
  return 0;
}

function set(call: Call): number {
  const { files } = stateOf(call.machine);
  for (let i = 1; i + 1 < call.argv.length; i += 2) {
    const [path = '', value = ''] = call.argv.slice(i, i + 2);
    if (!files.has(path)) return fail(call, `${path} is not there`);
    if (path.endsWith('compressor') && !['lzo', 'lz4', 'zstd'].includes(value)) return fail(call, `the kernel does not take ${value} for ${path}`);
    files.set(path, value);
    effect(call, 'set', path, value);
  }
  return 0;
}

function swapon(call: Call): number {
  const state = stateOf(call.machine);
  if (call.argv.includes('-a')) {
    const lines = (readFile(call.machine, '/etc/fstab') ?? '').split('\n').flatMap((line) => /^(\/\S+)\s+none\s+swap\s/.exec(line)?.[1] ?? []);
    for (const path of lines)
      if (!state.swaps.some((one) => one.path === path)) state.swaps.push({ path, size: call.machine.tags.includes('kvm') ? 8 * GIB : GIB });
    effect(call, 'swapon', '-a');
  } else for (const { path } of state.swaps) call.out(`${path}\n`);
  return 0;
}

/** Memory, swap, zswap and KSM. */
export const memory: Area = {
  programs: {
    mkswap: (call) => fail(call, 'mkswap: the practice hosts run this only as part of a command'),
    swapon,
    swapoff: (call) => {
      stateOf(call.machine).swaps = [];
      effect(call, 'swapoff', '-a');
      return 0;
    },
  },
  scripts: {
    'mem-look': look,
    'sysfs-set': set,
    'sysfs-get': (call) => {
      const { files } = stateOf(call.machine);
      call.out(
        `${call.argv
          .slice(1)
          .map((path) => files.get(path) ?? '')
          .join(' ')}\n`,
      );
      return 0;
    },
    'swap-place': (call) => {
      const there = stateOf(call.machine).swaps.some(({ path }) => path === call.argv[1]);
      call.out(`${there ? 'exists\n' : ''}fs ext2/ext3 ${20 * GIB}\ntype ext4\n`);
      return 0;
    },
    'swap-make': (call) => {
      const [, path = '', size = '0'] = call.argv;
      stateOf(call.machine).swaps.push({ path, size: Number(size) });
      effect(call, 'mkswap', path);
      return 0;
    },
    'swap-drop': (call) => {
      const state = stateOf(call.machine);
      state.swaps = state.swaps.filter(({ path }) => path !== call.argv[1]);
      effect(call, 'swapoff', call.argv[1] ?? '');
      return 0;
    },
    'is-swap': (call) => {
      if (stateOf(call.machine).swaps.some(({ path }) => path === call.argv[1])) call.out(`${call.argv[1]}\n`);
      return 0;
    },
  },
};
