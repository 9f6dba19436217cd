import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HostError, Later } from '../../src/core/errors.ts';
import { learn } from '../../src/core/learn.ts';
import { once, type Run, type StepNeeds } from '../../src/core/once.ts';
import type { Watch } from '../../src/core/ports.ts';
import type { ApiStep, Before, Entry, Outcome } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';

const why = say({ en: 'start', zh: '启动' });
const step: ApiStep = { kind: 'api', on: { site: 'east', host: 'alpha' }, why, method: 'POST', path: '/nodes/pve1/qemu/100/status/start', params: {} };
const ok: Outcome = { kind: 'task', came: 'ok', said: 'OK', task: 'UPID:b', output: '', ms: 1 };
const busy: Outcome = { ...ok, came: 'error', said: "can't lock file '/var/lock/qemu-server/lock-100.conf' - got timeout" };
const seen = (task: string) => ({ boot: '-', size: 0, tail: '', task });

/** A run of one step over hosts that do as they are told. */
function scene(exec: (watch: Watch) => Promise<Outcome>, more: { readonly recheck?: () => Promise<Outcome | undefined>; readonly entry?: Entry } = {}) {
  const lines: Entry[] = more.entry ? [more.entry] : [];
  const never = new AbortController().signal;
  const state = { held: true };
  const needs: StepNeeds = {
    tickets: {
      get: async () => undefined,
      create: async () => false,
      change: async () => undefined,
      open: async () => [],
      close: async () => undefined,
      byCode: async () => undefined,
      keepCode: async () => false,
    },
    journals: {
      read: async () => ({ journal: { ...lines.slice(-1) }, lines: lines.length }),
      write: async (_ticket, _round, _step, entry) => {
        lines.push(entry);
        return true;
      },
    },
    locks: { robbed: async () => false },
    hosts: {
      exec: async (_id, _step, watch) => exec(watch),
      recheck: more.recheck ?? (async () => undefined),
      wait: async () => ({ kind: 'met', ms: 0 }),
      probe: async ({ what }) => ({ what, good: true, said: '' }),
    },
    log: () => undefined,
    changed: async () => undefined,
  };
  const run: Run = { ticket: 'T1', round: 1, right: { lease: { name: 'run', token: 1 }, locks: undefined }, held: () => state.held, stop: never, leave: never };
  return { lines, state, needs, run, go: (other: StepNeeds = needs) => once(step, 0, run, other) };
}
const clocked = (clock: number): Before => ({ clock, still: '' });

describe('a step that calls an API', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const settle = async <T>(what: Promise<T>): Promise<T> => {
    what.catch(() => undefined);
    await vi.runAllTimersAsync();
    return what;
  };

  it('is called again when its task ended with nothing but that something was busy, each time on record', async () => {
    let times = 0;
    const { lines, go } = scene(async (watch) => {
      await watch.intend(clocked(++times));
      watch.progress(seen(`UPID:${times}`));
      return times < 3 ? busy : ok;
    });
    expect(await settle(go())).toEqual(ok);
    expect(lines.map((line) => (line.state === 'intent' ? line.before?.clock : line.state === 'started' ? line.seen.task : line.state))).toEqual([
      ...[1, 'UPID:1', 2, 'UPID:2', 3, 'UPID:3', 'finished'],
    ]);
  });

  it('is so only a few times, and for no other error', async () => {
    for (const [said, calls] of [
      [busy.said, 3],
      ["error with cfs lock 'storage-nas': got lock request timeout", 3],
      ["clone failed: error with cfs lock 'storage-nas': got lock request timeout", 1],
      ["start failed: can't lock file '/var/lock/x' - got timeout", 1],
      ['VM is locked (backup)', 1],
    ] as const) {
      let times = 0;
      const { go } = scene(async (watch) => {
        await watch.intend(clocked(++times));
        return { ...busy, said };
      });
      expect(await settle(go())).toMatchObject({ said });
      expect(times, said).toBe(calls);
    }
  });

  it('has ended as its task did, when it may not be called again because its locks were taken away', async () => {
    let times = 0;
    const { go, needs, lines } = scene(async (watch) => {
      await watch.intend(clocked(++times));
      watch.progress(seen('UPID:1'));
      return busy;
    });
    const robbing: StepNeeds = {
      ...needs,
      journals: { ...needs.journals, write: async (...line) => (line[3].state === 'intent' && times > 1 ? false : needs.journals.write(...line)) },
      locks: { robbed: async () => true },
    };
    expect(await settle(go(robbing))).toEqual(busy);
    expect(lines.map(({ state }) => state)).toEqual(['intent', 'started', 'finished']);
  });

  it('is told what was before, and its task, by whoever comes next', async () => {
    const watches: Watch[] = [];
    const look = async (watch: Watch) => {
      watches.push(watch);
      return ok;
    };
    await settle(scene(look, { entry: { state: 'intent', at: 1, before: clocked(7) } }).go());
    await settle(scene(look, { entry: { state: 'started', at: 2, since: 1, seen: seen('UPID:a') } }).go());
    expect(watches).toMatchObject([
      { started: false, maybeBegun: true, before: { clock: 7 } },
      { started: true, task: 'UPID:a' },
    ]);
  });

  it('may have been called once its answer was lost, and keeps what was before the first call', async () => {
    const watches: Partial<Watch>[] = [];
    const { go } = scene(async (watch) => {
      watches.push({ maybeBegun: watch.maybeBegun, ...(watch.before ? { before: watch.before } : {}) });
      if (watches.length > 1) return ok;
      await watch.intend(clocked(7));
      throw new HostError('lost', 'alpha', why);
    });
    expect(await settle(go())).toEqual(ok);
    expect(watches).toEqual([{ maybeBegun: false }, { maybeBegun: true, before: clocked(7) }]);
  });

  it('is not called by a worker that lost its right while it looked', async () => {
    const { go, state, lines } = scene(async (watch) => {
      state.held = false;
      await watch.intend(clocked(1));
      return ok;
    });
    await expect(settle(go())).rejects.toBeInstanceOf(Later);
    expect(lines).toEqual([]);
  });
});

describe('learning', () => {
  const unknown: Entry = { state: 'finished', at: 1, outcome: { kind: 'gone', why } };
  it.each<[string, Outcome | undefined, string]>([
    ['its end', ok, 'finished'],
    ['that it runs', undefined, 'started'],
  ])('%s of a step that calls an API', async (_name, outcome, state) => {
    const { lines, needs, run } = scene(async () => ok, { recheck: async () => outcome });
    expect(await learn({ 0: unknown }, [[0, step]], { ...run, stopping: false }, needs)).toBe(true);
    expect(lines.map((line) => line.state)).toEqual([state]);
  });
  it('nothing', async () => {
    const { lines, needs, run } = scene(async () => ok, { recheck: async () => ({ kind: 'gone', why }) });
    expect(await learn({ 0: unknown }, [[0, step]], { ...run, stopping: false }, needs)).toBe(false);
    expect(lines).toEqual([]);
  });
});
