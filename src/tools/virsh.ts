import type { Host } from '../core/command.ts';
import { read } from '../core/read.ts';
import type { Argv, Read } from '../core/types.ts';

/** A libvirt domain. Memory in KiB. State as in virDomainState, in Proxmox' words where it has one. */
export interface Domain {
  readonly uuid: string;
  readonly name: string;
  readonly state: DomainState;
  readonly vcpus: number;
  readonly memoryKiB: number;
}
export type DomainState = 'running' | 'paused' | 'stopped' | 'stopping' | 'crashed' | 'suspended' | 'unknown';

/** virDomainState (libvirt-domain.h): 0 nostate, 1 running, 2 blocked, 3 paused, 4 shutdown, 5 shutoff, 6 crashed, 7 pmsuspended. */
const STATES: readonly DomainState[] = ['unknown', 'running', 'running', 'paused', 'stopping', 'stopped', 'crashed', 'suspended'];

function virsh(host: Host, ...args: string[]): Argv {
  return ['virsh', '-c', host.libvirt, '-q', ...args];
}

/** UUID by name of every domain: `virsh list --all --uuid --name`, one a line. Names hold anything but line feeds, and end where the line ends. */
export function names(host: Host): Read<ReadonlyMap<string, string>> {
  return read({ argv: virsh(host, 'list', '--all', '--uuid', '--name'), parse: parseNames });
}

export function parseNames(output: string): Map<string, string> {
  const lines = output.split('\n').flatMap((line) => {
    const found = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) (.+)$/s.exec(line);
    return found?.[1] !== undefined && found[2] !== undefined ? [[found[2], found[1]] as const] : [];
  });
  return new Map(lines);
}

/** State, processors and memory of every domain by name: `virsh domstats`. */
export function stats(host: Host): Read<ReadonlyMap<string, Omit<Domain, 'uuid' | 'name'>>> {
  return read({ argv: virsh(host, 'domstats', '--state', '--vcpu', '--balloon'), parse: parseStats });
}

export function parseStats(output: string): Map<string, Omit<Domain, 'uuid' | 'name'>> {
  const domains = new Map<string, Omit<Domain, 'uuid' | 'name'>>();
  const lines = output.split('\n');
  const starts = lines.flatMap((line, i) => (line.startsWith("Domain: '") ? [i] : []));
  for (const [n, start] of starts.entries()) {
    const values = parsePairs(lines.slice(start + 1, starts[n + 1]));
    const value = (key: string) => Number(values.get(key) ?? 0);
    domains.set(lines[start]?.slice("Domain: '".length, -1) ?? '', {
      state: STATES[value('state.state')] ?? 'unknown',
      vcpus: value('vcpu.current') || value('vcpu.maximum'),
      memoryKiB: value('balloon.current') || value('balloon.maximum'),
    });
  }
  return domains;
}

function parsePairs(lines: readonly string[]): Map<string, string> {
  return new Map(
    lines.flatMap((line) => {
      const [, key, value] = /^\s+([a-z0-9._-]+)=(\d+)$/.exec(line) ?? [];
      return key && value ? [[key, value] as const] : [];
    }),
  );
}

/** One domain's `virsh dominfo`, as label and value. */
export function info(host: Host, uuid: string): Read<ReadonlyMap<string, string>> {
  return read({ argv: virsh(host, 'dominfo', uuid), parse: parseColons });
}

export function parseColons(output: string): Map<string, string> {
  return new Map(
    output.split('\n').flatMap((line) => {
      const at = line.indexOf(':');
      return at > 0 ? [[line.slice(0, at).trim(), line.slice(at + 1).trim()] as const] : [];
    }),
  );
}

/** `virsh domblklist --details`: type, device, target, source. */
export function disks(host: Host, uuid: string): Read<readonly (readonly [string, string, string, string])[]> {
  return read({ argv: virsh(host, 'domblklist', uuid, '--details'), parse: parseDisks });
}

export function parseDisks(output: string): [string, string, string, string][] {
  return output.split('\n').flatMap((line) => {
    const [, type, device, target, source] = /^\s*(file|block|network|dir|volume|nvme|vhostuser)\s+(\S+)\s+(\S+)\s+(.*?)\s*$/.exec(line) ?? [];
    return type && device && target ? [[type, device, target, source ?? ''] as [string, string, string, string]] : [];
  });
}

/** Names of a domain's snapshots, oldest first. */
export function snapshots(host: Host, uuid: string): Read<readonly string[]> {
  return read({
    argv: virsh(host, 'snapshot-list', uuid, '--name'),
    parse: (output) =>
      output
        .split('\n')
        .map((line) => line.trim())
        .filter(Boolean),
  });
}

/** When a domain's snapshots were made, by name, in milliseconds since the epoch: the table of `virsh snapshot-list`. */
export function snapshotTimes(host: Host, uuid: string): Read<ReadonlyMap<string, number>> {
  return read({ argv: virsh(host, 'snapshot-list', uuid), parse: parseSnapshotTimes });
}

export function parseSnapshotTimes(output: string): Map<string, number> {
  return new Map(
    output.split('\n').flatMap((line) => {
      const [, name, day, time, zone] = /^ ?(\S.*?)\s+(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) ([+-]\d{4})\s+\S/.exec(line) ?? [];
      return name && zone ? [[name, Date.parse(`${day}T${time}${zone.slice(0, 3)}:${zone.slice(3)}`)] as [string, number]] : [];
    }),
  );
}

/** The state as `virsh domstate` words it: `running`, `paused`, `shut off`, `in shutdown`, `crashed`. */
export function state(host: Host, uuid: string): Read<string> {
  return read({ argv: virsh(host, 'domstate', uuid), parse: (output) => output.trim() });
}

/** A change of one domain, by UUID so that a rename in between cannot hit another. */
export function change(host: Host, verb: 'start' | 'shutdown' | 'destroy' | 'reboot' | 'reset' | 'suspend' | 'resume', uuid: string): Argv {
  return virsh(host, verb, uuid);
}

export function createSnapshot(host: Host, uuid: string, name: string): Argv {
  return virsh(host, 'snapshot-create-as', uuid, name);
}

export function deleteSnapshot(host: Host, uuid: string, name: string): Argv {
  return virsh(host, 'snapshot-delete', uuid, name);
}

export function revertSnapshot(host: Host, uuid: string, name: string): Argv {
  return virsh(host, 'snapshot-revert', uuid, name);
}
