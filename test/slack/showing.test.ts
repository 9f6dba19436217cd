import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SlackChat } from '../../src/chat/slack/slack.ts';
import { type At, type Message, Throttled, Unwelcome, Vanished } from '../../src/core/chat.ts';
import type { Block, Card } from '../../src/core/types.ts';
import { quoted, say } from '../../src/core/words.ts';
import { type FakeSlack, startSlack, textOf } from '../support/slack/index.ts';
import type { Person } from '../support/slack/person.ts';

const OPS = 'C0OPS000001';
const AWAY = 'C0AWAY00001';
let slack: FakeSlack;
let alice: Person;
let chat: SlackChat;
let logged: string[];

beforeEach(async () => {
  slack = await startSlack();
  logged = [];
  alice = slack.addUser('U0ALICE0001');
  slack.addUser('U0BOB000001');
  slack.addChannel(OPS, 'ops', ['U0ALICE0001', 'U0BOB000001', slack.bot]);
  slack.addChannel(AWAY, 'away', ['U0ALICE0001']);
  chat = open();
});

function open(): SlackChat {
  const { botToken, signingSecret } = slack.options;
  const nothing = { get: async () => undefined, set: async () => {}, claim: async () => true, drop: async () => {} };
  return new SlackChat({ botToken, signingSecret, workspaces: [], memory: nothing, log: (line) => void logged.push(line), apiUrl: slack.api });
}

afterEach(async () => {
  expect(slack.violations).toEqual([]);
  await chat.close();
  await slack.close();
});

function cardOf(blocks: readonly Block[], given: Partial<Card> = {}): Message {
  const ticket = { id: 'TABCDEFGHIJK', state: 'waiting', digest: '', code: '7F3KQ', by: 'alice', plan: { steps: [], facts: [], undo: null } };
  const buttons = [{ id: 'approve', label: say({ en: 'Approve', zh: '批准' }), press: { action: 'approve' as const, ticket: ticket.id, code: '7F3KQ' } }];
  const card: Card = { id: ticket.id, rev: 1, mood: 'waiting', title: say({ en: 'Reboot `web1`', zh: '重启 `web1`' }), blocks, buttons, ticket, ...given };
  return { kind: 'card', card, lang: 'en', about: { at: 0, by: 'alice', private: false, heard: [], sees: () => true } };
}
const text = (words: string): Block => ({ kind: 'text', text: quoted(words) });
const simple = cardOf([text('hello')]);
const at = (given: Partial<At> = {}): At => ({ place: { chat: 'slack', room: OPS, to: alice.id }, private: false, key: 'T1-card-1', ...given });
const nudge = (calls: readonly string[]): Message => ({ kind: 'nudge', text: say({ en: 'needs approval', zh: '待批准' }), lang: 'en', calls });
const output = (content: string): Message => ({
  kind: 'output',
  text: say({ en: 'Output of {host}', zh: '{host} 的输出' }, { host: '<!here>' }),
  lang: 'en',
  name: 'web1.txt',
  content,
});
const last = () => slack.world.messages.at(-1);
const shownText = () => textOf(last() ?? { text: '', blocks: [] });

