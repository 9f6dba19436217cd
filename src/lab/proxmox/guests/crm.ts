import { messageOf } from '../refused.ts';
import { fork, type Work } from '../tasks.ts';
import { type Guest, type Managed, quorate, type World } from '../world.ts';
import { migrate } from './migrate.ts';
import { shutdown, start } from './power.ts';

/** How long the cluster resource manager takes to notice, in milliseconds before the pace. */
const ROUND_MS = 3000;

/** What HA has for a guest, unless it is told to ignore it. */
export function managedBy(world: World, guest: Guest): Managed | undefined {
  const found = world.ha.get(`${guest.type === 'qemu' ? 'vm' : 'ct'}:${guest.vmid}`);
  return found?.state === 'ignored' ? undefined : found;
}

/** The guest of a resource such as `vm:100`. */
export function guestOf(world: World, sid: string): Guest | undefined {
  return world.guests.get(Number(sid.replace(/^(vm|ct):/, '')));
}

/** Asks for a state. The guest follows a little later. */
export function request(world: World, managed: Managed, state: string): void {
  managed.state = state === 'enabled' ? 'started' : state;
  if (state === 'disabled' && managed.crm === 'error') managed.crm = 'stopped';
  later(world, () => settle(world, managed));
}

/** Asks for another node. */
export function requestMove(world: World, managed: Managed, target: string, online: boolean): void {
  const guest = guestOf(world, managed.sid);
  if (!guest) return;
  managed.crm = online ? 'migrate' : 'relocate';
  later(world, () => {
    const { type, node } = guest;
    act(world, managed, guest, type === 'qemu' ? 'qmigrate' : 'vzmigrate', (work) =>
      migrate(work, guest, { source: node, target, online: true, restart: true, disks: true }),
    );
  });
}

/** Empties a node of what HA manages, or brings it back. The message of the error for a node that is not there. */
export function maintain(world: World, name: string, on: boolean): string | undefined {
  const node = world.nodes.get(name);
  if (!node) return `no such node '${name}'`;
  if (!quorate(world)) return "cfs-lock 'domain-ha' error: no quorum!";
  node.maintenance = on;
  const other = [...world.nodes.values()].find((one) => one !== node && one.online && !one.maintenance);
  for (const managed of world.ha.values()) {
    const at = guestOf(world, managed.sid)?.node;
    if (on && at === name && other && managed.state !== 'ignored') {
      managed.home = name;
      requestMove(world, managed, other.name, true);
    } else if (!on && managed.home === name) {
      managed.home = undefined;
      requestMove(world, managed, name, true);
    }
  }
  return undefined;
}

function later(world: World, what: () => void): void {
  world.timers.after(ROUND_MS * world.pace, () => {
    if (quorate(world)) what();
    else later(world, what);
  });
}

function settle(world: World, managed: Managed): void {
  const guest = guestOf(world, managed.sid);
  if (!guest || managed.crm === 'error') return;
  const qemu = guest.type === 'qemu';
  if (managed.state === 'ignored') managed.crm = 'ignored';
  else if (managed.state === 'started') {
    if (guest.status !== 'stopped') managed.crm = 'started';
    else {
      managed.crm = 'starting';
      act(world, managed, guest, qemu ? 'qmstart' : 'vzstart', (work) => start(work, guest));
    }
  } else if (guest.status === 'stopped') managed.crm = managed.state;
  else {
    managed.crm = 'request_stop';
    act(world, managed, guest, qemu ? 'qmshutdown' : 'vzshutdown', (work) => shutdown(work, guest, { timeout: 60, force: true }));
  }
}

/** What a node does for the manager is a task of root. */
function act(world: World, managed: Managed, guest: Guest, type: string, what: (work: Work) => Promise<void>): void {
  fork(world, { node: guest.node, type, id: String(guest.vmid), user: 'root@pam' }, async (work) => {
    try {
      await what(work);
      managed.crm = guest.status === 'stopped' ? managed.state : 'started';
    } catch (error) {
      managed.crm = /start$/.test(type) ? 'error' : guest.status === 'stopped' ? 'stopped' : 'started';
      throw new Error(messageOf(error));
    }
  });
}
