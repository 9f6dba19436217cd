import type { Host, Look } from '../core/command.ts';
import { Absent, Refusal } from '../core/errors.ts';
import { ambiguous } from '../core/join.ts';
import { nearest } from '../core/nearest.ts';
import { assess } from '../core/risk.ts';
import type { ExecStep, Fact, Found, Listed, Lock, Plan, Risk, Step, Target, Undo, WaitStep } from '../core/types.ts';
import { type Said, say } from '../core/words.ts';
import { type Answer, answers, each, troubles } from './each.ts';
import * as virsh from './virsh.ts';

/** A guest on whatever kind of host runs it. */
export interface Guest extends virsh.Domain {
  readonly host: Host;
}

/** Every guest of a host. */
export async function guestsOf(look: Look, host: Host): Promise<Guest[]> {
  const [uuids, stats] = await Promise.all([look.read(host, virsh.names(host)), look.read(host, virsh.stats(host))]);
  return [...uuids].flatMap(([name, uuid]) => {
    const known = stats.get(name);
    return known ? [{ host, uuid, name, ...known }] : [];
  });
}

/** Every guest of every host in the request. */
export async function allGuests(look: Look): Promise<Answer<Guest[]>[]> {
  return each(look, (host) => guestsOf(look, host));
}

/** What each host that answered has. */
export function listedOf(all: readonly Answer<Guest[]>[]): Listed[] {
  return answers(all).map(({ host, value }) => ({ host: host.name, found: value.map(found) }));
}

/** A guest as something found, for ambiguity and completion. */
export function found(guest: Guest): Found {
  return { kind: 'guest', name: guest.name, at: where(guest) };
}

export function where({ host, name }: Guest): Target {
  return { site: host.site, host: host.name, name };
}

/** The one guest of this name, or `host/name`; with what was seen on the way. Throws Absent, or Refusal when there are several. */
export async function findGuest(look: Look, typed: string): Promise<{ guest: Guest; listed: Listed[]; notes: Said[] }> {
  const name = typed.slice(typed.indexOf('/') + 1);
  const all = await allGuests(look);
  const guests = answers(all).flatMap(({ value }) => value);
  const notes = troubles(all);
  const matching = guests.filter((guest) => guest.name === name || guest.uuid === name);
  const [guest, ...others] = matching;
  if (guest && others.length === 0) return { guest, listed: listedOf(all), notes };
  if (guest) {
    const { message, hint } = ambiguous(name, matching.map(found));
    throw new Refusal(message, hint);
  }
  const message =
    notes.length > 0
      ? say(
          { en: 'there is no guest “{typed}” on the hosts that answered; {note}', zh: '在有回应的主机上没有虚拟机“{typed}”；{note}' },
          { typed, note: notes[0] ?? '' },
        )
      : say({ en: 'there is no guest “{typed}”', zh: '没有虚拟机“{typed}”' }, { typed });
  throw new Absent(
    message,
    nearest(
      name,
      guests.map((other) => other.name),
    ),
    notes.length > 0,
  );
}

const STATE_WORDS: Readonly<Record<virsh.DomainState, Said>> = {
  running: say({ en: 'running', zh: '运行中' }),
  paused: say({ en: 'suspended', zh: '已挂起' }),
  stopped: say({ en: 'stopped', zh: '已停止' }),
  stopping: say({ en: 'shutting down', zh: '正在关机' }),
  crashed: say({ en: 'crashed', zh: '已崩溃' }),
  suspended: say({ en: 'asleep', zh: '已休眠' }),
  unknown: say({ en: 'unknown', zh: '未知' }),
};

export function stateWords(state: virsh.DomainState): Said {
  return STATE_WORDS[state];
}

/** `virsh domstate`'s word for the state a change leads to. */
type Shown = 'running' | 'paused' | 'shut off';

/** How a power command on a guest works: what it needs, does, leads to, and takes back. */
export interface PowerChange {
  readonly verb: 'start' | 'shutdown' | 'destroy' | 'reboot' | 'reset' | 'suspend' | 'resume';
  readonly why: Said;
  /** States it makes sense in. */
  readonly from: readonly virsh.DomainState[];
  /** The state in which there is nothing left to do. */
  readonly already?: virsh.DomainState;
  /** The state that proves it worked. */
  readonly until?: Shown;
  readonly waitMs?: number;
  readonly risk: Risk;
  readonly undo: { readonly command: string } | { readonly impossible: Said };
}

