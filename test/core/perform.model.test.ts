import fc from 'fast-check';
import { afterEach, beforeEach, describe, it, vi } from 'vitest';
import type { Nature } from '../support/fakehost.ts';
import type { Machine } from '../support/machine.ts';
import { type Case, check, comesToItsEnd, machine } from '../support/scene.ts';

type Move = readonly [kind: (typeof KINDS)[number], which: number];
const KINDS = [
  'go',
  'hear',
  'start',
  'kill',
  'pause',
  'resume',
  'lapse',
  'cancel',
  'steal',
  'tick',
  'jump',
  'reach',
  'busy',
  'leave',
  'again',
  'mark',
  'change',
  'run on',
] as const;

async function move(world: Machine, [kind, which]: Move): Promise<void> {
  const worker = world.workers[which % world.workers.length];
  if (!worker) return;
  if (!['go', 'start', 'hear'].includes(kind)) world.history.push(`-- ${kind} ${which % world.workers.length}`);
  switch (kind) {
    case 'go':
      for (let i = 0; i <= which % 7; i++) await world.step(which);
      return;
    case 'start':
      return world.start(worker);
    case 'hear': {
      const [word] = world.inbox.splice(which % Math.max(1, world.inbox.length), 1);
      return world.desk(word);
    }
    case 'again':
      return world.desk(world.heard[which % Math.max(1, world.heard.length)]);
    case 'kill':
      worker.dead = true; // its lease lapses some time later
      return;
    case 'pause':
      worker.paused = true;
      return world.lapse(worker.site);
    case 'resume':
      worker.paused = false;
      return;
    case 'lapse':
      return world.lapse(worker.site);
    case 'cancel':
      return world.cancel();
    case 'steal':
      return world.steal();
    case 'tick':
      vi.advanceTimersByTime(600);
      return;
    case 'jump':
      vi.setSystemTime(Date.now() + 301_000);
      return;
    case 'reach':
      world.hosts.reachable = which % 2 > 0;
      return;
    case 'busy':
      world.busy = which % 3 === 0 && world.held === undefined;
      return;
    case 'leave':
      return worker.leave.abort();
    case 'mark':
      return world.mark();
    case 'change':
      world.changed = which % 2 === 0;
      return;
    case 'run on':
      return world.hosts.goOn();
  }
}

const step = fc.record({
  host: fc.constantFrom('a', 'a', 'b', 'c'),
  wave: fc.constantFrom(1, 1, 2),
  stop: fc.constantFrom(undefined, undefined, 'never' as const),
  always: fc.constantFrom(undefined, undefined, undefined, true as const),
  wait: fc.constantFrom(false, false, false, true),
  api: fc.constantFrom(false, false, true),
  nature: fc.record({ code: fc.constantFrom(0, 0, 0, 1), unsure: fc.constantFrom<Nature['unsure'][]>('no', 'no', 'no', 'gone', 'unproven') }),
});
const scene = fc.record({ steps: fc.array(step, { minLength: 1, maxLength: 5 }), maxFail: fc.constantFrom(undefined, 0, 1), believe: fc.boolean() }).map(
  ({ steps, ...rest }): Case => ({
    ...rest,
    steps: steps.map(({ stop, always, ...other }) => ({ ...other, ...(stop ? { stop } : {}), ...(always ? { always } : {}) })),
  }),
);
const often = { go: 40, start: 10, hear: 8, tick: 4, 'run on': 3, pause: 3, resume: 3, kill: 3, lapse: 3, reach: 4, cancel: 2, jump: 2 } as const;
const moves = fc.array(
  fc.tuple(fc.oneof(...KINDS.map((kind) => ({ weight: kind in often ? often[kind as keyof typeof often] : 1, arbitrary: fc.constant(kind) }))), fc.nat(60)),
  { maxLength: 150, size: 'max' },
);

describe('the machine that runs a ticket', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
    vi.spyOn(performance, 'now').mockImplementation(() => Date.now()); // time that passes moves both clocks
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it('does each step at most once, and comes to an end, whoever dies, stalls, cancels or steals', async () => {
    await fc.assert(
      fc.asyncProperty(scene, moves, async (which, list) => {
        const world = machine(which);
        try {
          for (const one of list) {
            await move(world, one);
            check(world);
          }
          await comesToItsEnd(world);
        } catch (error) {
          throw new Error(`${error instanceof Error ? error.message : String(error)}\n${world.history.join('\n')}`);
        } finally {
          vi.clearAllTimers();
        }
      }),
      { numRuns: 1500 },
    );
  });
});
