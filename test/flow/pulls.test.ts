import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERRANDS } from '../../src/messages.ts';
import { until } from '../support/doors/door.ts';
import { type Door, hookDoor, type Told } from '../support/hooks.ts';

const OLD = '2026-01-01T00:00:00Z';
interface At {
  /** Names of alerts that fire, by receiver. */
  groups: Record<string, readonly string[]>;
  /** Alerts it has; else those of its groups. */
  alerts?: readonly string[];
  up: Date;
}

/** An address that answers what an Alertmanager would, whatever state that is in. */
async function standIn(): Promise<{ readonly api: string; readonly is: At; close(): Promise<void> }> {
  const is: At = { groups: {}, up: new Date(OLD) };
  const alert = (name: string) => ({ labels: { alertname: name }, startsAt: OLD, fingerprint: `f-${name}` });
  const answers: Record<string, () => unknown> = {
    '/api/v2/alerts/groups': () => Object.entries(is.groups).map(([name, alerts]) => ({ labels: {}, receiver: { name }, alerts: alerts.map(alert) })),
    '/api/v2/alerts': () => (is.alerts ?? Object.values(is.groups).flat()).map(alert),
    '/api/v2/status': () => ({ uptime: is.up.toISOString() }),
  };
  const server: Server = createServer((request, response) => {
    const answer = answers[(request.url ?? '').replace(/\?.*/, '')]?.();
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(answer ?? 'not found'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  async function close() {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  return { api: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`, is, close };
}

describe('what fires at an Alertmanager', () => {
  let door: Door;
  let there: Awaited<ReturnType<typeof standIn>>;
  let other: { readonly api: string; close(): Promise<void> };
  beforeAll(async () => {
    there = await standIn();
    const talks = createServer((_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"success"}'));
    await new Promise<void>((resolve) => talks.listen(0, '127.0.0.1', resolve));
    const address = talks.address();
    other = {
      api: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
      close: () => new Promise((resolve) => void talks.close(() => resolve())),
    };
    door = await hookDoor({ sources: { am: { kind: 'alertmanager', api: there.api }, else: { kind: 'alertmanager', api: other.api } } });
  });
  afterAll(async () => {
    await door?.close();
    await there?.close();
    await other?.close();
  });

  const hears = (receiver: string, alert: string) => {
    const one = {
      status: 'firing',
      labels: { alertname: alert },
      annotations: {},
      startsAt: OLD,
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL: '',
      fingerprint: `f-${alert}`,
    };
    const body = {
      version: '4',
      groupKey: '{}:{}',
      status: 'firing',
      receiver,
      groupLabels: {},
      commonLabels: {},
      commonAnnotations: {},
      externalURL: '',
      alerts: [one],
    };
    return door.post('am', JSON.stringify(body), door.secret('am'));
  };
  const told = async (isIt: (one: Told) => boolean, during: () => Promise<unknown>): Promise<Told> => {
    const [, all] = await door.heard(async () => {
      const look = async () => {
        await during();
        return (await door.waiting()).some(isIt) ? true : undefined;
      };
      await until('word of it', look, () => door.logged.join('\n'));
    });
    const found = all.find(isIt);
    if (!found) throw new Error('it is gone');
    return found;
  };
  /** Asked until it says so: what is asked every half minute may come between. */
  const asked = (isIt: (one: Told) => boolean = () => true) =>
    told(
      (one) => one.whole === true && isIt(one),
      () => door.queue(ERRANDS, 'pull', {}),
    );
  const printsOf = ({ signals = [] }: Told) => signals.map(({ fingerprint }) => fingerprint).sort();

  it('is told for all receivers it was heard by, also those that were heard at once, and of others that it fires besides', async () => {
    there.is.groups = { A: ['a'], B: ['b'], C: ['c'], D: ['d'] };
    const answers = await Promise.all([hears('A', 'a'), hears('B', 'b'), hears('C', 'c')]);
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    const all = await asked((one) => printsOf(one).length === 3);
    expect(printsOf(all)).toEqual(['f-a', 'f-b', 'f-c']);
    expect(all).toMatchObject({ besides: ['f-d'] });
    expect(all).not.toHaveProperty('since');
  });

  it('is not over because its groups are made anew', async () => {
    there.is.groups = { A: ['a'] };
    there.is.alerts = ['a', 'b', 'c'];
    const some = await asked((one) => printsOf(one).length === 1);
    expect([...(some.besides ?? [])].sort()).toEqual(['f-b', 'f-c']);
    delete there.is.alerts;
  });

  it('is, after it was started anew, what it has heard of since; after a while that is all', async () => {
    there.is.groups = {};
    const before = Date.now();
    there.is.up = new Date(before - 20_000);
    const young = await asked((one) => one.since !== undefined && printsOf(one).length === 0);
    expect(young.since).toBeGreaterThan(before - 22_000);
    expect(young.since).toBeLessThan(Date.now() - 18_000);
    there.is.up = new Date(Date.now() - 301_000);
    await asked((one) => one.since === undefined && printsOf(one).length === 0);
  });

  it('cannot be silenced where something else answers, and that is said', async () => {
    const errand = {
      ...{ errand: 'hush', source: 'else', silence: 'Xelse', until: Date.now() + 60_000, by: 'a', reason: '' },
      matchers: [{ name: 'a', value: 'b', isRegex: false, isEqual: true }],
    };
    const no = await told(
      ({ written }) => written !== undefined,
      () => door.queue(ERRANDS, 'errand', errand),
    );
    expect(no).toMatchObject({
      silence: 'Xelse',
      source: 'else',
      written: { trouble: 'it does not answer as an Alertmanager does', said: { words: { zh: '其应答不像 Alertmanager' } } },
    });
  });
});
