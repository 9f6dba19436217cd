import fc from 'fast-check';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Lease } from '../../src/core/ports.ts';
import type { Lock } from '../../src/core/types.ts';
import { leases } from '../../src/store/leases.ts';
import { locks } from '../../src/store/locks.ts';
import { journals } from '../../src/store/plans.ts';
import { servers } from '../support/redis.ts';
import { clash, Reference } from '../support/reference.ts';
import { fewer } from '../support/sample.ts';

/** What the commands act on: the store, every right it ever gave, and how wrong the client's clocks are, in milliseconds. */
class Real {
  readonly redis: Redis;
  readonly leases: { readonly name: string; readonly lease: Lease }[] = [];
  readonly tokens: number[] = [];
  skew = 0;
  constructor(redis: Redis) {
    this.redis = redis;
  }

  /** Asks with the client's clocks set wrong; the server, which may be in this process, never sees it. */
  ask<T>(question: () => T): T {
    const [date, monotonic] = [Date.now(), performance.now()];
    const spies = [vi.spyOn(Date, 'now').mockReturnValue(date + this.skew), vi.spyOn(performance, 'now').mockReturnValue(monotonic + this.skew)];
    try {
      return question();
    } finally {
      for (const spy of spies) spy.mockRestore();
    }
  }
}

type Act = (model: Reference, real: Real) => Promise<void>;

function command(name: string, act: Act): fc.AsyncCommand<Reference, Real> {
  return {
    check: () => true,
    async run(model, real) {
      await act(model, real);
      await agrees(model, real);
    },
    toString: () => name,
  };
}

/** The store says what the reference says, and no two tickets hold what does not go together. */
async function agrees(model: Reference, real: Real): Promise<void> {
  const list = await locks(real.redis).list();
  const tickets = (all: readonly { ticket: string }[]) => all.map(({ ticket }) => ticket);
  expect(list.map(({ name, holders, waiting }) => ({ name, holders: tickets(holders), waiting: tickets(waiting) }))).toEqual(model.list());
  const held = list.flatMap(({ name, holders }) =>
    holders.map(({ ticket, shared }) => ({ ticket, lock: shared ? { name, shared: true as const } : { name } })),
  );
  for (const one of held) for (const other of held) if (one.ticket !== other.ticket) expect(clash([one.lock], [other.lock])).toBeUndefined();
}

function isNew(token: number | undefined, model: Reference): number {
  expect(token).toBeGreaterThan(model.newest);
  model.newest = token ?? Number.NaN;
  return model.newest;
}

async function acquire(ticket: string, wanted: readonly Lock[], model: Reference, real: Real): Promise<void> {
  const expected = model.acquire(ticket, wanted);
  const answer = await real.ask(() => locks(real.redis).acquire(ticket, wanted));
  if ('name' in expected) expect(answer).toMatchObject({ busy: expected });
  else {
    const token = 'token' in answer ? answer.token : Number.NaN;
    if (expected.token !== undefined) expect(token).toBe(expected.token);
    else {
      model.grant(ticket, wanted, isNew(token, model));
      real.tokens.push(model.newest);
    }
  }
}

async function write(ticket: string, which: number, token: number | undefined, model: Reference, real: Real): Promise<void> {
  const { name, lease } = real.leases[which % real.leases.length] ?? {};
  if (name === undefined || !lease) return;
  const right = { lease: { name, token: lease.token }, locks: token };
  const expected = model.mayWrite(ticket, right.lease, token);
  expect(await real.ask(() => journals(real.redis).write(ticket, 1, 0, { state: 'intent', at: 1 }, right))).toBe(expected);
  if (expected) model.written.set(ticket, (model.written.get(ticket) ?? 0) + 1);
  expect((await journals(real.redis).read(ticket, 1)).lines).toBe(model.written.get(ticket) ?? 0);
}

/** As if the waiter had not asked for a long time. */
async function die(ticket: string, model: Reference, { redis }: Real): Promise<void> {
  const json = await redis.hget('hostler:lock:line', ticket);
  if (json !== null) await redis.hset('hostler:lock:line', ticket, JSON.stringify({ ...JSON.parse(json), seen: JSON.parse(json).seen - 86_400_000 }));
  model.leave(ticket);
}

const TICKETS = ['T1', 'T2', 'T3', 'T4'];
const LEASES = ['L1', 'L2'];
const ticket = fc.constantFrom(...TICKETS);
const some = fc.nat(1000);
const lock = fc.record({ name: fc.constantFrom('a', 'a/b', 'a/b/c', 'a/b/d', 'a/bc', 'e'), shared: fc.boolean() });
const wanted = fc.array(
  lock.map(({ name, shared }): Lock => (shared ? { name, shared } : { name })),
  { minLength: 1, maxLength: 3 },
);
const acquires = fc
  .tuple(ticket, wanted)
  .map(([who, what]) =>
    command(`${who} asks for ${what.map(({ name, shared }) => name + (shared ? ' (shared)' : '')).join(', ')}`, (model, real) =>
      acquire(who, what, model, real),
    ),
  );
