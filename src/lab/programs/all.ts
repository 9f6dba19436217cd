import { PROGRAMS as AREAS } from '../areas/all.ts';
import type { Program } from '../program.ts';
import type { Machine } from '../world/machine.ts';
import { cat } from './cat.ts';
import { date } from './date.ts';
import { df } from './df.ts';
import { ip } from './ip.ts';
import { journalctl } from './journalctl.ts';
import { ping } from './ping.ts';
import { printf } from './printf.ts';
import { haManager, pct, qm } from './qm.ts';
import { shutdown } from './shutdown.ts';
import { hostname, id, isFalse, isTrue, nproc, uname, whoami } from './simple.ts';
import { systemctl } from './systemctl.ts';
import { echo, seq, sleep } from './text.ts';
import { uptime } from './uptime.ts';
import { virsh } from './virsh/main.ts';
import { who } from './who.ts';

const PROGRAMS: ReadonlyMap<string, Program> = new Map<string, Program>([
  ['cat', cat],
  ['date', date],
  ['df', df],
  ['echo', echo],
  ['false', isFalse],
  ['hostname', hostname],
  ['id', id],
  ['ip', ip],
  ['journalctl', journalctl],
  ['nproc', nproc],
  ['ping', ping],
  ['printf', printf],
  ['seq', seq],
  ['shutdown', shutdown],
  ['sleep', sleep],
  ['systemctl', systemctl],
  ['true', isTrue],
  ['uname', uname],
  ['uptime', uptime],
  ['who', who],
  ['whoami', whoami],
]);

/** What only a node of a cluster has. */
const NODE_PROGRAMS: ReadonlyMap<string, Program> = new Map([
  ['ha-manager', haManager],
  ['pct', pct],
  ['qm', qm],
]);

/** The program of that name on a host, if the host has it. */
export function find(name: string, machine: Machine): Program | undefined {
  const short = name.replace(/^\/(usr\/)?s?bin\//, '');
  if (short === 'virsh') return machine.kind === 'libvirt' ? virsh : undefined;
  const onNode = NODE_PROGRAMS.get(short);
  if (onNode) return machine.node ? onNode : undefined;
  return AREAS.get(short) ?? PROGRAMS.get(short);
}
