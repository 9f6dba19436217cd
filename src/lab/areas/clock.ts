import { type Call, effect, fail } from '../program.ts';
import { readFile } from '../programs/files.ts';
import type { Machine } from '../world/machine.ts';
import { type Area, kept } from './area.ts';

const OURS = '/etc/chrony/sources.d/hostler.sources';
const ZONES = ['America/New_York', 'Asia/Shanghai', 'Etc/UTC', 'Europe/Berlin', 'Europe/London', 'UTC'];
const zones = kept(() => ({ zone: 'Etc/UTC' }));

/** chronyd on every practice host; pi1 asks a pool that nobody reaches from inside, until it is given servers. */
export const clock: Area = {
  programs: { chronyc, timedatectl },
  files: {
    '/etc/chrony/chrony.conf': () => 'pool 2.debian.pool.ntp.org iburst\nsourcedir /run/chrony-dhcp\nsourcedir /etc/chrony/sources.d\n',
    [OURS]: ({ name }) => (name === 'kvm2' ? 'server ntp1.example.org iburst prefer\n' : undefined),
  },
  scripts: {
    'host-clock': (call) => {
      const { machine } = call;
      call.out(`== zone\n${zones(machine).zone}\n== synced\n${synced(machine) ? 'yes' : 'no'}\n== by\nchrony\n`);
      call.out(`== tracking\n${tracking(machine)}\n== sources\n${sources(machine).join('\n')}\n== folder\n/etc/chrony/sources.d\n`);
      return 0;
    },
    'ntp-prove': (call) => {
      const [followed = '?'] = ours(call.machine);
      call.out(`${followed} is followed\n`);
      return 0;
    },
  },
};

function ours(machine: Machine): string[] {
  return [...(readFile(machine, OURS) ?? '').matchAll(/^server (\S+)/gm)].map(([, name = '']) => name);
}

function synced(machine: Machine): boolean {
  return machine.name !== 'pi1' || ours(machine).length > 0;
}

function tracking(machine: Machine): string {
  if (!synced(machine)) return '00000000,,0,0.000000000,0.000000000,0.000000000,0.000000000,-8.110,0.000,0.000,1.000000000,1.000000000,0.0,Not synchronised';
  return 'C0000201,192.0.2.1,3,1763760000.000000000,0.000012034,0.000004221,0.000031145,-12.402,0.001,0.038,0.000412118,0.000812004,64.4,Normal';
}

function sources(machine: Machine): string[] {
  const own = ours(machine);
  const line = (state: string, name: string) => `^,${state},${name},2,6,377,21,0.000004221,0.000012034,0.000512119`;
  const added = own.map((name, i) => line(i === 0 ? '*' : '+', name));
  if (machine.name === 'pi1') return [...added, '^,?,203.0.113.123,0,6,0,4294967295,0.000000000,0.000000000,0.000000000'];
  return [...added, line(own.length > 0 ? '+' : '*', '192.0.2.1'), '^,+,192.0.2.2,2,6,377,20,-0.000031201,-0.000023388,0.001212003'];
}

/** `chronyc -c tracking|sources`, `chronyc reload sources` */
function chronyc(call: Call): number {
  const [verb, what] = call.argv.slice(1).filter((word) => !word.startsWith('-'));
  if (verb === 'tracking') call.out(`${tracking(call.machine)}\n`);
  else if (verb === 'sources') call.out(`${sources(call.machine).join('\n')}\n`);
  else if (verb === 'reload' && what === 'sources') {
    effect(call, 'chronyc', 'reload', 'sources');
    call.out('200 OK\n');
  } else return fail(call, 'Unrecognized command');
  return 0;
}

/** `timedatectl show -p Timezone --value`, `list-timezones`, `set-timezone` */
function timedatectl(call: Call): number {
  const { machine } = call;
  const [verb, what = ''] = call.argv.slice(1).filter((word) => !word.startsWith('-'));
  if (verb === 'list-timezones') call.out(`${ZONES.join('\n')}\n`);
  else if (verb === 'show') call.out(call.argv.includes('NTPSynchronized') ? `${synced(machine) ? 'yes' : 'no'}\n` : `${zones(machine).zone}\n`);
  else if (verb === 'set-timezone') {
    if (!ZONES.includes(what)) return fail(call, `Failed to set time zone: Invalid or not installed time zone '${what}'`);
    effect(call, 'timedatectl', 'set-timezone', what);
    zones(machine).zone = what;
  } else return fail(call, `Unknown command verb '${verb ?? ''}', did you mean 'show'?`);
  return 0;
}
