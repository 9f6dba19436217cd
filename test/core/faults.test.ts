import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RECHECK_AFTER } from '../../src/core/due.ts';
import type { Nature } from '../support/fakehost.ts';
import type { Worker } from '../support/gates.ts';
import type { Machine } from '../support/machine.ts';
import { type Case, comesToItsEnd, machine } from '../support/scene.ts';

/** What the models found once, each as short as it can be. */

const fine: Nature = { code: 0, unsure: 'no' };
const step = (host: string, nature: Partial<Nature> = {}, wave = 1): Case['steps'][number] => ({ host, wave, wait: false, nature: { ...fine, ...nature } });
const scene = (steps: Case['steps'], more: Partial<Case> = {}): Machine => machine({ steps, maxFail: undefined, believe: false, ...more });

/** The first two workers at the first site, and one at the other. */
function workers({ workers }: Machine): [Worker, Worker, Worker] {
  const [one, two, , other] = workers;
  if (!one || !two || !other) throw new Error('too few workers');
  return [one, two, other];
}
/** Takes what is due; it must be. */
function begins(world: Machine, worker: Worker): void {
  if (world.ticket.state === 'unknown') vi.setSystemTime(Date.now() + RECHECK_AFTER);
  world.start(worker);
  if (!worker.busy) throw new Error('nothing was due');
}
async function hear(world: Machine): Promise<void> {
  for (let word = world.inbox.shift(); word; word = world.inbox.shift()) await world.desk(word);
}

describe('the machine', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
    vi.spyOn(performance, 'now').mockImplementation(() => Date.now()); // time that passes moves both clocks
  });
  afterEach(() => {
    vi.clearAllTimers();
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it('cancelledBetweenWaves', async () => {
    const world = scene([step('a'), step('a', {}, 2)]);
    const [one] = workers(world);
    begins(world, one);
    await world.until(one, 'send');
    world.cancel();
    await world.until(one);
    await hear(world);
    expect(world.ticket.state).toBe('cancelled');
  });

  it('learnedThenKilled', async () => {
    const world = scene([step('a', { unsure: 'gone' })]);
    const [one, two] = workers(world);
    begins(world, one);
    await world.until(one);
    await hear(world);
    expect(world.ticket.state).toBe('unknown');
    begins(world, two);
    await world.until(two, 'send');
    two.dead = true;
    world.lapse('east');
    await comesToItsEnd(world);
  });

  it('learnedThenKilled, nobody killed: a late word', async () => {
    const world = scene([step('a', { unsure: 'gone' })]);
    const [one, two] = workers(world);
    begins(world, one);
    await world.until(one);
    world.cancel(); // another revision: the same word has another id
    begins(world, two);
    await world.until(two, 'send');
    world.lapse('east');
    await hear(world);
    expect(world.ticket.state).toBe('cancelling'); // another has the lease since: that one's word counts
    await world.until(two);
    await hear(world);
    expect(world.ticket.state).toBe('unknown');
    await comesToItsEnd(world);
  });

  it('robbedWhileUnknown', async () => {
    const world = scene([step('a')]);
    const [one, two] = workers(world);
    begins(world, one);
    await world.until(one, 'follow');
    world.hosts.reachable = false;
    vi.setSystemTime(Date.now() + 301_000);
    await world.until(one);
    await hear(world);
    expect(world.ticket.state).toBe('unknown');
    await world.steal();
    world.hosts.reachable = true;
    begins(world, two);
    await world.until(two);
    expect(world.wrong).toEqual([]);
  });

  it('robbedHidesUnknown', async () => {
    const world = scene([step('a', { unsure: 'gone' }), step('b'), step('b'), step('b')]);
    const [one] = workers(world);
    begins(world, one);
    await world.until(one, () => world.journal[0]?.state === 'finished');
    await world.steal();
    await world.until(one);
    await hear(world);
    expect(world.ticket.state).toBe('unknown');
  });

  it('robbedTooSoon', async () => {
    const world = scene([step('a'), { ...step('b'), wait: true }, step('b')]);
    const [one] = workers(world);
    begins(world, one);
    await world.until(one, () => world.hosts.claims.size > 0);
    for (const claim of world.hosts.claims.values()) claim.left = 99;
    await world.until(one, () => world.journal[1]?.state === 'finished');
    await world.steal();
    one.leave.abort();
    await world.until(one);
    await hear(world);
    await comesToItsEnd(world);
  });

  it('robbedLeavesIntent', async () => {
    const world = scene([step('a')]);
    const [one, two] = workers(world);
    world.hosts.reachable = false;
    begins(world, one);
    await world.until(one, 'exec');
    await world.steal();
    await world.until(one);
    vi.advanceTimersByTime(600); // it asks again
    await world.until(one, () => world.inbox.length > 0);
    await world.until(one);
    begins(world, two);
    await world.until(two, 'ask');
    vi.setSystemTime(Date.now() + 301_000);
    await world.until(two);
    await hear(world);
    expect(world.ticket.state).toBe('unknown'); // as its journal says; the word of the first came too late
    world.hosts.reachable = true;
    await comesToItsEnd(world);
  });

  it('markedBeforeBegun', async () => {
    const world = scene([step('a')]);
    const [one, two] = workers(world);
    begins(world, one);
    await world.until(one, 'exec');
    world.lapse('east');
    world.hosts.reachable = false;
    begins(world, two);
    await world.until(two, 'exec');
    vi.setSystemTime(Date.now() + 301_000);
    await world.until(two);
    await hear(world);
    await world.mark();
    expect(world.ticket.state).toBe('failed');
    world.hosts.reachable = true;
    await world.until(one);
    expect([...world.hosts.begun]).toEqual([]);
  });

  it('staleBegins', async () => {
    const world = scene([step('a')]);
    const [one, two] = workers(world);
    begins(world, one);
    await world.until(one, 'digest');
    await world.until(one, 'journal');
    world.lapse('east');
    begins(world, two);
    await world.until(two, () => world.journal[0] !== undefined);
    await world.until(one, 'exec');
    await world.until(two, 'exec');
    world.hosts.reachable = false;
    vi.setSystemTime(Date.now() + 301_000);
    await world.until(two);
    await hear(world);
    expect(world.ticket.state).toBe('failed');
    world.hosts.reachable = true;
    await world.until(one);
    expect(world.wrong).toEqual([]);
  });

  it('changedLate', async () => {
    const world = scene([step('a')]);
    const [one, two] = workers(world);
    world.changed = true;
    begins(world, one);
    await world.until(one, 'send');
    world.lapse('east');
    world.changed = false;
    begins(world, two);
    await world.until(two, 'follow');
    await world.until(one);
    await hear(world);
    expect(world.ticket.state).toBe('running');
  });

  it('neverBegun', async () => {
    const world = scene([step('a')]);
    const [one, two] = workers(world);
    begins(world, one);
    await world.until(one, 'exec');
    one.dead = true;
    world.lapse('east');
    world.hosts.reachable = false;
    begins(world, two);
    await world.until(two, 'exec');
    vi.setSystemTime(Date.now() + 301_000);
    await world.until(two);
    await hear(world);
    expect(world.ticket.state).toBe('unknown');
    await comesToItsEnd(world);
  });

  it('haltedInTheMiddle', async () => {
    const world = scene([step('a'), step('c', { code: 1 })], { maxFail: 0 });
    const [one, , other] = workers(world);
    begins(world, one);
    await world.until(one, 'follow');
    one.dead = true;
    world.lapse('east');
    begins(world, other);
    await world.until(other);
    await hear(world);
    await comesToItsEnd(world);
  });
});
