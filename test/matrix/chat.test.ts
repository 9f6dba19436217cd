import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MatrixChat } from '../../src/chat/matrix/matrix.ts';
import { type At, type CardMessage, Unwelcome, Vanished } from '../../src/core/chat.ts';
import type { Field } from '../../src/core/types.ts';
import { quoted, say } from '../../src/core/words.ts';
import { BOT, chatAt, Ears, Home, line, remembering } from './home.ts';

const ALICE = '@alice:x.y';
const TICKET = 'T0123456789A';
let home: Home;
let ears: Ears;
let memory: ReturnType<typeof remembering>;
let logged: string[] = [];
const open: MatrixChat[] = [];
beforeEach(async () => {
  home = await new Home().open();
  ears = new Ears();
  memory = remembering();
  logged = [];
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((chat) => chat.close()));
  await home.close();
});

const connect = async () => {
  const chat = await chatAt(home, ears, memory, logged);
  open.push(chat);
  return chat;
};
const texts = () => ears.lines.map(({ text }) => text);
const until = (what: () => boolean, ms = 8000) => vi.waitUntil(what, { timeout: ms, interval: 10 });
const encrypted = (body: object = {}) => line('', { type: 'm.room.encrypted', content: {}, ...body });

const ask = (name: string): Field => ({ name, label: say({ en: `${name}?`, zh: `${name}？` }) });
const card = (asks: readonly Field[] = []): CardMessage => ({
  kind: 'card',
  lang: 'en',
  about: { at: 0, by: 'alice', private: false, heard: [], sees: () => true },
  card: {
    id: TICKET,
    rev: 1,
    mood: 'waiting',
    title: quoted('reboot'),
    blocks: [],
    buttons: [{ id: 'no', label: quoted('no'), press: { action: 'reject', ticket: TICKET, code: '7F3KQ' }, asks }],
    ticket: { id: TICKET, state: 'waiting', digest: 'd', code: '7F3KQ', by: 'alice', plan: { steps: [], facts: [], undo: null } },
  },
});
const at = (more: Partial<At> = {}): At => ({ place: { chat: 'matrix', room: '!a', to: ALICE }, private: false, key: 'k1', ...more });
const press = (event: string, sender = ALICE) =>
  line('', { type: 'm.reaction', sender, content: { 'm.relates_to': { rel_type: 'm.annotation', event_id: event, key: '❌ 7F3KQ' } } });

describe('what is private', () => {
  /** Alone with alice in `!dm`. */
  const alone = (method: string, path: string) => {
    if (method === 'GET' && path === 'rooms/!dm/members') {
      const member = (id: string) => line('', { type: 'm.room.member', state_key: id, content: { membership: 'join' } });
      return { status: 200, body: { chunk: [member(BOT), member(ALICE)] } };
    }
    return path === 'createRoom' ? { status: 200, body: { room_id: '!dm' } } : undefined;
  };
  const room = (key: string) => home.sent.filter(({ txn }) => txn !== key).map((one) => one.room);

  it('stands nowhere when its reader is not known any more', async () => {
    home.odd = alone;
    const chat = await connect();
    ears.strangers.add(ALICE);
    await expect(chat.show(card(), at({ private: true }))).rejects.toBeInstanceOf(Unwelcome);
    await expect(chat.show(card(), at({ private: true, place: { chat: 'matrix', room: '!dm', to: ALICE } }))).rejects.toBeInstanceOf(Unwelcome);
    const reply = { kind: 'output', lang: 'en', text: quoted('o'), name: 'o.txt', content: 'secret' } as const;
    await expect(chat.show(reply, at({ private: true, card: { room: '!a', id: '$c' } }))).rejects.toBeInstanceOf(Unwelcome);
    expect(home.sent).toEqual([]);
  });

  it('is not edited any more when its reader is not known any more', async () => {
    home.odd = alone;
    const chat = await connect();
    const { post } = await chat.show(card(), at({ private: true }));
    expect(post?.room).toBe('!dm');
    const before = home.sent.length;
    ears.strangers.add(ALICE);
    if (post) await expect(chat.show({ ...card(), lang: 'zh' }, at({ private: true, post }))).rejects.toBeInstanceOf(Unwelcome);
    expect(home.sent).toHaveLength(before);
  });

  it('stands in the room only when it may, and only as long as it may', async () => {
    home.odd = alone;
    const chat = await connect();
    ears.strangers.add(ALICE);
    const { post } = await chat.show(card(), at({ private: true, open: true }));
    expect(room('')).toContain('!a');
    if (!post) throw new Error('not posted');
    await expect(chat.show({ ...card(), lang: 'zh' }, at({ private: true, open: true, post }))).resolves.toMatchObject({ post: { id: post.id } });
    ears.strangers.clear();
    await expect(chat.show(card(), at({ private: true, post }))).rejects.toBeInstanceOf(Vanished);
  });
});

