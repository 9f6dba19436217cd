import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advance } from '../../src/core/advance.ts';
import { DESK, due, RECHECK_AFTER, REFRESH_AFTER } from '../../src/core/due.ts';
import { type Ending, type Event, type In, isOver, type PlanRef, type Ticket, type Verdict } from '../../src/core/ticket.ts';
import { say } from '../../src/core/words.ts';
import { desk, planner, play, vote, wantedBy, withdrawal, worker } from '../support/honest.ts';
import { Life, MAY_GO } from '../support/reference-life.ts';
import { asked, leads } from '../support/ticket.ts';

const fresh: In<'planning'> = { ...asked, state: 'planning', looking: { round: 1, since: 0, parts: { east: null, west: null } } };

/** The ticket, the clock, every revision it had, and everything that was ever said to it. */
class World {
  ticket: Ticket = fresh;
  now = 0;
  readonly seen: Ticket[] = [fresh];
  readonly said: { readonly event: Event; readonly rev: number | undefined }[] = [];
  presses = 0;
}

type Act = (model: Life, world: World) => void;
function command(name: string, act: Act): fc.Command<Life, World> {
  return { check: () => true, run: (model, world) => act(model, world), toString: () => name };
}

/** Tells the ticket, as the store does: with `rev`, only a ticket of that revision. Then all that must hold is looked at. */
function tell(event: Event | undefined, model: Life, world: World, rev?: number): void {
  if (!event) return;
  world.said.push({ event, rev });
  if (rev !== undefined && rev !== world.ticket.rev) return;
  const before = world.ticket;
  model.hear(event);
  const after = advance(before, event);
  world.ticket = after;
  if (after !== before) world.seen.push(after);
  agrees(model, after);
  expect(advance(after, event), 'a redelivered event changes nothing').toBe(after);
  if (after === before) return;
  expect(after.rev).toBe(before.rev + 1);
  expect(MAY_GO[before.state][event.kind], `${before.state} by ${event.kind}`).toContain(after.state);
  if (before.state === 'unknown' && (after.state === 'done' || after.state === 'failed')) expect(event.kind).toBe('marked');
  if (after.state === 'running' && before.state === 'approved') expect(new Set(model.yes).size).toBeGreaterThanOrEqual(model.wanted);
  if ('wave' in before && 'wave' in after && after.wave !== before.wave) {
    const ended = before.plan.waves.slice(0, before.wave + 1).flatMap(({ wave, sites }) => sites.map((site) => `${wave} ${site}`));
    expect(after.wave).toBe(before.wave + 1);
    expect(Object.keys(after.ends).sort()).toEqual(ended.sort());
    expect([before.state, after.state]).toEqual(['running', 'running']);
    expect(Object.values(after.failed ?? {}).reduce((sum, n) => sum + n, 0)).toBeLessThanOrEqual(after.plan.maxFail ?? 0);
  }
  goesOn(after, world.now);
}

function agrees(model: Life, ticket: Ticket): void {
  expect({ state: ticket.state, rev: ticket.rev, heard: ticket.heard }).toEqual({ state: model.state, rev: model.rev, heard: model.heard });
  if ('plan' in ticket && ticket.plan) expect({ ...ticket.plan, tried: 0, at: 0 }).toEqual({ ...model.plan, tried: 0, at: 0 });
  expect(ticket.reason?.text ?? '').toBe(model.why);
  if (ticket.state === 'waiting') {
    const { before, voided } = ticket;
    expect({ before, voided }).toEqual(model.changed ?? { before: undefined, voided: undefined });
    expect(ticket.changed ?? false).toBe(model.changed !== undefined);
    expect(wantedBy(ticket.needs)).toBe(model.wanted);
  }
  if (ticket.state === 'done' && ticket.already) expect(model.changed).toBeDefined();
  if ('votes' in ticket && ticket.votes) expect(ticket.votes.map(({ by }) => by)).toEqual(model.yes);
  if ('looking' in ticket && ticket.looking) {
    const open = Object.entries(ticket.looking.parts).flatMap(([site, part]) => (part === null ? [site] : []));
    expect({ round: ticket.looking.round, open }).toEqual(model.looking);
  }
  if ('wave' in ticket) {
    expect(ticket.wave).toBe(model.wave);
    expect(Object.entries(ticket.ends)).toEqual(model.ends.map(({ wave, site, ending }) => [`${wave} ${site}`, ending]));
  }
  if (ticket.state === 'unknown') expect(ticket.cancelledBy !== undefined).toBe(model.stopping);
}

