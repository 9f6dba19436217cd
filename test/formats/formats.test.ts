import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nameOf, type Shelf } from '../../src/chat/wish.ts';
import { advance } from '../../src/core/advance.ts';
import { due } from '../../src/core/due.ts';
import { flatten } from '../../src/core/flatten.ts';
import { outcomes } from '../../src/core/journal.ts';
import { outcomeWords } from '../../src/core/outcome.ts';
import { render } from '../../src/core/render.ts';
import { speak } from '../../src/core/words.ts';
import { posts } from '../../src/store/chats.ts';
import { lent } from '../../src/store/delegations.ts';
import { findings } from '../../src/store/findings.ts';
import { freezes } from '../../src/store/freezes.ts';
import { kepts } from '../../src/store/kept.ts';
import { journals, plans } from '../../src/store/plans.ts';
import { open } from '../../src/store/redis.ts';
import { type OwnServer, startInProcess } from '../../src/store/server.ts';
import { tasks } from '../../src/store/tasks.ts';
import { tickets } from '../../src/store/tickets.ts';

/** Everything an earlier version stored, as it stored it: `1.json` maps keys to their hash fields. */
const stored: Record<string, Record<string, unknown>> = JSON.parse(readFileSync(new URL('./1.json', import.meta.url), 'utf8'));

let server: OwnServer;
let redis: Redis;
beforeAll(async () => {
  server = await startInProcess();
  redis = await open(server.url);
  for (const [key, fields] of Object.entries(stored)) {
    await redis.hset(
      key,
      Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, typeof value === 'string' ? value : JSON.stringify(value)])),
    );
  }
});
afterAll(async () => {
  redis.disconnect();
  await server.close();
});