describe('cards', () => {
  it('are posted once and then edited', async () => {
    const first = await chat.show(simple, at());
    expect(first).toEqual({ post: { room: OPS, id: last()?.ts }, sent: 1 });
    expect(JSON.stringify(last()?.blocks)).toContain('{"type":"text","text":"web1","style":{"bold":true,"code":true}}');
    expect(JSON.stringify(last()?.blocks)).toContain('waiting · TABCDEFGHIJK');
    const edited = await chat.show(cardOf([text('good bye')]), { ...at(), ...(first.post ? { post: first.post } : {}) });
    expect(edited.post).toEqual(first.post);
    expect(slack.world.messages.length).toBe(1);
    expect(shownText()).toContain('good bye');
  });

  it('go into the thread they were asked in', async () => {
    const { ts } = alice.types(OPS, 'hello');
    await chat.show(simple, at({ place: { chat: 'slack', room: OPS, thread: ts, to: alice.id } }));
    expect(last()?.thread).toBe(ts);
    slack.removes(alice.id, ts);
    await chat.show(simple, at({ key: 'other', place: { chat: 'slack', room: OPS, thread: ts, to: alice.id } }));
    expect(last()?.thread).toBeUndefined();
  });

  it('that cannot be edited any more have vanished', async () => {
    const { post } = await chat.show(simple, at());
    if (!post) throw new Error('no post');
    slack.removes(alice.id, post.id);
    await expect(chat.show(simple, at({ post }))).rejects.toBeInstanceOf(Vanished);
    for (const error of ['edit_window_closed', 'cant_update_message', 'channel_not_found', 'is_inactive']) {
      slack.failNext('chat.update', error);
      await expect(chat.show(simple, at({ post })), error).rejects.toBeInstanceOf(Vanished);
    }
    slack.failNext('chat.update', 'internal_error');
    await expect(chat.show(simple, at({ post }))).rejects.not.toBeInstanceOf(Vanished);
  });

  it('wait as long as Slack wants: the room for a post, everything for an edit', async () => {
    slack.throttleNext('chat.postMessage', 1, 7);
    await expect(chat.show(simple, at())).rejects.toEqual(expect.objectContaining({ ms: 7000, room: OPS }));
    const { post } = await chat.show(simple, at());
    slack.throttleNext('chat.update', 1, 3);
    const refused = chat.show(simple, at(post ? { post } : {}));
    await expect(refused).rejects.toBeInstanceOf(Throttled);
    await expect(refused).rejects.toEqual(expect.objectContaining({ ms: 3000, room: undefined }));
    expect(slack.called('chat.update')).toBe(1);
  });

  it('are never posted twice: what an earlier attempt posted is taken up', async () => {
    const { ts } = alice.types(OPS, 'hello');
    for (const [room, thread] of [
      [OPS, undefined],
      [OPS, ts],
      [AWAY, undefined],
    ]) {
      const place = { chat: 'slack', room: room ?? '', to: alice.id, ...(thread === undefined ? {} : { thread }) };
      const key = `key-${room}-${thread}`;
      const began = Date.now();
      const before = slack.world.messages.length;
      slack.dropAfter(room === AWAY ? 'conversations.open' : 'chat.postMessage');
      await expect(chat.show(simple, at({ key, place }))).rejects.toThrow();
      const again = await chat.show(cardOf([text('newer')]), at({ key, place, began }));
      expect(slack.world.messages.length).toBe(before + 1);
      expect(again.post?.id).toBe(last()?.ts);
      expect(shownText()).toContain('newer');
      expect((await chat.show(simple, at({ key, place, began }))).post).toEqual(again.post);
      expect(slack.world.messages.length).toBe(before + 1);
      await chat.show(simple, at({ key: `${key}-other`, place, began }));
      expect(slack.world.messages.length).toBe(before + 2);
    }
  });

  it('are posted all the same where history cannot be read', async () => {
    slack.scopes.delete('channels:history');
    expect((await chat.show(simple, at({ began: Date.now() }))).sent).toBe(1);
    slack.throttleNext('conversations.history', 1, 2);
    slack.scopes.add('channels:history');
    await expect(chat.show(simple, at({ began: Date.now() }))).rejects.toEqual(expect.objectContaining({ ms: 2000, room: undefined }));
  });
});