/** The plan of a power change of one guest. */
export async function powerPlan(look: Look, typed: string, change: PowerChange): Promise<Plan> {
  const { guest, listed, notes } = await findGuest(look, typed);
  const { host, state } = guest;
  const facts = guestFacts(guest, look.now());
  const base = { facts, locks: guestLocks(guest), about: [found(guest)], listed, notes };
  if (change.already === state) {
    return {
      ...base,
      summary: say(
        { en: '{name} on {host} is already {state}: nothing to do', zh: '{host} 上的 {name} 已经{state}：无需操作' },
        { name: guest.name, host: host.name, state: stateWords(state) },
      ),
      steps: [],
      risk: 'none',
      undo: { impossible: say({ en: 'nothing was changed', zh: '没有改变任何东西' }) },
    };
  }
  if (!change.from.includes(state)) {
    throw new Refusal(
      say({ en: '{name} on {host} is {state}', zh: '{host} 上的 {name} 状态为：{state}' }, { name: guest.name, host: host.name, state: stateWords(state) }),
      hintFor(state, guest),
      [found(guest)],
    );
  }
  const assessed = assess(change.risk, { host: host.name, guest: guest.name }, look.self, look.now());
  return {
    ...base,
    summary: say({ en: '{why} {name} on {host}', zh: '{why} {host} 上的 {name}' }, { why: change.why, name: guest.name, host: host.name }),
    steps: powerSteps(guest, change),
    facts: [...facts, ...assessed.facts],
    risk: assessed.risk,
    undo: 'command' in change.undo ? undoOn(change.undo.command, guest) : change.undo,
  };
}

function powerSteps(guest: Guest, change: PowerChange): Step[] {
  const on = where(guest);
  const exec: ExecStep = { kind: 'exec', on, why: change.why, argv: virsh.change(guest.host, change.verb, guest.uuid), timeoutMs: 120_000 };
  if (change.until === undefined) return [exec];
  const wait: WaitStep = {
    kind: 'wait',
    on,
    why: say({ en: 'until it is {state}', zh: '直到{state}' }, { state: change.until === 'shut off' ? stateWords('stopped') : stateWords(change.until) }),
    read: { argv: virsh.state(guest.host, guest.uuid).argv },
    until: { is: change.until },
    everyMs: 500,
    timeoutMs: change.waitMs ?? 30_000,
  };
  return [exec, wait];
}

/** What a change of a guest relies on: that it is this guest, in this state. */
export function guestFacts(guest: Guest, at: number): Fact[] {
  return [
    { what: say({ en: 'guest', zh: '虚拟机' }), value: `${guest.host.name}/${guest.name}`, at, holds: `guest ${guest.host.name} ${guest.uuid} ${guest.name}` },
    { what: say({ en: 'state', zh: '状态' }), value: stateWords(guest.state), at, holds: `state ${guest.uuid} ${guest.state}` },
  ];
}

/** The guest alone. */
export function guestLocks({ host, uuid }: Guest): Lock[] {
  return [{ name: `${host.site}/${host.name}/${uuid}` }];
}

/** Undo by another command on the same guest, with its host named. */
export function undoOn(command: string, guest: Guest): Undo {
  return { command, input: { guest: `${guest.host.name}/${guest.name}` } };
}

function hintFor(state: virsh.DomainState, guest: Guest): Said | undefined {
  const name = `${guest.host.name}/${guest.name}`;
  if (state === 'stopped') return say({ en: '`vm start {name}` starts it', zh: '可用 `vm start {name}` 启动' }, { name });
  if (state === 'paused') return say({ en: '`vm resume {name}` lets it go on', zh: '可用 `vm resume {name}` 恢复' }, { name });
  if (state === 'running') return say({ en: '`vm show {name}` shows it', zh: '可用 `vm show {name}` 查看' }, { name });
  return undefined;
}
