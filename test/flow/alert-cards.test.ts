import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FlatCard } from '../../src/core/flatten.ts';
import { type Notified, notifies } from '../support/alerting.ts';
import { bot } from '../support/bot.ts';
import { until } from '../support/doors/door.ts';

let world: Awaited<ReturnType<typeof bot>>;
beforeAll(async () => {
  world = await bot({ config: withViewer });
});
afterAll(() => world?.close());

/** Besides those of the practice fleet, somebody who sees db1 and nothing else. */
function withViewer(lab: unknown): unknown {
  if (typeof lab !== 'object' || lab === null || !('people' in lab) || !('roles' in lab) || !('alerts' in lab)) throw new Error('this is no configuration');
  return {
    ...lab,
    people: { ...(lab.people as object), dora: { name: 'Dora', lang: 'en', roles: ['databases'] } },
    roles: {
      ...(lab.roles as object),
      databases: { grants: [{ commands: ['host *', 'alert list', 'alert show', 'alert ack'], hosts: ['db1'], upTo: 'low' }] },
    },
    alerts: {
      ...(lab.alerts as object),
      routes: [
        { name: 'group', match: { team: 'db' }, rooms: [], group: ['title'] },
        { rooms: [], escalate: [{ after: '15m', mention: ['@bob'] }] },
      ],
    },
  };
}

const fires = (more: Partial<Notified> = {}): Notified => ({
  title: 'Filesystem almost full',
  severity: 'critical',
  labels: { host: 'web1' },
  fingerprint: 'f1',
  ...more,
});
/** The card of an alert as somebody sees it, once it is so. */
const alertOf = (person: string, wanted: (card: FlatCard) => boolean): Promise<FlatCard> =>
  until('an alert', async () => (await world.cards(person)).find((card) => card.alert && wanted(card)));
const titled = (title: string) => (card: FlatCard) => card.title.startsWith(title);
const buttons = (card: FlatCard) => card.buttons.map(({ id }) => id);
const push = (person: string, ticket: string, action: string, fields: Readonly<Record<string, readonly string[]>> = {}) =>
  world.client.pressed(person, { action, ticket, code: '', fields }, crypto.randomUUID());

