import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { MatrixChat } from '../../src/chat/matrix/matrix.ts';
import type { At, CardMessage, Hear, Line, Memory, Pressing, Shown } from '../../src/core/chat.ts';
import type { Button, Field, Place, PressAction } from '../../src/core/types.ts';
import { quoted, say } from '../../src/core/words.ts';
import { SealedPerson, type SeenSealed } from '../support/matrix/sealed.ts';
import { needs } from '../support/real/have.ts';
import { SID_BUILD_MS, SYNAPSE, type Synapse, type SynapseUser, startSynapse } from '../support/real/synapse.ts';
import { sample } from '../support/sample.ts';

const TICKET = 'T0123456789A';

/** The lives of a bot that ends without warning. */
const LIVES = sample([...Array(50).keys()], 'lives of a bot');

/** The desk's side of a chat: notes what was heard. */
class Desk implements Hear {
  readonly families = ['vm', 'net'];
  readonly lines: Line[] = [];
  readonly presses: Pressing[] = [];
  readonly states: Parameters<Hear['hearing']>[0][] = [];
  /** Called with what was heard, before it counts as heard. */
  heard: (line: Line) => void = () => undefined;
  async said(line: Line) {
    this.heard(line);
    if (!this.lines.some(({ event }) => event === line.event)) this.lines.push(line);
    return { ticket: TICKET };
  }
  async pressed(press: Pressing) {
    if (!this.presses.some(({ event }) => event === press.event)) this.presses.push(press);
    return { answer: '', ticket: press.ticket, heard: press.event };
  }
  async form() {
    return undefined;
  }
  async choices() {
    return [];
  }
  async knows() {
    return true;
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

type Remembering = Memory & { readonly all: Map<string, string>; cut: boolean };
function remembering(all = new Map<string, string>()): Remembering {
  const memory: Remembering = {
    all,
    cut: false,
    get: async (key) => live().get(key),
    set: async (key, value) => void live().set(key, value),
    claim: async (key, value) => !live().has(key) && !!live().set(key, value),
    drop: async (key) => void live().delete(key),
  };
  const live = () => {
    if (memory.cut) throw new Error('the process has ended');
    return all;
  };
  return memory;
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
  },
});
const at = (place: Omit<Place, 'chat'>, key: string, more: Partial<At> = {}): At => ({ place: { chat: 'matrix', ...place }, private: false, key, ...more });
const WAITING = [button('approve'), button('reject'), button('cancel')];

async function until<T>(what: () => Promise<T | undefined | false> | T | undefined | false, ms = 10_000): Promise<T> {
  for (const end = Date.now() + ms; ; await new Promise((resolve) => setTimeout(resolve, 10))) {
    const found = await what();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`not within ${ms} ms: ${what}`);
  }
}
const soon = (ms = 500) => new Promise((resolve) => setTimeout(resolve, ms));

