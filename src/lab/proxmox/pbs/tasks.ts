import { timers } from '../../timers.ts';
import { textOf } from './refusal.ts';
import { stamp } from './time.ts';
import { type PbsUpid, upidText } from './upid.ts';
import type { Clock } from './world.ts';

/** What a task does: it yields lines for its log, a warning, or seconds to wait. An error it throws is its end. */
export type Script = Generator<string | number | { readonly warn: string }, void, void>;

/** One task. `end` in seconds since the epoch; without it, it runs. `state` is `OK`, `WARNINGS: n` or the message of its error. */
export interface Task {
  readonly upid: string;
  readonly parts: PbsUpid;
  readonly log: readonly string[];
  readonly end?: number;
  readonly state?: string;
}

interface Running extends Task {
  readonly log: string[];
  end?: number;
  state?: string;
  stopped?: true;
}

/** How a task begins: `done` is told its state when it has ended. */
export interface Start {
  readonly type: string;
  readonly worker: string;
  readonly user: string;
  run(upid: string): Script;
  done?(upid: string, state: string): void;
}

/** The tasks of a practice backup server. */
export interface Tasks {
  /** Begins one and answers its UPID; it goes on by itself. */
  start(start: Start): string;
  /** Does all of one at once, for calls that only keep a log. */
  runNow(start: Start): string;
  find(upid: string): Task | undefined;
  /** Newest first. */
  all(): readonly Task[];
  /** Asks a task to end. */
  stop(upid: string): void;
  /** How many have been begun. */
  readonly count: number;
  close(): void;
}

/** Tasks whose waits last `pace` times as long; `past` are those that ended before, oldest first; `effect` hears of each that begins. */
export function makeTasks(now: Clock, pace: number, past: readonly Task[], effect: (what: string) => void): Tasks {
  const all: Running[] = past.map((task) => ({ ...task, log: [...task.log] }));
  const waits = timers();

  function begin({ type, worker, user }: Start): Running {
    const parts: PbsUpid = { node: 'pbs1', pid: 0x2c0, pstart: 0x7ba, task: 0x1000 + all.length, start: now(), type, worker, user };
    const task: Running = { upid: upidText(parts), parts, log: [] };
    all.push(task);
    effect(`${type} ${worker}`.trim());
    return task;
  }

  /** Goes on until it waits or ends. */
  function advance(task: Running, script: Script, start: Start, wait: boolean, warnings = 0): void {
    let warned = warnings;
    const say = (line: string) => task.log.push(`${stamp(now())}: ${line}`);
    const end = (state: string) => {
      say(state === 'OK' || state.startsWith('WARNINGS') ? `TASK ${state}` : `TASK ERROR: ${state}`);
      task.end = now();
      task.state = state;
      start.done?.(task.upid, state);
    };
    try {
      for (;;) {
        if (task.stopped) throw new Error('abort requested - aborting task');
        const next = script.next();
        if (next.done) break;
        if (typeof next.value === 'string') say(next.value);
        else if (typeof next.value === 'object') {
          warned += 1;
          say(`WARN: ${next.value.warn}`);
        } else if (wait) {
          waits.after(next.value * 1000 * pace, () => advance(task, script, start, wait, warned));
          return;
        }
      }
    } catch (error) {
      end(textOf(error));
      return;
    }
    end(warned > 0 ? `WARNINGS: ${warned}` : 'OK');
  }

  return {
    start(start) {
      const task = begin(start);
      const script = start.run(task.upid);
      // Not at once: the call that began it is answered first.
      waits.after(0, () => advance(task, script, start, true));
      return task.upid;
    },
    runNow(start) {
      const task = begin(start);
      advance(task, start.run(task.upid), start, false);
      return task.upid;
    },
    find: (upid) => all.find((task) => task.upid === upid),
    all: () => all.toReversed(),
    stop(upid) {
      const task = all.find((one) => one.upid === upid);
      if (task && task.end === undefined) task.stopped = true;
    },
    get count() {
      return all.length;
    },
    close: () => waits.clear(),
  };
}
