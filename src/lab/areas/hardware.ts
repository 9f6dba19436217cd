import { type Call, effect, fail } from '../program.ts';
import { df } from '../programs/df.ts';
import { loads } from '../programs/load.ts';
import { meminfo } from '../programs/meminfo.ts';
import { listUnits } from '../programs/systemctl-list.ts';
import { who } from '../programs/who.ts';
import type { Machine } from '../world/machine.ts';
import { type Area, kept } from './area.ts';
import { rebootNeeded } from './packages/stock.ts';

const names = kept(({ name }) => ({ name }));

/** What a practice host is made of, how it is, and what it is called. */
export const hardware: Area = {
  programs: { hostnamectl },
  files: {
    '/etc/hosts': ({ name }) =>
      `127.0.0.1\tlocalhost\n127.0.1.1\t${name}.example.org ${name}\n${name === 'web1' ? '203.0.113.10\tpackages.example.org # hostler\n' : ''}`,
    '/proc/sys/kernel/hostname': (machine) => `${names(machine).name}\n`,
  },
  scripts: {
    'host-hardware': ({ machine, out }) => {
      const pi = machine.os.arch === 'aarch64';
      out(`== model\n${pi ? 'Raspberry Pi 4 Model B Rev 1.4' : 'Supermicro\nSYS-5019D-FN8TP'}\n== virtual\nnone\n== cpu\n${cpu(machine)}\n`);
      out(`== memory\n${machine.memKiB}\n== disks\n${disks(machine)}\n== modules\n== pci\n== usb\n`);
      out(pi ? '== heat\n51121\n== throttled\nthrottled=0x50000\n' : '== heat\n== throttled\n');
      return 0;
    },
    'host-health': (call) => {
      const { machine, out } = call;
      out(`== load\n${loads(machine).join(' ')} 1/200 ${machine.nextPid}\n${machine.cpus}\n== pressure\n`);
      for (const what of ['cpu', 'memory', 'io']) out(`${what} avg10=0.${what.length} avg60=0.11 avg300=0.09 total=55011\n`);
      out(`== memory\n${meminfo(machine)}== disks\n`);
      df({ ...call, argv: ['df', '-P', '-B1', '-x', 'tmpfs', '-x', 'devtmpfs'] });
      out('== inodes\n== failed\n');
      listUnits({ ...call, argv: ['systemctl', 'list-units', '--failed', '--no-legend', '--plain'] }, ['--failed', '--no-legend', '--plain']);
      out(machine.os.arch === 'aarch64' ? '== heat\n51121\n== throttled\nthrottled=0x50000\n' : '== heat\n43000\n== throttled\n');
      out(`== kernel\nreadable\n== clock\nyes\n== reboot\n${rebootNeeded(machine) ? 'yes\n' : ''}`);
      return 0;
    },
    'host-outage': (call) => {
      const { scheduled } = call.machine;
      call.out('== scheduled\n');
      if (scheduled) call.out(`USEC=${scheduled.at * 1000}\nWARN_WALL=1\nMODE=${scheduled.mode}\n`);
      call.out('== people\n');
      return who({ ...call, argv: ['who'] });
    },
    'host-naming': ({ machine, out }) => {
      out(`== name\n${names(machine).name}\n== member\n${machine.node ? 'proxmox\n' : ''}`);
      return 0;
    },
  },
};

/** As `lscpu -J` says it. */
function cpu({ cpus, os }: Machine): string {
  const fields = [
    ['Architecture:', os.arch],
    ['CPU(s):', String(cpus)],
    ['Model name:', os.arch === 'aarch64' ? 'Cortex-A72' : 'Intel(R) Xeon(R) D-2146NT CPU @ 2.30GHz'],
    ['Core(s) per socket:', String(cpus)],
    ['Socket(s):', '1'],
  ];
  return JSON.stringify({ lscpu: fields.map(([field, data]) => ({ field, data })) });
}

/** As `lsblk -J -b` says it: every disk with what is mounted from it. */
function disks({ mounts }: Machine): string {
  const ofDisk = new Map<string, { name: string; type: string; size: number; fstype: string; mountpoint: string }[]>();
  for (const { source, type, size, on } of mounts) {
    const name = source.replace('/dev/', '');
    if (!source.startsWith('/dev/') || name.includes('/')) continue;
    const whole = name.replace(/(?<=nvme\dn\d|mmcblk\d)p\d+$|(?<=[sv]d[a-z])\d+$/, '');
    ofDisk.set(whole, [...(ofDisk.get(whole) ?? []), { name, type: 'part', size, fstype: type, mountpoint: on }]);
  }
  const all = [...ofDisk].map(([name, children]) => ({
    ...{ name, type: 'disk', size: children.reduce((sum, { size }) => sum + size, 0), model: null, rota: false, fstype: null, mountpoint: null, children },
  }));
  return JSON.stringify({ blockdevices: all });
}

/** `hostnamectl set-hostname NAME` */
function hostnamectl(call: Call): number {
  const [, verb, name] = call.argv;
  if (verb !== 'set-hostname' || !name) return fail(call, `Unknown command verb ${verb ?? ''}.`);
  effect(call, 'hostnamectl', 'set-hostname', name);
  names(call.machine).name = name;
  return 0;
}