describe.skipIf(!needs(SYNAPSE))('encrypted rooms, on a real Synapse', () => {
  let synapse: Synapse;
  let bot: SynapseUser;
  let admin: SynapseUser;
  let alice: SealedPerson;
  let aliceAccount: SynapseUser;
  let room = '';
  const memory = remembering();
  const open: MatrixChat[] = [];
  const people: SealedPerson[] = [];
  const logged: string[] = [];

  const join = async (account: SynapseUser) => {
    const person = await SealedPerson.login({ url: synapse.url, ...account });
    people.push(person);
    return person;
  };
  const connect = async (own: Memory = memory, account = bot, desk = new Desk()) => {
    const chat = new MatrixChat({
      homeserver: synapse.url,
      user: account.userId,
      token: account.token,
      memory: own,
      encryption: true,
      log: (text, detail) => void logged.push(`${text} ${detail}`),
      pace: { pollMs: 2000, deafMs: 60_000 },
    });
    open.push(chat);
    await chat.listen(desk);
    return { chat, desk };
  };
  const meet = async (person: SealedPerson, user = bot.userId, encrypted = true) => {
    const made = await person.create([user], encrypted);
    await until(async () => (await person.members(made)).includes(user));
    return made;
  };
  const shown = (result: Shown) => {
    if (!result.post) throw new Error('nothing was posted');
    return result.post;
  };
  const text = ({ content }: SeenSealed) => String(content.body);
  /** Another device of an account. */
  const another = async (account: SynapseUser): Promise<SynapseUser> => {
    const post = async (where: string, body: object, token = '') => {
      const response = await fetch(synapse.url + where, { method: 'POST', headers: { authorization: `Bearer ${token}` }, body: JSON.stringify(body) });
      if (!response.ok) throw new Error(`${where}: ${await response.text()}`);
      return response.json();
    };
    const where = `/_synapse/admin/v1/reset_password/${encodeURIComponent(account.userId)}`;
    await post(where, { new_password: 'another device', logout_devices: false }, admin.token);
    const login = { type: 'm.login.password', identifier: { type: 'm.id.user', user: account.userId }, password: 'another device' };
    const { access_token: token, device_id: deviceId } = z
      .object({ access_token: z.string(), device_id: z.string() })
      .parse(await post('/_matrix/client/v3/login', login));
    return { userId: account.userId, token, deviceId };
  };

  beforeAll(async () => {
    synapse = await startSynapse();
    bot = await synapse.register('bot', { displayname: 'Hostler' });
    admin = await synapse.register('root', { admin: true });
    aliceAccount = await synapse.register('alice');
    alice = await join(aliceAccount);
    await alice.sign();
  }, SID_BUILD_MS);
  afterEach(async () => {
    await Promise.all(open.splice(0).map((chat) => chat.close()));
  });
  afterAll(async () => {
    await Promise.all(people.map((person) => person.close()));
    await synapse?.close();
  });

  it('hears a command and answers it, and nothing of it is in clear', async () => {
    const { chat, desk } = await connect();
    room = await meet(alice);
    const began = Date.now();
    const event = await alice.say(room, '!vm show secret-web1');
    await until(() => desk.lines.length === 1);
    const heardIn = Date.now() - began;
    expect(desk.lines).toMatchObject([{ event, from: alice.id, text: 'vm show secret-web1', place: { chat: 'matrix', room, to: alice.id } }]);
    const showing = Date.now();
    const post = shown(await chat.show(card(1, 'waiting', WAITING, 'secret-answer'), at({ room, to: alice.id }, 'k-first')));
    const shownIn = Date.now() - showing;
    const seen = await until(() => alice.of(room, bot.userId).find(({ raw }) => raw.event_id === post.id));
    expect(seen).toMatchObject({ error: undefined, type: 'm.room.message', device: bot.deviceId });
    expect(text(seen)).toContain('secret-answer');
    expect(await alice.trusts(bot.userId, bot.deviceId)).toBe(true);
    const raw = z.looseObject({ chunk: z.array(z.unknown()) });
    const stored = JSON.stringify(await alice.ask(raw, 'GET', `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/messages?dir=b&limit=100`));
    expect(stored).toContain(post.id);
    expect(stored).not.toContain('secret-');
    expect(stored).not.toContain('m.room.message');
    expect(JSON.stringify([...memory.all])).not.toContain('ed25519:'); // the vault is sealed
    console.log(`first message: heard after ${heardIn} ms, shown after ${shownIn} ms`);
    expect(heardIn).toBeLessThan(3000);
    expect(shownIn).toBeLessThan(3000);
  });

  it('takes presses by code, and by reaction only what stops things; edits in place and asks in the thread', async () => {
    const { chat, desk } = await connect();
    const reason: Field = { name: 'reason', label: say({ en: 'why', zh: '原因' }) };
    const first = shown(await chat.show(card(1, 'waiting', [button('approve'), button('reject', '7F3KQ', [reason])]), at({ room, to: alice.id }, 'k-press')));
    await alice.react(room, first.id, '✅ 7F3KQ');
    await alice.say(room, '!ok 7f3kq');
    await until(() => desk.presses.length > 0);
    // The reaction, which the homeserver could have made up, was no press.
    expect(desk.presses).toMatchObject([{ action: 'approve', code: '7F3KQ', from: alice.id }]);
    await alice.react(room, first.id, '❌ 7F3KQ');
    const question = await until(() => alice.of(room, bot.userId).find((one) => text(one).includes('why')));
    expect(question.raw.content).toMatchObject({ 'm.relates_to': { rel_type: 'm.thread', event_id: first.id } });
    await alice.say(room, 'not today', { 'm.relates_to': { rel_type: 'm.thread', event_id: first.id } });
    await until(() => desk.presses.length === 2);
    expect(desk.presses[1]).toMatchObject({ action: 'reject', fields: { reason: ['not today'] } });

    await chat.show(card(2, 'done', [], 'secret-done'), at({ room, to: alice.id }, 'k-press', { post: first }));
    const edit = await until(() => alice.of(room, bot.userId).find((one) => JSON.stringify(one.content['m.new_content'])?.includes('secret-done')));
    expect(edit.raw).toMatchObject({ type: 'm.room.encrypted', content: { 'm.relates_to': { rel_type: 'm.replace', event_id: first.id } } });
    const said = await alice.say(room, '!vm list');
    await until(() => desk.lines.some(({ event }) => event === said));
    await alice.say(room, '* !vm stop web1', {
      'm.new_content': { msgtype: 'm.text', body: '!vm stop web1' },
      'm.relates_to': { rel_type: 'm.replace', event_id: said },
    });
    await alice.say(room, '!vm end');
    await until(() => desk.texts().includes('vm end'));
    expect(desk.texts()).toEqual(['vm list', 'vm end']);
  });

  it('says nothing in clear where it cannot encrypt, not even by changing what stands there', async () => {
    const { chat } = await connect();
    const post = shown(await chat.show(card(1, 'waiting', [], 'secret-one'), at({ room, to: alice.id }, 'k-clear')));
    await chat.close();
    const without = new MatrixChat({
      homeserver: synapse.url,
      user: bot.userId,
      token: bot.token,
      memory,
      log: () => undefined,
      pace: { pollMs: 2000, deafMs: 60_000 },
    });
    open.push(without);
    await without.listen(new Desk());
    await expect(without.show(card(2, 'done', [], 'secret-two'), at({ room, to: alice.id }, 'k-clear', { post }))).rejects.toThrow('cannot encrypt');
    await soon();
    expect(
      alice
        .of(room, bot.userId)
        .map(({ raw }) => JSON.stringify(raw))
        .filter((raw) => raw.includes('secret')),
    ).toEqual([]);
  });

  it('sends nudges, outputs and files encrypted, each once', async () => {
    const { chat } = await connect();
    const post = shown(await chat.show(card(1, 'waiting', []), at({ room, to: alice.id }, 'k-out')));
    await chat.show({ kind: 'nudge', lang: 'en', text: say({ en: 'look here', zh: '请看' }), calls: [alice.id] }, at({ room }, 'k-nudge', { card: post }));
    const nudge = await until(() => alice.of(room, bot.userId).find((one) => text(one).includes('look here')));
    expect(nudge.content).toMatchObject({ 'm.mentions': { user_ids: [alice.id] } });
    const long = 'secret-line of a step\n'.repeat(500);
    const output = { kind: 'output' as const, lang: 'en' as const, text: say({ en: 'output', zh: '输出' }), name: 'steps.txt', content: long };
    const place = at({ room }, 'k-file', { card: post });
    const sent = shown(await chat.show(output, place));
    const file = await until(() => alice.of(room, bot.userId).find(({ raw }) => raw.event_id === sent.id));
    const { stored, text: read } = await alice.file(file.content);
    expect(read).toBe(long);
    expect(stored).not.toContain('secret-line');
    memory.all.delete('posted:k-file'); // the attempt ended before it was noted
    expect(shown(await chat.show(output, place)).id).toBe(sent.id);
    expect(alice.of(room, bot.userId).filter(({ error }) => error !== undefined)).toEqual([]);
  });

  it('takes no message that is not surely its sender’s, nor one twice, nor one in clear', async () => {
    const { desk } = await connect();
    const content = await alice.seal(room, { msgtype: 'm.text', body: '!vm stop once' });
    await alice.raw(room, 'm.room.encrypted', content);
    await until(() => desk.lines.length === 1);
    await alice.raw(room, 'm.room.encrypted', content); // the same once more: a homeserver can do that
    await alice.raw(room, 'm.room.message', { msgtype: 'm.text', body: '!vm stop clear' });
    const mallory = await join(await synapse.register('mallory'));
    await alice.ask(z.unknown(), 'POST', `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/invite`, { user_id: mallory.id });
    await mallory.ask(z.unknown(), 'POST', `/_matrix/client/v3/join/${encodeURIComponent(room)}`, {});
    const other = await alice.seal(room, { msgtype: 'm.text', body: '!vm stop mismatched' });
    await mallory.raw(room, 'm.room.encrypted', other); // as hers
    const last = await mallory.say(room, '!vm list');
    await until(() => desk.lines.some(({ event }) => event === last));
    expect(desk.texts()).toEqual(['vm stop once', 'vm list']);
    expect(logged.filter((line) => line.includes('is refused'))).toHaveLength(2);
  });

  it('takes nothing from a device that its owner has not signed, and reads and writes for one that is new', async () => {
    const { chat, desk } = await connect();
    const second = await join(await another(aliceAccount));
    const refused = await second.say(room, '!vm stop unsigned');
    await until(() => logged.some((line) => line.includes(refused) && line.includes('not signed')));
    const bob = await join(await synapse.register('bob')); // no identity: his devices sign for themselves
    await alice.ask(z.unknown(), 'POST', `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/invite`, { user_id: bob.id });
    await bob.ask(z.unknown(), 'POST', `/_matrix/client/v3/join/${encodeURIComponent(room)}`, {});
    const line = await bob.say(room, '!vm show bob');
    await until(() => desk.lines.some(({ event }) => event === line));
    const post = shown(await chat.show(card(1, 'waiting', [], 'secret-later'), at({ room }, 'k-second')));
    for (const reader of [alice, second, bob]) {
      const seen = await until(() => reader.of(room, bot.userId).find(({ raw }) => raw.event_id === post.id));
      expect(text(seen)).toContain('secret-later');
    }
    expect(desk.texts()).toEqual(['vm show bob']);
    // A device that is logged out reads nothing that is said later.
    await second.ask(z.unknown(), 'POST', '/_matrix/client/v3/logout', {});
    await soon();
    const before = alice.of(room, bot.userId).findLast(({ raw }) => raw.type === 'm.room.encrypted')?.raw.content.session_id;
    const after = shown(await chat.show(card(1, 'waiting', [], 'secret-without'), at({ room }, 'k-without')));
    const seen = await until(() => alice.of(room, bot.userId).find(({ raw }) => raw.event_id === after.id));
    expect(seen.error).toBeUndefined();
    expect(seen.raw.content.session_id).not.toBe(before);
  });

  it('reads a message whose key comes late, once, and says when it does not come', async () => {
    const { desk } = await connect();
    await alice.rotate(room);
    const late = await alice.say(room, '!vm late', {}, [alice.id]); // the bot gets no key
    await soon();
    expect(desk.lines).toEqual([]);
    expect([...memory.all.keys()]).toContain('waiting');
    const next = await alice.say(room, '!vm next'); // its key opens nothing that was before it in the chain
    await until(() => desk.lines.some(({ event }) => event === next));
    const held = await alice.sayBeforeKey(room, '!vm held', async () => {
      await soon();
      expect(desk.texts()).toEqual(['vm next']);
    });
    await until(() => desk.lines.some(({ event }) => event === held));
    await alice.say(room, '!vm end');
    await until(() => desk.texts().length === 3);
    expect(desk.texts()).toEqual(['vm next', 'vm held', 'vm end']);
    expect(desk.lines.some(({ event }) => event === late)).toBe(false);
    expect(desk.lines.every(({ lateMs }) => lateMs >= 0 && lateMs < 5000)).toBe(true);
    const waiting = JSON.parse(memory.all.get('waiting') ?? '[]');
    memory.all.set('waiting', JSON.stringify(waiting.map((one: { since: number }) => ({ ...one, since: 0 }))));
    const told = await until(() => alice.of(room, bot.userId).find((one) => text(one).includes('could not read')));
    expect(told.content).toMatchObject({ 'm.relates_to': { rel_type: 'm.thread', event_id: late } });
  });

  it(`goes on after ${LIVES.length} ends without warning`, { timeout: 60_000 }, async () => {
    const own = await synapse.register('fifty');
    const all = new Map<string, string>();
    const places = new Set<string>();
    let made = '';
    let failures = 0;
    const identity = z.looseObject({ device_keys: z.record(z.string(), z.record(z.string(), z.looseObject({ keys: z.record(z.string(), z.string()) }))) });
    const keys = async () =>
      (await alice.ask(identity, 'POST', '/_matrix/client/v3/keys/query', { device_keys: { [own.userId]: [] } })).device_keys[own.userId];
    let first: unknown;
    for (const life of LIVES) {
      const mine = remembering(all);
      const { chat, desk } = await connect(mine, own);
      if (life === 0) {
        made = await meet(alice, own.userId);
        first = await keys();
      }
      if (life % 5 === 0) await alice.rotate(made);
      const line = await alice.say(made, `!vm show ${life}`);
      await until(() => desk.lines.some(({ event }) => event === line));
      const showing = chat.show(card(1, 'waiting', [], `life ${life}`), at({ room: made }, `k-${life}`));
      // Every third is cut off somewhere in the middle: what it has not stored by then is lost.
      if (life % 3 === 0) await soon(Math.random() * 30);
      else await showing;
      mine.cut = true;
      await showing.catch(() => undefined);
      await chat.close();
    }
    const { chat } = await connect(remembering(all), own);
    const last = shown(await chat.show(card(1, 'waiting', [], 'the end'), at({ room: made }, 'k-end')));
    await until(() => alice.of(made, own.userId).some(({ raw }) => raw.event_id === last.id));
    for (const { raw, error } of alice.of(made, own.userId)) {
      if (raw.type !== 'm.room.encrypted') continue;
      if (error !== undefined) failures += 1;
      const index = Buffer.from(String(raw.content.ciphertext), 'base64').subarray(2, 4);
      const place = `${raw.content.session_id} ${(index[0] ?? 0) < 128 ? index[0] : index.toString('hex')}`;
      expect(places).not.toContain(place);
      places.add(place);
    }
    expect(failures).toBe(0);
    expect(places.size).toBeGreaterThan(LIVES.filter((life) => life % 3 > 0).length);
    expect(await keys()).toEqual(first);
    expect(logged.filter((one) => one.includes('vault') || one.includes('cannot be read'))).toEqual([]);
  });

  it('hands over between gateways, and of two that believe it is their turn one reads again', async () => {
    const own = await synapse.register('two');
    const all = new Map<string, string>();
    const one = await connect(remembering(all), own);
    const made = await meet(alice, own.userId);
    const began = Date.now();
    await one.chat.show(card(1, 'waiting', [], 'by one'), at({ room: made }, 'k-by-one')); // to people of whose devices nothing is known yet
    expect(Date.now() - began).toBeLessThan(3000);
    const two = await connect(remembering(all), own);
    const attempt = async (chat: MatrixChat, what: string, key: string) => {
      for (let i = 0; ; i += 1) {
        try {
          return shown(await chat.show(card(1, 'waiting', [], what), at({ room: made }, key)));
        } catch (error) {
          if (i > 10) throw error;
        }
      }
    };
    for (let turn = 0; turn < 5; turn += 1) {
      await attempt(two.chat, `two ${turn}`, `k-two-${turn}`);
      await attempt(one.chat, `one ${turn}`, `k-one-${turn}`);
    }
    await until(() => alice.of(made, own.userId).filter(({ raw }) => raw.type === 'm.room.encrypted').length === 11);
    const seen = alice.of(made, own.userId).filter(({ raw }) => raw.type === 'm.room.encrypted');
    expect(seen.map(({ error }) => error).filter((error) => error !== undefined)).toEqual([]);
    expect(logged.some((line) => line.includes('another gateway'))).toBe(true);
  });

  it('is deaf in encrypted rooms, and says so, where its keys are lost', async () => {
    const { desk } = await connect(remembering()); // an empty memory, but the homeserver knows keys of this device
    expect(logged.some((line) => line.includes('are lost'))).toBe(true);
    const made = await meet(alice);
    await alice.say(made, '!vm list');
    const told = await until(() => alice.of(made, bot.userId).find((one) => text(one).includes('cannot read encrypted rooms')));
    expect(told.raw.type).toBe('m.room.message');
    expect(desk.lines).toEqual([]);
  });
});
