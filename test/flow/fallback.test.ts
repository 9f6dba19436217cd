import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { notifies } from '../support/alerting.ts';
import { ACCOUNTS, OPS } from '../support/doors/slack.ts';
import { type Ntfy, startNtfy } from '../support/ntfy.ts';
import { textOf } from '../support/slack/index.ts';
import { read, type Smtp, startSmtp } from '../support/smtp.ts';
import { twoChats } from '../support/twochats.ts';

const ROOM = '!ops:x.y';
const KEPT = '!kept:x.y';
const ALICE = '@alice:x.y';
let chats: Awaited<ReturnType<typeof twoChats>>;
let smtp: Smtp;
let ntfy: Ntfy;
beforeAll(async () => {
  [smtp, ntfy] = await Promise.all([startSmtp(), startNtfy()]);
  chats = await twoChats({
    matrix: { alice: ALICE },
    config: (config) => ({
      ...config,
      rooms: { ops: { chat: 'slack', id: OPS }, other: { chat: 'matrix', id: ROOM }, kept: { chat: 'matrix', id: KEPT, hosts: ['web1'] } },
      mail: { host: '127.0.0.1', port: smtp.port, from: 'hostler@example.org' },
      ntfy: { server: ntfy.url },
      alerts: {
        ...('alerts' in config && typeof config.alerts === 'object' ? config.alerts : {}),
        routes: [
          { match: { title: 'Power*' }, rooms: ['ops'] },
          { match: { team: 'kept' }, rooms: ['kept', 'ops'], mention: ['@alice'] },
          { rooms: ['ops'], mention: ['@alice'] },
        ],
        fallback: { after: '1s', rooms: ['other'], mail: ['oncall@example.org'], ntfy: ['example-ops'] },
      },
    }),
  });
}, 60_000);
afterAll(async () => {
  await chats?.close();
  await Promise.all([smtp?.close(), ntfy?.close()]);
});

const cardsInSlack = (title: string) =>
  chats.slack
    .person(ACCOUNTS.alice)
    .sees(OPS)
    .filter(({ thread }) => thread === undefined)
    .map(textOf)
    .filter((text) => text.includes(title));
const inSlack = (title: string) =>
  chats.slack
    .person(ACCOUNTS.alice)
    .sees(OPS)
    .map(textOf)
    .filter((text) => text.includes(title));
const inMatrix = (title: string) => chats.home.sent.map(({ body }) => body).filter((text) => text.includes(title));
const mailed = (title: string) => smtp.mails.map(read).filter(({ subject }) => subject.includes(title));
const noticed = (title: string) => ntfy.notices.filter(({ body }) => String(body.title).includes(title));
const sent = (title: string, status: 'firing' | 'resolved' = 'firing') =>
  notifies(chats.world, { title, severity: 'critical', labels: { host: 'web1' }, fingerprint: title, status });
const soon = { timeout: 20_000, interval: 100 };

const called = (title: string) => JSON.stringify(chats.home.sent.filter(({ body }) => body.includes(title))).includes(ALICE);

describe('an alert', () => {
  it('stays in its room while that chat is up', async () => {
    await sent('Fan broken');
    await expect.poll(() => inSlack('Fan broken'), soon).not.toEqual([]);
    await sent('Fan broken', 'resolved');
    await expect.poll(() => inSlack('resolved at'), soon).not.toEqual([]);
    await expect.poll(() => inSlack('Fan broken').filter((text) => text.includes(`<@${ACCOUNTS.alice}>`)), soon).toHaveLength(1);
    expect([inMatrix('Fan broken'), mailed('Fan broken'), noticed('Fan broken')]).toEqual([[], [], []]);
  });

  it('calls people where it can be seen: not in a room that is kept to other hosts', async () => {
    await notifies(chats.world, { title: 'Ledger broken', severity: 'critical', labels: { host: 'db1', team: 'kept' }, fingerprint: 'kept' });
    await expect.poll(() => inSlack('Ledger broken').filter((text) => text.includes(`<@${ACCOUNTS.alice}>`)), soon).toHaveLength(1);
    expect(inMatrix('Ledger broken')).toEqual([]);
    await notifies(chats.world, {
      title: 'Ledger broken',
      severity: 'critical',
      labels: { host: 'db1', team: 'kept' },
      fingerprint: 'kept',
      status: 'resolved',
    });
  });

  it('goes to the other chat when its own is down, and stands in both when that is back', async () => {
    const release = chats.slack.hang('chat.postMessage');
    await sent('Disk broken');
    await expect.poll(() => inMatrix('Disk broken'), soon).not.toEqual([]);
    expect(inSlack('Disk broken')).toEqual([]);
    await expect.poll(() => called('Disk broken'), soon).toBe(true);
    release();
    await expect.poll(() => cardsInSlack('Disk broken'), soon).toHaveLength(1);
    expect([mailed('Disk broken'), noticed('Disk broken')]).toEqual([[], []]);
    await sent('Disk broken', 'resolved');
  }, 60_000);

  it('goes by mail and ntfy when both are down: once when it fires, and once when it is over', async () => {
    const release = chats.slack.hang('chat.postMessage');
    const { odd } = chats.home;
    chats.home.odd = (method, path) => (method === 'PUT' && path.includes('/send/') ? { status: 502 } : odd(method, path));
    await sent('Power lost');
    await expect.poll(() => [mailed('Power lost').length, noticed('Power lost').length], soon).toEqual([1, 1]);
    expect(mailed('Power lost')[0]?.subject).toBe('🔴 Power lost · web1');
    expect(smtp.mails.every(({ to }) => to.join() === 'oncall@example.org')).toBe(true);
    await sent('Power lost', 'resolved');
    await expect.poll(() => [mailed('Power lost').length, noticed('Power lost').length], soon).toEqual([2, 2]);
    expect(mailed('Power lost')[1]?.text).toContain('resolved at');
    const tries = () => chats.slack.calls.filter(({ method, args }) => method === 'chat.postMessage' && JSON.stringify(args).includes('Power lost')).length;
    await expect.poll(tries, soon).toBeGreaterThan(1);
    release();
    chats.home.odd = odd;
    // What hung is done late, besides: what came twice is taken away, and each room has one card that says how things are.
    const over = expect.stringContaining('resolved at');
    await expect.poll(() => [cardsInSlack('Power lost'), inMatrix('Power lost')], soon).toEqual([[over], [over]]);
    expect([mailed('Power lost').length, noticed('Power lost').length]).toEqual([2, 2]);
  }, 90_000);
});