const asksAgain = some.map((which) =>
  command(`waiter ${which} asks again`, async (model, real) => {
    const waiter = model.line[which % model.line.length];
    if (waiter) await acquire(waiter.ticket, waiter.locks, model, real);
  }),
);
const releases = ticket.map((who) =>
  command(`${who} releases`, async (model, real) => expect(await real.ask(() => locks(real.redis).release(who))).toEqual(model.release(who))),
);
const steals = fc.tuple(some, fc.constantFrom(0, 0, 0, 1)).map(([which, wrong]) =>
  command(`lock ${which} is stolen${wrong ? ' under a wrong token' : ''}`, async (model, real) => {
    const all = [...model.held].flatMap(([who, { locks, token }]) => [...locks, { name: 'e' }].map(({ name }) => ({ name, who, token: token - wrong })));
    const one = all[which % all.length];
    if (!one) return;
    expect(await locks(real.redis).steal(one.name, one.who, one.token)).toBe(model.steal(one.name, one.who, one.token));
    expect(await locks(real.redis).robbed(one.who)).toBe(model.held.get(one.who)?.robbed);
  }),
);
const dies = ticket.map((who) => command(`${who} stops asking`, (model, real) => die(who, model, real)));
const takes = fc.constantFrom(...LEASES).map((name) =>
  command(`${name} is asked for`, async (model, real) => {
    const lease = await real.ask(() => leases(real.redis, { lastsMs: 60_000, renewMs: 5 }).take(name, 'worker'));
    if (model.leases.has(name)) return expect(lease).toBeUndefined();
    model.leases.set(name, isNew(lease?.token, model));
    if (lease) real.leases.push({ name, lease });
  }),
);
const pauses = fc.constantFrom(...LEASES).map((name) =>
  command(`${name} lapses`, async (model, { redis }) => {
    await redis.del(`hostler:lease:${name}`);
    model.leases.delete(name);
  }),
);
const gives = some.map((which) =>
  command(`lease ${which} is released`, async (model, real) => {
    const { name, lease } = real.leases[which % real.leases.length] ?? {};
    if (name === undefined || !lease) return;
    await lease.release();
    if (model.leases.get(name) === lease.token) model.leases.delete(name);
  }),
);
const writes = fc.tuple(ticket, some, some, fc.boolean()).map(([who, which, token, stale]) =>
  command(`${who} writes under lease ${which}${stale ? `, token ${token}` : ''}`, async (model, real) => {
    await write(who, which, stale ? real.tokens[token % (real.tokens.length + 1)] : model.held.get(who)?.token, model, real);
  }),
);
const skews = fc.integer({ min: -1e9, max: 1e9 }).map((ms) =>
  command(`the client's clocks are ${ms} ms off`, async (_, real) => {
    real.skew = ms;
  }),
);

/** Who waits and keeps asking has its turn, whoever asks first, and at last nothing is left. */
async function comesToRest(model: Reference, real: Real): Promise<void> {
  while (model.line.length > 0) {
    const [first] = model.line;
    for (const who of model.held.keys()) expect(await locks(real.redis).release(who)).toEqual(model.release(who));
    for (const waiter of model.line.toReversed()) await acquire(waiter.ticket, waiter.locks, model, real);
    for (const waiter of model.line) await acquire(waiter.ticket, waiter.locks, model, real);
    expect(model.line).not.toContainEqual(first);
    await agrees(model, real);
  }
  for (const who of TICKETS) await locks(real.redis).release(who);
  for (const { name, lease } of real.leases) {
    if (model.leases.get(name) !== lease.token) await expect.poll(() => lease.held(), { interval: 1 }).toBe(false);
    expect(await real.redis.hget(`hostler:lease:${name}`, 'token')).toBe(model.leases.has(name) ? String(model.leases.get(name)) : null);
  }
  for (const { lease } of real.leases) await lease.release();
  const left = await real.redis.keys('*');
  expect(left.filter((key) => !['hostler:token', 'hostler:audit'].includes(key) && !/^hostler:(journal|last):/.test(key))).toEqual([]);
}

describe.each(servers())('leases, locks and fences on $name', ({ start, runs }) => {
  let redis: Redis;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    ({ redis, stop } = await start());
  });
  afterAll(() => stop());

  it('do what the reference does', async () => {
    const commands = fc.commands([acquires, acquires, asksAgain, asksAgain, releases, steals, dies, takes, pauses, gives, writes, writes, skews], {
      size: 'max',
      maxCommands: 60,
    });
    await fc.assert(
      fc.asyncProperty(commands, async (list) => {
        await redis.flushall();
        const [model, real] = [new Reference(), new Real(redis)];
        try {
          await fc.asyncModelRun(() => ({ model, real }), list);
          await comesToRest(model, real);
        } finally {
          for (const { lease } of real.leases) await lease.release();
        }
      }),
      fewer(runs),
    );
  });
});
