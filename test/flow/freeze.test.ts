import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bot } from '../support/bot.ts';

let world: Awaited<ReturnType<typeof bot>>;
beforeAll(async () => {
  world = await bot({
    config(lab) {
      if (typeof lab !== 'object' || lab === null || !('people' in lab) || !('roles' in lab)) throw new Error('this is no configuration');
      const more = { dan: { name: 'Dan', lang: 'en', roles: ['west'] }, eve: { name: 'Eve', lang: 'en', roles: ['viewer'] } };
      const west = { grants: [{ commands: ['*'], hosts: ['site:west'], upTo: 'high' }] };
      return { ...lab, people: Object.assign({}, lab.people, more), roles: Object.assign({}, lab.roles, { west }) };
    },
  });
});
afterAll(() => world.close());

const effects = (host: string) => world.lab.host(host).effects.length;
/** Lifts a freeze, with bob's yes. */
async function thaw(scope: string): Promise<void> {
  const card = await world.says('alice', `freeze off ${scope}`);
  expect(card.ticket?.state, card.text).toBe('waiting');
  const done = await world.presses('bob', card, 'approve');
  expect(done.ticket?.state, done.text).toBe('done');
}

describe('a freeze', () => {
  it('refuses what would change, says why, and lets look; a yes from another lifts it', async () => {
    const on = await world.says('alice', 'freeze on @web --until 2h --reason "release night"');
    expect(on.ticket?.state, on.text).toBe('done');
    const before = effects('web1');
    const no = await world.says('bob', 'svc restart nginx web1');
    expect(no.ticket?.state).toBe('refused');
    expect(no.text).toMatch(/changes of @web are frozen by Alice until (\d{4}-\d\d-\d\d )?\d\d:\d\d UTC: release night/);
    expect((await world.says('bob', 'svc show nginx web1')).ticket?.state).toBe('done');
    expect((await world.says('bob', 'svc restart nginx web1 --plan')).ticket?.state).toBe('done');
    expect((await world.says('carol', 'freeze list')).text).toMatch(/@web[\s\S]*Alice[\s\S]*release night/);
    expect(effects('web1')).toBe(before);
    const other = await world.says('alice', 'vm snapshot shop while-frozen');
    expect(other.ticket?.state, other.text).toBe('done');
    const alone = await world.says('alice', 'freeze off @web');
    expect((await world.presses('alice', alone, 'approve')).text).toContain('you asked for this yourself');
    await world.presses('bob', alone, 'approve');
    expect((await world.says('carol', 'freeze list')).text).toContain('没有任何冻结');
  });

  it('keeps what waits from being approved, and leaves it waiting: approved once it is lifted', async () => {
    const card = await world.says('alice', 'vm reboot shop');
    await world.says('alice', 'freeze on kvm1 --reason "wait for me"');
    const before = effects('kvm1');
    const no = await world.presses('bob', card, 'approve');
    expect(no.ticket?.state).toBe('refused');
    expect(no.text).toContain('changes of kvm1 are frozen by Alice until it is lifted: wait for me');
    await thaw('kvm1');
    expect(effects('kvm1')).toBe(before);
    const done = await world.presses('bob', card, 'approve');
    expect(done.ticket?.state, done.text).toBe('done');
    expect(effects('kvm1')).toBe(before + 1);
  });

  it('is undone by its button, which asks for a yes as well', async () => {
    const on = await world.says('alice', 'freeze on pi1 --reason "one moment"');
    const undo = await world.presses('alice', on, 'undo', { until: ({ ticket }) => ticket?.state === 'waiting' }).catch(() => undefined);
    const off = undo ?? (await world.says('alice', `undo ${on.id}`));
    expect(off.ticket?.state, off.text).toBe('waiting');
    await world.presses('bob', off, 'approve');
    expect((await world.says('alice', 'freeze list')).text).toContain('nothing is frozen');
  });

  it('is not made shorter by another, and is made longer', async () => {
    await world.says('alice', 'freeze on web2 --until 2h --reason "long"');
    const shorter = await world.says('bob', 'freeze on web2 --until 1m --reason "short"');
    expect(shorter.ticket?.state).toBe('refused');
    expect(shorter.text).toMatch(/frozen by Alice until (\d{4}-\d\d-\d\d )?\d\d:\d\d UTC already, which is longer/);
    expect((await world.says('bob', 'freeze on web2 --reason "for ever"')).ticket?.state).toBe('done');
    expect((await world.says('alice', 'freeze on web2 --until 3h --reason "shorter again"')).ticket?.state).toBe('refused');
    await thaw('web2');
  });

  it.each([
    ['a scope outside of the reach', 'dan', 'freeze on kvm1 --reason "mischief"', /means no host in your reach/],
    ['a scope that is partly outside', 'dan', 'freeze on --reason "mischief"', /also means hosts outside of your reach/],
    ['what does not exist', 'alice', 'freeze on @nowhere --reason "a slip"', /means no host in your reach/],
    ['someone who may only look', 'eve', 'freeze on web1 --reason "mischief"', /freeze/],
    ['a time that is over', 'alice', 'freeze on web1 --until 2020-01-01 --reason "too late"', /is over already/],
    ['a time that is none', 'alice', 'freeze on web1 --until soon --reason "too late"', /is not a time/],
    ['no reason', 'alice', 'freeze on web1', /needs/],
    ['lifting what is not frozen', 'alice', 'freeze off web1', /nothing is frozen as “web1”/],
    ['lifting outside of the reach', 'dan', 'freeze off kvm1', /means no host in your reach/],
  ])('is refused: %s', async (_, who, line, why) => {
    const card = await world.says(who, line);
    expect(card.ticket?.state, card.text).toBe('refused');
    expect(card.text).toMatch(why);
    expect((await world.says('alice', 'freeze list')).text).toContain('nothing is frozen');
  });

  it('of a site is for who reaches all of it', async () => {
    const on = await world.says('dan', 'freeze on site:west --until 1h --reason "the floor is wet"');
    expect(on.ticket?.state, on.text).toBe('done');
    expect((await world.says('alice', 'vm reboot mail')).text).toContain('the floor is wet');
    await thaw('site:west');
  });

  it('stays when its scope means nothing any more, and the list says that it freezes nothing', async () => {
    await world.says('alice', 'freeze on pi1 --reason "left behind"');
    const { pi1: _, ...hosts } = world.config.hosts;
    await world.reload({ ...world.config, hosts });
    const list = await world.says('alice', 'freeze list');
    expect(list.text).toMatch(/pi1[\s\S]*means no host any more/);
    await world.reload(world.config);
    await thaw('pi1');
  });
});

