import type { Guest, Snapshot } from '../../world/guest.ts';
import { note } from '../../world/machine.ts';
import { startGuest, stopGuest } from '../../world/power.ts';
import { strftime } from '../clock.ts';
import { type Command, onGuest, SNAPSHOT, type Virsh } from './command.ts';
import { table } from './table.ts';

/** The commands about snapshots. */
export const SNAPSHOTS: { readonly [name: string]: Command } = {
  'snapshot-list': onGuest(list, undefined, { values: ['domain'], required: 1, flags: ['name'] }),
  'snapshot-info': onGuest((virsh, guest) => onSnapshot(virsh, guest, info), undefined, SNAPSHOT),
  'snapshot-create-as': onGuest(create, true, { values: ['domain', 'name', 'description'], required: 1, flags: ['atomic', 'quiesce', 'live', 'validate'] }),
  'snapshot-revert': onGuest((virsh, guest) => onSnapshot(virsh, guest, revert), true, SNAPSHOT),
  'snapshot-delete': onGuest((virsh, guest) => onSnapshot(virsh, guest, remove), true, SNAPSHOT),
};

function onSnapshot(virsh: Virsh, guest: Guest, act: (virsh: Virsh, guest: Guest, snapshot: Snapshot) => undefined): string | undefined {
  const name = virsh.args.has('current') ? guest.current : virsh.args.value('snapshotname');
  if (name === undefined) return virsh.args.has('current') ? `domain '${guest.name}' has no current snapshot` : '--snapshotname or --current is required';
  const snapshot = guest.snapshots.find((one) => one.name === name);
  if (!snapshot) return `Domain snapshot not found: no domain snapshot with matching name '${name}'`;
  return act(virsh, guest, snapshot);
}

function list({ args, print, quiet }: Virsh, guest: Guest): undefined {
  const snapshots = [...guest.snapshots].sort((a, b) => (a.name < b.name ? -1 : 1));
  if (args.has('name')) print(snapshots.map(({ name }) => `${name}\n`).join(''));
  else
    print(
      table(
        ['Name', 'Creation Time', 'State'],
        snapshots.map(({ name, at, state }) => [name, strftime('%F %T +0000', at), state]),
        quiet,
      ),
    );
}

function info({ print }: Virsh, guest: Guest, snapshot: Snapshot): undefined {
  const below = (name: string): number => guest.snapshots.filter(({ parent }) => parent === name).reduce((sum, child) => sum + 1 + below(child.name), 0);
  const lines: readonly (readonly [string, string])[] = [
    ['Name', snapshot.name],
    ['Domain', guest.name],
    ['Current', guest.current === snapshot.name ? 'yes' : 'no'],
    ['State', snapshot.state],
    ['Location', 'internal'],
    ['Parent', snapshot.parent ?? '-'],
    ['Children', String(guest.snapshots.filter(({ parent }) => parent === snapshot.name).length)],
    ['Descendants', String(below(snapshot.name))],
    ['Metadata', 'yes'],
  ];
  print(lines.map(([name, value]) => `${`${name}:`.padEnd(15)} ${value}\n`).join(''));
}

function create({ args, extra, machine }: Virsh, guest: Guest): string | undefined {
  const name = args.value('name') ?? String(Math.floor(Date.now() / 1000));
  if (name === '') return "Failed to get option 'name': Option argument is empty";
  if (name.includes('/')) return `invalid snapshot name '${name}': name can't contain '/'`;
  if (name.startsWith('.')) return `invalid snapshot name '${name}': name can't start with '.'`;
  if (guest.snapshots.some((one) => one.name === name)) return `operation failed: domain moment ${name} already exists`;
  const state = guest.state === 'shut off' ? 'shutoff' : guest.state;
  guest.snapshots.push({ name, description: args.value('description') ?? '', at: Date.now(), state, parent: guest.current });
  guest.current = name;
  note(machine, 'libvirtd', `snapshot '${name}' of guest '${guest.name}' created`);
  extra(`Domain snapshot ${name} created`);
}

function revert({ args, extra, machine }: Virsh, guest: Guest, snapshot: Snapshot): undefined {
  const state = args.has('running') ? 'running' : args.has('paused') ? 'paused' : snapshot.state;
  if (state === 'shutoff') stopGuest(machine, guest, 'from snapshot');
  else if (guest.state === 'shut off') startGuest(machine, guest, state, 'from snapshot');
  else {
    guest.cancel?.();
    guest.cancel = undefined;
    guest.state = state;
    guest.reason = 'from snapshot';
  }
  guest.current = snapshot.name;
  note(machine, 'libvirtd', `guest '${guest.name}' is back at snapshot '${snapshot.name}'`);
  extra(`Domain snapshot ${snapshot.name} reverted\n`);
}

function remove({ extra, machine }: Virsh, guest: Guest, snapshot: Snapshot): undefined {
  for (const child of guest.snapshots) if (child.parent === snapshot.name) child.parent = snapshot.parent;
  guest.snapshots = guest.snapshots.filter((one) => one !== snapshot);
  if (guest.current === snapshot.name) guest.current = snapshot.parent;
  note(machine, 'libvirtd', `snapshot '${snapshot.name}' of guest '${guest.name}' deleted`);
  extra(`Domain snapshot ${snapshot.name} deleted\n`);
}