describe('what Slack does late', () => {
  const place = { chat: 'slack', room: OPS };
  const standing = () => slack.world.messages.filter(({ deleted }) => !deleted);
  /** Posts it, and has the attempt before it done afterwards. */
  async function twice(message: Message, given: Partial<At> = {}, method = 'chat.postMessage') {
    const began = Date.now();
    const done = slack.belate(method);
    await expect(chat.show(message, at(given))).rejects.toThrow();
    const shown = await chat.show(message, at({ ...given, began }));
    const before = standing().length;
    done();
    await slack.until(() => standing().length > before);
    return { began, shown, before, stays: shown.post?.id ?? '' };
  }

  it('is deleted, and what stays, and what was posted under another key, is not', async () => {
    const key = 'T1-card';
    const other = await chat.show(simple, at({ key: `${key}-1` }));
    const { began, stays } = await twice(simple, { key });
    await chat.show(simple, at({ key: 'between' })); // done between the look of the second attempt and its post
    const second = await chat.show(simple, at({ key: 'between' }));
    await chat.tidy({ place, key: 'between', began, stays: second.post?.id ?? '' });
    alice.types(OPS, 'hello');
    const calls = slack.calls.length;
    await chat.tidy({ place, key, began, stays });
    expect(slack.calls.slice(calls).map(({ method }) => method)).toEqual(['chat.delete']); // what was read a moment ago is not read again
    expect(standing().map(({ ts }) => ts)).toEqual([other.post?.id, stays, second.post?.id, expect.anything()]);
    expect(slack.called('conversations.history')).toBe(2);
  });

  it('is deleted in a thread, where only the first is known to stay, and as a file', async () => {
    const { post: card } = await chat.show(simple, at());
    if (!card) throw new Error('no post');
    const reply = await twice(nudge([]), { key: 'n1', card });
    await chat.tidy({ place, card, key: 'n1', began: reply.began, stays: reply.stays });
    expect(standing().map(({ ts }) => ts)).toEqual([card.id, reply.stays]);
    const file = await twice(output('x'.repeat(20_000)), { key: 'o1', card }, 'files.completeUploadExternal');
    await slack.until(() => standing().length === 4);
    await open().tidy({ place, card, key: 'o1', began: file.began });
    expect(standing().map(({ files }) => files.length)).toEqual([0, 0, 1]);
  });

  it('is deleted where the card belonged when it came to who asked instead', async () => {
    const began = Date.now();
    const done = slack.belate('chat.postMessage');
    await expect(chat.show(simple, at())).rejects.toThrow();
    const { post } = await chat.show(simple, at({ private: true, began }));
    done();
    await slack.until(() => standing().length === 2);
    await chat.tidy({ place: at().place, key: at().key, began, stays: post?.id ?? '', room: post?.room ?? '' });
    expect(standing().map(({ channel }) => channel)).toEqual([alice.dm.id]);
  });

  it('stays where it cannot be found or deleted, and that is no error', async () => {
    const { began, stays } = await twice(simple);
    const doubt = { place, key: at().key, began, stays };
    slack.scopes.delete('channels:history');
    await chat.tidy(doubt);
    slack.scopes.add('channels:history');
    const other = open(); // one that has read nothing yet
    for (const refusal of ['cant_delete_message', 'message_not_found']) {
      slack.failNext('chat.delete', refusal);
      await other.tidy(doubt);
    }
    expect(standing()).toHaveLength(2);
    expect(logged.filter((line) => line.includes('cannot be deleted'))).toEqual([expect.stringContaining('cant_delete_message')]);
    slack.throttleNext('chat.delete', 1, 3);
    await expect(other.tidy(doubt)).rejects.toEqual(expect.objectContaining({ ms: 3000, room: undefined }));
  });

  it('is read once for all that look at the same time, and not at all while Slack wants silence', async () => {
    const began = Date.now();
    const look = (n: number, room = OPS) => chat.tidy({ place: { chat: 'slack', room }, key: `T${n}`, began, stays: '' });
    await Promise.all(Array.from({ length: 20 }, (_, n) => look(n)));
    expect(slack.called('conversations.history')).toBe(1);
    slack.throttleNext('conversations.history', 1, 60);
    for (let n = 0; n < 5; n++) await expect(look(n, alice.dm.id)).rejects.toBeInstanceOf(Throttled);
    expect(slack.called('conversations.history')).toBe(2);
  });
});

