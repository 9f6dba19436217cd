import type { Block, Cell } from '../../core/types.ts';
import { quoted, type Said, say } from '../../core/words.ts';
import { span } from '../units.ts';
import { when } from './archive-words.ts';
import { came, shortUpid, type Task } from './task-list.ts';

/** A task, and what its id means where it is a guest's number. */
export interface Shown extends Task {
  readonly cluster: string;
  readonly guest: string | undefined;
}

/** How a task ended, in a phrase. */
export function endWords(task: Pick<Task, 'end' | 'status'>): Said {
  const how = came(task);
  if (how === 'running') return say({ en: 'running', zh: '运行中' });
  if (how === 'ok') return say({ en: 'ok', zh: '成功' });
  return how === 'warning' ? quoted(task.status) : say({ en: 'FAILED: {status}', zh: '失败：{status}' }, { status: task.status || '?' });
}

/** What is typed for it at least: its process and start. The node stands beside it. */
function ending(upid: string): string {
  return shortUpid(upid).slice(shortUpid(upid).indexOf(':') + 1);
}

/** Errors may be pages long: `task log` has them whole. */
function short(end: Said): Said {
  const status = end.with?.status;
  return typeof status === 'string' && status.length > 40 ? { ...end, with: { ...end.with, status: `${status.slice(0, 39)}…` } } : end;
}

/** Tasks as a table, `now` in milliseconds. The short form in it can be typed for the task. */
export function taskTable(tasks: readonly Shown[], now: number): Block {
  const rows = tasks.map((task): Cell[] => [
    when(task.start),
    task.type,
    quoted(task.guest === undefined ? task.id || '-' : `${task.guest} (${task.id})`),
    `${task.cluster}/${task.node}`,
    quoted(task.user),
    span(Math.max(0, (task.end ?? now / 1000) - task.start)),
    short(endWords(task)),
    ending(task.upid),
  ]);
  const columns = [
    say({ en: 'started (UTC)', zh: '开始（UTC）' }),
    say({ en: 'task', zh: '任务' }),
    say({ en: 'on', zh: '对象' }),
    say({ en: 'node', zh: '节点' }),
    say({ en: 'by', zh: '发起者' }),
    say({ en: 'took', zh: '用时' }),
    say({ en: 'came to', zh: '结果' }),
    say({ en: 'UPID, short', zh: 'UPID（简）' }),
  ];
  return { kind: 'table', columns, rows };
}
