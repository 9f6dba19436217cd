import { describe, expect, it } from 'vitest';
import { eventShape } from '../../src/chat/matrix/events.ts';
import { missed, sinceComing } from '../../src/chat/matrix/gap.ts';
import { pressOf, seedsOf, typedFor } from '../../src/chat/matrix/keys.ts';
import { lineOf } from '../../src/chat/matrix/lines.ts';
import { PRESSES, type PressAction } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';

const user = '@hostler:example.org';
const ears = { user, name: 'Hostler Bot', families: ['vm', 'net', 'undo'], alone: false };
const event = (content: object, type = 'm.room.message') =>
  eventShape.parse({ event_id: '$1', type, sender: '@alice:example.org', origin_server_ts: 1, content: { msgtype: 'm.text', ...content } });
const heard = (body: string, more: object = {}, alone = false) => lineOf(event({ body, ...more }), { ...ears, alone });
const mention = { 'm.mentions': { user_ids: [user] } };

describe('a line in a room', () => {
  it.each([
    ['!ops vm list', 'vm list'],
    ['!vm list', 'vm list'],
    ['！vm list', 'vm list'],
    ['  !VM list  ', 'VM list'],
    ['!ops', 'help'],
    ['!ops ok 7F3KQ', 'ok 7F3KQ'],
    ['!ok 7F3KQ', 'ok 7F3KQ'],
    ['!no 7f3kq it is Friday', 'no 7f3kq it is Friday'],
    ['!cancel T0123456789A', 'cancel T0123456789A'],
    ['!undo T0123456789A', 'undo T0123456789A'],
    ['@hostler:example.org: vm list', 'vm list'],
    ['@hostler:example.org vm list', 'vm list'],
    ['@hostler:example.org', 'help'],
    ['Hostler Bot: vm list', 'vm list'],
    ['hostler, vm list', 'vm list'],
    ['hostler：vm list', 'vm list'],
    ['Hostler Bot: !vm list', 'vm list'],
    ['[Hostler Bot](https://matrix.to/#/@hostler:example.org): vm list', 'vm list'],
    ['[Hostler Bot](https://matrix.to/#/%40hostler%3Aexample.org) vm list', 'vm list'],
    ['vm list', undefined],
    ['!help', undefined],
    ['!ban spammer', undefined],
    ['!ok then', undefined],
    ['! ', undefined],
    ['', undefined],
    ['hostler is down again', undefined],
    ['hostlers: vm list', undefined],
    ['ask @hostler:example.org vm list', undefined],
    ['[Eve](https://matrix.to/#/@eve:example.org): vm list', undefined],
  ])('%j → %j', (body, line) => expect(heard(body)).toBe(line));

  it('begins with the name without a colon only when the bot is meant', () => {
    expect(heard('Hostler Bot vm list', mention)).toBe('vm list');
    expect(heard('Hostler Bot vm list', { formatted_body: '<a href="https://matrix.to/#/@hostler:example.org">Hostler Bot</a> vm list' })).toBe('vm list');
    expect(heard('Hostler Bot vm list')).toBeUndefined();
    expect(heard('yesterday Hostler Bot said vm list', mention)).toBeUndefined();
  });

  it('is without what it replies to', () => {
    const reply = { 'm.relates_to': { 'm.in_reply_to': { event_id: '$0' } } };
    expect(heard('> <@bob:example.org> !vm reboot web1\n> more\n\n!vm list', reply)).toBe('vm list');
    expect(heard('> !vm reboot web1')).toBeUndefined();
  });

  it('is no notice, no edit, no emote, no picture and nothing that was taken back', () => {
    expect(heard('!vm list', { msgtype: 'm.notice' })).toBeUndefined();
    expect(heard('!vm list', { msgtype: 'm.emote' })).toBeUndefined();
    expect(heard('!vm list', { msgtype: 'm.image' })).toBeUndefined();
    expect(heard('* !vm list', { 'm.new_content': { body: '!vm list' }, 'm.relates_to': { rel_type: 'm.replace', event_id: '$0' } })).toBeUndefined();
    expect(heard('!vm list', { 'm.relates_to': { rel_type: 'm.replace', event_id: '$0' } })).toBeUndefined();
    expect(lineOf(eventShape.parse({ event_id: '$1', type: 'm.room.message', sender: '@a:b', origin_server_ts: 1, content: {} }), ears)).toBeUndefined();
    expect(heard('!vm list', { body: 7 })).toBeUndefined();
  });
});

describe('a line in a room with the bot alone', () => {
  it.each([
    ['vm list', 'vm list'],
    ['!vm list', 'vm list'],
    ['!ops vm list', 'vm list'],
    ['ok 7F3KQ', 'ok 7F3KQ'],
    ['!anything', 'anything'],
    ['hello', 'hello'],
    ['', undefined],
  ])('%j → %j', (body, line) => expect(heard(body, {}, true)).toBe(line));
});

