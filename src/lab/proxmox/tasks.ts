import { pause } from '../timers.ts';
import { die, messageOf } from './refused.ts';
import { formatUpid, parseUpid, type Upid } from './upid.ts';
import { nextPid, seconds, type World } from './world.ts';

/** A task and what has become of it. */
export interface Task extends Upid {
  readonly upid: string;
  readonly log: string[];
  readonly stop: AbortController;
  /** Something is done in it; else it is only there to be seen. */
  readonly works: boolean;
  /** Its status was asked for too early once, and is `unexpected status` ever after. */
  readonly misread: boolean;
  /** Set at its end, as `endtime` (seconds since the epoch) is. */
  exitstatus: string | undefined;
  endtime: number | undefined;
}

/** A task's hands while it works. */
export interface Work {
  readonly world: World;
  readonly task: Task;
  say(line: string): void;
  /** A warning: the task ends with `TASK WARNINGS`. */
  warn(line: string): void;
  /** Lets time pass, in milliseconds before the pace; throws when the task is stopped. */
  wait(ms: number): Promise<void>;
}

/** How long a task that is stopped may tidy up, in milliseconds before the pace. */
const GRACE_MS = 1000;

/** What is thrown within a task that is stopped. */
export const INTERRUPTED = 'received interrupt';

/** Starts a task on a node and answers its UPID: that it was forked is all that is known then. */
export function fork(
  world: World,
  { node, type, id, user }: { readonly node: string; readonly type: string; readonly id: string; readonly user: string },
  work: (work: Work) => Promise<void>,
): string {
  const booted = world.nodes.get(node)?.bootedAt ?? 0;
  const parts: Upid = { node, pid: nextPid(world), pstart: Math.floor((Date.now() - booted) / 10), starttime: seconds(), type, id, user };
  const task: Task = {
    ...parts,
    upid: formatUpid(parts),
    log: [],
    stop: new AbortController(),
    works: true,
    misread: false,
    exitstatus: undefined,
    endtime: undefined,
  };
  world.tasks.push(task);
  world.effects.push(`${type} ${id}`.trim());
  void run(world, task, work);
  return task.upid;
}

async function run(world: World, task: Task, work: (work: Work) => Promise<void>): Promise<void> {
  let warnings = 0;
  const signal = AbortSignal.any([task.stop.signal, world.closing]);
  const hands: Work = {
    world,
    task,
    say: (line) => void task.log.push(line),
    warn(line) {
      warnings++;
      task.log.push(`WARN: ${line}`);
    },
    async wait(ms) {
      if (!signal.aborted) await pause(ms * world.pace, signal);
      if (signal.aborted) throw die(INTERRUPTED);
    },
  };
  try {
    await hands.wait(20);
    await Promise.race([work(hands), killed(task.stop.signal, GRACE_MS * world.pace)]);
    end(task, warnings === 0 ? 'OK' : `WARNINGS: ${warnings}`);
  } catch (error) {
    end(task, messageOf(error).trim().replaceAll('\n', ' '));
  }
}

/** Writes the closing line, then the end. */
function end(task: Task, exitstatus: string): void {
  if (task.exitstatus !== undefined) return;
  task.log.push(exitstatus === 'OK' || exitstatus.startsWith('WARNINGS:') ? `TASK ${exitstatus}` : `TASK ERROR: ${exitstatus}`);
  task.exitstatus = exitstatus;
  task.endtime = seconds();
}

/** Asks a task to end, as often as one likes. It may tidy up first. */
export function stopTask(task: Task): void {
  if (task.exitstatus !== undefined) return;
  task.stop.abort();
  if (!task.works) end(task, INTERRUPTED);
}

/** Throws when a task that was asked to end has had its time. */
function killed(signal: AbortSignal, graceMs: number): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => setTimeout(() => reject(die(INTERRUPTED)), graceMs).unref(), { once: true });
  });
}

/** A task that was there before the practice began. */
export function oldTask(upid: string, log: readonly string[], exitstatus: string | undefined, endtime: number | undefined, misread = false): Task {
  const parts = parseUpid(upid);
  if (!parts) throw new Error(`${upid} is not a UPID`);
  const over = exitstatus === undefined ? undefined : (endtime ?? parts.starttime);
  return { ...parts, upid, log: [...log], stop: new AbortController(), works: false, misread, exitstatus, endtime: over };
}
