import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConsoleFile } from '../../src/home.ts';
import { behindItsBack } from '../support/behind.ts';
import { bot, type People } from '../support/bot.ts';
import { Parts } from '../support/parts.ts';
import { needs } from '../support/real/have.ts';

/** The practice fleet with more people, and rules that take several of them. */
function several(lab: unknown): unknown {
  const all = () => ({ grants: [{ commands: ['*'], hosts: ['*'], upTo: 'high' }] });
  const person = (name: string, ...roles: string[]) => ({ name, lang: 'en', roles });
  return {
    ...(typeof lab === 'object' ? lab : {}),
    people: { alice: person('Alice', 'operator'), bob: person('Bob', 'lead'), dan: person('Dan', 'storage'), eve: person('Eve', 'operator') },
    roles: { operator: all(), lead: all(), storage: all() },
    approvals: [
      { from: 'medium', commands: ['svc *'], votes: [{ roles: ['storage'] }, { roles: ['*'] }], expires: '30m' },
      { from: 'medium', commands: ['vm *'], roles: ['lead'], reason: 'required', expires: '30m' },
    ],
  };
}

describe('an approval by several', () => {
  let world: Awaited<ReturnType<typeof bot>>;
  beforeAll(async () => {
    world = await bot({ config: several });
  });
  afterAll(() => world.close());
  const effects = (host: string, what: string) => world.lab.host(host).effects.filter((effect) => effect === what);

  it('takes each of them: who is missing is said, a yes is taken back, and who voted is named', async () => {
    const card = await world.says('alice', 'svc restart nginx web1');
    expect(card.text).toContain('2 more to approve (1 of storage and 1 more, not Alice)');
    expect(card.buttons.map(({ id }) => id)).not.toContain('withdraw');
    const one = await world.presses('bob', card, 'approve');
    expect(one.text).toMatch(/approved by Bob[\s\S]*1 more to approve \(1 of storage, not Alice\)/);
    expect((await world.presses('eve', card, 'approve')).text).toContain('still to approve: 1 of storage');
    expect((await world.presses('eve', card, 'withdraw')).text).toContain('no vote here to take back');
    expect((await world.presses('alice', card, 'approve')).text).toContain('someone else must decide');
    const none = await world.presses('bob', one, 'withdraw');
    expect(none.text).not.toContain('approved by');
    expect(none.text).toContain('2 more to approve');
    await world.presses('eve', card, 'approve');
    const done = await world.presses('dan', card, 'approve');
    expect(done.ticket?.state, done.text).toBe('done');
    expect(done.text).toContain('approved by Eve, Dan');
    expect(effects('web1', 'systemctl restart nginx.service')).toHaveLength(1);
  });

  it('ends with one no, in their words', async () => {
    const card = await world.says('alice', 'svc restart nginx web2');
    await world.presses('dan', card, 'approve');
    const ended = await world.presses('bob', card, 'reject', { reason: 'not before the sale is over' });
    expect(ended.ticket?.state).toBe('rejected');
    expect(ended.text).toContain('rejected by Bob; nothing was done: “not before the sale is over”');
    expect((await world.presses('eve', card, 'approve')).text).toContain('rejected already');
    expect(effects('web2', 'systemctl restart nginx.service')).toEqual([]);
  });

  it('waits for the reason where one is needed', async () => {
    const card = await world.says('alice', 'vm reboot shop');
    expect(card.text).toContain('Alice must say first why this is needed');
    expect(card.buttons.map(({ id }) => id)).toEqual(['reason', 'reject', 'cancel']);
    expect((await world.presses('bob', card, 'approve')).text).toContain('must say first why');
    expect((await world.presses('bob', card, 'reason', { reason: 'I want it' })).text).toContain('only who asked');
    const given = await world.presses('alice', card, 'reason', { reason: 'checkout\u0007 hangs' });
    expect(given.text).toContain('because, says Alice: “checkout\uFFFD hangs”');
    expect(given.ticket?.digest).toBe(card.ticket?.digest);
    const done = await world.presses('bob', card, 'approve');
    expect(done.ticket?.state, done.text).toBe('done');
    expect(effects('kvm1', 'virsh reboot shop')).toHaveLength(1);
  });

  it('is looked at again as soon as another request has acted on the same host: the difference is shown, and earlier votes are void', async () => {
    const card = await world.says('eve', 'svc restart nginx web1');
    await world.presses('bob', card, 'approve');
    await behindItsBack(world.config, 'web1', 'systemctl stop nginx');
    const other = await world.says('alice', 'host run uptime web1');
    expect(other.ticket?.state, other.text).toBe('done');
    const changed = await world.sees('eve', card.id, ({ ticket }) => ticket?.code !== card.ticket?.code);
    expect(changed.text).toMatch(/earlier votes are void[\s\S]*what is different[\s\S]*active \(running\) → inactive/);
    expect(changed.text).not.toContain('approved by');
    expect((await world.presses('dan', card, 'approve')).text).toContain('the plan changed');
  });
});

/** A clock that is fifty-five minutes ahead, for a process of its own. */
const AHEAD = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent('const now=Date.now;Date.now=()=>now()+3300000')}` };

describe.skipIf(!needs(['redis-server or valkey-server']))('what waits', () => {
  it('survives every part being killed, and is the same plan under load, by whatever clock it is planned', { timeout: 120_000 }, async () => {
    const parts = await Parts.start({ config: several });
    try {
      const redis = ['--redis', parts.redis];
      const home = parts.folder.file('first');
      const start = (args: string[], env = {}) => parts.folder.hostler([...args, ...redis], { home, env }).says('is ready');
      const desk = await start(['desk', '--config', parts.file]);
      const first = [
        desk,
        ...(await Promise.all([start(['gateway', '--port', '0']), start(['worker', '--site', 'east'], AHEAD), start(['worker', '--site', 'west'])])),
      ];
      const at = readConsoleFile(home);
      const before = parts.people(at?.url ?? '', at?.token);
      const plans = (people: People) => Promise.all(Array.from({ length: 5 }, () => people.says('alice', 'svc restart nginx web1 --plan')));
      const early = await plans(before);
      const card = await before.says('alice', 'svc restart nginx web1');
      expect((await before.presses('bob', card, 'approve')).text).toContain('approved by Bob');
      for (const { child } of first) child.kill('SIGKILL');
      await parts.with('desk', 'east', 'west');
      const { people } = await parts.gateway();
      const late = await plans(people);
      expect(new Set([...early, ...late, card].map(({ ticket }) => ticket?.digest)).size).toBe(1);
      const kept = await people.sees('alice', card.id);
      expect(kept.text).toContain('approved by Bob');
      const done = await people.presses('dan', kept, 'approve');
      expect(done.ticket?.state, done.text).toBe('done');
      expect(parts.count('web1', 'systemctl restart nginx')).toBe(1);
    } finally {
      await parts.folder.close();
    }
  });
});