describe('a room that is closed to the bot', () => {
  it('is passed by: the card comes to who asked, with how to invite', async () => {
    const shown = await chat.show(simple, at({ place: { chat: 'slack', room: AWAY, to: alice.id } }));
    expect(shown).toEqual({ post: { room: alice.dm.id, id: last()?.ts, state: 'not_in_channel' }, sent: 1, alone: true });
    expect(shownText()).toMatch(/I am not in that channel.*\/invite @hostler/s);
    await chat.show(simple, at({ post: shown.post ?? { room: '', id: '' } }));
    slack.addChannel('C0OLD000001', 'old', [alice.id, slack.bot], { archived: true });
    await chat.show(simple, at({ key: 'k2', place: { chat: 'slack', room: 'C0OLD000001', to: alice.id } }));
    expect(shownText()).toContain('archived');
    await chat.show(simple, at({ key: 'k3', place: { chat: 'slack', room: 'C0NOWHERE01', to: alice.id } }));
    expect(last()?.channel).toBe(alice.dm.id);
  });

  it('is unwelcome when there is nobody to tell', async () => {
    await expect(chat.show(simple, at({ place: { chat: 'slack', room: AWAY } }))).rejects.toBeInstanceOf(Unwelcome);
    slack.addUser('U0GONE00001', { deleted: true });
    await expect(chat.show(simple, at({ place: { chat: 'slack', room: AWAY, to: 'U0GONE00001' } }))).rejects.toBeInstanceOf(Unwelcome);
  });
});

describe('what is private', () => {
  it('is ephemeral in a channel, an ordinary message in a conversation, and comes there when it cannot be ephemeral', async () => {
    const over = cardOf([text('hello')], { ticket: null });
    expect(await chat.show(over, at({ private: true }))).toEqual({ post: undefined, sent: 1, alone: true });
    expect(last()).toMatchObject({ channel: OPS, ephemeral: alice.id });
    // What will change must be something that can be edited.
    expect((await chat.show(simple, at({ key: 'k0', private: true }))).post?.room).toBe(alice.dm.id);
    const inDm = await chat.show(simple, at({ private: true, place: { chat: 'slack', room: alice.dm.id, to: alice.id } }));
    expect(inDm.post).toEqual({ room: alice.dm.id, id: last()?.ts });
    const away = await chat.show(simple, at({ key: 'k2', private: true, place: { chat: 'slack', room: AWAY, to: alice.id } }));
    expect(away.post?.room).toBe(alice.dm.id);
    slack.addUser('U0CAROL0001');
    const out = await chat.show(simple, at({ key: 'k3', private: true, place: { chat: 'slack', room: OPS, to: 'U0CAROL0001' } }));
    expect(out.post?.room).toBe('D0CAROL0001');
    const person = await chat.show(simple, at({ key: 'k4', place: { chat: 'slack', room: alice.id, to: alice.id } }));
    expect(person.post?.room).toBe(alice.dm.id);
  });
});

describe('threads', () => {
  it('call people, each once, and nobody else', async () => {
    const { post } = await chat.show(simple, at());
    if (!post) throw new Error('no post');
    await chat.show(nudge(['U0BOB000001', '<!channel>', 'bob']), at({ key: 'n', card: post }));
    expect(last()?.thread).toBe(post.id);
    expect(slack.pings('U0BOB000001')).toBe(1);
    expect(slack.pings(alice.id)).toBe(0);
    const { ts } = alice.types(OPS, 'hello');
    await chat.show(nudge([]), at({ key: 'n2', card: post, place: { ...at().place, thread: ts } }));
    expect(last()?.thread).toBe(ts);
  });

  it('carry output: in the message where it fits, else as one file', async () => {
    const { post } = await chat.show(simple, at());
    if (!post) throw new Error('no post');
    await chat.show(output('line <!channel> `x`\n'.repeat(20)), at({ key: 'o1', card: post }));
    expect(last()).toMatchObject({ thread: post.id, files: [] });
    const began = Date.now();
    const long = output('x'.repeat(20_000));
    expect((await chat.show(long, at({ key: 'o2', card: post }))).sent).toBe(1);
    const shared = await slack.until(() => slack.world.messages.find(({ files }) => files.length > 0));
    expect(shared.thread).toBe(post.id);
    expect(shared.files[0]).toMatchObject({ name: 'web1-o2.txt', title: 'web1.txt', length: 20_000 });
    expect(shared.text).toContain('&lt;!here&gt;');
    expect((await chat.show(long, at({ key: 'o2', card: post, began }))).sent).toBe(0);
    expect(slack.world.messages.filter(({ files }) => files.length > 0).length).toBe(1);
  });
});