describe('a delegation', () => {
  const lend = (line = 'delegate to @dan') => world.says('bob', line);

  it('lets someone approve in another’s place until it is taken back, and never what the lender asked for', async () => {
    const asks = () => world.says('alice', 'vm reboot mail');
    const first = await asks();
    expect((await world.presses('dan', first, 'approve')).text).toContain('not an approver');
    const lent = await lend('delegate to @dan --for 2h --reason "at the dentist"');
    expect(lent.ticket?.state, lent.text).toBe('done');
    expect(lent.text).toMatch(/Dan may approve in the place of Bob until .*: at the dentist/);
    expect((await world.says('carol', 'delegate list')).text).toMatch(/Bob[\s\S]*Dan[\s\S]*lead/);
    const done = await world.presses('dan', first, 'approve');
    expect(done.ticket?.state, done.text).toBe('done');
    expect(done.text).toContain('approved by Dan (for Bob)');
    const own = await world.says('bob', 'vm reboot mail');
    expect((await world.presses('dan', own, 'approve')).ticket?.state).toBe('refused');
    const second = await asks();
    expect((await world.says('dan', 'delegate revoke @bob')).ticket?.state).toBe('done');
    expect((await world.presses('dan', second, 'approve')).text).toContain('not an approver');
    expect((await world.says('alice', 'delegate list')).text).toContain('nobody approves');
  });

  it('is undone by who lent it', async () => {
    const lent = await lend();
    const undone = await world.says('bob', `undo ${lent.id}`);
    expect(undone.ticket?.state, undone.text).toBe('done');
    expect((await world.says('alice', 'delegate list')).text).toContain('nobody approves');
  });

  it.each([
    ['to oneself', 'bob', 'delegate to @bob', /in your own place already/],
    ['for too long', 'bob', 'delegate to @dan --for 31d', /at most 30 d at once/],
    ['to nobody', 'bob', 'delegate to @nobody', /there is no person/],
    ['taken back by a third', 'alice', 'delegate revoke @dan', /nothing is lent between you and Dan/],
  ])('is refused: %s', async (_, who, line, why) => {
    await lend();
    const card = await world.says(who, line);
    expect(card.ticket?.state).toBe('refused');
    expect(card.text).toMatch(why);
    await world.says('bob', 'delegate revoke @dan');
  });
});
