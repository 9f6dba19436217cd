import { demandOn } from '../guests/figures.ts';
import { checkQuorum } from '../guests/find.ts';
import { reboot, reset, resume, shutdown, start, stop, suspend } from '../guests/power.ts';
import * as kinds from '../kinds.ts';
import { bool, int, oneOf, type Table, text } from '../params.ts';
import { die } from '../refused.ts';
import type { Ask } from '../route.ts';
import type { Work } from '../tasks.ts';
import type { Guest } from '../world.ts';

/** A task of a guest: its type and what it does. `ha`: of a guest that HA manages, this state is asked for instead. */
export interface Deed {
  readonly task: string;
  readonly ha?: 'started' | 'stopped';
  readonly work: (work: Work) => Promise<void>;
}

/** What a call of `POST …/status/{verb}` takes, and what it comes to; throws what is refused at once. */
export interface Verb {
  readonly params: Table;
  readonly act: (ask: Ask, guest: Guest) => Deed;
}

const skiplock = { skiplock: bool };
const wait = { timeout: int(0) };
const moving = { migratedfrom: kinds.node, stateuri: text(128), targetstorage: text(), machine: text(), 'force-cpu': text() };
const carrying = { migration_network: text(), migration_type: oneOf('secure', 'insecure'), 'nets-host-mtu': text(), 'with-conntrack-state': bool };

/** The verbs of a VM: what is wrong with its state shows in the task, mostly. */
export const MACHINE: { readonly [verb: string]: Verb } = {
  start: {
    params: { ...skiplock, ...wait, ...moving, ...carrying },
    act: ({ world }, guest) => {
      checkQuorum(world);
      return { task: 'qmstart', ha: 'started', work: (work) => start(work, guest) };
    },
  },
  stop: {
    params: { ...skiplock, ...wait, keepActive: bool, 'overrule-shutdown': bool, migratedfrom: kinds.node },
    act: (_, guest) => ({ task: 'qmstop', ha: 'stopped', work: (work) => stop(work, guest) }),
  },
  shutdown: {
    params: { ...skiplock, ...wait, forceStop: bool, keepActive: bool },
    act: (ask, guest) => ({ task: 'qmshutdown', ha: 'stopped', work: (work) => shutdown(work, guest, how(ask)) }),
  },
  reboot: { params: wait, act: onRunning((guest, ask) => ({ task: 'qmreboot', work: (work) => reboot(work, guest, how(ask)) })) },
  reset: { params: skiplock, act: onRunning((guest) => ({ task: 'qmreset', work: (work) => reset(work, guest) })) },
  suspend: {
    params: { ...skiplock, todisk: bool, statestorage: kinds.storage },
    act: onRunning((guest, { who, given }) => {
      const todisk = given.flag('todisk') ?? false;
      if (todisk) demandOn(who, guest.vmid, 'VM.Config.Disk');
      return { task: todisk ? 'qmsuspend' : 'qmpause', work: (work) => suspend(work, guest, todisk) };
    }),
  },
  resume: {
    params: { ...skiplock, nocheck: bool },
    act: (_, guest) => {
      if (guest.config.lock !== 'suspended') refuseStopped(guest);
      return { task: 'qmresume', work: (work) => resume(work, guest) };
    },
  },
};

/** The verbs of a container: what is wrong with its state is said at once. */
export const CONTAINER: { readonly [verb: string]: Verb } = {
  start: {
    params: { ...skiplock, debug: bool },
    act: ({ world }, guest) => {
      checkQuorum(world);
      if (guest.status !== 'stopped') throw die(`CT ${guest.vmid} already running`);
      return { task: 'vzstart', ha: 'started', work: (work) => start(work, guest) };
    },
  },
  stop: {
    params: { ...skiplock, 'overrule-shutdown': bool },
    act: onRunning((guest) => ({ task: 'vzstop', ha: 'stopped', work: (work) => stop(work, guest) })),
  },
  shutdown: {
    params: { ...wait, forceStop: bool },
    act: onRunning((guest, ask) => ({ task: 'vzshutdown', ha: 'stopped', work: (work) => shutdown(work, guest, how(ask)) })),
  },
  reboot: { params: wait, act: onRunning((guest, ask) => ({ task: 'vzreboot', work: (work) => reboot(work, guest, how(ask)) })) },
  suspend: { params: {}, act: onRunning((guest) => ({ task: 'vzsuspend', work: (work) => suspend(work, guest, false) })) },
  resume: { params: {}, act: onRunning((guest) => ({ task: 'vzresume', work: (work) => resume(work, guest) })) },
};

function onRunning(act: (guest: Guest, ask: Ask) => Deed): Verb['act'] {
  return (ask, guest) => {
    refuseStopped(guest);
    return act(guest, ask);
  };
}

function refuseStopped({ status, type, vmid }: Guest): void {
  if (status === 'stopped') throw die(`${type === 'qemu' ? 'VM' : 'CT'} ${vmid} not running`);
}

function how({ given }: Ask) {
  return { timeout: given.number('timeout') ?? 60, force: given.flag('forceStop') ?? false };
}
