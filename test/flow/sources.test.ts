import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBody } from '../../src/core/alerts/reading.ts';
import type { NamedSource } from '../../src/core/alerts/source.ts';
import { loadSources } from '../../src/registry.ts';
import { alerts } from '../../src/store/alerts.ts';
import { beats } from '../../src/store/beats.ts';
import { open } from '../../src/store/redis.ts';
import { type Bot, bot } from '../support/bot.ts';

let one: Bot & { close(): Promise<void> };
let redis: Awaited<ReturnType<typeof open>>;
let kinds: NamedSource[];
const SECRET = { authorization: 'Bearer the-very-secret-of-hooks' };

beforeAll(async () => {
  kinds = await loadSources();
  process.env.HOOKS_SECRET = 'the-very-secret-of-hooks';
  const sources = Object.fromEntries(
    kinds.map(({ id, samples }) => [id, { kind: id, secret: 'env:HOOKS_SECRET', ...(samples[0]?.mapping ? { mapping: samples[0].mapping } : {}) }]),
  );
  const config = (lab: unknown) => ({
    ...(lab as object),
    alerts: { sources, routes: [{ match: {}, rooms: [] }], heartbeats: { nightly: { every: '26h', secret: 'env:HOOKS_SECRET' } } },
  });
  one = await bot({ config });
  redis = await open(one.redis);
});
afterAll(async () => {
  redis?.disconnect();
  await one?.close();
});

const send = (name: string, body: string, type = 'application/json') =>
  fetch(`${one.url}/hooks/${name}`, { method: 'POST', body, headers: { ...SECRET, 'content-type': type } });

describe('what a source says comes to stand on a card', () => {
  it('every sample of every kind', async () => {
    const shelf = alerts(redis);
    for (const kind of kinds)
      for (const { body, type, mapping } of kind.samples) {
        const told = readBody(
          body,
          type ?? 'application/json',
          Date.now(),
          { name: kind.id, kind: kind.id, perMinute: 1, bytes: 1, labels: {}, ...(mapping ? { mapping } : {}) },
          kind,
        );
        expect(await (await send(kind.id, body, type)).json()).toEqual({ taken: told.length });
        for (const { fingerprint, status } of told)
          await expect
            .poll(
              async () => {
                const id = await shelf.of(kind.id, fingerprint);
                if (id === undefined) return status === 'resolved' ? 'resolved' : 'nowhere';
                return (await shelf.members(id)).find((member) => member.fingerprint === fingerprint)?.status;
              },
              { message: `${kind.id} ${fingerprint}` },
            )
            .toBe(status);
      }
    // And is to be seen.
    await expect.poll(async () => (await one.cards('alice')).map(({ text }) => text).join('\n')).toContain('HostDown');
  });

  it('what cannot be read is kept', async () => {
    expect((await send('grafana', '{"alerts":')).status).toBe(422);
    await expect.poll(async () => (await alerts(redis).malformed()).map(({ source, body }) => `${source} ${body}`)).toContain('grafana {"alerts":');
  });

  it('a heartbeat is heard', async () => {
    expect((await fetch(`${one.url}/hooks/beat/nightly`, { headers: SECRET })).status).toBe(202);
    await expect.poll(async () => Object.keys(await beats(redis).all())).toContain('nightly');
  });
});
