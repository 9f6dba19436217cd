import type { Look } from '../../core/command.ts';
import { HostError, Refusal } from '../../core/errors.ts';
import { pveErrorOf } from '../../core/pveerror.ts';
import { assess, type Hazard } from '../../core/risk.ts';
import type { ApiStep, Fact, Risk } from '../../core/types.ts';
import { type Said, say } from '../../core/words.ts';
import { type Guest, type GuestState, stateWords } from '../guests/guest.ts';
import { called, exactly, placeOf, where } from '../guests/naming.ts';
import { clusterStatus } from './cluster.ts';
import { properties, text } from './fields.ts';
import { leftLocked } from './guest-lock.ts';
import { type Current, current, type GuestConfig, guestConfig, guestPath, type Place, runningTasks } from './guest-reads.ts';
import { type Resources, resources } from './resources.ts';

/** A guest of a Proxmox cluster, as the cluster last heard of it. */
export interface PveGuest extends Guest, Place {
  readonly vmid: number;
  readonly node: string;
  /** All that was heard of its cluster. */
  readonly all: Resources;
}

/** A guest as its own node knows it now. */
export interface Known {
  readonly guest: PveGuest;
  readonly state: GuestState;
  readonly now: Current;
  readonly config: GuestConfig;
  readonly lock: string | undefined;
  /** What else runs for it on its node, such as `vzdump`. */
  readonly tasks: readonly string[];
  /** False: the cluster has none. Undefined: that could not be read. */
  readonly quorate: boolean | undefined;
}

/** Asks a guest's node what is true of it now. A guest that just moved is looked for once more. Throws HostError. */
export async function know(look: Look, guest: PveGuest): Promise<Known> {
  try {
    return await ask(look, guest);
  } catch (error) {
    if (pveErrorOf(error)?.fault.kind !== 'notFound') throw error;
    const all = await look.read(guest.host, resources());
    const moved = all.guests.find(({ vmid }) => vmid === guest.vmid);
    if (!moved || moved.node === guest.node) throw error;
    return ask(look, { ...guest, node: moved.node, lockName: lockName(guest, moved.node), all });
  }
}

async function ask(look: Look, guest: PveGuest): Promise<Known> {
  const { host } = guest;
  const [now, config, cluster, running] = await Promise.all([
    look.read(host, current(guest)),
    look.read(host, guestConfig(guest)),
    unless(look.read(host, clusterStatus())),
    unless(look.read(host, runningTasks(guest.node))),
  ]);
  const lock = now.lock ?? text(config.values, 'lock');
  const tasks = (running ?? []).filter(({ id, type }) => id === String(guest.vmid) || (id === '' && type === 'vzdump' && lock === 'backup'));
  return { guest, now, config, lock, state: stateOf(now, lock), tasks: tasks.map(({ type }) => type), quorate: cluster?.quorate };
}

/** What is good to know, and no reason to stop when it cannot be read. */
export async function unless<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof HostError) return undefined;
    throw error;
  }
}

function stateOf({ status, qmp }: Current, lock: string | undefined): GuestState {
  if (status === 'stopped') return lock === 'suspended' ? 'suspended' : 'stopped';
  if (status !== 'running') return 'unknown';
  if (qmp === 'paused' || qmp === 'suspended') return qmp;
  return qmp === 'shutdown' ? 'stopping' : 'running';
}

/** The lock of a guest alone on a node: for what begins or ends there. */
export function lockName({ host, vmid }: Pick<PveGuest, 'host' | 'vmid'>, node: string): string {
  return `${host.site}/${host.name}/${node}/${vmid}`;
}

/** What names a guest for good: an id inside of its config, else its name. */
function identity({ guest, config }: Known): string {
  return text(config.values, 'vmgenid') ?? properties(text(config.values, 'smbios1')).get('uuid') ?? guest.name;
}

