import type { Guest } from '../../world/guest.ts';
import { type Command, NOT_RUNNING, onGuest, type Virsh } from './command.ts';
import { table } from './table.ts';

/** The commands that tell about one domain. */
export const INFO: { readonly [name: string]: Command } = {
  dominfo: onGuest(dominfo),
  domstate: onGuest(
    ({ print, args }, guest) => {
      print(args.has('reason') ? `${guest.state} (${guest.reason})\n` : `${guest.state}\n`);
    },
    undefined,
    { values: ['domain'], required: 1, flags: ['reason'] },
  ),
  domuuid: onGuest(({ print }, guest) => {
    print(`${guest.uuid}\n`);
  }),
  domname: onGuest(({ print }, guest) => {
    print(`${guest.name}\n`);
  }),
  domid: onGuest(({ print }, guest) => {
    print(`${guest.id ?? '-'}\n`);
  }),
  domblklist: onGuest(domblklist, undefined, { values: ['domain'], required: 1, flags: ['details', 'inactive'] }),
  domiflist: onGuest(domiflist, undefined, { values: ['domain'], required: 1, flags: ['inactive'] }),
  domifaddr: onGuest(domifaddr, undefined, { values: ['domain', 'interface', 'source'], required: 1, flags: ['full'] }),
};

function dominfo({ print }: Virsh, guest: Guest): undefined {
  const on = guest.state !== 'shut off';
  const lines: readonly (readonly [string, string])[] = [
    ['Id', String(guest.id ?? '-')],
    ['Name', guest.name],
    ['UUID', guest.uuid],
    ['OS Type', 'hvm'],
    ['State', guest.state],
    ['CPU(s)', String(guest.vcpus)],
    ...(on ? [['CPU time', `${((Date.now() - guest.startedAt) / 20_000).toFixed(1)}s`] as const] : []),
    ['Max memory', `${guest.memKiB} KiB`],
    ['Used memory', `${guest.memKiB} KiB`],
    ['Persistent', 'yes'],
    ['Autostart', guest.autostart ? 'enable' : 'disable'],
    ['Managed save', 'no'],
    ['Security model', 'apparmor'],
    ['Security DOI', '0'],
    ...(on ? [['Security label', `libvirt-${guest.uuid} (enforcing)`] as const] : []),
  ];
  print(lines.map(([name, value]) => `${`${name}:`.padEnd(15)} ${value}\n`).join(''));
}

function domblklist({ print, args, quiet }: Virsh, guest: Guest): undefined {
  const rows = [
    ['file', 'disk', 'vda', guest.disk],
    ['file', 'cdrom', 'sda', '-'],
  ];
  if (args.has('details')) print(table(['Type', 'Device', 'Target', 'Source'], rows, quiet));
  else
    print(
      table(
        ['Target', 'Source'],
        rows.map((row) => row.slice(2)),
        quiet,
      ),
    );
}

function port(guest: Guest): string {
  return guest.id === undefined ? '-' : `vnet${guest.id - 1}`;
}

function domiflist({ print, quiet }: Virsh, guest: Guest): undefined {
  print(table(['Interface', 'Type', 'Source', 'Model', 'MAC'], [[port(guest), 'bridge', 'vmbr0', 'virtio', guest.mac]], quiet));
}

function domifaddr({ print, extra, args }: Virsh, guest: Guest): string | undefined {
  if (guest.state === 'shut off') return `Failed to query for interfaces addresses\nerror: ${NOT_RUNNING}`;
  extra(` ${'Name'.padEnd(10)} ${'MAC address'.padEnd(20)} ${'Protocol'.padEnd(8)}     Address\n${'-'.repeat(79)}\n`);
  // libvirt hands out no leases on a plain bridge; only ARP or the guest's own agent know the address.
  if ((args.value('source') ?? 'lease') !== 'lease') print(` ${port(guest).padEnd(10)} ${guest.mac.padEnd(17)}    ${'ipv4'.padEnd(12)} ${guest.address}/24\n`);
}