const button = (action: PressAction, code = '7F3KQ') => ({
  id: action,
  label: say({ en: action, zh: action }),
  press: { action, ticket: 'T0123456789A', code },
});

describe('reactions', () => {
  it('stand for buttons, approval first, those of a plan with its code', () => {
    expect(seedsOf([button('cancel'), button('reject'), button('approve')])).toEqual(['✅ 7F3KQ', '❌ 7F3KQ', '🛑']);
    expect(seedsOf(PRESSES.map((action) => button(action)))).toHaveLength(6);
    expect(typedFor(button('approve'))).toBe('!ok 7F3KQ');
    expect(typedFor(button('cancel'))).toBe('!cancel T0123456789A');
  });

  it('are read back, whatever a client does to them', () => {
    for (const action of PRESSES) expect(pressOf(seedsOf([button(action)])[0] ?? '')?.action).toBe(action);
    expect(pressOf('✅ 7f3kq')).toEqual({ action: 'approve', code: '7F3KQ' });
    expect(pressOf('✅')).toEqual({ action: 'approve', code: '' });
    expect(pressOf('✅️')).toEqual({ action: 'approve', code: '' });
    expect(pressOf('↩')).toEqual({ action: 'undo', code: '' });
    expect(pressOf('🛑 7F3KQ')).toEqual({ action: 'cancel', code: '' });
    for (const other of ['👍', '✅✅', '✅ 7F3KQ x', '✅ <script>', '', ' ']) expect(pressOf(other)).toBeUndefined();
  });
});

const member = (id: string, membership: string, at: number, before?: string) =>
  eventShape.parse({
    event_id: id,
    type: 'm.room.member',
    sender: '@alice:example.org',
    state_key: user,
    origin_server_ts: at,
    content: { membership },
    ...(before === undefined ? {} : { unsigned: { prev_content: { membership: before } } }),
  });
const line = (id: string, at: number) =>
  eventShape.parse({ event_id: id, type: 'm.room.message', sender: '@a:b', origin_server_ts: at, content: { msgtype: 'm.text', body: '!vm list' } });

describe('what was said before the bot came', () => {
  const ids = (events: readonly { readonly event_id: string }[]) => events.map(({ event_id }) => event_id);
  it('is not heard, but what was said since it was invited is', () => {
    expect(ids(sinceComing([line('$old', 1), member('$i', 'invite', 2), line('$first', 3), member('$j', 'join', 4, 'invite'), line('$a', 5)], user))).toEqual([
      '$first',
      '$j',
      '$a',
    ]);
    expect(ids(sinceComing([line('$old', 1), member('$j', 'join', 4), line('$a', 5)], user))).toEqual(['$a']);
    expect(ids(sinceComing([line('$x', 1), member('$name', 'join', 4, 'join'), line('$a', 5)], user))).toEqual(['$x', '$name', '$a']);
  });

  const history = (count: number) => Array.from({ length: count }, (_, i) => line(`$${i}`, i * 1000)).reverse();
  const pages = (all: ReturnType<typeof history>) => ({
    before: async (_room: string, from: string | undefined) => {
      const at = Number(from ?? 0);
      return { events: all.slice(at, at + 100), end: at + 100 < all.length ? String(at + 100) : undefined };
    },
  });
  it('is caught up with to the last event that was heard, oldest first, and no further than 500', async () => {
    const logged: string[] = [];
    const parts = (count: number) => ({ server: pages(history(count)), user, log: (text: string) => void logged.push(text) });
    expect(ids(await missed(parts(250), '!r', '0', { id: '$240', at: 240_000 }))).toEqual([
      '$241',
      '$242',
      '$243',
      '$244',
      '$245',
      '$246',
      '$247',
      '$248',
      '$249',
    ]);
    expect(await missed(parts(250), '!r', '0', { id: '$20', at: 20_000 })).toHaveLength(229);
    expect(logged).toEqual([]);
    expect(await missed(parts(900), '!r', '0', { id: '$0', at: 0 })).toHaveLength(500);
    expect(logged).toHaveLength(1);
  });

  it('ends where time says so when the last event is gone from history', async () => {
    const found = await missed({ server: pages(history(3000)), user, log: () => undefined }, '!r', '0', { id: '$purged', at: 2_900_000 });
    expect(found.length).toBeLessThanOrEqual(500);
    const near = await missed({ server: pages(history(1000)), user, log: () => undefined }, '!r', '0', { id: '$purged', at: 990_000 + 600_000 });
    expect(ids(near)[0]).toBe('$990');
  });

  it('is found whatever dates others give to their events', async () => {
    const all = history(250).map((one, i) => ({ ...one, origin_server_ts: i % 3 === 1 ? 0 : one.origin_server_ts + 1e9 }));
    const found = await missed({ server: pages(all), user, log: () => undefined }, '!r', '0', { id: '$50', at: 1e9 + 50_000 });
    expect(found).toHaveLength(199);
    expect(ids(found)[0]).toBe('$51');
  });
});