describe('hearing', () => {
  it.each([500, 403, 429])(
    'goes on in all rooms when one of them answers %i for ever',
    async (status) => {
      home.odd = (_method, path) =>
        path.includes('!bad') ? { status, body: { errcode: status === 429 ? 'M_LIMIT_EXCEEDED' : 'M_X', retry_after_ms: 60 } } : undefined;
      await connect();
      home.happen({ '!bad': [encrypted(), line('!vm lost')], '!good': [line('!vm one')] });
      await until(() => texts().includes('vm one'), 1500);
      home.happen({ '!good': [line('!vm two')] }, {}, { invite: { '!bad': { invite_state: { events: [] } } } });
      await until(() => texts().includes('vm two'), 20_000);
      home.happen({ '!good': [line('!vm three')] });
      await until(() => texts().includes('vm three'), 20_000);
      expect(logged.join('\n')).toMatch(/!bad/);
    },
    50_000,
  );

  it('does not need to know who is in a room to hear what is said to the bot there', async () => {
    home.odd = (_method, path) => (path === 'rooms/!bad/joined_members' ? { status: 500 } : undefined);
    await connect();
    home.happen({ '!bad': [line('!vm one')] });
    await until(() => texts().includes('vm one'), 1500);
  });

  it('waits when the whole homeserver is away: nothing is lost', async () => {
    await connect();
    home.odd = () => ({ status: 502 });
    home.happen({ '!a': [line('!vm kept')] });
    home.odd = (_method, path) => (path === 'sync' ? undefined : { status: 502 });
    await new Promise((resolve) => setTimeout(resolve, 5500));
    expect(texts()).toEqual([]);
    home.odd = () => undefined;
    await until(() => texts().includes('vm kept'), 12_000);
  });

  it('stops for what cannot be queued, and goes on with it', async () => {
    await connect();
    ears.failing = 2;
    home.happen({ '!a': [line('!vm one'), line('!vm two')] });
    await until(() => ears.lines.length === 2);
    expect(texts()).toEqual(['vm one', 'vm two']);
  });

  it('asks another first question at every start: the same is answered with what was so minutes ago, and old lines would be run', async () => {
    for (let i = 0; i < 300; i += 1) await (await chatAt(home, ears, remembering(), logged)).close();
    expect(new Set(home.firsts).size).toBe(300);
  });

  it('notes no date of the future', async () => {
    await connect();
    home.happen({ '!a': [line('!vm one', { origin_server_ts: Date.now() + 315_576_000_000 })] });
    await until(() => memory.all.has('heard:!a'));
    expect(JSON.parse(memory.all.get('heard:!a') ?? '').at).toBeLessThanOrEqual(Date.now());
  });

  it('hears what was missed as soon as it can be read', async () => {
    await connect();
    home.happen({ '!a': [line('!vm first')] });
    await until(() => ears.lines.length === 1);
    const old = line('!vm missed');
    let bad = true;
    home.odd = (_method, path) => {
      if (path !== 'rooms/!a/messages') return undefined;
      return bad ? { status: 500 } : { status: 200, body: { chunk: [old, ears.lines[0] && { ...line('!vm first'), event_id: ears.lines[0].event }] } };
    };
    home.happen({ '!a': [line('!vm newest')] }, { limited: true, prev_batch: 'p' });
    await until(() => texts().includes('vm newest'), 20_000);
    bad = false;
    home.happen({ '!a': [line('!vm next')] });
    await until(() => texts().includes('vm next'));
    expect(texts()).toContain('vm missed');
  }, 30_000);
});

