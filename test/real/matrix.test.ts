import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { check } from '../../src/chat/matrix/check.ts';
import { MatrixChat } from '../../src/chat/matrix/matrix.ts';
import { sayPlainly } from '../../src/chat/matrix/plain.ts';
import {
  type At,
  type CardMessage,
  type Hear,
  type Line,
  type Memory,
  type Message,
  type Pressing,
  type Shown,
  Throttled,
  Unwelcome,
  Vanished,
} from '../../src/core/chat.ts';
import type { Button, Card, Field, Place, PressAction } from '../../src/core/types.ts';
import { quoted, say } from '../../src/core/words.ts';
import { MatrixPerson } from '../support/matrix/person.ts';
import { needs } from '../support/real/have.ts';
import { SID_BUILD_MS, SYNAPSE, type Synapse, type SynapseUser, startSynapse } from '../support/real/synapse.ts';

const TICKET = 'T0123456789A';

const relation = z.looseObject({ rel_type: z.string().optional(), event_id: z.string().optional(), key: z.string().optional() });
const contentShape = z.looseObject({
  msgtype: z.string().optional(),
  body: z.string().optional(),
  formatted_body: z.string().optional(),
  membership: z.string().optional(),
  'm.relates_to': relation.optional(),
  'm.new_content': z.looseObject({ formatted_body: z.string().optional() }).optional(),
});
const eventShape = z.looseObject({ type: z.string(), sender: z.string(), event_id: z.string(), state_key: z.string().optional(), content: contentShape });
const chunk = z.looseObject({ chunk: z.array(eventShape) });
const posted = z.looseObject({ event_id: z.string() });
const made = z.looseObject({ room_id: z.string() });

