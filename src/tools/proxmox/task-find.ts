import { word } from '../../core/args.ts';
import type { Host, Look } from '../../core/command.ts';
import { Absent, Refusal } from '../../core/errors.ts';
import { parsePveUpid } from '../../core/upid.ts';
import { list, type Said, say } from '../../core/words.ts';
import { answers, each, troubles } from '../each.ts';
import { orElse } from './cluster-view.ts';
import { clusterTasks, namesTask, shortUpid, type Task, taskStatus } from './task-list.ts';

/** A task by its UPID, the start of that, or its short form as lists show it. */
export const upid = () => word(/^[A-Za-z0-9][A-Za-z0-9:@!._/\\-]{5,}$/, { en: 'UPID', zh: 'UPID' });

/** The task that was typed, and its cluster. Throws Absent, or Refusal naming the tasks when there are several. */
export async function findTask(look: Look, typed: string): Promise<{ host: Host; task: Task; notes: Said[] }> {
  const asked = await each(look, (host) => look.read(host, clusterTasks()));
  const notes = troubles(asked);
  const all = answers(asked).flatMap(({ host, value }) => value.map((task) => ({ host, task })));
  const exact = all.filter(({ task }) => task.upid === typed);
  const matching = exact.length > 0 ? exact : all.filter(({ task }) => namesTask(typed, task.upid));
  const [one, ...others] = matching;
  if (one && others.length === 0) return { ...one, notes };
  if (one) {
    throw new Refusal(
      say({ en: '“{typed}” names {n} tasks', zh: '“{typed}”对应 {n} 个任务' }, { typed, n: matching.length }),
      say(
        { en: 'say which: {names}', zh: '请指明：{names}' },
        { names: list(matching.slice(0, 5).map(({ task }) => `${shortUpid(task.upid)} (${task.type} ${task.id})`)) },
      ),
    );
  }
  const older = await olderTask(look, typed);
  if (older) return { ...older, notes };
  throw new Absent(say({ en: 'there is no task “{typed}” among the recent ones', zh: '最近的任务中没有“{typed}”' }, { typed }), [], notes.length > 0);
}

/** A task that is too old for the cluster's list can be asked for by its whole UPID, at its node. */
async function olderTask(look: Look, typed: string): Promise<{ host: Host; task: Task } | undefined> {
  const parts = parsePveUpid(typed);
  const host = look.hosts.find(({ nodes }) => nodes?.some(({ name }) => name === parts?.node));
  if (!parts || !host) return undefined;
  const status = await orElse(look.read(host, taskStatus(typed)), undefined);
  return status && { host, task: { ...parts, start: parts.starttime, end: status.status === 'running' ? undefined : 0, status: status.exit } };
}
