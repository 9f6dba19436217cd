import type { Call } from '../program.ts';
import { find } from '../programs/all.ts';
import { systemctl } from '../programs/systemctl.ts';
import { type Machine, uptime } from '../world/machine.ts';
import { SCRIPTS } from './all.ts';
import type { Area } from './area.ts';
import { rebootNeeded } from './packages/stock.ts';

/** What the doctor's reads find on practice hosts; a few have a pitfall, always the same ones. */
export const pitfalls: Area = {
  scripts: {
    'doctor-system': async (call) => {
      const { machine, argv } = call;
      const lines = system(machine, await printed(call, 'mem-look'), await printed(call, 'users'));
      call.out('== failed\n');
      await systemctl({ ...call, argv: ['systemctl', 'list-units', '--failed', '--plain', '--no-legend', '--no-pager', '--all'] });
      call.out('== units\n');
      await systemctl({ ...call, argv: ['systemctl', 'show', '--no-pager', '--property=Id,LoadState,ActiveState,UnitFileState', '--', ...argv.slice(1)] });
      call.out(lines.map(([name, ...rest]) => `== ${name}\n${rest.map((line) => `${line}\n`).join('')}`).join(''));
      return 0;
    },
    'doctor-disks': disks,
    'doctor-chrony': chrony,
    'doctor-served': () => 0,
    'doctor-systrace': ({ out }) => {
      out(`== age\n900\n== result\n${JSON.stringify(WELL)}\n`);
      return 0;
    },
  },
};

/** What another of the bot's scripts prints on this host: what that is about is kept in one place. */
async function printed(call: Call, script: string): Promise<string> {
  let all = '';
  await SCRIPTS.get(script)?.({ ...call, argv: [script], out: (text) => (all += text) });
  return all;
}

/** The lines of a script's output below `== name`. */
function part(output: string, name: string): string[] {
  const found = output.split(/^== /m).find((one) => one.startsWith(`${name}\n`)) ?? '';
  return found.split('\n').slice(1).filter(Boolean);
}

/** Pools and iSCSI targets, as the practice hosts' other commands have them. */
async function disks(call: Call): Promise<number> {
  const pools = (await printed(call, 'zfs-pools')).split('== status')[0]?.split('\n').filter(Boolean) ?? [];
  if (find('zpool', call.machine)) {
    const rows = pools.map((line) => line.split('\t')).map(([name, , , , , percent, health]) => `${name}\t${health}\t${percent}%`);
    call.out(`== zpools\n${rows.map((row) => `${row}\n`).join('')}`);
  }
  const iscsi = await printed(call, 'iscsi-show');
  const nodes = [...iscsi.matchAll(/^== node (\S+):\d+ (\S+)\nnode\.startup = (\S+)$/gm)];
  call.out(
    `== iscsi-nodes\n${nodes.map(([, portal, iqn, startup]) => `node.name = ${iqn}\nnode.startup = ${startup}\nnode.conn[0].address = ${portal}\n`).join('')}`,
  );
  call.out(`== iscsi-sessions\n${part(iscsi, 'sessions').join('\n')}\n`);
  return 0;
}

async function chrony(call: Call): Promise<number> {
  for (const what of ['tracking', 'sources']) {
    call.out(`== ${what}\n`);
    await find('chronyc', call.machine)?.({ ...call, argv: ['chronyc', '-c', '-n', what] });
  }
  return 0;
}

type Lines = readonly [name: string, ...lines: readonly string[]];

function system(machine: Machine, memory: string, users: string): Lines[] {
  const { os, name, mounts } = machine;
  const now = Math.floor(Date.now() / 1000);
  const disks = mounts.filter(({ source }) => source.startsWith('/dev/'));
  const percent = (used: number, size: number) => `${Math.ceil((100 * used) / size)}%`;
  const debian = os.ssh === 'ssh';
  return [
    ['uptime', String(Math.floor(uptime(machine)))],
    ['mounts', ...disks.map(({ source, on, type }, i) => `${22 + i} 1 8:${i + 1} / ${on} rw,relatime shared:${i + 1} - ${type} ${source} rw`)],
    ['df', ...disks.map(({ source, size, used, on }) => `${source} ${size / 1024} ${used / 1024} ${(size - used) / 1024} ${percent(used, size)} ${on}`)],
    ['inodes', ...disks.map(({ source, on }) => `${source} 3276800 212004 3064796 7% ${on}`)],
    ['swaps', ...part(memory, '/proc/swaps').slice(1)],
    ['fstab-swap'],
    ['ksm', ...part(memory, '/sys/kernel/mm/ksm/run')],
    ['congestion', 'cubic'],
    ['congestion-wanted'],
    ['kernel', os.kernel],
    ['kernels', os.kernel],
    ['reboot', ...(rebootNeeded(machine) || (name === 'web1' && machine.bootedAt < STARTED) ? ['required', 'linux-image-amd64'] : [])],
    ...(debian ? [['dpkg'] as const, ['lists', String(now), String(now - 40_000)] as const] : []),
    ...(name === 'pi1' ? [['throttled', 'throttled=0x50000'] as const] : []),
    ...(name === 'db1' ? [['systrace'] as const] : []),
    ['md'],
    ['discard'],
    ['accounts-empty', ...part(users, 'shadow').flatMap((line) => (line.split(':')[1] === 'empty' ? [line.split(':')[0] ?? ''] : []))],
    ['accounts-default'],
  ];
}

/** What sysTrace writes where no node is slow. */
const WELL = { timestamp: 1_795_167_496, resultCode: 200, compute: false, network: false, storage: false, abnormalDetail: [], normalDetail: [], errorMsg: '' };

/** What asks for a reboot was installed before the lab began. */
const STARTED = Date.now();
