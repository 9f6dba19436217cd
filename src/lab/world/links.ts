import type { Machine } from './machine.ts';
import { uptime } from './machine.ts';

/** A network interface as the kernel shows it. */
export interface Link {
  readonly index: number;
  readonly name: string;
  readonly flags: readonly string[];
  readonly mtu: number;
  readonly qdisc: string;
  readonly state: 'UNKNOWN' | 'UP';
  readonly master?: string;
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

/** The interface that carries a host's own address. */
export function mainLink(machine: Machine): string {
  return machine.kind === 'libvirt' ? 'vmbr0' : machine.nic.name;
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
      qdisc: machine.kind === 'libvirt' ? 'mq' : 'fq_codel',
      ...(machine.kind === 'libvirt' ? { master: 'vmbr0' } : {}),
      mac: nic.mac,
      rx: counted(nic.rxRate, 820, nic.rxDropped),
      tx: counted(nic.txRate, 610),
    },
  ];
  if (machine.kind !== 'libvirt') return found;
  found.push({ ...ether, index: 3, name: 'vmbr0', qdisc: 'noqueue', mac: nic.mac, rx: counted(nic.rxRate * 0.4, 700), tx: counted(nic.txRate * 0.4, 500) });
  for (const guest of machine.guests) {
    if (guest.id === undefined) continue;
    const since = (Date.now() - guest.startedAt) / 1000;
    const flow = (rate: number): Traffic => ({ bytes: Math.floor(rate * since), packets: Math.ceil((rate * since) / 640), dropped: 0 });
    const port = { ...ether, index: 10 + guest.id, name: `vnet${guest.id - 1}`, master: 'vmbr0', qdisc: 'noqueue', mac: `fe${guest.mac.slice(2)}` };
    found.push({ ...port, rx: flow(nic.rxRate / 9), tx: flow(nic.txRate / 9) });
  }
  return found.sort((a, b) => a.index - b.index);
}
