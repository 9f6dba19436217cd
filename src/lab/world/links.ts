import type { Machine } from './machine.ts';
import { uptime } from './machine.ts';
import { netOf } from './netconf.ts';

/** A network interface as the kernel shows it. */
export interface Link {
  readonly index: number;
  readonly name: string;
  readonly flags: readonly string[];
  readonly mtu: number;
  readonly qdisc: string;
  readonly state: 'UNKNOWN' | 'UP';
  readonly master?: string;
  /** As the kernel calls what is no card: `bridge`, `vlan`, … */
  readonly made?: string;
  readonly data?: { readonly [key: string]: string | number };
  readonly on?: string;
  readonly mac: string;
  readonly broadcast: string;
  readonly kind: 'loopback' | 'ether';
  readonly rx: Traffic;
  readonly tx: Traffic;
}

interface Traffic {
  readonly bytes: number;
  readonly packets: number;
  readonly dropped: number;
}

/** Whether guests are bridged to its card: hosts of virtual machines, and nodes of a cluster. */
export function isBridged({ kind, tags }: Machine): boolean {
  return kind === 'libvirt' || tags.includes('pve');
}

/** The interface that carries a host's own address. */
export function mainLink(machine: Machine): string {
  return isBridged(machine) ? 'vmbr0' : machine.nic.name;
}

/** All interfaces: on a virtual machine host also the bridge and one port for each guest that is on. */
export function links(machine: Machine): readonly Link[] {
  const { nic } = machine;
  const up = ['BROADCAST', 'MULTICAST', 'UP', 'LOWER_UP'];
  const counted = (rate: number, size: number, dropped = 0): Traffic => {
    const bytes = Math.floor(rate * uptime(machine));
    return { bytes, packets: Math.ceil(bytes / size), dropped };
  };
  const ether = { flags: up, mtu: 1500, state: 'UP', broadcast: 'ff:ff:ff:ff:ff:ff', kind: 'ether' } as const;
  const local = counted(310, 140);
  const found: Link[] = [
    {
      index: 1,
      name: 'lo',
      flags: ['LOOPBACK', 'UP', 'LOWER_UP'],
      mtu: 65536,
      qdisc: 'noqueue',
      state: 'UNKNOWN',
      mac: '00:00:00:00:00:00',
      broadcast: '00:00:00:00:00:00',
      kind: 'loopback',
      rx: local,
      tx: local,
    },
    {
      ...ether,
      index: 2,
      name: nic.name,
      qdisc: isBridged(machine) ? 'mq' : 'fq_codel',
      ...(isBridged(machine) ? { master: 'vmbr0' } : {}),
      mac: nic.mac,
      rx: counted(nic.rxRate, 820, nic.rxDropped),
      tx: counted(nic.txRate, 610),
    },
  ];
  if (!isBridged(machine)) return withMade(machine, found);
  found.push({ ...ether, index: 3, name: 'vmbr0', qdisc: 'noqueue', mac: nic.mac, rx: counted(nic.rxRate * 0.4, 700), tx: counted(nic.txRate * 0.4, 500) });
  for (const guest of machine.guests) {
    if (guest.id === undefined) continue;
    const since = (Date.now() - guest.startedAt) / 1000;
    const flow = (rate: number): Traffic => ({ bytes: Math.floor(rate * since), packets: Math.ceil((rate * since) / 640), dropped: 0 });
    const port = { ...ether, index: 10 + guest.id, name: `vnet${guest.id - 1}`, master: 'vmbr0', qdisc: 'noqueue', mac: `fe${guest.mac.slice(2)}` };
    // One port of kvm1 was made for a tunnel and is smaller than the others.
    const mtu = machine.name === 'kvm1' && !found.some(({ name }) => name.startsWith('vnet')) ? 1450 : 1500;
    found.push({ ...port, mtu, rx: flow(nic.rxRate / 9), tx: flow(nic.txRate / 9) });
  }
  return withMade(machine, found);
}

/** With what is configured besides, and the MTU and bridge each has by its configuration. */
function withMade(machine: Machine, found: readonly Link[]): readonly Link[] {
  const net = netOf(machine);
  const [like] = found.slice(1);
  const made = net.flatMap(({ name, kind, mtu }, i): Link[] => {
    if (!like || found.some((link) => link.name === name)) return [];
    const none = { bytes: 0, packets: 0, dropped: 0 };
    const { master: _, ...card } = like;
    return [{ ...card, index: 40 + i, name, qdisc: 'noqueue', mtu: mtu ?? 1500, rx: none, tx: none, ...(kind === '' ? {} : { made: kind }) }];
  });
  return [...found, ...made]
    .map((link) => {
      const own = net.find(({ name }) => name === link.name);
      const master = net.find(({ ports }) => ports.includes(link.name))?.name;
      return {
        ...link,
        ...(own?.mtu === undefined ? {} : { mtu: own.mtu }),
        ...(own && own.kind !== '' ? { made: own.kind } : {}),
        ...(own?.data && Object.keys(own.data).length > 0 ? { data: own.data } : {}),
        ...(own?.on === undefined ? {} : { on: own.on }),
        ...(master === undefined ? {} : { master }),
      };
    })
    .sort((a, b) => a.index - b.index);
}