describe('strangers', () => {
  it('are heard once an hour in a room', async () => {
    await connect();
    ears.strangers.add('@eve:z').add('@mal:z');
    const by = (sender: string, body: string) => line(body, { sender });
    home.happen({
      '!a': [by('@eve:z', '!vm 1'), by('@eve:z', '!vm 2'), by('@eve:z', '!ok 7F3KQ'), by('@mal:z', '!vm 3'), line('!vm 4')],
      '!b': [by('@eve:z', '!vm 5')],
    });
    await until(() => texts().includes('vm 5'));
    expect(texts()).toEqual(['vm 1', 'vm 3', 'vm 4', 'vm 5']);
    expect(ears.presses).toEqual([]);
  });

  it('are heard also when it could not be queued at first', async () => {
    await connect();
    ears.strangers.add('@eve:z');
    ears.failing = 1;
    home.happen({ '!a': [line('!vm 1', { sender: '@eve:z' })] });
    await until(() => texts().includes('vm 1'));
  });

  it('are asked nothing when they press again and again', async () => {
    const chat = await connect();
    const { post } = await chat.show(card([ask('reason')]), at());
    ears.strangers.add('@eve:z');
    home.happen({ '!a': [press(post?.id ?? '', '@eve:z'), press(post?.id ?? '', '@eve:z'), line('!vm end')] });
    await until(() => texts().includes('vm end'));
    expect(ears.presses).toHaveLength(1);
    expect(memory.all.has('unsent')).toBe(false);
  });
});

describe('questions', () => {
  const questions = () => home.sent.filter(({ body }) => body.includes('?')).map(({ body }) => body.replace(/\?.*/s, ''));
  /** Everything but sending is answered. */
  const mute = (ms: number) => (method: string, path: string) =>
    method === 'PUT' && path.includes('/send/') ? { status: 429, body: { errcode: 'M_LIMIT_EXCEEDED', retry_after_ms: ms } } : undefined;

  it('wait for the homeserver while hearing goes on', async () => {
    const chat = await connect();
    const { post } = await chat.show(card([ask('reason')]), at());
    home.odd = mute(500);
    home.happen({ '!a': [press(post?.id ?? '')] });
    home.happen({ '!a': [line('!vm one')] });
    await until(() => texts().includes('vm one'), 400);
    expect(questions()).toEqual([]);
    home.odd = () => undefined;
    await until(() => questions().length === 1);
  });

  it('are sent after a restart, once and in their order', async () => {
    const first = await connect();
    const { post } = await first.show(card([ask('one'), ask('two'), ask('three')]), at());
    const id = post?.id ?? '';
    home.odd = mute(30_000);
    const inThread = (body: string) => line(body, { content: { msgtype: 'm.text', body, 'm.relates_to': { rel_type: 'm.thread', event_id: id } } });
    home.happen({ '!a': [press(id)] });
    home.happen({ '!a': [inThread('a'), inThread('b'), line('!vm one')] });
    await until(() => texts().includes('vm one'), 2000);
    await first.close();
    home.odd = () => undefined;
    await connect();
    await until(() => questions().length === 3);
    expect(questions()).toEqual(['one', 'two', 'three']);
    home.happen({ '!a': [inThread('c')] });
    await until(() => ears.presses.length === 1);
    expect(ears.presses[0]?.fields).toEqual({ one: ['a'], two: ['b'], three: ['c'] });
    await open.at(-1)?.close();
    await connect();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(questions()).toHaveLength(3);
  });

  it('do not wait for a room that refuses them', async () => {
    const chat = await connect();
    const { post: a } = await chat.show(card([ask('reason')]), at());
    const { post: b } = await chat.show(card([ask('reason')]), at({ key: 'k2', place: { chat: 'matrix', room: '!b', to: ALICE } }));
    home.odd = (method, path) => (method === 'PUT' && path.startsWith('rooms/!a/send') ? { status: 500 } : undefined);
    home.happen({ '!a': [press(a?.id ?? '')], '!b': [press(b?.id ?? '')] });
    await until(() => questions().length === 1, 3000);
    expect(home.sent.at(-1)?.room).toBe('!b');
  });
});
