import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FlatCard } from '../../src/core/flatten.ts';
import { type Notified, notifies } from '../support/alerting.ts';
import { bot } from '../support/bot.ts';
import { until } from '../support/doors/door.ts';

let world: Awaited<ReturnType<typeof bot>>;
beforeAll(async () => {
  world = await bot({ config: withKept });
});
afterAll(() => world?.close());

/** Besides those of the practice fleet, somebody who is kept to web1. */
function withKept(lab: unknown): unknown {
  if (typeof lab !== 'object' || lab === null || !('people' in lab) || !('roles' in lab) || !('alerts' in lab)) throw new Error('this is no configuration');
  return {
    ...lab,
    people: { ...(lab.people as object), mallory: { name: 'Mallory', lang: 'en', roles: ['webs'] } },
    roles: {
      ...(lab.roles as object),
      webs: { grants: [{ commands: ['alert *', 'silence *', 'catchup', 'schedule *', 'host *'], hosts: ['web1'], upTo: 'low' }] },
    },
    alerts: {
      ...(lab.alerts as object),
      routes: [{ name: 'group', match: { team: 'shop' }, rooms: [], group: ['team'] }, { rooms: [] }],
    },
  };
}

const fires = (fingerprint: string, labels: Readonly<Record<string, string>>, more: Partial<Notified> = {}): Notified => ({
  ...{ title: `Disk full ${fingerprint}`, severity: 'warning', fingerprint, labels },
  ...more,
});
const alertOf = (person: string, wanted: (card: FlatCard) => boolean): Promise<FlatCard> =>
  until('an alert', async () => (await world.cards(person)).find((card) => card.alert && wanted(card)));
const titled = (title: string) => (card: FlatCard) => card.title.startsWith(title);

describe('who is kept to one host', () => {
  it('silences by a press that alone, also where its source calls it by what means anything in a pattern', async () => {
    await notifies(world, fires('*', { host: 'web1' }, { title: 'Cleanup of * failed' }), fires('raid', { host: 'db1' }, { title: 'RAID broken' }));
    const mine = await alertOf('mallory', titled('Cleanup of'));
    const said = await world.says('mallory', `alert silence ${mine.id} 2h`);
    expect(said.ticket?.state, said.text).toBe('done');
    await alertOf('alice', (card) => card.id === mine.id && card.alert?.state === 'silenced');
    await notifies(world, fires('later', { host: 'db1' }, { title: 'Fan broken' }));
    for (const title of ['RAID broken', 'Fan broken']) expect((await alertOf('alice', titled(title))).alert?.state).toBe('firing');
  });

  it('silences nothing of another: neither by fingerprints that fit anything, nor by what else a host may be called', async () => {
    await notifies(world, fires('mine', { host: 'web1' }), fires('theirs', { host: 'db1' }));
    const mine = await alertOf('mallory', titled('Disk full mine'));
    for (const line of [
      `alert silence ${mine.id} 2h --label fingerprint=*i*`,
      `alert silence ${mine.id} 2h --label title=*full*`,
      'silence add fingerprint=*i* 2h --reason "all of it"',
      'silence add title=*full* 2h --reason "all of it"',
    ]) {
      const said = await world.says('mallory', line);
      expect(said.ticket?.state, `${line}: ${said.text}`).toBe('refused');
    }
    // By what its label says besides, which names no host here.
    const said = await world.says('mallory', 'silence add host=db1.example.org* 2h --reason "the whole name"');
    expect(said.ticket?.state, said.text).toBe('done');
    await notifies(world, fires('named', { host: 'db1.example.org' }));
    const named = await alertOf('alice', titled('Disk full named'));
    expect(named.alert?.state).toBe('firing');
    expect(named.text).not.toContain('silenced');
    await world.says('mallory', 'silence add host=web1 2h --reason "own host"');
    await alertOf('alice', (card) => card.id === mine.id && card.alert?.state === 'silenced');
  });

  it('neither sees nor ends silences of others, whatever they go by', async () => {
    const theirs = await alertOf('alice', titled('Disk full theirs'));
    const hushed = await world.says('alice', `alert silence ${theirs.id} 2h --reason "the secret project"`);
    expect(hushed.ticket?.state, hushed.text).toBe('done');
    const [id = ''] =
      /Z[0-9A-Z]{11}/.exec((await world.says('alice', 'silence list')).text.split('\n').find((row) => row.includes('the secret project')) ?? '') ?? [];
    expect(id).not.toBe('');
    expect((await world.says('mallory', 'silence list')).text).not.toContain('the secret project');
    expect((await world.says('mallory', 'catchup')).text).not.toContain('the secret project');
    const ended = await world.says('mallory', `silence end ${id}`);
    expect(ended.ticket?.state, ended.text).toBe('refused');
    expect((await world.says('alice', 'catchup')).text).toContain('the secret project');
  });

  it('sees no card that speaks of what others do about other hosts, also where there was nothing left to do', async () => {
    const theirs = await alertOf('alice', titled('Disk full theirs'));
    for (const line of [`alert assign ${theirs.id} @bob`, `alert assign ${theirs.id} @bob`, `alert ack ${theirs.id}`, `alert ack ${theirs.id}`])
      await world.says('alice', line);
    await world.says('alice', `alert silence ${theirs.id} 2h --reason "the secret project"`);
    await world.says('alice', 'freeze on db1 --reason "the secret audit"');
    await world.says('alice', 'schedule add "* * * * *" "host status db1"');
    await world.says('alice', 'schedule list');
    const [freeze, scheduled] = [await world.says('alice', 'catchup'), await world.says('alice', 'schedule list')];
    expect([freeze.text.includes('the secret audit'), scheduled.text.includes('host status db1')]).toEqual([true, true]);
    expect((await world.says('mallory', 'catchup')).text).not.toContain('the secret audit');
    const seen = (await world.cards('mallory')).map(({ title, text }) => `${title}\n${text}`);
    expect(seen.filter((text) => /Disk full theirs|host status db1|secret/.test(text))).toEqual([]);
  });

  it('reads of a card that is about other hosts, too, no title that is about those', async () => {
    await notifies(
      world,
      fires('s1', { host: 'db1', team: 'shop' }, { title: 'Ledger of db1 is corrupt', severity: 'critical' }),
      fires('s2', { host: 'web1', team: 'shop' }, { title: 'Shop is slow' }),
    );
    await alertOf('alice', (card) => card.text.includes('Shop is slow') && card.title.includes('Ledger'));
    const seen = await alertOf('mallory', (card) => card.text.includes('Shop is slow') || card.title.includes('Shop is slow'));
    expect(`${seen.title} ${seen.text}`).not.toContain('Ledger');
    for (const line of ['alert list', 'catchup', `alert show ${seen.id}`, 'host why web1'])
      expect((await world.says('mallory', line)).text, line).not.toContain('Ledger');
  });
});
