import { type Prng, prng, uuid } from '../prng.ts';
import { timers } from '../timers.ts';
import { extraNames, makeGuests } from './guest.ts';
import type { Machine } from './machine.ts';
import { makeMounts } from './mounts.ts';
import { makeOs } from './os.ts';
import { makeUnits } from './services.ts';
import { markMasked } from './unit.ts';

interface Spec {
  readonly name: string;
  readonly site: 'east' | 'west';
  readonly tag: string;
  readonly os: 'debian' | 'openeuler' | 'anolis' | 'raspberry';
  readonly last: number;
  readonly gib: readonly [number, ...number[]];
  readonly cpus: readonly [number, ...number[]];
}

const SPECS: readonly Spec[] = [
  { name: 'kvm1', site: 'east', tag: 'kvm', os: 'debian', last: 11, gib: [64, 96], cpus: [16, 24] },
  { name: 'kvm2', site: 'west', tag: 'kvm', os: 'debian', last: 11, gib: [64, 128], cpus: [16, 32] },
  { name: 'web1', site: 'east', tag: 'web', os: 'debian', last: 21, gib: [4, 8], cpus: [2, 4] },
  { name: 'web2', site: 'west', tag: 'web', os: 'anolis', last: 21, gib: [4, 8], cpus: [2, 4] },
  { name: 'db1', site: 'east', tag: 'db', os: 'openeuler', last: 31, gib: [16, 32], cpus: [8] },
  { name: 'pi1', site: 'west', tag: 'pi', os: 'raspberry', last: 41, gib: [2, 4, 8], cpus: [4] },
  { name: 'pve1', site: 'east', tag: 'pve', os: 'debian', last: 61, gib: [128], cpus: [32] },
  { name: 'pve2', site: 'east', tag: 'pve', os: 'debian', last: 62, gib: [128], cpus: [32] },
  { name: 'pve3', site: 'west', tag: 'pve', os: 'debian', last: 61, gib: [64], cpus: [16] },
];

/** The first three bytes of a site's addresses. */
export const NETWORK = { east: '192.0.2', west: '198.51.100' } as const;
/** The first half of a site's IPv6 addresses. */
export const NETWORK6 = { east: '2001:db8:1:', west: '2001:db8:2:' } as const;

/** Nine hosts in two sites, drawn from a seed; three are nodes of a Proxmox VE cluster. `pace` stretches or shortens their delays. */
export function makeFleet(seed: number, pace: number): readonly Machine[] {
  const random = prng(seed, 'fleet');
  const broken = random.pick(['web1', 'web2', 'db1', 'pi1']);
  const [east, west] = extraNames(random);
  const fleet: Machine[] = [];
  for (const spec of SPECS) fleet.push(makeMachine(spec, spec.name === broken, spec.site === 'east' ? east : west, fleet, pace, prng(seed, spec.name)));
  return fleet;
}

function makeMachine(spec: Spec, broken: boolean, extra: readonly string[], fleet: readonly Machine[], pace: number, random: Prng): Machine {
  const { name, site, tag } = spec;
  const os = makeOs(spec.os, random);
  const bootedAt = Date.now() - random.int(3 * 3600, 90 * 86_400) * 1000;
  // The firmware and the kernel keep some of what is built in.
  const memKiB = random.pick(spec.gib) * 1024 * 1024 - random.int(40_000, 160_000);
  const tags = [tag];
  const network = NETWORK[site];
  const units = makeUnits(tags, os, bootedAt, broken, random);
  // It is meant to be off on all of them, and was forgotten on one.
  const firewall = units.find(({ id }) => id === 'pve-firewall.service');
  if (firewall && name !== 'pve1') markMasked(firewall);
  const guests = tag === 'kvm' ? makeGuests(name, extra, network, bootedAt, random) : [];
  return {
    name,
    site,
    kind: tag === 'kvm' ? 'libvirt' : 'linux',
    tags,
    at: `${network}.${spec.last}`,
    at6: `${NETWORK6[site]}:${spec.last}`,
    os,
    cpus: random.pick(spec.cpus),
    memKiB,
    usedShare: 0.2 + random.next() * 0.5,
    load: 0.05 + random.next() * (tag === 'kvm' ? 4 : 1.2),
    nic: {
      name: tag === 'kvm' || tag === 'pve' ? 'eno1' : 'eth0',
      mac: `${tag === 'pi' ? 'd8:3a:dd' : '3c:ec:ef'}:${random.hex(2)}:${random.hex(2)}:${random.hex(2)}`,
      rxRate: random.int(2000, 900_000),
      txRate: random.int(2000, 600_000),
      rxDropped: random.int(0, 40),
    },
    mounts: makeMounts(tags, memKiB, os.ssh === 'ssh', random),
    people: random.next() < 0.4 ? [{ name: 'root', tty: 'pts/0', from: `${network}.5`, at: Date.now() - random.int(300, 7000) * 1000 }] : [],
    random,
    pace,
    units,
    guests,
    claims: new Map(),
    effects: [],
    files: new Map(),
    journal: [],
    timers: timers(),
    fleet,
    bootedAt,
    bootId: uuid(random),
    boot: new AbortController(),
    reachable: true,
    nextPid: random.int(2000, 30_000),
    nextGuestId: guests.filter((guest) => guest.id !== undefined).length + 1,
    pendingReboot: undefined,
    // Somebody means to reboot it tonight.
    scheduled: name === 'kvm2' ? { mode: 'reboot', at: Date.now() + 6 * 3_600_000 } : undefined,
    restart: () => undefined,
    powerOff: () => undefined,
    powerOn: () => undefined,
    node: undefined,
  };
}