/** A person with a client that has nothing in common with the bot's. */
class Person {
  readonly id: string;
  readonly #token: string;
  readonly #url: string;
  constructor(url: string, { userId, token }: SynapseUser) {
    this.id = userId;
    this.#token = token;
    this.#url = url;
  }
  async ask<T>(shape: z.ZodType<T>, method: string, path: string, body?: object): Promise<T> {
    const headers = { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' };
    const response = await fetch(`${this.#url}/_matrix/client/v3/${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return shape.parse(JSON.parse(text));
  }
  async create(invite: readonly string[], more: object = {}): Promise<string> {
    return (await this.ask(made, 'POST', 'createRoom', { invite, preset: 'private_chat', ...more })).room_id;
  }
  async send(room: string, type: string, content: object): Promise<string> {
    return (await this.ask(posted, 'PUT', `rooms/${encodeURIComponent(room)}/send/${type}/${randomUUID()}`, content)).event_id;
  }
  say(room: string, body: string, more: object = {}): Promise<string> {
    return this.send(room, 'm.room.message', { msgtype: 'm.text', body, ...more });
  }
  reply(room: string, root: string, body: string): Promise<string> {
    return this.say(room, body, { 'm.relates_to': { rel_type: 'm.thread', event_id: root } });
  }
  react(room: string, event: string, key: string): Promise<string> {
    return this.send(room, 'm.reaction', { 'm.relates_to': { rel_type: 'm.annotation', event_id: event, key } });
  }
  async redact(room: string, event: string): Promise<void> {
    await this.ask(posted, 'PUT', `rooms/${encodeURIComponent(room)}/redact/${encodeURIComponent(event)}/${randomUUID()}`, {});
  }
  async act(room: string, act: 'join' | 'leave' | 'invite', body: object = {}): Promise<void> {
    await this.ask(z.unknown(), 'POST', `rooms/${encodeURIComponent(room)}/${act}`, body);
  }
  async events(room: string): Promise<z.infer<typeof eventShape>[]> {
    return (await this.ask(chunk, 'GET', `rooms/${encodeURIComponent(room)}/messages?dir=b&limit=300`)).chunk.reverse();
  }
  async members(room: string): Promise<Record<string, string | undefined>> {
    const found = await this.ask(chunk, 'GET', `rooms/${encodeURIComponent(room)}/members`);
    return Object.fromEntries(found.chunk.map(({ state_key, content }) => [state_key ?? '', content.membership]));
  }
}

/** The desk's side of a chat: notes what was heard. `away`: its queue does not answer. */
class Desk implements Hear {
  readonly families = ['vm', 'net'];
  readonly lines: Line[] = [];
  readonly presses: Pressing[] = [];
  readonly states: Parameters<Hear['hearing']>[0][] = [];
  readonly strangers = new Set<string>();
  away = false;
  async said(line: Line) {
    if (this.away) throw new Error('the queue does not answer');
    if (!this.lines.some(({ event }) => event === line.event)) this.lines.push(line);
    else this.twice += 1;
    return { ticket: TICKET };
  }
  /** How often something was heard again. */
  twice = 0;
  async pressed(press: Pressing) {
    if (this.away) throw new Error('the queue does not answer');
    if (!this.presses.some(({ event }) => event === press.event)) this.presses.push(press);
    else this.twice += 1;
    return { answer: '', ticket: press.ticket, heard: press.event };
  }
  async form() {
    return undefined;
  }
  async choices(_from: string, _form: object, _field: string, typed: string) {
    return ['late1', 'late2'].filter((text) => text.startsWith(typed)).map((text) => ({ text, hint: '' }));
  }
  async knows(from: string) {
    return !this.strangers.has(from);
  }
  async lang() {
    return 'en' as const;
  }
  async home() {
    return [];
  }
  hearing(state: Parameters<Hear['hearing']>[0]) {
    this.states.push(state);
  }
  texts() {
    return this.lines.map(({ text }) => text);
  }
}

function remembering(): Memory & { readonly all: Map<string, string> } {
  const all = new Map<string, string>();
  return {
    all,
    get: async (key) => all.get(key),
    set: async (key, value) => void all.set(key, value),
    claim: async (key, value) => !all.has(key) && !!all.set(key, value),
    drop: async (key) => void all.delete(key),
  };
}

const button = (action: PressAction, code = '7F3KQ', asks?: readonly Field[]): Button => ({
  id: action,
  label: say({ en: action, zh: action }),
  press: { action, ticket: TICKET, code },
  ...(asks ? { asks } : {}),
});
const card = (rev: number, state: string, buttons: readonly Button[], text = 'hello'): CardMessage => ({
  kind: 'card',
  lang: 'en',
  about: { at: 0, by: 'alice', private: false, heard: [], sees: () => true },
  card: {
    id: TICKET,
    rev,
    mood: 'waiting',
    title: say({ en: 'reboot web1', zh: '重启 web1' }),
    blocks: [{ kind: 'text', text: quoted(text) }],
    buttons,
    ticket: { id: TICKET, state, digest: 'd', code: '7F3KQ', by: 'alice', plan: { steps: [], facts: [], undo: null } },
  } satisfies Card,
});
const at = (place: Omit<Place, 'chat'>, key: string, more: Partial<At> = {}): At => ({ place: { chat: 'matrix', ...place }, private: false, key, ...more });
const WAITING = [button('approve'), button('reject'), button('cancel')];

async function until<T>(what: () => Promise<T | undefined | false> | T | undefined | false, ms = 8000): Promise<T> {
  for (const end = Date.now() + ms; ; await new Promise((resolve) => setTimeout(resolve, 25))) {
    const found = await what();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`not within ${ms} ms: ${what}`);
  }
}
const soon = (ms = 300) => new Promise((resolve) => setTimeout(resolve, ms));

describe.skipIf(!needs(SYNAPSE))('Matrix, on a real Synapse', () => {
  let synapse: Synapse;
  let bot: SynapseUser;
  let alice: Person;
  let bob: Person;
  let room = '';
  let other = '';
  /** Alice's other client, which knows the rules for what is sent. */
  let eyes: MatrixPerson;
  const open: MatrixChat[] = [];
  const logged: string[] = [];

  beforeAll(async () => {
    synapse = await startSynapse();
    bot = await synapse.register('bot', { displayname: 'Hostler' });
    const account = await synapse.register('alice');
    other = account.token;
    alice = new Person(synapse.url, account);
    eyes = await MatrixPerson.login({ url: synapse.url, ...account });
    bob = new Person(synapse.url, await synapse.register('bob'));
  }, SID_BUILD_MS);
  afterEach(async () => {
    await Promise.all(open.splice(0).map((chat) => chat.close()));
  });
  afterAll(async () => {
    await eyes?.close();
    await synapse?.close();
  });

  const connect = async (desk = new Desk(), memory = remembering(), pace = { pollMs: 30_000, deafMs: 60_000 }, account = bot, homeserver = synapse.url) => {
    const chat = new MatrixChat({
      homeserver,
      user: account.userId,
      token: account.token,
      memory,
      log: (text, detail) => void logged.push(`${text} ${detail}`),
      pace,
    });
    open.push(chat);
    await chat.listen(desk);
    return { chat, desk, memory };
  };
  /** The room with alice, bob and the bot. */
  const meet = async () => {
    const made = await alice.create([bot.userId, bob.id]);
    await bob.act(made, 'join');
    await until(async () => (await alice.members(made))[bot.userId] === 'join');
    return made;
  };
  const shown = (result: Shown) => {
    if (!result.post) throw new Error('nothing was posted');
    return result.post;
  };
  /** Reactions of the bot below an event. */
  const seeds = async (event: string) =>
    (await alice.events(room))
      .filter(({ type, sender, content }) => type === 'm.reaction' && sender === bot.userId && content['m.relates_to']?.event_id === event)
      .map(({ content }) => content['m.relates_to']?.key);

  it('hears lines in a room, in a thread and alone with a person, each once', async () => {
    const { desk } = await connect();
    room = await meet();
    const first = await alice.say(room, '!vm list');
    await alice.say(room, 'vm list');
    await alice.say(room, '!other thing');
    const inThread = await alice.reply(room, first, '!ops net list');
    await bob.say(room, `${bot.userId}: vm show web1`);
    const alone = await alice.create([bot.userId], { is_direct: true });
    const early = await alice.say(alone, 'vm early');
    await until(async () => (await alice.members(alone))[bot.userId] === 'join');
    await until(() => desk.lines.some(({ event }) => event === early));
    await alice.say(alone, 'vm list');
    await until(() => desk.lines.length === 5);
    expect(desk.lines).toMatchObject([
      { event: first, from: alice.id, text: 'vm list', place: { chat: 'matrix', room, to: alice.id } },
      { event: inThread, text: 'net list', place: { room, thread: first } },
      { from: bob.id, text: 'vm show web1' },
      { text: 'vm early', place: { room: alone } },
      { text: 'vm list', place: { room: alone } },
    ]);
    expect(desk.lines.every(({ lateMs }) => lateMs >= 0 && lateMs < 5000)).toBe(true);
    expect(desk.states).toMatchObject([{ hears: true }]);
  });

  it('runs nothing of what a message is edited to', async () => {
    const { desk } = await connect();
    const event = await alice.say(room, '!vm list');
    await until(() => desk.lines.length === 1);
    await alice.say(room, '* !vm stop web1', {
      'm.new_content': { msgtype: 'm.text', body: '!vm stop web1' },
      'm.relates_to': { rel_type: 'm.replace', event_id: event },
    });
    await alice.say(room, '!vm end');
    await until(() => desk.lines.length === 2);
    expect(desk.texts()).toEqual(['vm list', 'vm end']);
  });

  it('shows a card, its reactions follow its buttons, and it is pressed by reaction and by code', async () => {
    const { chat, desk } = await connect();
    const first = await chat.show(card(1, 'planning', [button('cancel')]), at({ room, to: alice.id }, 'k-press'));
    expect(first.sent).toBe(1);
    const post = shown(first);
    const second = await chat.show(card(2, 'waiting', WAITING), at({ room, to: alice.id }, 'k-press', { post }));
    expect(second.sent).toBe(4);
    expect(shown(second)).toMatchObject({ room, id: post.id });
    expect(await seeds(post.id)).toEqual(['✅ 7F3KQ', '❌ 7F3KQ', '🛑']);

    const pressed = await alice.react(room, post.id, '✅ 7F3KQ');
    await expect(alice.react(room, post.id, '✅ 7F3KQ')).rejects.toThrow(/M_DUPLICATE_ANNOTATION/);
    await until(() => desk.presses.length === 1);
    expect(desk.presses[0]).toMatchObject({
      event: pressed,
      from: alice.id,
      action: 'approve',
      ticket: TICKET,
      code: '7F3KQ',
      fields: {},
      place: { chat: 'matrix', room, to: alice.id },
    });
    await alice.redact(room, pressed);
    const again = await alice.react(room, post.id, '✅ 7F3KQ');
    await bob.react(room, post.id, '🛑️');
    await bob.react(room, post.id, '✅');
    await bob.react(room, post.id, '👍');
    await bob.say(room, '!no 7f3kq not today');
    await bob.say(room, `!cancel ${TICKET}`);
    await until(() => desk.presses.length === 6);
    expect(desk.presses.slice(1)).toMatchObject([
      { event: again, action: 'approve', code: '7F3KQ' },
      { from: bob.id, action: 'cancel', ticket: TICKET, code: '' },
      { action: 'approve', ticket: TICKET, code: '' },
      { action: 'reject', ticket: '', code: '7F3KQ', fields: { reason: ['not today'] } },
      { action: 'cancel', ticket: TICKET, code: '' },
    ]);

    const last = await chat.show(card(3, 'done', [button('undo')]), at({ room, to: alice.id }, 'k-press', { post: shown(second) }));
    expect(last.sent).toBe(5);
    expect(await seeds(post.id)).toEqual(['↩️']);
    await bob.react(room, post.id, '❌'); // below what is over: no press
    await bob.react(room, post.id, '↩');
    await until(() => desk.presses.length === 7);
    expect(desk.presses[6]).toMatchObject({ action: 'undo', ticket: TICKET });
    const edits = (await alice.events(room)).filter(
      ({ content }) => content['m.relates_to']?.rel_type === 'm.replace' && content['m.relates_to'].event_id === post.id,
    );
    expect(edits.at(-1)?.content['m.new_content']?.formatted_body).toContain('done');
    expect(desk.lines).toEqual([]);
  });

  it('repeats no message when an attempt is repeated', async () => {
    const { chat } = await connect();
    const place = at({ room }, 'k-once');
    const one = shown(await chat.show(card(1, 'waiting', WAITING), place));
    const fresh = await connect(new Desk(), remembering()); // nothing is remembered: the homeserver knows its transactions
    expect(shown(await fresh.chat.show(card(1, 'waiting', WAITING), place)).id).toBe(one.id);
    const later = { ...place, began: Date.now() - 3_600_000 };
    expect((await (await connect(new Desk(), remembering())).chat.show(card(1, 'waiting', WAITING), later)).sent).toBe(3);
    expect(await chat.show(card(1, 'waiting', WAITING), { ...place, post: one })).toMatchObject({ sent: 0 });
    expect(await seeds(one.id)).toHaveLength(3);
    expect(
      (await alice.events(room)).filter(({ content }) => content['hostler.txn'] !== undefined && content.body?.includes('hello') && !content['m.relates_to']),
    ).toHaveLength(2);
  });

  it('puts nudges and output into the thread, what is long as a file, once', async () => {
    const { chat } = await connect();
    const post = shown(await chat.show(card(1, 'done', []), at({ room }, 'k-thread')));
    const beside = (key: string) => at({ room }, key, { card: post });
    const nudge: Message = { kind: 'nudge', lang: 'en', text: say({ en: 'Please look', zh: '请看' }), calls: [bob.id] };
    const output = (content: string): Message => ({ kind: 'output', lang: 'en', text: say({ en: 'Output', zh: '输出' }), name: 'out.txt', content });
    await chat.show(nudge, beside('k-nudge'));
    await chat.show(nudge, beside('k-nudge'));
    await chat.show(output('@room </code> <a href="x">y</a>'), beside('k-small'));
    const big = shown(await chat.show(output('漢字\n'.repeat(5000)), beside('k-big')));
    expect(await chat.show(output('漢字\n'.repeat(5000)), beside('k-big'))).toMatchObject({ post: { id: big.id }, sent: 0 });
    const replies = (await alice.events(room)).filter(({ content }) => content['m.relates_to']?.event_id === post.id);
    expect(replies.map(({ content }) => [content.msgtype, content['m.relates_to']?.rel_type, content['m.mentions']])).toEqual([
      ['m.text', 'm.thread', { user_ids: [bob.id] }],
      ['m.text', 'm.thread', {}],
      ['m.file', 'm.thread', {}],
    ]);
    expect(replies[1]?.content.formatted_body).toContain('@room &#60;/code&#62; &#60;a');
    expect(replies[2]?.content).toMatchObject({ filename: 'out.txt', info: { size: 35_000, mimetype: 'text/plain' } });
  });

  it('stays in the thread it was asked in', async () => {
    const { chat } = await connect();
    const root = await alice.say(room, 'a thread');
    const place = { room, thread: root, to: alice.id };
    const post = shown(await chat.show(card(1, 'waiting', []), at(place, 'k-inthread')));
    await chat.show(card(2, 'done', []), at(place, 'k-inthread', { post }));
    await chat.show({ kind: 'nudge', lang: 'en', text: say({ en: 'Done', zh: '完成' }), calls: [alice.id] }, at(place, 'k-innudge', { card: post }));
    const seen = await eyes.until(
      () => eyes.timeline(room).filter(({ thread }) => thread === root).length === 2 && eyes.timeline(room).filter(({ thread }) => thread === root),
    );
    expect(seen.map(({ id, edits, thread }) => [id === post.id, edits, thread])).toEqual([
      [true, 1, root],
      [false, 0, root],
    ]);
    expect(eyes.sees(room, post.id)?.html).toContain('done');
  });

  it('keeps what is private between the bot and the person', async () => {
    const { chat, desk } = await connect();
    desk.strangers.add(bob.id);
    const secret = (to: string, key: string, more: Partial<At> = {}) => at({ room, to }, key, { private: true, ...more });
    const one = shown(await chat.show(card(1, 'done', []), secret(alice.id, 'k-p1')));
    const two = shown(await chat.show(card(1, 'done', []), secret(alice.id, 'k-p2')));
    expect(one.room).not.toBe(room);
    expect(two.room).toBe(one.room);
    await alice.act(one.room, 'join');
    expect(await alice.members(one.room)).toEqual({ [bot.userId]: 'join', [alice.id]: 'join' });
    expect((await alice.events(one.room)).map(({ event_id }) => event_id)).toContain(one.id);
    // Whoever else is invited does not see what comes next.
    await alice.act(one.room, 'invite', { user_id: bob.id });
    await expect(chat.show(card(2, 'failed', []), secret(alice.id, 'k-p2', { post: two }))).rejects.toBeInstanceOf(Vanished);
    expect(shown(await chat.show(card(2, 'failed', []), secret(alice.id, 'k-p2'))).room).not.toBe(one.room);
    // For nobody's account no room is made: it stands nowhere, unless it may stand in the room.
    await expect(chat.show(card(1, 'refused', []), secret(bob.id, 'k-p3'))).rejects.toBeInstanceOf(Unwelcome);
    expect(shown(await chat.show(card(1, 'refused', []), secret(bob.id, 'k-p3', { open: true }))).room).toBe(room);
  });

  it('brings a card to the person when the room is closed to it, and says so', async () => {
    const { chat, desk } = await connect();
    const closed = await alice.create([]);
    const post = shown(await chat.show(card(1, 'waiting', WAITING), at({ room: closed, to: alice.id }, 'k-away')));
    await alice.act(post.room, 'join');
    const body = (await alice.events(post.room)).find(({ event_id }) => event_id === post.id)?.content.body;
    expect(body).toMatch(/^I may not write in the room/);
    await expect(chat.show(card(1, 'waiting', WAITING), at({ room: closed }, 'k-away2'))).rejects.toBeInstanceOf(Unwelcome);
    desk.strangers.add(alice.id);
    await expect(chat.show(card(1, 'waiting', WAITING), at({ room: closed, to: alice.id }, 'k-away3'))).rejects.toBeInstanceOf(Unwelcome);
  });

  it('finds a card that was taken away', async () => {
    const { chat, memory } = await connect();
    const place = at({ room }, 'k-gone');
    const post = shown(await chat.show(card(1, 'waiting', []), place));
    await alice.redact(room, post.id);
    await until(() => memory.all.has(`gone:${post.id}`));
    await expect(chat.show(card(2, 'done', []), { ...place, post })).rejects.toBeInstanceOf(Vanished);
    const anew = shown(await chat.show(card(2, 'done', []), place));
    expect(anew.id).not.toBe(post.id);
  });

  it('catches up after an absence: nothing is lost, nothing comes twice, and how late it is is said', async () => {
    const desk = new Desk();
    const memory = remembering();
    const before = await connect(desk, memory);
    await alice.say(room, '!vm before');
    await until(() => desk.lines.length === 1);
    await before.chat.close();
    for (let i = 0; i < 13; i += 1)
      await Promise.all(
        Array.from({ length: 10 }, (_, k) => alice.say(room, `chatter ${i}.${k}`)).concat(i % 4 === 0 ? [alice.say(room, `!vm missed${i}`)] : []),
      );
    await soon(1200);
    await connect(desk, memory);
    await until(() => desk.lines.length === 5);
    expect(desk.texts()).toEqual(['vm before', 'vm missed0', 'vm missed4', 'vm missed8', 'vm missed12']);
    expect(desk.lines[1]?.lateMs).toBeGreaterThan(1000);
    expect(desk.twice).toBe(0);
  });

  it('loses nothing when what it hears cannot be queued', async () => {
    const desk = new Desk();
    const memory = remembering();
    const first = await connect(desk, memory);
    desk.away = true;
    await alice.say(room, '!vm a');
    await alice.say(room, '!vm b');
    await soon();
    await first.chat.close();
    await connect(desk, memory);
    await alice.say(room, '!vm c');
    await soon();
    desk.away = false;
    await until(() => desk.lines.length === 3);
    expect(desk.texts()).toEqual(['vm a', 'vm b', 'vm c']);
  });

  it('accepts invites from people it knows only, and leaves when it is alone', async () => {
    const { desk } = await connect();
    desk.strangers.add(bob.id);
    const strange = await bob.create([bot.userId]);
    await until(async () => (await bob.members(strange))[bot.userId] === 'leave');
    const good = await alice.create([bot.userId]);
    await until(async () => (await alice.members(good))[bot.userId] === 'join');
    const lone = await alice.create([bot.userId, bob.id]);
    await until(async () => (await alice.members(lone))[bot.userId] === 'join');
    await bob.act(lone, 'join');
    await alice.act(lone, 'leave');
    await soon();
    expect((await bob.members(lone))[bot.userId]).toBe('join');
    await alice.say(good, '!vm list');
    await until(() => desk.lines.length === 1);
  });

  it('says once that it cannot read an encrypted room, and never posts cards there', async () => {
    const desk = new Desk();
    const memory = remembering();
    const { chat } = await connect(desk, memory);
    const dark = await alice.create([bot.userId], {
      initial_state: [{ type: 'm.room.encryption', state_key: '', content: { algorithm: 'm.megolm.v1.aes-sha2' } }],
    });
    const said = async () => (await alice.events(dark)).filter(({ sender, type }) => sender === bot.userId && type === 'm.room.message');
    await until(async () => (await said()).length === 1);
    await alice.send(dark, 'm.room.encrypted', { algorithm: 'm.megolm.v1.aes-sha2', ciphertext: 'x', session_id: 'x' });
    await alice.say(dark, '!vm list');
    await expect(chat.show(card(1, 'waiting', WAITING), at({ room: dark }, 'k-dark'))).rejects.toBeInstanceOf(Unwelcome);
    await chat.close();
    await connect(desk, memory);
    await soon();
    expect(await said()).toHaveLength(1);
    expect((await said())[0]?.content.body).toMatch(/encrypted[\s\S]*加密/);
    expect(desk.lines).toEqual([]);
  });

  it('can say something with nothing remembered, edit it, and never says it in the clear where all is encrypted', async () => {
    const account = { homeserver: synapse.url, token: bot.token, log: () => undefined };
    const { chat } = await connect();
    const home = await meet();
    const dark = await alice.create([bot.userId], {
      initial_state: [{ type: 'm.room.encryption', state_key: '', content: { algorithm: 'm.megolm.v1.aes-sha2' } }],
    });
    await until(async () => (await alice.members(dark))[bot.userId] === 'join');
    await chat.close();
    const first = await sayPlainly(account, home, 'Redis is away <b>@room</b>', 'k1');
    expect(await sayPlainly(account, home, 'Redis is away <b>@room</b>', 'k1')).toBe(first); // the same again is the same
    await sayPlainly(account, home, 'Redis is back', 'k2', first);
    const said = async (where: string) => (await alice.events(where)).filter(({ sender, type }) => sender === bot.userId && type === 'm.room.message');
    await until(async () => (await said(home)).length === 2);
    const [edited] = (await said(home)).filter(({ content }) => content['m.new_content'] !== undefined);
    expect(edited?.content).toMatchObject({ 'm.new_content': { body: 'Redis is back' }, 'm.relates_to': { rel_type: 'm.replace', event_id: first } });
    const before = (await said(dark)).length; // that it cannot read there
    await expect(sayPlainly(account, dark, 'secret', 'k3')).rejects.toThrow(/encrypted/);
    expect(await said(dark)).toHaveLength(before);
  });

  it('asks in the thread for what a button wants to know, across a restart', async () => {
    const desk = new Desk();
    const memory = remembering();
    const first = await connect(desk, memory);
    const choices = ['web1', 'web2', 'db1'].map((text) => ({ text, hint: 'running' }));
    const fields: Field[] = [
      { name: 'vm', label: say({ en: 'Which guest?', zh: '哪台虚拟机？' }), choices, more: true },
      { name: 'reason', label: say({ en: 'Why?', zh: '为什么？' }) },
    ];
    const post = shown(await first.chat.show(card(1, 'refused', [button('fill', '', fields)]), at({ room, to: alice.id }, 'k-fill')));
    const questions = async () =>
      (await alice.events(room)).filter(
        ({ sender, content }) => sender === bot.userId && content['m.relates_to']?.rel_type === 'm.thread' && content['m.relates_to'].event_id === post.id,
      );
    expect((await questions()).map(({ content }) => content.body)).toEqual([expect.stringMatching(/^Which guest\? .*\n1\. web1 – running/)]);
    await first.chat.show(card(1, 'refused', [button('fill', '', fields)]), at({ room, to: alice.id }, 'k-fill'));
    expect(await questions()).toHaveLength(1);
    await bob.reply(room, post.id, '1'); // not the one who was asked
    await alice.reply(room, post.id, 'web');
    await until(async () => (await questions()).length === 2);
    await first.chat.close();
    await alice.reply(room, post.id, 'late1');
    await connect(desk, memory);
    await until(async () => (await questions()).length === 3);
    const last = await alice.reply(room, post.id, 'because');
    await until(() => desk.presses.length === 1);
    expect(desk.presses[0]).toMatchObject({
      event: last,
      from: alice.id,
      action: 'fill',
      ticket: TICKET,
      fields: { vm: ['late1'], reason: ['because'] },
      place: { room, to: alice.id },
    });
    await alice.reply(room, post.id, '2'); // nothing is asked any more
    await bob.react(room, post.id, '📝');
    await until(async () => (await questions()).length === 4);
    await bob.reply(room, post.id, 'cancel');
    await until(async () => (await questions()).length === 5);
    await soon();
    expect(desk.presses).toHaveLength(1);
    expect(desk.lines).toEqual([]);
  });

  it('waits when it sends too much, and goes on where it was: nothing lost, nothing doubled', async () => {
    const strict = await startSynapse({ limits: 'default' });
    try {
      const limited = await strict.register('slow');
      const carol = new Person(strict.url, await strict.register('carol'));
      const { chat } = await connect(new Desk(), remembering(), undefined, limited, strict.url);
      const mine = await carol.create([limited.userId]);
      await until(async () => (await carol.members(mine))[limited.userId] === 'join');
      const wanted = new Set(['k-slow0', 'k-slow1', 'k-slow2']);
      let throttled = 0;
      for (const end = Date.now() + 25_000; wanted.size > 0 && Date.now() < end; )
        for (const key of wanted) {
          try {
            await chat.show(card(1, 'waiting', WAITING), at({ room: mine }, key));
            wanted.delete(key);
          } catch (error) {
            if (!(error instanceof Throttled)) throw error;
            throttled += 1;
            await soon(error.ms);
          }
        }
      expect(throttled).toBeGreaterThan(0);
      const events = (await carol.events(mine)).filter(({ sender }) => sender === limited.userId);
      const cards = events.filter(({ type }) => type === 'm.room.message');
      expect(cards).toHaveLength(3);
      for (const { event_id } of cards)
        expect(events.flatMap(({ content }) => (content['m.relates_to']?.event_id === event_id ? [content['m.relates_to'].key] : []))).toEqual([
          '✅ 7F3KQ',
          '❌ 7F3KQ',
          '🛑',
        ]);
    } finally {
      await strict.close();
    }
  });

  it('notices that the homeserver hangs, and that it is back', async () => {
    const { desk } = await connect(new Desk(), remembering(), { pollMs: 400, deafMs: 1200 });
    synapse.pause();
    try {
      await until(() => desk.states.length === 2, 5000);
    } finally {
      synapse.resume();
    }
    await until(() => desk.states.length === 3, 15_000);
    expect(desk.states.map(({ hears }) => hears)).toEqual([true, false, true]);
    await alice.say(room, '!vm list');
    await until(() => desk.lines.length === 1);
  });

  it('does not begin with a token that is not its own', async () => {
    const desk = new Desk();
    const make = (user: string, token: string) => new MatrixChat({ homeserver: synapse.url, user, token, memory: remembering(), log: () => undefined });
    await expect(make(bot.userId, 'no').listen(desk)).rejects.toThrow(/M_UNKNOWN_TOKEN/);
    await expect(make(bot.userId, other).listen(desk)).rejects.toThrow(/the token is/);
    expect(desk.states).toMatchObject([{ hears: false, why: { words: { en: expect.stringContaining('token') } } }]);
  });

  it('publishes its commands where it may', async () => {
    await connect();
    const ruled = await alice.create([bot.userId], { power_level_content_override: { users: { [alice.id]: 100, [bot.userId]: 50 } } });
    const where = `rooms/${encodeURIComponent(ruled)}/state/org.matrix.msc4332.commands/${encodeURIComponent(bot.userId)}`;
    const found = await until(() =>
      alice.ask(z.looseObject({ commands: z.array(z.looseObject({ syntax: z.string() })) }), 'GET', where).catch(() => undefined),
    );
    expect(found.commands.map(({ syntax }) => syntax)).toEqual(['ops help', 'vm {what}', 'net {what}']);
  });

  it('can be checked', async () => {
    const { token, userId: user } = bot;
    const quiet = await alice.create([bot.userId], { power_level_content_override: { events: { 'm.reaction': 50 } } });
    const { chat } = await connect();
    await until(async () => (await alice.members(quiet))[bot.userId] === 'join');
    await chat.close();
    const accounts = [alice.id, `@nobody:${synapse.name}`].map((id) => ({ person: 'p', id }));
    const found = await check({ homeserver: synapse.url, user, token, rooms: [room, quiet, '!nowhere:example.org'], accounts });
    expect(found.map(({ good }) => good)).toEqual([true, true, true, false, false, true, false, true]);
    expect(found.filter(({ good }) => !good).every(({ mend }) => mend !== undefined)).toBe(true);
    expect(await check({ homeserver: synapse.url, user, token: 'no', rooms: [], accounts: [] })).toMatchObject([{ good: true }, { good: false }]);
  });

  it('ends its long poll at once', async () => {
    const { chat } = await connect();
    await soon(100);
    const began = Date.now();
    await chat.close();
    expect(Date.now() - began).toBeLessThan(500);
  });

  it('has sent nothing that breaks the rules of Matrix', async () => {
    const last = await alice.say(room, 'the end');
    await eyes.until(() => eyes.sees(room, last));
    expect(eyes.timeline(room).length).toBeGreaterThan(30);
    expect(eyes.violations.filter((what) => what.includes(`of ${bot.userId}`))).toEqual([]);
  });
});
