import type { Host, Look } from '../../core/command.ts';
import { say } from '../../core/words.ts';
import { agentInfo, agentIp, agentTrim } from '../proxmox/agent.ts';
import { blindTo } from '../proxmox/blind.ts';
import { freeze, thaw } from '../proxmox/ct-freeze.ts';
import type { PveGuest } from '../proxmox/guest.ts';
import { clone } from '../proxmox/guest-clone.ts';
import { delsnapshot } from '../proxmox/guest-delsnapshot.ts';
import { destroy } from '../proxmox/guest-destroy.ts';
import { power } from '../proxmox/guest-power.ts';
import { resize } from '../proxmox/guest-resize.ts';
import { rollback } from '../proxmox/guest-rollback.ts';
import { set } from '../proxmox/guest-set.ts';
import { config, show } from '../proxmox/guest-show.ts';
import { unlock } from '../proxmox/guest-unlock.ts';
import { migrate } from '../proxmox/migrate.ts';
import { type ResourceGuest, type Resources, resources } from '../proxmox/resources.ts';
import { snapshots } from '../proxmox/snapshot-list.ts';
import { snapshot } from '../proxmox/snapshots.ts';
import type { Deeds, Draft, GuestState, Lack, Roll } from './guest.ts';
import type { PowerName } from './power.ts';

/** The guests of a Proxmox cluster, in one call: of both families, as their nodes last told. */
export async function proxmox(look: Look, host: Host): Promise<Roll> {
  const all = await look.read(host, resources());
  const off = all.nodes.filter(({ status }) => status !== 'online');
  return {
    guests: all.guests.map((one) => guestOf(host, one, all)),
    notes: [
      ...off.map(({ node }) =>
        say(
          { en: '{host}: node {node} is offline; what runs there is not known', zh: '{host}：节点 {node} 已离线；其上的状态未知' },
          { host: host.name, node },
        ),
      ),
      ...(all.guests.length === 0 ? await blindTo(look, host, 'guests') : []),
    ],
  };
}

const STATES: { readonly [status: string]: GuestState } = { running: 'running', stopped: 'stopped', paused: 'paused', suspended: 'suspended' };

export function guestOf(host: Host, one: ResourceGuest, all: Resources): PveGuest {
  const { vmid, type, name, node, cpus, memory, tags, template, lock } = one;
  const guest: PveGuest = {
    ...{ host, vmid, type, name, node, cpus, memory, tags, all },
    id: String(vmid),
    family: type === 'lxc' ? 'ct' : 'vm',
    state: STATES[one.status] ?? 'unknown',
    ...(template ? { template } : {}),
    ...(lock ? { lock } : {}),
    ...(all.nodes.some((other) => other.node === node && other.status !== 'online') ? { away: true as const } : {}),
    lockName: `${host.site}/${host.name}/${node}/${vmid}`,
    get deeds() {
      return deedsOf(guest);
    },
  };
  return guest;
}

function deedsOf(guest: PveGuest): Deeds {
  const switched =
    (verb: PowerName) =>
    (look: Look): Promise<Draft> =>
      power(look, guest, verb);
  const machine = <D>(deed: D): D | Lack => (guest.type === 'qemu' ? deed : notForContainers(guest));
  return {
    show: (look) => show(look, guest),
    config: (look) => config(look, guest),
    snapshots: (look) => snapshots(look, guest),
    start: switched('start'),
    shutdown: switched('shutdown'),
    stop: switched('stop'),
    reboot: switched('reboot'),
    reset: machine(switched('reset')),
    suspend: (look, options) => (guest.type === 'qemu' ? power(look, guest, 'suspend', options) : freeze(look, guest)),
    resume: (look) => (guest.type === 'qemu' ? power(look, guest, 'resume') : thaw(look, guest)),
    snapshot: (look, options) => snapshot(look, guest, options),
    rollback: (look, options) => rollback(look, guest, options),
    delsnapshot: (look, options) => delsnapshot(look, guest, options),
    clone: (look, options) => clone(look, guest, options),
    migrate: (look, options) => migrate(look, guest, options),
    resize: (look, options) => resize(look, guest, options),
    set: (look, options) => set(look, guest, options),
    unlock: (look) => unlock(look, guest),
    destroy: (look, options) => destroy(look, guest, options),
    agentInfo: machine((look: Look) => agentInfo(look, guest)),
    agentIp: machine((look: Look) => agentIp(look, guest)),
    agentTrim: machine((look: Look) => agentTrim(look, guest)),
  };
}

function notForContainers({ name }: PveGuest): Lack {
  return { lacks: say({ en: '{name} is a container: this is for virtual machines only', zh: '{name} 是容器：此操作仅适用于虚拟机' }, { name }) };
}