/** What a change relies on: that it is this guest, on this node, in this state, with this lock. */
export function baseFacts(known: Known, at: number): Fact[] {
  const { guest, state, lock } = known;
  const value = say({ en: '{name} on {place}', zh: '{place} 上的 {name}' }, { name: called(guest), place: placeOf(guest) });
  return [
    { what: say({ en: 'guest', zh: '客户机' }), value, at, holds: `guest ${guest.host.name} ${guest.type} ${guest.vmid} ${guest.node} ${identity(known)}` },
    {
      what: say({ en: 'state', zh: '状态' }),
      value: guest.template ? say({ en: 'template', zh: '模板' }) : stateWords(state),
      at,
      holds: `state ${guest.host.name} ${guest.vmid} ${state} ${lock ?? '-'}`,
    },
  ];
}

/** That a change relies on the whole config as it is. */
export function configFact({ guest, config }: Known, at: number): Fact {
  return {
    what: say({ en: 'config', zh: '配置' }),
    value: config.digest.slice(0, 8),
    at,
    holds: `config ${guest.host.name} ${guest.vmid} ${config.digest}`,
  };
}

/** The risk and the facts of a change of this guest, the weightiest first. */
export function weigh(look: Look, known: Known, floor: Risk, more: Partial<Hazard> = {}): { risk: Risk; facts: Fact[] } {
  const { guest, now, tasks, quorate } = known;
  const shell = guest.host.nodes?.find(({ name }) => name === guest.node)?.shell;
  const hazard: Hazard = {
    host: guest.host.name,
    guest: guest.name,
    vmid: guest.vmid,
    node: guest.node,
    ...(shell === undefined ? {} : { shell }),
    ...(quorate === false ? { quorum: 'none' as const } : {}),
    ...(now.ha === undefined ? {} : { ha: { sid: sidOf(guest), state: now.ha } }),
    ...(tasks.length > 0 ? { tasks } : {}),
    ...more,
  };
  return assess(floor, hazard, look.self, look.now());
}

/** Its name in HA: `vm:100`. */
export function sidOf({ type, vmid }: Place): string {
  return `${type === 'qemu' ? 'vm' : 'ct'}:${vmid}`;
}

/** Throws Refusal when the guest cannot be changed now: it is locked, or the cluster takes no changes. */
export function mustBeFree(known: Known, { quorum = true, but }: { readonly quorum?: boolean; readonly but?: string } = {}): void {
  if (known.lock !== undefined && known.lock !== but) throw leftLocked(known, known.lock);
  if (quorum && known.quorate === false)
    throw new Refusal(
      say({ en: 'cluster {host} has no quorum: it takes no changes', zh: '集群 {host} 没有法定票数：不接受任何更改' }, { host: known.guest.host.name }),
      say({ en: '`cluster status` shows which nodes are missing', zh: '可用 `cluster status` 查看缺少哪些节点' }),
    );
}

/** Throws Refusal for a template. */
export function mustBeNoTemplate({ guest }: Known): void {
  if (!guest.template) return;
  throw new Refusal(
    say({ en: '{name} is a template', zh: '{name} 是模板' }, { name: exactly(guest) }),
    say(
      { en: '`{family} clone {name} NAME` makes a guest of it', zh: '可用 `{family} clone {name} 名称` 由它创建客户机' },
      { family: guest.family, name: exactly(guest) },
    ),
  );
}

type Call = Pick<ApiStep, 'method' | 'params'> &
  Partial<Pick<ApiStep, 'proof' | 'ha' | 'stop' | 'timeoutMs'>> & { readonly why: Said; readonly path: readonly string[] };

/** A call about a guest; made again after a lost answer only while its config, status and lock are what they were. */
export function call(guest: PveGuest, { path, why, ...rest }: Call): ApiStep {
  return {
    kind: 'api',
    on: where(guest),
    why,
    path: guestPath(guest, ...path),
    still: [
      { path: guestPath(guest, 'config'), fields: ['digest'] },
      { path: guestPath(guest, 'status', 'current'), fields: guest.type === 'qemu' ? ['status', 'qmpstatus', 'lock'] : ['status', 'lock'] },
    ],
    ...rest,
  };
}