/** Over and silent; or something is due, now or as the clock goes on, and it leads to an end. */
function goesOn(ticket: Ticket, now: number): void {
  const work = (at: number) => due(ticket, at).filter(({ job }) => job !== 'show');
  if (isOver(ticket)) {
    for (const at of [now, now + 1e9]) expect(work(at)).toEqual([]);
    return;
  }
  if (work(now).length === 0) {
    if (ticket.state === 'unknown') expect(work(ticket.checkedAt + RECHECK_AFTER)).not.toEqual([]);
    else if (ticket.state === 'waiting') {
      expect(ticket.expiresAt).toBeGreaterThan(now);
      expect(work(ticket.plan.at + REFRESH_AFTER + 1)).not.toEqual([]);
    } else throw new Error(`nothing is due for a ticket that is ${ticket.state}`);
  }
  if (ticket.state === 'waiting') expect(work(ticket.expiresAt)).not.toEqual([]);
  for (const votes of [true, false]) {
    const { end, spun } = play(ticket, now, votes, advance);
    expect(isOver(end), `${ticket.state} comes to ${end.state}`).toBe(true);
    expect(spun, 'what is due was done, and nothing came of it').toBeUndefined();
  }
}

const some = fc.nat(1000);
/** Mostly the ticket as it is; sometimes as it was. */
const age = fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(12) });
const then = ({ seen, ticket }: World, ago: number): Ticket => seen[seen.length - 1 - ago] ?? ticket;
const site = fc.constantFrom('east', 'west', 'desk', 'north');
const east = ['east'];
const WAVES: readonly PlanRef['waves'][] = [
  [{ wave: 1, sites: east }],
  [
    { wave: 1, sites: ['east', 'west'] },
    { wave: 2, sites: east },
  ],
  [
    { wave: 1, sites: east },
    { wave: 3, sites: ['west'] },
    { wave: 4, sites: ['west', 'east'] },
  ],
  [
    { wave: 1, sites: ['desk'] },
    { wave: 2, sites: east },
  ],
];
const planRef = fc
  .record({ digest: fc.constantFrom('X', 'Y'), waves: fc.constantFrom(...WAVES), maxFail: fc.constantFrom(undefined, 0, 1, 2) })
  .map(({ digest, waves, maxFail }) => ({
    ...{ digest, waves, code: `C${digest}`, risk: 'medium' as const, parts: { east: digest, west: digest }, hosts: ['a'] },
    ...(maxFail === undefined ? {} : { maxFail }),
  }));
const judgement = fc
  .record({
    kind: fc.constantFrom(...Array<'ask'>(8).fill('ask'), 'ready', 'ready', 'ready', 'answered', 'refused', 'passing', 'passing'),
    plan: planRef,
    count: fc.constantFrom(1, 1, 2, 3),
  })
  .map(({ kind, plan, count }) => (round: number, at: number): Verdict => {
    const ref = { ...plan, round, at };
    if (kind === 'ask') return { kind, plan: ref, needs: leads(count), expiresAt: at + 200_000 };
    if (kind === 'ready' || kind === 'answered') return { kind, plan: ref };
    const message = say({ en: 'no', zh: '不' });
    return kind === 'passing' ? { kind: 'refused', message, passing: true } : { kind: 'refused', message };
  });

const brief = (verdict: Verdict) =>
  verdict.kind === 'refused'
    ? verdict.passing
      ? 'passing'
      : 'no'
    : `${verdict.kind} ${verdict.plan.digest} ${verdict.plan.waves.map(({ wave, sites }) => `${wave}:${sites}`).join(' ')} max ${verdict.plan.maxFail}`;

const time = fc.constantFrom(1, 5000, 11_000, 31_000, 61_000, 150_000).map((ms) =>
  command(`${ms} ms pass`, (_, world) => {
    world.now += ms;
    goesOn(world.ticket, world.now);
  }),
);
const plans = fc
  .tuple(site, age)
  .map(([where, ago]) => command(`${where} plans what it saw ${ago} ago`, (model, world) => tell(planner(then(world, ago), where, world.now), model, world)));