describe('large and hostile cards', () => {
  const rows = Array.from({ length: 200 }, (_, i) => [`guest${i}`, 'running somewhere quite far away', i]);
  const columns = ['Name', 'State', 'N'].map((name) => say({ en: name, zh: name }));
  const nasty =
    '<!channel> <@U0BOB000001> *bold* _it_ ~no~ `code` ```pre``` <http://evil.example.org|click> http://evil.example.org @here #ops :skull: &amp; \u202eevil\u200b Z\u0351\u036bA';
  const values = Array.from({ length: 60 }, (_, i): [ReturnType<typeof quoted>, string] => [quoted(`fact ${i}`), 'v'.repeat(900)]);
  const many: Readonly<Record<string, readonly Block[]>> = {
    'a table of 200 rows': [{ kind: 'table', columns, rows }],
    'a text of 20,000 characters': Array.from({ length: 10 }, () => text('lorem ipsum '.repeat(170))),
    'code of 20,000 characters': [{ kind: 'code', text: 'x y z\n'.repeat(4000) }],
    '60 facts': [{ kind: 'facts', facts: values }],
    '80 paragraphs': Array.from({ length: 80 }, (_, i) => text(`paragraph ${i}`)),
    'characters of four bytes': [text('😀'.repeat(1000)), text('&'.repeat(1999))],
    'nothing at all': [text(''), { kind: 'facts', facts: [] }, { kind: 'code', text: '' }],
    'hostile text': [
      text(nasty),
      { kind: 'code', text: nasty },
      { kind: 'facts', facts: [[quoted(nasty), quoted(nasty)]] },
      { kind: 'table', columns: [quoted(nasty)], rows: [[nasty]] },
      { kind: 'progress', done: 1, of: 3, label: quoted(nasty) },
    ],
  };

  it.each(Object.entries(many))('%s', async (_, blocks) => {
    const { post } = await chat.show(cardOf(blocks, { title: quoted(nasty.repeat(5)) }), at());
    await chat.show(cardOf(blocks, { title: quoted(nasty) }), at(post ? { post } : {}));
    const errors = slack.calls.flatMap(({ error }) => error ?? []);
    expect(errors.filter((error) => error !== 'msg_blocks_too_long')).toEqual([]); // how Slack counts is not known: it is tried
    expect(slack.calls.length).toBeLessThanOrEqual(4);
    const { text: fallback = '', blocks: drawn = [] } = last() ?? {};
    expect(fallback).not.toMatch(/<[^>]*>/);
    const kinds = new Set(JSON.stringify(drawn).match(/"type":"[a-z_]+"/g));
    expect([...kinds].filter((kind) => /link|user|channel|broadcast|emoji|mrkdwn/.test(kind))).toEqual([]);
    expect(JSON.stringify(drawn)).not.toContain('\u202e');
    expect(JSON.stringify(drawn)).toContain('press:approve');
  });

  it('shows a shorter card, and in the end a bare one, when Slack refuses', async () => {
    for (const error of ['msg_blocks_too_long', 'msg_too_long', 'msg_too_long', 'invalid_blocks']) slack.failNext('chat.postMessage', error);
    const { post } = await chat.show(cardOf(many['60 facts'] ?? []), at());
    expect(post?.id).toBe(last()?.ts);
    expect(last()?.blocks.map(({ type }) => type)).toEqual(['section', 'actions']);
  });

  it('keeps our code spans, and only ours', async () => {
    await chat.show(cardOf([{ kind: 'text', text: say({ en: 'see `{x}` and {x}', zh: '' }, { x: '`a`' }) }]), at());
    const found = JSON.stringify(last()?.blocks);
    expect(found).toContain('{"type":"text","text":"`a`","style":{"code":true}}');
    expect(found).toContain('{"type":"text","text":" and `a`"}');
  });
});
