import { textOf } from '../../core/apivalue.ts';
import type { TaskEnd } from '../../core/tasklog.ts';
import type { Outcome } from '../../core/types.ts';
import type { Upid } from '../../core/upid.ts';
import { say } from '../../core/words.ts';

/** Most of an answer that is kept as output, in characters. */
const LONGEST = 16_000;

/** A call that was done when it was answered. */
export function doneAtOnce(data: unknown, ms: number): Outcome {
  return { kind: 'task', came: 'ok', said: 'OK', task: '', output: (textOf(data) ?? '').slice(0, LONGEST), ms };
}

/** A task that ended. */
export function taskOutcome({ came, said }: TaskEnd, task: string, output: string, ms: number): Outcome {
  if (came !== 'unknown') return { kind: 'task', came, said, task, output, ms };
  const why = say({ en: 'the task ended, and its node does not know how ({said})', zh: '任务已结束，但节点不知道结果（{said}）' }, { said: said || '-' });
  return { kind: 'gone', why, begun: true };
}

/** The node knows no such task (any more). */
export function missing(): Outcome {
  return { kind: 'gone', why: say({ en: 'its node knows nothing of the task any more', zh: '节点已不再知道该任务' }), begun: true };
}

/** It was begun as a task, and nobody can follow what cannot be named. */
export function nameless(task: string): Outcome {
  const why = say({ en: 'it was begun as a task whose name cannot be read: {task}', zh: '已作为任务开始，但无法解析任务名：{task}' }, { task });
  return { kind: 'gone', why, begun: true };
}

/** Nobody can say whether the call was made. */
export function gone(): Outcome {
  const why = say({
    en: 'the answer was lost, and whether it was done cannot be told: no task of it is found, and things may be as it left them',
    zh: '回答丢失，无法判断是否已执行：未找到相应任务，当前状态可能是其结果',
  });
  return { kind: 'gone', why };
}

/** It is known not to have been made. */
export function neverBegun(): Outcome {
  return { kind: 'unreachable', why: say({ en: 'it was never begun', zh: '从未开始' }) };
}

/** It was stopped because it took too long. */
export function overdue(outcome: Outcome, limitMs: number): Outcome {
  return outcome.kind === 'stopped' ? { kind: 'timeout', afterMs: limitMs, output: outcome.output } : outcome;
}

/** It takes too long, and must not be stopped. */
export function stillRuns(limitMs: number): Outcome {
  const why = say({ en: 'it still runs after {s} s, and must not be stopped', zh: '{s} 秒后仍在运行，且不可停止' }, { s: Math.round(limitMs / 1000) });
  return { kind: 'gone', why, begun: true };
}

/** It was asked to end, and has not. */
export function unstopped({ type, id, upid }: Upid, output: string): Outcome {
  return { kind: 'unproven', alive: [`${type} ${id} ${upid}`], output };
}

/** The cluster's resource manager did not do what was asked of it. */
export function unsettled(outcome: Extract<Outcome, { kind: 'task' }>, said: string, ms: number): Outcome {
  return { ...outcome, came: 'error', said: `HA: ${said}`, ms };
}
