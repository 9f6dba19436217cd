import { expect, vi } from 'vitest';
import { digest } from '../../src/core/digest.ts';
import { RECHECK_AFTER } from '../../src/core/due.ts';
import { isUnknown } from '../../src/core/journal.ts';
import { type In, isOver, type PlanRef } from '../../src/core/ticket.ts';
import type { Plan, Step } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import type { Nature, Performed } from './fakehost.ts';
import { Worker } from './gates.ts';
import { Machine } from './machine.ts';
import { asked } from './ticket.ts';

/** A plan, a step a line, and how its hosts behave. */
export interface Case {
  readonly steps: readonly {
    readonly host: string;
    readonly wave: number;
    readonly stop?: 'never';
    readonly always?: true;
    readonly wait: boolean;
    /** By an API, which takes no claims. */
    readonly api?: boolean;
    readonly nature: Nature;
  }[];
  readonly maxFail: number | undefined;
  readonly believe: boolean;
}
const why = say({ en: 'do it', zh: '做' });
const SITE: Readonly<Record<string, string>> = { a: 'east', b: 'east', c: 'west' };

/** A ticket that runs, and two or three workers at each site. */
export function machine({ steps, maxFail, believe }: Case): Machine {
  const made = steps.map(({ host, wave, stop, always, wait, api }, i): Step => {
    const common = { on: { site: SITE[host] ?? '', host }, why, wave, ...(stop ? { stop } : {}), ...(always ? { always } : {}) };
    // Nothing but the lease keeps an API from being called twice.
    if (api && !believe && !wait) return { ...common, kind: 'api', method: 'POST', path: `/do/${i}`, params: {} };
    if (wait && i % 2 === 1) return { ...common, kind: 'prove', probes: [{ what: why, on: host, argv: ['true'] }], forMs: 60_000, everyMs: 100 };
    return wait ? { ...common, kind: 'wait', read: { argv: ['true'] }, until: { is: '' }, everyMs: 1 } : { ...common, kind: 'exec', argv: ['do', String(i)] };
  });
  const waves: PlanRef['waves'] = [1, 2].flatMap((wave) => {
    const sites = [...new Set(made.flatMap((step) => (step.wave === wave ? [step.on.site] : [])))];
    return sites.length > 0 ? [{ wave, sites }] : [];
  });
  const parts = { east: 'same', west: 'same' };
  const plan: Plan = { summary: why, steps: made, facts: [], locks: [{ name: 'a' }], risk: 'low', undo: { impossible: why } };
  const ref: PlanRef = {
    round: 1,
    digest: digest(asked.command, asked.input, plan),
    code: 'CX',
    risk: 'low',
    at: Date.now(),
    parts,
    waves,
    hosts: ['a'],
    ...(maxFail === undefined ? {} : { maxFail }),
  };
  const ticket: In<'running'> = { ...asked, state: 'running', plan: ref, votes: [], startedAt: 0, wave: 0, ends: {} };
  const world = new Machine(ticket, plan, (i) => steps[i]?.nature ?? { code: 0, unsure: 'no' }, believe);
  for (const site of ['east', 'east', 'east', 'west', 'west']) world.workers.push(new Worker(site));
  return world;
}

/** It is over, or planned anew. */
const rests = ({ ticket }: Machine): boolean => isOver(ticket) || ticket.state === 'planning';

/** The hosts answer, nobody holds the locks, and one worker at each site lives: it must come to an end. */
async function heal(world: Machine): Promise<void> {
  world.history.push('== healed');
  world.hosts.reachable = true;
  world.busy = false;
  world.changed = false;
  for (const worker of world.workers) worker.paused = false;
  const live = ['east', 'west'].map((site) => new Worker(site));
  world.workers.push(...live);
  for (let n = 0; n < 120 && !rests(world); n++) {
    if (world.ticket.state === 'unknown') vi.setSystemTime(Date.now() + RECHECK_AFTER);
    for (const worker of live) world.start(worker);
    await drain(world);
    world.hosts.goOn();
    for (let word = world.inbox.shift(); word; word = world.inbox.shift()) await world.desk(word);
    await world.desk();
    if (n % 10 === 9) for (const site of ['east', 'west']) if (!live.some((worker) => worker.site === site && worker.busy)) world.lapse(site); // of those who died
  }
}

async function drain(world: Machine): Promise<void> {
  for (let i = 0; i < 200 && world.gates.some(({ worker }) => !worker.dead && !worker.paused); i++) await world.step(0);
  vi.advanceTimersByTime(600);
}

/** Whoever was left behind wakes up when all is over, and has nothing to do. */
async function wakeAll(world: Machine): Promise<void> {
  world.history.push('== all wake up');
  for (const worker of world.workers) worker.paused = false;
  for (let i = 0; i < 4; i++) await drain(world);
  for (let word = world.inbox.shift(); word; word = world.inbox.shift()) await world.desk(word);
  if (isOver(world.ticket) && world.workers.every(({ dead }) => !dead)) expect(world.held, 'whoever took a lock too late gives it back').toBeUndefined();
  await world.desk();
}

const lineOf = (step: Performed) => (step.kind === 'exec' ? step.argv.join(' ') : step.path);

/** All that must hold at any time. */
export function check(world: Machine): void {
  expect(world.wrong.join('\n')).toBe('');
  for (const [step, times] of world.hosts.begun) expect(times, `${lineOf(step)} is begun once`).toBeLessThanOrEqual(1);
}

/** From here on nothing goes wrong any more: it comes to its end, and that is what it says it is, for good. */
export async function comesToItsEnd(world: Machine): Promise<void> {
  await heal(world);
  check(world);
  const { ticket } = world;
  expect(rests(world), `it stays ${ticket.state}`).toBe(true);
  if (ticket.state === 'planning') expect(world.hosts.begun.size, 'nothing was done').toBe(0);
  if (ticket.state === 'done')
    for (const one of world.plan.steps) if (one.kind === 'exec' || one.kind === 'api') expect(world.hosts.begun.get(one), lineOf(one)).toBe(1);
  if (!('marked' in ticket)) {
    const unknown = Object.values(world.journal).filter((entry) => entry.state === 'finished' && isUnknown(entry.outcome));
    const alive = [...world.hosts.claims].filter(([, { state }]) => state === 'running');
    expect(alive, 'nothing runs after the end').toEqual([]);
    expect(unknown, 'nothing is unknown at the end').toEqual([]);
  }
  await wakeAll(world);
  check(world);
  expect(world.ticket.state).toBe(ticket.state);
  if (isOver(ticket)) expect(world.held, 'no lock stays behind').toBeUndefined();
}
