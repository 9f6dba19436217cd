import { beforeEach, describe, expect, it } from 'vitest';
import { atDesk, type Own } from '../../src/core/own.ts';
import type { Delegation } from '../../src/core/policy.ts';
import type { Link } from '../../src/core/ports.ts';
import type { DeskAct, Entry, Freeze, Plan } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import { alerts, schedules, silences } from '../support/stubs.ts';

const why = say({ en: 'x', zh: 'x' });
const freeze = (more: Partial<Freeze> = {}): Freeze => ({ scope: '*', by: 'bo', reason: 'fire', since: 1, ...more });
const account = { chat: 'matrix', id: '@ana:example.org' };
const plan = (act: DeskAct): Plan => ({
  summary: why,
  steps: [{ kind: 'desk', on: { site: 'desk', host: 'desk' }, why, act }],
  ...{ facts: [], locks: [], risk: 'low', undo: { impossible: why } },
});

/** A desk in memory. */
class World {
  journal: Record<number, Entry> = {};
  frozen: Freeze[] = [];
  links: Link[] = [];
  lent: Delegation[] = [];
  sessions = 2;
  factor: string | undefined;
  begun: string | undefined = 'key';
  /** Called right after an act was carried out, before its end is written: a crash. */
  crash = false;

  needs(): Own {
    const find = (scope: string) => this.frozen.find((one) => one.scope === scope);
    return {
      journals: {
        read: async () => ({ journal: { ...this.journal }, lines: 0 }),
        write: async (_, __, step, entry) => {
          if (entry.state === 'finished' && this.crash) throw new Error('killed');
          this.journal[step] = entry;
          return true;
        },
      },
      ...{ alerts, silences, schedules },
      locks: { robbed: async () => false, steal: async () => false },
      freezes: {
        list: async () => this.frozen,
        set: async (one) => {
          this.frozen = [...this.frozen.filter(({ scope }) => scope !== one.scope), one];
        },
        lift: async (scope, since) => {
          const there = find(scope)?.since === since;
          if (there) this.frozen = this.frozen.filter((one) => one.scope !== scope);
          return there;
        },
      },
      links: {
        list: async () => this.links,
        add: async (link) => {
          if (this.links.length > 0) return false;
          this.links = [link];
          return true;
        },
        remove: async () => this.links.splice(0).length > 0,
      },
      delegations: {
        add: async (one) => {
          this.lent = [one];
        },
        remove: async () => this.lent.splice(0).length > 0,
      },
      reviews: { close: async () => false },
      sessions: {
        end: async () => {
          const { sessions } = this;
          this.sessions = 0;
          return sessions;
        },
      },
      factors: {
        enrol: async (_, key) => {
          if (this.factor === key) return true;
          if (this.begun !== key) return false;
          this.factor = key;
          this.begun = undefined;
          return true;
        },
        forget: async () => {
          const had = this.factor !== undefined;
          this.factor = undefined;
          return had;
        },
      },
    };
  }
  act(act: DeskAct) {
    return atDesk(plan(act), 1, { ticket: 'T1', round: 1 }, this.needs());
  }
}

describe('the desk itself', () => {
  let world: World;
  beforeEach(() => {
    world = new World();
  });
  const met = { ending: 'done', failed: 0 };
  const not = { ending: 'failed', failed: 1 };
  const link = { account, person: 'ana' };

  const acts: readonly (readonly [string, DeskAct, (world: World) => void, (world: World) => unknown, unknown])[] = [
    ['freezes', { freeze: freeze() }, () => undefined, ({ frozen }) => frozen, [freeze()]],
    ['lifts a freeze', { thaw: { scope: '*', since: 1 } }, (one) => one.frozen.push(freeze()), ({ frozen }) => frozen, []],
    ['links an account', { link }, () => undefined, ({ links }) => links.map(({ person }) => person), ['ana']],
    ['takes a link away', { unlink: { account } }, (one) => one.links.push({ ...link, at: 1 }), ({ links }) => links, []],
    ['lends roles', { delegate: { from: 'ana', to: 'bo', until: 9 } }, () => undefined, ({ lent }) => lent, [{ from: 'ana', to: 'bo', until: 9 }]],
    ['takes roles back', { revoke: { from: 'ana', to: 'bo' } }, (one) => one.lent.push({ from: 'ana', to: 'bo', until: 9 }), ({ lent }) => lent, []],
    ['ends sessions', { signOut: { person: 'ana' } }, () => undefined, ({ sessions }) => sessions, 0],
    ['puts a factor in force', { enrol: { person: 'ana', key: 'key' } }, () => undefined, ({ factor }) => factor, 'key'],
    ['forgets a factor', { forget: { person: 'ana' } }, (one) => Object.assign(one, { factor: 'key' }), ({ factor }) => factor, undefined],
  ];

  it.each(acts)('%s, once', async (_, act, prepare, see, expected) => {
    prepare(world);
    expect(await world.act(act)).toEqual(met);
    expect(see(world)).toEqual(expected);
    expect(world.journal[0]).toMatchObject({ state: 'finished', outcome: { kind: 'met' } });
  });

  it.each(acts)('%s, also when it was killed right after that', async (_, act, prepare, see, expected) => {
    prepare(world);
    world.crash = true;
    await expect(world.act(act)).rejects.toThrow('killed');
    expect(world.journal[0]).toMatchObject({ state: 'intent' });
    world.crash = false;
    expect(await world.act(act)).toEqual(met);
    expect(see(world)).toEqual(expected);
  });

  it.each(acts)('%s, two at once', async (_, act, prepare, see, expected) => {
    prepare(world);
    expect(await Promise.all([world.act(act), world.act(act)])).toEqual([met, met]);
    expect(see(world)).toEqual(expected);
  });

  it('does not lift a freeze that took the place of the one that was seen', async () => {
    world.frozen = [freeze({ since: 2 })];
    expect(await world.act({ thaw: { scope: '*', since: 1 } })).toEqual(not);
    expect(world.frozen).toHaveLength(1);
  });

  it('does not make a freeze shorter that somebody made longer meanwhile', async () => {
    world.frozen = [freeze({ reason: 'longer' })];
    expect(await world.act({ freeze: freeze({ until: 5 }) })).toEqual(met);
    expect(world.frozen).toEqual([freeze({ reason: 'longer' })]);
  });

  it('does not give one the account of another', async () => {
    world.links = [{ account, person: 'bo', at: 1 }];
    expect(await world.act({ link })).toEqual(not);
    expect(world.links.map(({ person }) => person)).toEqual(['bo']);
  });

  it('does not put a factor in force that was not proven', async () => {
    expect(await world.act({ enrol: { person: 'ana', key: 'other' } })).toEqual(not);
    expect(world.factor).toBeUndefined();
  });

  it('says that a lock is held no more', async () => {
    expect(await world.act({ steal: { lock: 'a', from: 'T2', token: 1 } })).toEqual(not);
  });
});
