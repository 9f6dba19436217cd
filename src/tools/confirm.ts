import { read } from '../core/read.ts';
import type { Argv, ExecStep, Probe, ProveStep, Step, Target } from '../core/types.ts';
import { say } from '../core/words.ts';
import { ACT, ARM, BACK, KEEP, SETTLE, STANDS, STATE } from './confirm/scripts.ts';
import { shell } from './shell.ts';

/** Seconds a host waits before it goes back by itself, where nobody says otherwise, and the least that leaves time to ask anything. */
export const WITHIN = { usual: 120, least: 30, most: 900 } as const;

/** A change that undoes itself unless it proves itself. */
export interface Confirmed {
  readonly on: Target;
  /** Names it on the host: letters, digits and dashes; from the request, never from the clock. */
  readonly id: string;
  /** Absolute paths of files and folders that are saved whole before anything is done, and put back exactly: what is not there is removed again. */
  readonly save: readonly string[];
  /** What makes the host use what was put back, and puts back what is in no file. It must do no harm when there is nothing to put back. */
  readonly restore: Argv;
  /** A unit of the host after which `restore` is run at a boot, too: for what is in no file that could be saved. */
  readonly bootAfter?: string;
  /** Seconds until it is put back by itself. */
  readonly afterS: number;
  readonly act: readonly Step[];
  /** What must be seen for the change to be kept, besides that the host lets in. */
  readonly probes: readonly Probe[];
}

/** What became of a change that was to prove itself: `none` (never armed), `armed`, `kept`, `reverted CODE` (with what its restore ended), or `lost`: a reboot has disarmed it. */
export function confirmState(id: string) {
  return read({ argv: shell('confirm-state', STATE, id), parse: (output) => output.trim() });
}

/**
 * Commit-confirmed: arms a timer on the host itself that restores, acts, proves, and only then keeps. Whatever goes wrong between, a lost connection, a dead
 * bot, a probe that fails, a reboot, silence: the host puts itself back, and the run ends when it is seen to have. Whoever cancels has it put back at once.
 */
export function confirmed({ on, id, save, restore, bootAfter, afterS, act, probes }: Confirmed): Step[] {
  const exec = (why: ExecStep['why'], argv: Argv, more: Partial<ExecStep> = {}): ExecStep => ({ kind: 'exec', on, why, argv, timeoutMs: 60_000, ...more });
  const state = confirmState(id).argv;
  const stands: Probe = {
    what: say({ en: 'the change stands', zh: '更改仍生效' }),
    on: on.host,
    argv: shell('confirm-stands', STANDS, id),
    is: 'armed',
    over: 'reverted',
    fresh: true,
  };
  const prove: ProveStep = {
    kind: 'prove',
    on,
    why: say({ en: 'until it proves itself', zh: '直到更改得到证明' }),
    probes: [stands, ...probes],
    forMs: afterS * 750, // what is left is for keeping it
    everyMs: Math.min(2000, afterS * 50),
  };
  return [
    exec(
      say({ en: 'arm: back by itself in {s} s unless it is kept', zh: '布防：{s} 秒内未保留则自动恢复' }, { s: afterS }),
      shell('confirm-arm', ARM, id, bootAfter === undefined ? String(afterS) : `${afterS}@${bootAfter}`, String(save.length), ...save, ...restore),
    ),
    ...act.map((step) => (step.kind === 'exec' ? { ...step, argv: shell('confirm-act', ACT, id, ...step.argv) } : step)),
    prove,
    exec(say({ en: 'keep it', zh: '保留' }), shell('confirm-keep', KEEP, id)),
    exec(say({ en: 'only when cancelled: put it back now', zh: '仅在取消时：立即恢复' }), shell('confirm-back', BACK, id), {
      always: 'cancelled',
      timeoutMs: 120_000,
    }),
    {
      kind: 'wait',
      on,
      always: true,
      why: say({ en: 'until it is kept or put back', zh: '直到已保留或已恢复' }),
      read: { argv: state },
      until: { isNot: 'armed' },
      everyMs: 500,
      timeoutMs: (afterS + 60) * 1000,
    },
    exec(say({ en: 'see that it is', zh: '核实结果' }), shell('confirm-settle', SETTLE, id), { always: true }),
  ];
}
