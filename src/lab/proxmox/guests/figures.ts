import { demand, may, type Who } from '../permissions.ts';
import { type Guest, nameOf, type World } from '../world.ts';
import { bootSize } from './disks.ts';

/** What a guest uses now. Memory and disk in bytes, uptime in seconds. */
interface Figures {
  readonly cpu: number;
  readonly cpus: number;
  readonly mem: number;
  readonly maxmem: number;
  readonly maxdisk: number;
  readonly uptime: number;
  readonly netin: number;
  readonly netout: number;
}

/** Its load goes up and down a little, and is the same for who asks twice in a second. */
function figures(guest: Guest): Figures {
  const { config, vmid } = guest;
  const cpus = Number(config.cores ?? 1) * Number(config.sockets ?? 1);
  const maxmem = megabytes(guest) * 2 ** 20;
  const on = guest.status !== 'stopped';
  const uptime = on ? Math.max(0, Math.floor((Date.now() - guest.bootedAt) / 1000)) : 0;
  const wave = (Math.sin(uptime / 40 + vmid) + 1) / 2;
  return {
    cpu: on ? Math.round((0.02 + 0.15 * wave) * 1e4) / 1e4 : 0,
    cpus,
    mem: on ? Math.round(maxmem * (0.35 + 0.2 * wave)) : 0,
    maxmem,
    maxdisk: bootSize(guest),
    uptime,
    netin: uptime * (900 + vmid),
    netout: uptime * (500 + vmid),
  };
}

function megabytes({ type, config }: Guest): number {
  const text = String(config.memory ?? '512');
  const number = Number(/^(?:current=)?(\d+)/.exec(text)?.[1] ?? 512);
  return type === 'lxc' || number > 0 ? number : 512;
}

const running = (guest: Guest) => (guest.status === 'stopped' ? 'stopped' : 'running');

/** What is there only when it is so. */
function marks({ config, status, pid }: Guest) {
  return {
    ...(config.tags === undefined || config.tags === '' ? {} : { tags: config.tags }),
    ...(config.lock === undefined ? {} : { lock: config.lock }),
    ...(Number(config.template ?? 0) === 1 ? { template: 1 } : {}),
    ...(status === 'stopped' ? {} : { pid }),
  };
}

/** A row of `GET /nodes/{node}/qemu` or `/lxc`. */
export function row(guest: Guest): { readonly [field: string]: unknown } {
  const { cpu, cpus, mem, maxmem, maxdisk, uptime, netin, netout } = figures(guest);
  const both = { cpu, cpus, mem, maxmem, maxdisk, uptime, netin, netout, name: nameOf(guest), status: running(guest), vmid: guest.vmid, ...marks(guest) };
  const on = guest.status !== 'stopped';
  if (guest.type === 'qemu') return { ...both, disk: 0, memhost: on ? Math.round(mem * 1.05) : 0, ...(on ? { diskread: 0, diskwrite: 0 } : {}) };
  const maxswap = Number(guest.config.swap ?? 512) * 2 ** 20;
  return { ...both, disk: on ? Math.round(maxdisk * 0.4) : 0, diskread: 0, diskwrite: 0, maxswap, swap: 0, type: 'lxc' };
}

/** `GET …/status/current`. */
export function current(world: World, guest: Guest): { readonly [field: string]: unknown } {
  const managed = world.ha.get(sidOf(guest));
  const ha = managed ? { managed: 1, state: managed.state } : { managed: 0 };
  if (guest.type === 'lxc') return { ...row(guest), ha };
  const agent = agentOn(guest) ? { agent: 1 } : {};
  return { ...row(guest), ...agent, ha, qmpstatus: guest.status };
}

/** A row of `GET /cluster/resources`; nothing is known of a guest whose node does not answer. */
export function resource(world: World, guest: Guest): { readonly [field: string]: unknown } {
  const { type, vmid, node, config } = guest;
  const template = Number(config.template ?? 0);
  const common = { id: `${type}/${vmid}`, type, vmid, node, template, name: nameOf(guest) };
  const managed = world.ha.get(sidOf(guest));
  const ha = managed ? { hastate: managed.crm } : {};
  if (!world.nodes.get(node)?.online) return { id: common.id, type, vmid, node, status: 'unknown', ...ha };
  const { cpu, cpus, mem, maxmem, maxdisk, uptime, netin, netout } = figures(guest);
  const { pid: _, ...marked } = { pid: 0, ...marks(guest) };
  const memhost = guest.status === 'stopped' ? 0 : mem;
  const used = { cpu, maxcpu: cpus, mem, memhost, maxmem, disk: 0, maxdisk, diskread: 0, diskwrite: 0, netin, netout, uptime };
  return { ...common, ...used, ...marked, template, status: running(guest), ...ha };
}

/** Whether its agent is configured. */
export function agentOn({ config }: Guest): boolean {
  return /^(enabled=)?1(,|$)/.test(String(config.agent ?? ''));
}

/** The name HA has for a guest. */
export function sidOf({ type, vmid }: Guest): string {
  return `${type === 'qemu' ? 'vm' : 'ct'}:${vmid}`;
}

/** The guests somebody may see, by VMID. */
export function visible(world: World, who: Who): readonly Guest[] {
  return [...world.guests.values()].filter(({ vmid }) => may(who, `/vms/${vmid}`, 'VM.Audit')).sort((a, b) => a.vmid - b.vmid);
}

/** Throws unless a privilege on the guest is held. */
export function demandOn(who: Who, vmid: number | string, privilege: string): void {
  demand(who, `/vms/${vmid}`, privilege);
}