describe('what format 1 has stored', () => {
  it.each(['TWAITING', 'TDONE', 'TREFUSED', 'TLACKS', 'TUNKNOWN', 'TRUNNING'])('%s is still read, shown and carried on', async (id) => {
    const ticket = await tickets(redis).get(id);
    if (!ticket) throw new Error(`${id} is gone`);
    const [plan, { journal, lines }] = [await plans(redis).plan(id, 1), await journals(redis).read(id, 1)];
    const card = flatten(render({ ticket, journal, lines, names: {}, ...(plan ? { plan } : {}) }), 'en');
    expect(card.title).toBe(ticket.text);
    expect(card.text).toMatch(
      {
        TWAITING: /reboot shop on kvm1[\s\S]*1 more to approve/,
        TDONE: /start build on kvm1/,
        TREFUSED: /no command/,
        TLACKS: /vm show needs GUEST/,
        TUNKNOWN: /nobody knows yet/,
        TRUNNING: /2.0 kB of output[\s\S]*line 32/,
      }[id] ?? /./,
    );
    if (id === 'TWAITING') expect(ticket).toMatchObject({ needs: { rules: [{ id: 'approvals', votes: [{ count: 1, roles: ['lead'] }] }] } });
    const cancelled = advance(ticket, { id: 'x', at: 1, kind: 'cancelled', by: 'alice' });
    expect(cancelled.state).toBe({ TWAITING: 'cancelled', TRUNNING: 'cancelling' }[id] ?? ticket.state);
    const marked = advance(ticket, { id: 'y', at: 1, kind: 'marked', by: 'bob', as: 'done', reason: 'seen' });
    expect(marked.state).toBe(id === 'TUNKNOWN' ? 'done' : ticket.state);
    expect(() => due(ticket, 1)).not.toThrow();
  });

  it('is still listed where it was kept for safety', async () => {
    expect(await kepts(redis).list()).toMatchObject([{ ticket: 'TDONE', remove: { command: 'vm delsnapshot' } }]);
  });

  it('still stands in rooms, and is still wanted there', async () => {
    const turn = { name: 'speak slack', token: 1 };
    const kept = posts<Shelf>(redis, 'slack', nameOf, turn);
    const [wish] = await kept.wanted();
    if (!wish) throw new Error('nothing is wanted');
    expect(wish).toEqual({ card: 'TDONE', place: { chat: 'slack', room: 'C0OPS000001', to: 'U0ALICE0001' }, lane: 1, id: 'w1' });
    const json = (await redis.hget('sample:shelf', 'json')) ?? '';
    await redis.set(`hostler:chat:slack:shelf:${nameOf(wish)}`, json);
    expect(await kept.shelf(wish)).toMatchObject({ rev: 5, post: { id: '1795265244.988000' }, told: ['needs-approval'] });
    // Written as it was read, by whose turn it is.
    await redis.hset('hostler:turn:speak slack', 'token', '1');
    await kept.keep(wish, JSON.parse(json).kept);
    expect(JSON.parse((await redis.get(`hostler:chat:slack:shelf:${nameOf(wish)}`)) ?? '')).toEqual(JSON.parse(json));
    await redis.set(`hostler:chat:slack:shelf:${nameOf(wish)}`, json.replace('"format":1', '"format":2'));
    await expect(kept.shelf(wish)).rejects.toThrow('newer version');
  });

  it('calls of an API are still taken over: what was before, which task, and how they ended', async () => {
    const { journal } = await journals(redis).read('TAPI', 1);
    const task = 'UPID:pve2:000028EA:0001FBF5:6B001505:vzdump:102:hostler@pve!bot:';
    expect(journal[0]).toMatchObject({ state: 'intent', before: { clock: 1_795_167_493 } });
    expect(journal[1]).toMatchObject({ state: 'started', seen: { task, share: 0.21 } });
    const ends = outcomes(journal, 4).map((outcome) => speak(outcomeWords(outcome), 'en'));
    expect(ends.slice(2)).toEqual(['done with warnings in 2.2 s: WARNINGS: 1', 'refused: our API token lacks VM.PowerMgmt on /vms/102']);
    const known = { before: { clock: 1_795_167_493, still: expect.stringContaining('digest') }, task: `alpha ${task}` };
    expect(await tasks(redis).known('TAPI-1-1')).toEqual(known);
    expect(await tasks(redis).claim(`alpha ${task}`, 'TAPI-1-1')).toBe(true);
    expect(await tasks(redis).claim(`alpha ${task}`, 'TAPI-1-2')).toBe(false);
  });

  it('still freezes, and still lends', async () => {
    expect(await freezes(redis).list()).toEqual([{ scope: '@web', by: 'bo', reason: 'release night', since: 1_795_167_493_000 }]);
    expect(await lent(redis)).toEqual([{ from: 'ana', to: 'bo', until: 4_102_444_800_000 }]);
  });

  it('what a doctor found is still compared with, and a request never with itself', async () => {
    const all = findings(redis, 'east');
    expect(await all.earlier('web1', 'TNEXT')).toEqual({ at: 1_795_167_493_000, findings: [] });
    expect(await all.earlier('web1', 'TNEWER')).toMatchObject({ findings: [{ check: 'failed-units', fix: 'svc restart nginx web1' }] });
    expect(await all.earlier('web2', 'TNEXT')).toBeUndefined();
    await all.save('TNEXT', 1_795_167_500_000, [{ host: 'web1', findings: [] }]);
    await all.save('TNEXT', 1_795_167_500_001, [{ host: 'web1', findings: [] }]);
    expect(await all.earlier('web1', 'TNEXT')).toMatchObject({ at: 1_795_167_493_000 });
    await redis.hset('hostler:findings:east', 'web1', JSON.stringify({ format: 2 }));
    expect(await all.earlier('web1', 'TNEXT')).toBeUndefined();
  });

  it('is left alone where a newer version wrote it', async () => {
    await redis.hset('hostler:ticket:TNEW', { rev: 1, json: JSON.stringify({ ...(await tickets(redis).get('TDONE')), format: 2 }) });
    await redis.hset('hostler:plan:TNEW:1', { format: 2, plan: '{}' });
    await redis.hset('hostler:journal:TNEW:1', { format: 2 });
    await expect(tickets(redis).get('TNEW')).rejects.toThrow('newer version');
    await expect(plans(redis).plan('TNEW', 1)).rejects.toThrow('newer version');
    await expect(journals(redis).read('TNEW', 1)).rejects.toThrow('newer version');
  });
});
