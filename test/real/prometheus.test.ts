import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bot } from '../support/bot.ts';
import { until } from '../support/doors/door.ts';
import { homeserver } from '../support/doors/matrix.ts';
import { ACCOUNTS, OPS, withChat, workspace } from '../support/doors/slack.ts';
import { needs } from '../support/real/have.ts';
import { PROMETHEUS, startPrometheus, type Watching } from '../support/real/prometheus.ts';
import { SID_BUILD_MS, SYNAPSE } from '../support/real/synapse.ts';
import { textOf } from '../support/slack/index.ts';
import { BOT } from '../support/slack/things.ts';

const SECRET = 'a-secret-that-prometheus-carries';
const HOSTS = ['web1', 'kvm1', 'kvm2'] as const;

describe.skipIf(!needs([...SYNAPSE, ...PROMETHEUS]))('alerts of a real Prometheus and Alertmanager, in Slack and in Matrix', () => {
  let slack: Awaited<ReturnType<typeof workspace>>;
  let matrix: Awaited<ReturnType<typeof homeserver>>;
  let world: Awaited<ReturnType<typeof bot>>;
  let prometheus: Watching;
  const folder = mkdtempSync(join(tmpdir(), 'hostler-alerts-'));
  beforeAll(async () => {
    [slack, matrix] = await Promise.all([workspace('socket'), homeserver()]);
    writeFileSync(join(folder, 'secret'), SECRET, { mode: 0o600 });
    world = await bot({
      config: (lab) => {
        const rooms = { ops: { chat: 'slack', id: OPS }, 'ops-matrix': { chat: 'matrix', id: matrix.room } };
        const alerts = {
          sources: { prometheus: { kind: 'alertmanager', secret: `file:${join(folder, 'secret')}` } },
          routes: [{ rooms: ['ops', 'ops-matrix'], mention: ['@bob'] }],
          runbooks: [{ match: { alertname: 'HostDown' }, offer: ['host status {host}'] }],
        };
        return { ...Object(withChat(withChat(lab, 'slack', slack.chat, ACCOUNTS), 'matrix', matrix.chat, matrix.accounts)), rooms, alerts };
      },
    });
    prometheus = await startPrometheus(HOSTS, { url: `http://127.0.0.1:${world.port}/hooks/prometheus`, secret: SECRET });
    const { prometheus: source } = world.config.alerts.sources;
    if (!source) throw new Error('the source is gone');
    await world.reload({ ...world.config, alerts: { ...world.config.alerts, sources: { prometheus: { ...source, api: prometheus.api } } } });
    const alice = matrix.person('alice');
    await alice.until(() => alice.rooms().some((room) => room.id === matrix.room && room.members().get(matrix.bot.userId) === 'join'), 20_000);
  }, SID_BUILD_MS + 90_000);
  afterAll(async () => {
    await prometheus?.close();
    await world?.close();
    await matrix?.close();
    await slack?.slack.close();
    slack?.close();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  /** Cards about this, in each chat: main messages of the bot. */
  const inSlack = (words: string) =>
    slack.slack
      .person(ACCOUNTS.alice)
      .sees(OPS)
      .filter((one) => one.user === BOT.user && one.thread === undefined && !one.deleted && textOf(one).includes(words));
  const inMatrix = (words: string) =>
    matrix
      .person('bob')
      .timeline(matrix.room)
      .filter((one) => one.sender === matrix.bot.userId && one.thread === undefined && one.body.includes(words));
  const both = () => [inSlack('HostDown').map(textOf), inMatrix('HostDown').map(({ body }) => body)] as const;
  /** Waits until the only card there is says this in both chats. */
  const says = (pattern: RegExp, what: string) =>
    until(
      what,
      () => (both().every((texts) => texts.length === 1 && pattern.test(texts[0] ?? '')) ? both() : undefined),
      () => JSON.stringify(both(), undefined, 1),
      60_000,
    );

  it('stand on one card in both, from firing to resolved, with those who are called called once', async () => {
    prometheus.set('web1', false);
    const [[text]] = await says(/HostDown/, 'the alert in both rooms');
    expect(text).toMatch(/web1/);
    await until('Bob is called', () => (slack.slack.pings(ACCOUNTS.bob) + matrix.person('bob').calls() === 1 ? true : undefined));
    // More of the same comes to the same card.
    prometheus.set('kvm1', false);
    await says(/web1[\s\S]*kvm1|kvm1[\s\S]*web1/, 'both hosts on the card');
    prometheus.set('web1', true);
    prometheus.set('kvm1', true);
    await says(/resolved|已恢复/, 'the end');
    expect(slack.slack.pings(ACCOUNTS.bob) + matrix.person('bob').calls()).toBe(1);
  }, 120_000);

  it('are silenced there by a button here, and say so when they end although nobody sends that', async () => {
    prometheus.set('kvm2', false);
    await says(/kvm2/, 'it fires again, on the same card');
    const [card] = inSlack('HostDown');
    slack.slack.person(ACCOUNTS.alice).presses(OPS, card?.ts ?? '', 'press:silence-1h');
    const found = await until('the silence in Alertmanager', async () => {
      const all = await prometheus.ask<{ status: { state: string }; createdBy: string; matchers: { name: string }[] }[]>('/api/v2/silences');
      return all.find(({ status }) => status.state === 'active');
    });
    expect(found.createdBy).toBe('hostler: alice');
    await says(/[Ss]ilenced/, 'the card says so');
    await expect.poll(async () => (await world.says('alice', 'silence list')).text).toMatch(/prometheus too/);
    prometheus.set('kvm2', true);
    await says(/resolved/, 'the end of what is silenced');
    expect(slack.slack.violations).toEqual([]);
    expect(matrix.person('bob').violations).toEqual([]);
  }, 180_000);
});
