import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Host } from '../../src/core/command.ts';
import { changedHosts, frozenBy, frozenWords, hostsIn, isShorter } from '../../src/core/freeze.ts';
import type { Freeze, Step } from '../../src/core/types.ts';
import { say, speak } from '../../src/core/words.ts';
import type { Machine } from '../support/machine.ts';
import { comesToItsEnd, machine } from '../support/scene.ts';

const host = (name: string, site: string, tags: readonly string[] = []): Host => ({ name, site, sites: [site], tags, kind: 'linux', address: '', libvirt: '' });
const policy = { hosts: [host('web1', 'east', ['web']), host('web2', 'west', ['web']), host('db1', 'east')] };
const freeze = (scope: string, more: Partial<Freeze> = {}): Freeze => ({ scope, by: 'bo', reason: 'fire', since: 1000, ...more });

describe('a freeze', () => {
  it.each<[string, readonly string[], boolean]>([
    ['*', ['web1'], true],
    ['web1', ['web1'], true],
    ['web1', ['web2', 'db1'], false],
    ['@web', ['db1', 'web2'], true],
    ['@web', ['db1'], false],
    ['site:east', ['db1'], true],
    ['site:east', ['web2'], false],
    ['@gone', ['web1', 'web2', 'db1'], false],
    ['gone', ['web1'], false],
    // What became of a host that is not in the configuration nobody can say.
    ['@gone', ['lost'], true],
    ['site:east', ['lost'], true],
    ['lost', ['lost'], true],
    ['web1', ['lost'], false],
    ['*', [], false],
  ])('of %s stops changes of %j: %j', (scope, hosts, stops) => {
    expect(frozenBy(hosts, [freeze(scope)], policy, 2000) !== undefined).toBe(stops);
  });

  it('holds until then, and not a moment longer', () => {
    const until = freeze('*', { until: 5000 });
    expect(frozenBy(['web1'], [until], policy, 4999)).toBe(until);
    expect(frozenBy(['web1'], [until], policy, 5000)).toBeUndefined();
  });

  it('more of them never stop less, and more hosts are never stopped less', () => {
    const scope = fc.constantFrom('*', 'web1', 'web2', 'db1', '@web', '@gone', 'site:east', 'site:west', 'lost');
    const some = fc.array(fc.record({ scope, until: fc.option(fc.integer({ min: 0, max: 10 }), { nil: undefined }) }), { maxLength: 4 });
    const hosts = fc.array(fc.constantFrom('web1', 'web2', 'db1', 'lost'), { maxLength: 3 });
    const all = (list: readonly { scope: string; until: number | undefined }[]) =>
      list.map(({ scope: name, until }) => freeze(name, until === undefined ? {} : { until }));
    fc.assert(
      fc.property(some, some, hosts, hosts, fc.integer({ min: 0, max: 10 }), (a, b, x, y, now) => {
        if (frozenBy(x, all(a), policy, now)) expect(frozenBy([...x, ...y], all([...b, ...a]), policy, now)).toBeDefined();
      }),
    );
  });

  it('means hosts, changes of hosts only, and says so in both languages', () => {
    expect(hostsIn('@web', policy)).toEqual(['web1', 'web2']);
    expect(hostsIn('*', policy)).toHaveLength(3);
    const why = say({ en: 'x', zh: 'x' });
    const desk: Step = { kind: 'desk', on: { site: 'desk', host: 'desk' }, why, act: { thaw: { scope: '*', since: 1 } } };
    const exec: Step = { kind: 'exec', on: { site: 'east', host: 'web1' }, why, argv: ['true'] };
    expect(changedHosts({ steps: [desk], touches: ['web1'] })).toEqual([]); // or a freeze could not be lifted
    expect(changedHosts({ steps: [desk, exec], touches: ['db1'] })).toEqual(['web1', 'db1']);
    const words = frozenWords(freeze('@web', { until: 3_600_000 }), { bo: 'Bo' });
    expect(speak(words, 'en')).toBe('changes of @web are frozen by Bo until 01:00 UTC: fire; `freeze list` shows it, `freeze off @web` lifts it');
    expect(speak(words, 'zh')).toMatch(/@web 的变更已被 Bo 冻结（至 01:00 UTC）：fire/);
    expect(speak(frozenWords(freeze('*', { until: 90_000_000 }), {}), 'en')).toContain('all changes are frozen by bo until 1970-01-02 01:00 UTC');
    expect(speak(frozenWords(freeze('*'), {}), 'en')).toContain('until it is lifted: fire');
    expect([isShorter({ until: 1 }, {}), isShorter({}, { until: 1 }), isShorter({ until: 1 }, { until: 1 }), isShorter({}, {})]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});

describe('the machine', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] }));
  afterEach(() => {
    vi.clearAllTimers();
    vi.useRealTimers();
  });
  const step = (on: string, wave = 1) => ({ host: on, wave, wait: false, nature: { code: 0, unsure: 'no' as const } });
  const world = (...steps: ReturnType<typeof step>[]) => machine({ steps, maxFail: undefined, believe: false });
  const everything = [freeze('*')];

  async function run(all: Machine, until?: string) {
    const worker = all.workers.find(({ busy }) => !busy);
    if (!worker) throw new Error('all are busy');
    all.start(worker);
    await all.until(worker, until);
    return worker;
  }
  async function hear(all: Machine): Promise<void> {
    for (let word = all.inbox.shift(); word; word = all.inbox.shift()) await all.desk(word);
  }

  it('begins nothing that was frozen after it was sent on its way: it is planned anew', async () => {
    const all = world(step('a'));
    const worker = await run(all, 'freezes');
    all.freezes = () => everything; // the last moment
    await all.until(worker);
    await hear(all);
    expect(all.ticket.state).toBe('planning');
    expect(all.hosts.begun.size).toBe(0);
    expect(all.journal).toEqual({});
    await comesToItsEnd(all);
  });

  it('begins nothing while nobody can say what is frozen, and goes on when somebody can', async () => {
    const all = world(step('a'));
    all.freezes = () => {
      throw new Error('no answer');
    };
    await run(all);
    expect([all.ticket.state, all.inbox.length, all.hosts.begun.size]).toEqual(['running', 0, 0]);
    all.freezes = () => [];
    await comesToItsEnd(all);
    expect(all.ticket.state).toBe('done');
  });

  it('ends what has begun, and begins no later wave; the ticket says why', async () => {
    const all = world(step('a'), step('b'), step('a', 2));
    const worker = await run(all, 'exec');
    all.freezes = () => everything;
    await all.until(worker);
    await hear(all);
    expect(all.ticket).toMatchObject({ state: 'running', wave: 1 });
    await run(all);
    await hear(all);
    await all.desk();
    expect(all.ticket.state).toBe('failed');
    expect(all.hosts.begun.size).toBe(2);
    expect('frozen' in all.ticket && all.ticket.frozen && speak(all.ticket.frozen, 'en')).toMatch(/all changes are frozen by bo/);
    await comesToItsEnd(all);
  });

  it('takes over a wave that was begun before the freeze', async () => {
    const all = world(step('a'), step('a'));
    const first = await run(all, 'exec');
    first.dead = true;
    all.lapse('east');
    all.freezes = () => everything;
    await comesToItsEnd(all);
    expect(all.ticket.state).toBe('done');
  });

  it('stops what is frozen in one place only there', async () => {
    const all = world(step('a'), step('c'));
    const east = await run(all, 'exec');
    all.freezes = () => [freeze('c')];
    await all.until(east);
    const west = all.workers.find(({ site }) => site === 'west');
    if (!west) throw new Error('nobody');
    all.start(west);
    await all.until(west);
    await hear(all);
    await all.desk();
    expect(all.ticket.state).toBe('failed');
    expect([...all.hosts.begun.keys()].map(({ on }) => on.host)).toEqual(['a']);
  });
});
