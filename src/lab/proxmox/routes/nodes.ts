import { needs } from '../gates.ts';
import { may, type Who } from '../permissions.ts';
import { type Answer, type Ask, ok, type Route } from '../route.ts';
import type { Node, World } from '../world.ts';
import { versionOf } from './version.ts';

/** What is said of nodes. */
export const NODES: readonly Route[] = [
  { method: 'GET', path: '/nodes', run: ({ world, who }) => ok([...world.nodes.values()].map((node) => nodeRow(world, who, node))) },
  { method: 'GET', path: '/nodes/{node}/status', gate: needs('/nodes/{node}', 'Sys.Audit'), run: status },
  { method: 'GET', path: '/nodes/{node}/version', run: ({ world }) => ok(versionOf(world.version)) },
  { method: 'GET', path: '/nodes/{node}/certificates/info', run: certificates },
];

/** How busy a node is. */
function load(world: World, node: Node) {
  const guests = [...world.guests.values()].filter((guest) => guest.node === node.name && guest.status !== 'stopped');
  const mem = guests.reduce((sum, { config }) => sum + Number(/\d+/.exec(String(config.memory ?? 512))?.[0] ?? 512) * 2 ** 19, 2 * 2 ** 30);
  const uptime = Math.floor((Date.now() - node.bootedAt) / 1000);
  return { cpu: Math.round((0.02 + 0.01 * guests.length + 0.01 * Math.sin(uptime / 60)) * 1e4) / 1e4, mem: Math.min(mem, node.memory), uptime };
}

const DISK = { maxdisk: 100 * 2 ** 30, disk: 11 * 2 ** 30 };

function figures(world: World, who: Who, node: Node) {
  if (!node.online || !may(who, `/nodes/${node.name}`, 'Sys.Audit')) return {};
  return { ...load(world, node), maxcpu: node.cpus, maxmem: node.memory, ...DISK, level: '' };
}

function nodeRow(world: World, who: Who, node: Node) {
  const status = node.online ? 'online' : 'offline';
  return { node: node.name, id: `node/${node.name}`, type: 'node', status, ssl_fingerprint: node.fingerprint, ...figures(world, who, node) };
}

/** A row of `GET /cluster/resources`. */
export function nodeResource(world: World, who: Who, node: Node) {
  const status = node.online ? 'online' : 'offline';
  return { id: `node/${node.name}`, type: 'node', node: node.name, status, ...(node.online ? { 'cgroup-mode': 2 } : {}), ...figures(world, who, node) };
}

function status({ world, at }: Ask): Answer {
  const { cpu, mem, uptime } = load(world, at);
  const kernel = { sysname: 'Linux', release: '6.14.11-4-pve', machine: 'x86_64', version: '#1 SMP PREEMPT_DYNAMIC PMX 6.14.11-4' };
  return ok({
    uptime,
    cpu,
    wait: 0.001,
    idle: 0,
    loadavg: [cpu * at.cpus, cpu * at.cpus * 0.9, cpu * at.cpus * 0.8].map((one) => one.toFixed(2)),
    memory: { total: at.memory, used: mem, free: at.memory - mem, available: at.memory - mem },
    swap: { total: 0, used: 0, free: 0 },
    rootfs: { total: DISK.maxdisk, used: DISK.disk, free: DISK.maxdisk - DISK.disk, avail: DISK.maxdisk - DISK.disk },
    ksm: { shared: 0 },
    cpuinfo: {
      cpus: at.cpus,
      cores: at.cpus / 2,
      sockets: 1,
      model: 'AMD EPYC 7313P 16-Core Processor',
      mhz: '3000.000',
      hvm: '1',
      user_hz: 100,
      flags: 'svm',
    },
    kversion: `${kernel.sysname} ${kernel.release} ${kernel.version}`,
    'current-kernel': kernel,
    'boot-info': { mode: 'efi', secureboot: 0 },
    pveversion: `pve-manager/${world.version}/0000000000000000`,
  });
}

function certificates({ at }: Ask): Answer {
  const year = 365 * 86_400;
  return ok([
    {
      filename: 'pve-ssl.pem',
      fingerprint: at.fingerprint,
      issuer: '/CN=Proxmox Virtual Environment',
      subject: `/OU=PVE Cluster Node/O=Proxmox Virtual Environment/CN=${at.name}.example.org`,
      san: ['127.0.0.1', 'localhost', at.ip, at.name, `${at.name}.example.org`],
      notbefore: Math.floor(at.bootedAt / 1000) - year / 12,
      notafter: Math.floor(at.bootedAt / 1000) + 2 * year,
      'public-key-bits': 256,
      'public-key-type': 'id-ecPublicKey',
    },
  ]);
}