const allPlan = fc.constant(
  command('all sites plan', (model, world) => {
    for (const where of ['east', 'west']) tell(planner(world.ticket, where, world.now), model, world);
  }),
);
const came = fc
  .record({
    ending: fc.constantFrom<Ending[]>('done', 'done', 'done', 'done', 'failed', 'unknown', 'unknown', 'stopped', 'changed', 'changed', 'robbed'),
    failed: fc.integer({ min: 1, max: 2 }),
  })
  .map(({ ending, failed }) => ({ ending, failed: ['failed', 'unknown', 'robbed'].includes(ending) ? failed : 0 }));
const decides = fc
  .tuple(judgement, age, fc.constantFrom(...Array<'same'>(8).fill('same'), 'asker gone', 'votes gone', 'votes gone', 'more needed'), came)
  .map(([verdict, ago, policy, own]) =>
    command(`a desk decides on what it saw ${ago} ago (${policy}, ${own.ending}, ${brief(verdict(0, 0))})`, (model, world) => {
      const seen = then(world, ago);
      tell(
        desk(seen, world.now, (round) => verdict(round, world.now), { policy, came: own.ending === 'done' ? own : { ending: 'failed', failed: 1 } }),
        model,
        world,
        seen.rev,
      );
    }),
  );
const ends = fc.tuple(came, site, fc.constantFrom(0, 0, 0, 0, 0, -1, 1), age, some).map(([what, where, off, ago, which]) =>
  command(`${where} (${which}) ends ${what.ending}, ${what.failed} failed, wave ${off}, seen ${ago} ago`, (model, world) => {
    const seen = then(world, ago);
    if (!('wave' in seen)) return;
    const now = seen.plan.waves[seen.wave];
    const right = where === 'north' ? where : (now?.sites[which % now.sites.length] ?? where);
    if (right === DESK) return; // no worker is there
    tell(worker(seen, right, (now?.wave ?? 1) + off, what, world.now), model, world);
  }),
);
const says = fc.tuple(fc.constantFrom('bob', 'carol', 'dave'), fc.constantFrom('right', 'right', 'right', 'CX', 'CZ'), age).map(([by, code, ago]) =>
  command(`${by} approves ${code}, seen ${ago} ago`, (model, world) => {
    const seen = then(world, ago);
    if (seen.state !== 'waiting') return;
    tell(vote(`press ${world.presses++}`, seen, by, code === 'right' ? seen.plan.code : code, world.now), model, world, seen.rev);
  }),
);
const takesBack = fc.tuple(fc.constantFrom('bob', 'carol', 'dave'), age).map(([by, ago]) =>
  command(`${by} takes their vote back, seen ${ago} ago`, (model, world) => {
    const seen = then(world, ago);
    tell(withdrawal(`press ${world.presses++}`, seen, by, world.now), model, world, seen.rev);
  }),
);
const explains = fc
  .constantFrom('the shop is down', 'a customer waits')
  .map((text) =>
    command(`alice says why: ${text}`, (model, world) =>
      tell({ id: `press ${world.presses++}`, at: world.now, kind: 'reasoned', by: 'alice', text }, model, world),
    ),
  );
const presses = fc
  .tuple(fc.constantFrom('rejected', 'cancelled', 'cancelled', 'rechecked', 'marked', 'blocked', 'reported', 'expired'), fc.nat(7))
  .map(([kind, patience]) =>
    command(`someone says ${kind}`, (model, world) => {
      if (patience > 0 && ['planning', 'waiting', 'approved'].includes(world.ticket.state)) return; // else most lives would be short
      const base = { id: `press ${world.presses++}`, at: world.now, by: 'bob' };
      if (kind === 'marked') tell({ ...base, kind, as: world.presses % 2 === 0 ? 'done' : 'failed', reason: 'I saw it' }, model, world);
      else if (kind === 'blocked') tell({ ...base, kind, by: say({ en: `${world.presses % 3}`, zh: '' }) }, model, world);
      else tell({ ...base, kind }, model, world);
    }),
  );
const again = some.map((which) =>
  command(`event ${which} comes again`, (model, world) => {
    const one = world.said[which % world.said.length];
    if (one) tell(one.event, model, world, one.rev);
  }),
);

describe('the life of a ticket', () => {
  it('is what the reference says, whatever is said to it, by whom, and how often', () => {
    const kinds = [time, plans, allPlan, allPlan, decides, decides, decides, decides, ends, ends, ends, says, says, takesBack, explains, presses, again];
    fc.assert(
      fc.property(fc.commands(kinds, { maxCommands: 80, size: 'max' }), (list) => fc.modelRun(() => ({ model: new Life(fresh), real: new World() }), list)),
      { numRuns: 1200 },
    );
  });
});
