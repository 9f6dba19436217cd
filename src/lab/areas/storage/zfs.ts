import { type Call, effect, fail, type Program } from '../../program.ts';
import { kept } from '../area.ts';

const GIB = 1024 ** 3;
interface Pool {
  readonly name: string;
  readonly size: number;
  readonly used: number;
  health: string;
  scan: string;
  /** When the scrub that runs is over. */
  scrubUntil: number;
  checksum: number;
  readonly members: readonly string[];
}
interface Snap {
  readonly name: string;
  readonly made: number;
}

/** A mirror that is well, and on one node a pool that has counted errors; zvols as Proxmox VE makes them. */
const stateOf = kept(
  (
    machine,
  ): {
    readonly pools: readonly Pool[];
    readonly datasets: readonly (readonly [name: string, type: string, used: number, volsize: number])[];
    snapshots: Snap[];
  } => {
    if (!machine.tags.includes('pve')) return { pools: [], datasets: [], snapshots: [] };
    const scan = 'scrub repaired 0B in 00:41:07 with 0 errors on Sun Nov  9 01:05:08 2025';
    const rpool: Pool = { name: 'rpool', size: 476 * GIB, used: 221 * GIB, health: 'ONLINE', scan, scrubUntil: 0, checksum: 0, members: ['sdc1', 'sdd1'] };
    const tank: Pool = { ...rpool, name: 'tank', size: 3568 * GIB, used: 3012 * GIB, checksum: 12, members: ['sdg', 'sdh', 'sdi'] };
    return {
      pools: machine.name === 'pve1' ? [rpool, tank] : [rpool],
      datasets: [
        ['rpool', 'filesystem', 221 * GIB, 0],
        ['rpool/data', 'filesystem', 180 * GIB, 0],
        ['rpool/data/vm-100-disk-0', 'volume', 34 * GIB, 32 * GIB],
        ...(machine.name === 'pve1'
          ? ([
              ['tank', 'filesystem', 2008 * GIB, 0],
              ['tank/vm-230-disk-1', 'volume', 712 * GIB, 300 * GIB],
            ] as const)
          : []),
      ],
      snapshots: [{ name: 'rpool/data@before', made: 1_760_000_000 }],
    };
  },
);

function scanOf(pool: Pool): string {
  if (pool.scrubUntil === 0) return pool.scan;
  if (Date.now() < pool.scrubUntil)
    return 'scrub in progress since Sat Nov 15 10:00:00 2025\n\t110G / 221G scanned at 1.2G/s, 98G / 221G issued at 800M/s\n\t0B repaired, 44.34% done, 00:02:36 to go';
  pool.scrubUntil = 0;
  return pool.scan;
}

function status(pools: readonly Pool[]): string {
  return pools
    .map((pool) => {
      const bad = pool.checksum > 0;
      const words = bad
        ? "status: One or more devices has experienced an unrecoverable error.  An\n\tattempt was made to correct the error.  Applications are unaffected.\naction: Determine if the device needs to be replaced, and clear the errors\n\tusing 'zpool clear' or replace the device with 'zpool replace'.\n"
        : '';
      const group = pool.members.length > 2 ? 'raidz1-0' : 'mirror-0';
      const devices = [
        `\t${pool.name}  ${pool.health}  0  0  0`,
        `\t  ${group}  ONLINE  0  0  0`,
        ...pool.members.map((name, i) => `\t    ${name}  ONLINE  0  0  ${bad && i === 1 ? pool.checksum : 0}`),
      ];
      return `  pool: ${pool.name}\n state: ${pool.health}\n${words}  scan: ${scanOf(pool)}\nconfig:\n\n\tNAME  STATE  READ WRITE CKSUM\n${devices.join('\n')}\n\nerrors: No known data errors\n`;
    })
    .join('\n');
}

function zpool(call: Call): number {
  const [, verb, ...words] = call.argv;
  const { pools } = stateOf(call.machine);
  if (verb === 'status') {
    call.out(pools.length > 0 ? status(pools) : 'no pools available\n');
    return 0;
  }
  const pool = pools.find(({ name }) => name === words.at(-1));
  if (!pool) return fail(call, `cannot open '${words.at(-1)}': no such pool`);
  if (verb === 'scrub') pool.scrubUntil = words.includes('-s') ? 0 : Date.now() + 3000 * call.machine.pace;
  else if (verb === 'clear') pool.checksum = 0;
  else return fail(call, `unrecognized command '${verb}'`, 2);
  effect(call, 'zpool', verb, ...words);
  return 0;
}

function zfs(call: Call): number {
  const [, verb, ...words] = call.argv;
  const state = stateOf(call.machine);
  const name = words.at(-1) ?? '';
  const found = state.snapshots.find((one) => one.name === name);
  if (verb === 'snapshot') {
    if (!state.datasets.some(([one]) => one === name.split('@')[0])) return fail(call, `cannot open '${name.split('@')[0]}': dataset does not exist`);
    if (found) return fail(call, `cannot create snapshot '${name}': dataset already exists`);
    state.snapshots.push({ name, made: Math.floor(Date.now() / 1000) });
  } else if (!found) return fail(call, `cannot open '${name}': dataset does not exist`);
  else if (verb === 'destroy') state.snapshots = state.snapshots.filter((one) => one !== found);
  else if (verb !== 'rollback') return fail(call, `unrecognized command '${verb}'`, 2);
  effect(call, 'zfs', verb, name);
  return 0;
}

const below = (name: string, root: string) => root === '-' || name === root || name.startsWith(`${root}/`) || name.startsWith(`${root}@`);

export const zfsPrograms: { readonly [name: string]: Program } = { zpool, zfs };
export const zfsScripts: { readonly [name: string]: Program } = {
  'zfs-pools': (call) => {
    const { pools } = stateOf(call.machine);
    const rows = pools.map(({ name, size, used, health }) => [name, size, used, size - used, 11, Math.round((used * 100) / size), health].join('\t'));
    call.out(`${rows.map((row) => `${row}\n`).join('')}== status\n${pools.length > 0 ? status(pools) : 'no pools available\n'}`);
    return 0;
  },
  'zfs-datasets': (call) => {
    for (const [name, type, used, volsize] of stateOf(call.machine).datasets.filter(([one]) => below(one, call.argv[1] ?? '-'))) {
      const volume = type === 'volume';
      call.out(`${[name, type, used, 240 * GIB, used, volume ? '-' : `/${name}`, '1.05', volume ? volsize : '-', volume ? 8192 : '-', 0, 0].join('\t')}\n`);
    }
    return 0;
  },
  'zfs-snapshots': (call) => {
    for (const { name, made } of stateOf(call.machine).snapshots.filter((one) => below(one.name, call.argv[1] ?? '-')))
      call.out(`${[name, 0, 96 * 1024, made].join('\t')}\n`);
    return 0;
  },
  'zfs-has-snapshot': (call) => {
    if (stateOf(call.machine).snapshots.some(({ name }) => name === call.argv[1])) call.out(`${call.argv[1]}\n`);
    return 0;
  },
  'zfs-scrub-progress': (call) => {
    const pool = stateOf(call.machine).pools.find(({ name }) => name === call.argv[1]);
    if (!pool) return 1;
    call.out(scanOf(pool).startsWith('scrub in progress') ? '44.34% done\n' : 'done\n');
    return 0;
  },
  'zfs-destroy-snapshot': (call) => zfs({ ...call, argv: ['zfs', 'destroy', call.argv[1] ?? ''] }),
};
