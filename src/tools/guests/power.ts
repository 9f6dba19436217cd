import { Refusal } from '../../core/errors.ts';
import type { Risk } from '../../core/types.ts';
import { type Said, say } from '../../core/words.ts';
import { type Draft, type Guest, type GuestState, stateWords } from './guest.ts';
import { called, lineFor, placeOf } from './naming.ts';

/** What a power verb means on any kind of host. */
export interface PowerVerb {
  /** As it is said: `reboot web-a`. */
  readonly why: Said;
  /** States it makes sense in. */
  readonly from: readonly GuestState[];
  /** The state in which there is nothing left to do. */
  readonly already?: GuestState;
  /** The state that proves it worked. */
  readonly until?: 'running' | 'paused' | 'stopped';
  /** How long that may take, in milliseconds. */
  readonly waitMs?: number;
  readonly risk: Risk;
  /** The verb that takes it back. */
  readonly undo: { readonly verb: string } | { readonly impossible: Said };
}

export const POWER = {
  start: { why: say({ en: 'start', zh: '启动' }), from: ['stopped', 'crashed'], already: 'running', until: 'running', risk: 'low', undo: { verb: 'shutdown' } },
  shutdown: {
    why: say({ en: 'shut down', zh: '关闭' }),
    from: ['running'],
    already: 'stopped',
    until: 'stopped',
    waitMs: 180_000,
    risk: 'medium',
    undo: { verb: 'start' },
  },
  stop: {
    why: say({ en: 'force off', zh: '强制停止' }),
    from: ['running', 'paused', 'stopping', 'crashed', 'suspended'],
    already: 'stopped',
    until: 'stopped',
    risk: 'high',
    undo: { verb: 'start' },
  },
  reboot: {
    why: say({ en: 'reboot', zh: '重启' }),
    from: ['running'],
    risk: 'medium',
    undo: { impossible: say({ en: 'a reboot cannot be taken back', zh: '重启无法撤回' }) },
  },
  reset: {
    why: say({ en: 'reset', zh: '硬重置' }),
    from: ['running', 'paused'],
    risk: 'high',
    undo: { impossible: say({ en: 'what was not saved is lost', zh: '未保存的数据会丢失' }) },
  },
  suspend: { why: say({ en: 'suspend', zh: '挂起' }), from: ['running'], already: 'paused', until: 'paused', risk: 'medium', undo: { verb: 'resume' } },
  resume: {
    why: say({ en: 'resume', zh: '恢复' }),
    from: ['paused', 'suspended'],
    already: 'running',
    until: 'running',
    risk: 'low',
    undo: { verb: 'suspend' },
  },
} as const satisfies { readonly [verb: string]: PowerVerb };
export type PowerName = keyof typeof POWER;

/** `reboot shop on kvm1`. */
export function doing(why: Said, guest: Guest): Said {
  return say({ en: '{why} {name} on {host}', zh: '{why} {host} 上的 {name}' }, { why, name: called(guest), host: placeOf(guest) });
}

/** That there is nothing to do. */
export function nothingToDo(guest: Guest, state: GuestState): Pick<Draft, 'summary'> {
  return {
    summary: say(
      { en: '{name} on {host} is already {state}: nothing to do', zh: '{host} 上的 {name} 已经{state}：无需操作' },
      { name: called(guest), host: placeOf(guest), state: stateWords(state) },
    ),
  };
}

/** Throws Refusal where a verb makes no sense in a guest's state, with what would. */
export function mustBeIn(guest: Guest, state: GuestState, from: readonly GuestState[]): void {
  if (from.includes(state)) return;
  throw new Refusal(
    say(
      { en: '{name} on {host} is {state}', zh: '{host} 上的 {name} 状态为：{state}' },
      { name: called(guest), host: placeOf(guest), state: stateWords(state) },
    ),
    hintFor(state, guest),
  );
}

function hintFor(state: GuestState, guest: Guest): Said | undefined {
  const line = (verb: string) => ({ line: lineFor(guest.family, verb, guest) });
  if (state === 'stopped') return say({ en: '`{line}` starts it', zh: '可用 `{line}` 启动' }, line('start'));
  if (state === 'paused') return say({ en: '`{line}` lets it go on', zh: '可用 `{line}` 恢复' }, line('resume'));
  if (state === 'running') return say({ en: '`{line}` shows it', zh: '可用 `{line}` 查看' }, line('show'));
  return undefined;
}
