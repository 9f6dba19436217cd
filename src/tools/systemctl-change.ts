import { answer, type Look } from '../core/command.ts';
import { Refusal } from '../core/errors.ts';
import { highest } from '../core/risk.ts';
import type { Fact, Plan, Risk, Step, Undo } from '../core/types.ts';
import { list, type Said, say, type Words } from '../core/words.ts';
import { disturbsUnit } from './expects.ts';
import { oneNodeAtATime } from './onenode.ts';
import { guard, type Verb } from './systemctl-guard.ts';
import { type UnitThere, unitThere } from './systemctl-look.ts';
import { doUnit, type Held, heldUnit } from './systemctl-steps.ts';

/** How a unit is changed, on one or many hosts side by side. */
export interface Change {
  readonly verb: Verb;
  readonly risk: Risk;
  /** `restart {name} on {hosts}`. */
  readonly summary: Words;
  /** Said when it is so already everywhere: `{name} runs on {hosts} already`. */
  readonly already?: Words;
  /** Whether it is so already. */
  satisfied?(unit: UnitThere): boolean;
  /** Why it cannot be. */
  obstacle?(unit: UnitThere): { readonly message: Said; readonly hint?: Said } | undefined;
  /** What the unit must be afterwards, where that can be seen. */
  held?(unit: UnitThere): Held | undefined;
  /** What takes it back. */
  undo?(changed: readonly UnitThere[]): string | { readonly impossible: Said };
  note?(unit: UnitThere): Said | undefined;
}

/** Plans it. Throws Refusal for a unit that is not there, cannot be changed so, or must not be. */
export async function change(look: Look, name: string, how: Change): Promise<Plan> {
  for (const host of look.hosts) guard(look, host, name, how.verb); // whatever is there
  const found = await Promise.all(look.hosts.map((host) => unitThere(look, host, name)));
  const dangers = found.map(({ host, id }) => guard(look, host, id, how.verb));
  for (const unit of found) {
    const no = how.satisfied?.(unit) ? undefined : how.obstacle?.(unit);
    if (no) throw new Refusal(no.message, no.hint);
  }
  const changed = found.filter((unit) => !how.satisfied?.(unit));
  const nodes = changed.filter(({ host }) => dangers[look.hosts.indexOf(host)]?.quorum && host.node);
  if (nodes.length > 1)
    throw new Refusal(
      say({ en: 'that is done on one node of a cluster at a time; nothing was done', zh: '此操作在集群中一次只能对一个节点进行；未做任何操作' }),
      say({ en: 'begin with {host}', zh: '请先从 {host} 开始' }, { host: nodes[0]?.host.name ?? '' }),
    );
  const kept = await Promise.all(nodes.map(({ host }) => oneNodeAtATime(look, host)));
  const at = look.now();
  const facts = [
    ...found.flatMap((unit, i): Fact[] => [stateFact(unit, name, how.verb, at), ...dangerFact(unit, dangers[i]?.why, at)]),
    ...kept.flatMap((node) => node.facts),
  ];
  const about = (units: readonly UnitThere[]) => ({ name: found[0]?.id ?? name, hosts: list(units.map(({ host }) => host.name)) });
  if (changed.length === 0) return answer(say(how.already ?? how.summary, about(found)), [], { facts });
  const notes = changed.flatMap((unit) => how.note?.(unit) ?? []);
  return {
    summary: say(how.summary, about(changed)),
    steps: changed.flatMap((unit) => stepsOf(unit, how)),
    facts,
    locks: [...changed.map(({ host, id }) => ({ name: `${host.site}/${host.name}/unit:${id}` })), ...kept.flatMap(({ locks }) => locks)],
    risk: highest([how.risk, ...dangers.flatMap((danger) => (danger ? [danger.risk] : []))]),
    ...(DISTURBING.includes(how.verb) ? { expects: changed.flatMap(({ host, id }) => disturbsUnit(host, id)) } : {}),
    undo: undoOf(how, name, changed),
    ...(notes.length > 0 ? { notes } : {}),
  };
}

function stepsOf(unit: UnitThere, { verb, held }: Change): Step[] {
  const on = { site: unit.host.site, host: unit.host.name, name: unit.id };
  const state = held?.(unit);
  const does: Step = { kind: 'exec', on, why: WHY[verb], argv: doUnit(verb, unit.id), timeoutMs: 180_000 };
  if (!state) return [does];
  const why =
    state === 'active'
      ? say({ en: 'it runs, and goes on running', zh: '运行中且保持运行' })
      : say({ en: 'it is stopped, and stays so', zh: '已停止且保持停止' });
  return [does, { kind: 'exec', on, why, argv: heldUnit(unit.id, state), timeoutMs: 120_000 }];
}

function undoOf({ undo }: Change, name: string, changed: readonly UnitThere[]): Undo {
  const back = undo?.(changed) ?? { impossible: say({ en: 'this cannot be taken back', zh: '此操作无法撤回' }) };
  return typeof back === 'string' ? { command: back, input: { unit: name, on: changed.map(({ host }) => host.name) } } : back;
}

/** Verbs by which a unit is down, if only for a moment. */
const DISTURBING: readonly Verb[] = ['stop', 'restart'];

/** Verbs about what happens at the next boot. */
const AT_BOOT: readonly Verb[] = ['enable', 'disable', 'mask', 'unmask'];

/** How it is now: what the plan relies on. */
function stateFact({ host, id, shown }: UnitThere, name: string, verb: Verb, at: number): Fact {
  const { ActiveState = '?', SubState = '?', UnitFileState = '' } = shown;
  const state = `${ActiveState} (${SubState})${AT_BOOT.includes(verb) && UnitFileState !== '' ? `, ${UnitFileState}` : ''}`;
  const what = say({ en: '{name} on {host}', zh: '{host} 上的 {name}' }, { name, host: host.name });
  const value = id === name ? state : say({ en: 'is {id}: {state}', zh: '即 {id}：{state}' }, { id, state });
  return { what, value, at, holds: `unit ${host.name} ${id} ${ActiveState} ${UnitFileState}` };
}

function dangerFact({ host, id }: UnitThere, why: Said | undefined, at: number): Fact[] {
  return why ? [{ what: say({ en: 'mind', zh: '注意' }), value: why, at, holds: `guarded ${host.name} ${id}` }] : [];
}

const WHY: Readonly<Record<Verb, Said>> = {
  start: say({ en: 'start', zh: '启动' }),
  stop: say({ en: 'stop', zh: '停止' }),
  restart: say({ en: 'restart', zh: '重启' }),
  reload: say({ en: 'reload', zh: '重新加载' }),
  enable: say({ en: 'enable at boot', zh: '设为开机启动' }),
  disable: say({ en: 'no more at boot', zh: '取消开机启动' }),
  mask: say({ en: 'mask', zh: '屏蔽' }),
  unmask: say({ en: 'unmask', zh: '取消屏蔽' }),
  'reset-failed': say({ en: 'forget the failure', zh: '清除失败状态' }),
};

/** The refusal for a masked unit: nothing starts it. */
export function masked({ host, id, shown }: UnitThere): { readonly message: Said; readonly hint: Said } | undefined {
  if (shown.LoadState !== 'masked') return undefined;
  return {
    message: say({ en: '“{id}” is masked on {host}: nothing can start it', zh: '{host} 上的“{id}”已被屏蔽（masked）：无法启动' }, { id, host: host.name }),
    hint: say({ en: '`svc unmask {id} {host}` allows it again', zh: '`svc unmask {id} {host}` 可解除屏蔽' }, { id, host: host.name }),
  };
}