describe('an alert in the console', () => {
  it('is one card from firing to resolved, acknowledged by a press that leaves no card of its own', async () => {
    await notifies(world, fires({ text: 'only 3 % left on /var', url: 'https://grafana.example.org/d/1' }));
    const card = await alertOf('alice', titled('Filesystem almost full · web1'));
    expect(card.mood).toBe('bad');
    expect(card.text).toMatch(/firing since \d\d:\d\d UTC · critical/);
    expect(card.text).toContain('only 3 % left on /var');
    expect(card.blocks).toContainEqual({ kind: 'link', url: 'https://grafana.example.org/d/1' });
    expect(buttons(card)).toEqual(['ack', 'explain', 'silence-1h', 'silence-4h', 'silence', 'assign', 'escalate']);
    const before = (await world.cards('bob')).length;
    await push('bob', card.id, 'ack');
    const acked = await alertOf('alice', (one) => one.id === card.id && one.text.includes('acknowledged'));
    expect(acked.mood).toBe('busy');
    expect(acked.text).toContain('Bob');
    expect(buttons(acked)).not.toContain('ack');
    expect((await world.cards('bob')).length).toBe(before);
    await notifies(world, fires({ status: 'resolved' }));
    const over = await alertOf('alice', (one) => one.id === card.id && one.text.includes('resolved at'));
    expect(over.mood).toBe('good');
    expect(buttons(over)).toEqual(['explain']);
    const late = await world.presses('bob', over, 'ack');
    expect(late.ticket?.state).toBe('refused');
    expect((await world.cards('alice')).some(({ id }) => id === late.id)).toBe(false);
  });

  it('answers why: the host as it is, who changed what there, and what else fires', async () => {
    const restart = await world.says('alice', 'svc restart nginx web1');
    await world.presses('bob', restart, 'approve');
    await notifies(world, fires({ title: 'Slow answers', fingerprint: 'f2' }));
    const card = await alertOf('alice', titled('Slow answers'));
    const why = await world.sees('alice', (await push('alice', card.id, 'explain')).answer);
    expect(why.ticket?.state, why.text).toBe('done');
    expect(why.text).toContain('fullest disk');
    expect(why.text).toMatch(/Alice +svc restart nginx web1 +done/);
    expect(why.text).toContain('Slow answers');
  });

  it('says why of a host that does not answer, as far as that is known without it', async () => {
    await notifies(world, fires({ title: 'Host down', fingerprint: 'f9', labels: { host: 'pi1' } }));
    const card = await alertOf('alice', titled('Host down'));
    await world.lab.host('pi1').down();
    try {
      const why = await world.sees('alice', (await push('alice', card.id, 'explain')).answer, undefined, 40_000);
      expect(why.ticket?.state, why.text).toBe('done');
      expect(why.text).toContain('Host down · pi1');
      expect(why.text).toContain('pi1:');
    } finally {
      await world.lab.host('pi1').up();
    }
  }, 60_000);

  it('is silenced by a press, and heard again', async () => {
    await notifies(world, fires({ title: 'Too hot', fingerprint: 'f3', labels: { host: 'web2' } }));
    const card = await alertOf('alice', titled('Too hot'));
    const far = await world.sees('alice', (await push('alice', card.id, 'silence', { until: ['2099-01-05 09:00'] })).answer);
    expect(far.text).toContain('30 days');
    await Promise.all([push('alice', card.id, 'silence-1h'), push('alice', card.id, 'silence-1h')]);
    const quiet = await alertOf('alice', (one) => one.id === card.id && one.text.includes('silenced'));
    expect(quiet.mood).toBe('busy');
    expect(quiet.text).toMatch(/until .*UTC by Alice: this alert/);
    const list = await world.says('alice', 'silence list');
    const ids = list.text.match(/Z[0-9A-Z]{11}/g) ?? [];
    expect(ids).toHaveLength(1);
    const ended = await world.says('alice', `silence end ${ids[0]?.toLowerCase()}`);
    expect(ended.ticket?.state, ended.text).toBe('done');
    await alertOf('alice', (one) => one.id === card.id && !one.text.includes('silenced'));
    // Its undo brings back what it was: what it is called, and until when.
    const row = /Z[0-9A-Z]{11} +(.*)/;
    const before = row.exec(list.text)?.[1];
    const undone = await world.says('alice', `undo ${ended.id}`);
    expect(undone.ticket?.state, undone.text).toBe('done');
    const again = await world.says('alice', 'silence list');
    expect(before).toContain('Too hot · web2');
    expect(row.exec(again.text)?.[1]).toBe(before);
    await alertOf('alice', (one) => one.id === card.id && one.text.includes('silenced'));
    const twice = await world.says('alice', `undo ${ended.id}`);
    expect(twice.text).toContain('already');
    expect((await world.says('alice', 'silence list')).text.match(/Z[0-9A-Z]{11}/g)).toHaveLength(1);
  });

  it('of several silences that were ended, each begins anew with its title and its reason', async () => {
    for (const line of ['silence add disk=a 2h --reason "new disk"', 'silence add disk=b 2h --reason "old disk"']) await world.says('alice', line);
    const reasons = async () => ((await world.says('alice', 'silence list')).text.match(/(disk=[ab]) .*(new|old) disk/g) ?? []).sort();
    const [before, ids] = [await reasons(), (await world.says('alice', 'silence list')).text.match(/Z[0-9A-Z]{11}(?= +disk=)/g) ?? []];
    expect(ids).toHaveLength(2);
    const ended = await world.says('alice', `silence end ${ids.join(' ')}`);
    expect(await reasons()).toEqual([]);
    const undone = await world.says('alice', `undo ${ended.id}`);
    expect(undone.ticket?.state, undone.text).toBe('done');
    expect(await reasons()).toEqual(before);
    const none = await world.says('alice', 'silence again Z0000000000');
    expect(none.ticket?.state).toBe('refused');
    expect(none.text).toContain('Z0000000000');
  });

  it('is listed, shown, assigned, and closed; what is not there is refused with what is', async () => {
    await notifies(world, fires({ title: 'Battery low', fingerprint: 'f4', severity: 'warning', labels: { host: 'pi1' } }));
    const card = await alertOf('alice', titled('Battery low'));
    expect(card.mood).toBe('waiting');
    expect((await world.says('alice', 'alert list --host pi1')).text).toContain(card.id);
    const shown = await world.says('alice', `alert show ${card.id.toLowerCase()}`);
    expect(shown.text).toContain('Battery low');
    expect(shown.text).toContain('fired');
    const no = await world.says('alice', `alert ack ${card.id.slice(0, -1)}${card.id.endsWith('0') ? '1' : '0'}`);
    expect(no.ticket?.state).toBe('refused');
    expect(no.text).toContain(card.id);
    await push('alice', card.id, 'assign', { person: ['@bob'] });
    await alertOf('alice', (one) => one.id === card.id && /to Bob, by Alice/.test(one.text));
    const acked = await world.says('alice', `alert ack ${card.id} --note "on my way"`);
    expect(acked.ticket?.state, acked.text).toBe('done');
    const undo = await world.says('alice', `undo ${acked.id}`);
    expect(undo.ticket?.state, undo.text).toBe('done');
    await alertOf('alice', (one) => one.id === card.id && !one.text.includes('acknowledged'));
    const escalated = await world.says('alice', `alert escalate ${card.id}`);
    expect(escalated.ticket?.state, escalated.text).toBe('done');
    await alertOf('alice', (one) => one.id === card.id && !buttons(one).includes('escalate'));
    const closed = await world.says('alice', `alert close ${card.id}`);
    expect(closed.ticket?.state, closed.text).toBe('done');
    await alertOf('alice', (one) => one.id === card.id && /closed at .* by Alice/.test(one.text));
  });

  it('of a group is a table, of which everybody sees what is in their reach', async () => {
    const of = (host: string, value: string) => fires({ title: 'Replication late', fingerprint: `g ${host}`, labels: { host, team: 'db', value } });
    await notifies(world, of('db1', '12 s'), of('web1', '90 s'));
    const card = await alertOf('alice', (one) => one.title === 'Replication late · 2 hosts');
    expect(card.text).toMatch(/web1 .*90 s/);
    const less = await alertOf('dora', titled('Replication late'));
    expect(less.title).toBe('Replication late · db1');
    expect(less.text).not.toContain('web1');
    const no = await world.sees('dora', (await push('dora', card.id, 'ack')).answer);
    expect(no.text).toContain('outside of your reach');
    expect((await world.cards('dora')).filter(({ alert }) => alert)).toHaveLength(1);
    // What joins the group is quiet, too.
    await push('alice', card.id, 'silence-1h');
    await alertOf('alice', (one) => one.id === card.id && /by Alice:.*title=Replication late/.test(one.text));
    await notifies(world, of('web2', '7 s'));
    await alertOf('alice', (one) => one.id === card.id && one.text.includes('3 silenced'));
  });

  it('is completed by its id while that is typed, for those who may see it', async () => {
    await notifies(
      world,
      fires({ title: 'Fan stopped', fingerprint: 'c1', labels: { host: 'web2' } }),
      fires({ title: 'Slow query', fingerprint: 'c2', labels: { host: 'db1' } }),
    );
    const [fan, query] = [await alertOf('alice', titled('Fan stopped')), await alertOf('alice', titled('Slow query'))];
    const offered = async (person: string, line: string) => (await world.client.complete(person, line)).choices;
    expect(await offered('alice', 'alert ack ')).toEqual(
      expect.arrayContaining([
        { text: fan.id, hint: 'Fan stopped · web2' },
        { text: query.id, hint: 'Slow query · db1' },
      ]),
    );
    expect(await offered('alice', `alert show ${fan.id.slice(0, 5).toLowerCase()}`)).toEqual([{ text: fan.id, hint: 'Fan stopped · web2' }]);
    expect((await offered('dora', 'alert ack ')).map(({ hint }) => hint).sort()).toEqual(['Replication late · db1', 'Slow query · db1']);
    const asked = await world.says('alice', 'alert ack');
    const [field] = asked.buttons.find(({ press }) => press.action === 'fill')?.asks ?? [];
    expect(field?.choices).toContainEqual({ text: fan.id, hint: 'Fan stopped · web2' });
    await notifies(world, fires({ title: 'Fan stopped', fingerprint: 'c1', status: 'resolved', labels: { host: 'web2' } }));
    await expect.poll(() => offered('alice', 'alert ack ')).not.toContainEqual(expect.objectContaining({ text: fan.id }));
  });

  it('of a host that nobody knows is shown as its source calls it, and a silence of it says that', async () => {
    await notifies(world, fires({ title: 'Lost', fingerprint: 'u1', labels: { host: 'nowhere9' } }));
    const card = await alertOf('alice', titled('Lost'));
    expect(card.title).toBe('Lost · nowhere9');
    expect(buttons(card)).not.toContain('explain');
    expect((await world.cards('dora')).some(({ id }) => id === card.id)).toBe(true);
    const quiet = await world.says('alice', 'silence add host=nowhere9 1h --reason "it was sold"');
    expect(quiet.text).toContain('no host of the configuration is meant by that');
    await alertOf('alice', (one) => one.id === card.id && one.text.includes('silenced'));
    expect((await world.says('alice', 'silence add host=web1 1h --reason "on purpose" --plan')).text).not.toContain('no host of the configuration');
    const list = await world.says('alice', 'silence list');
    const [id = ''] = /Z[0-9A-Z]{11}(?= +host=nowhere9)/.exec(list.text) ?? [];
    await world.says('alice', `silence end ${id}`);
    await push('alice', card.id, 'ack');
    await alertOf('alice', (one) => one.id === card.id && one.text.includes('acknowledged'));
    await notifies(world, fires({ title: 'Lost', fingerprint: 'u1', status: 'resolved', labels: { host: 'nowhere9' } }));
    await alertOf('alice', (one) => one.id === card.id && one.text.includes('resolved at'));
    // Its history has the time of each thing, once.
    const { text } = await world.says('alice', `alert show ${card.id}`);
    const history = text.slice(text.indexOf('time (UTC)')).split('\n').slice(1, 6);
    const minute = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d +`;
    const rows = ['fired', String.raw`Alice silenced it until \d\d:\d\d UTC`, 'its silence is over', 'Alice acknowledged it', String.raw`resolved after \d+ s`];
    expect(history).toEqual(rows.map((row) => expect.stringMatching(new RegExp(`^${minute}${row}$`))));
  });
});
