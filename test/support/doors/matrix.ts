import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bot } from '../bot.ts';
import { MatrixPerson, type Seen as Message } from '../matrix/person.ts';
import { type Synapse, startSynapse } from '../real/synapse.ts';
import { codeOn, type Door, idOn, rest, type Seen, until, type Who } from './door.ts';
import { withChat, withRoom } from './slack.ts';

/** A real homeserver with the bot's account and the people of the practice fleet in one room, and the part of the configuration that leads there. */
export async function homeserver(options: Parameters<typeof startSynapse>[0] = {}) {
  const synapse = await startSynapse(options);
  const folder = mkdtempSync(join(tmpdir(), 'hostler-matrix-'));
  const hostler = await synapse.register('hostler');
  writeFileSync(join(folder, 'token'), hostler.token, { mode: 0o600 });
  const people = new Map<Who, MatrixPerson>();
  for (const who of ['alice', 'bob', 'carol', 'stranger'] as const)
    people.set(who, await MatrixPerson.login({ url: synapse.url, ...(await synapse.register(who)) }));
  const person = (who: Who): MatrixPerson => {
    const found = people.get(who);
    if (!found) throw new Error(`nobody is ${who}`);
    return found;
  };
  const others = [person('bob'), person('carol'), person('stranger')];
  const room = await person('alice').createRoom({ name: 'ops', invite: [hostler.userId, ...others.map(({ userId }) => userId)] });
  for (const other of others) {
    await other.until(() => other.invitations().length > 0);
    await other.joins(room);
  }
  const accounts = { alice: person('alice').userId, bob: person('bob').userId, carol: person('carol').userId, stranger: person('stranger').userId };
  const chat = { homeserver: synapse.url, user: hostler.userId, token: `file:${join(folder, 'token')}`, messagesPerSecond: 500, burst: 500 };
  return {
    synapse,
    bot: hostler,
    room,
    chat,
    accounts,
    person,
    async close() {
      for (const one of people.values()) await one.close();
      await synapse.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const EMOJI: Readonly<Record<string, string>> = {
  approve: '✅',
  reject: '❌',
  cancel: '🛑',
  recheck: '🔄',
  undo: '↩️',
  fill: '📝',
  again: '▶️',
  ack: '👀',
  explain: '❓',
};
const WORD: Readonly<Record<string, string>> = { silence: 'silence-until' };

/** A real homeserver; a second client plays the people: lines with a prefix, reactions, codes, answers in threads. */
export async function matrixDoor(): Promise<Door & { readonly synapse: Synapse; violations(): string[] }> {
  const place = await homeserver();
  const { person, room, accounts } = place;
  const world = await bot({ config: (lab) => withRoom(withChat(lab, 'matrix', place.chat, accounts), { chat: 'matrix', id: room }) });
  const alice = person('alice');
  await alice.until(() => alice.rooms().some((one) => one.id === room && one.members().get(place.bot.userId) === 'join'), 20_000);

  /** What the bot says to somebody, in the room and to them alone. */
  const said = (who: Who): Message[] => {
    const one = person(who);
    for (const { room: invited, from } of one.invitations()) if (from === place.bot.userId) void one.joins(invited).catch(() => undefined);
    return one.rooms().flatMap(({ id }) => one.timeline(id).filter(({ sender }) => sender === place.bot.userId));
  };
  const cards = (who: Who) => said(who).filter(({ thread }) => thread === undefined);
  const all = (who: Who) =>
    said(who)
      .map(({ body }) => body)
      .join('\n---\n');
  const asSeen = (message: Message): Seen => ({ id: idOn(message.body), text: message.body, at: message.id });
  const find = (who: Who, card: Seen) => said(who).find(({ id }) => id === card.at);
  const roomOf = (who: Who, card: Seen) =>
    person(who)
      .rooms()
      .find(({ id }) =>
        person(who)
          .timeline(id)
          .some((message) => message.id === card.at),
      )?.id ?? room;
  const rests = (text: string) => rest(text) !== undefined;
  const fresh = async (who: Who, before: ReadonlySet<string>, what: string, wanted: (text: string) => boolean) =>
    asSeen(
      await until(
        what,
        () => cards(who).find((message) => !before.has(message.id) && wanted(message.body)),
        () => all(who),
      ),
    );
  /** The codes on a card: another one means another plan. */
  const codes = (text: string) => (text.match(/code\s+`?[0-9A-HJKMNP-TV-Z]{5}`?/g) ?? []).join();
  const ids = (who: Who) => new Set(said(who).map(({ id }) => id));
  const after = async (who: Who, card: Seen, act: () => Promise<unknown>): Promise<Seen> => {
    const [before, was] = [ids(who), rest(card.text)?.state];
    await act();
    const found = await until(
      `what came of a press by ${who}`,
      () => {
        const now = find(who, card);
        if (now && rests(now.body) && (rest(now.body)?.state !== was || codes(now.body) !== codes(card.text))) return now;
        return cards(who).find((message) => !before.has(message.id) && message.id !== card.at && rests(message.body));
      },
      () => all(who),
    );
    return asSeen(found);
  };

  return {
    name: 'matrix',
    synapse: place.synapse,
    violations: () => (['alice', 'bob', 'carol'] as const).flatMap((who) => person(who).violations),
    world,
    async says(who, line, wanted) {
      const before = ids(who);
      await person(who).says(room, `!ops ${line}`);
      const isIts = (text: string) => text.includes(line.slice(0, 14));
      return fresh(who, before, `the card of “${line}”`, (text) => isIts(text) && (wanted ? wanted.test(text) : rests(text)));
    },
    async fills(who, line, values) {
      const before = ids(who);
      await person(who).says(room, `!${line}`);
      for (const [name, value] of Object.entries(values)) {
        const asked = await until(
          `a question for ${name}`,
          // Not a late word in the thread of an earlier card.
          () => said(who).find((message) => message.thread !== undefined && !before.has(message.thread) && !before.has(message.id)),
          () => all(who),
        );
        before.add(asked.id);
        await person(who).says(roomOf(who, asSeen(asked)), value, { thread: asked.thread ?? '' });
      }
      return fresh(who, before, `the card of “${line} …”`, (text) => rests(text) && Object.values(values).every((value) => text.includes(value)));
    },
    presses: (who, card, action) =>
      after(who, card, async () => {
        const emoji = EMOJI[action] ?? '';
        const key = ['approve', 'reject'].includes(action) ? `${emoji} ${codeOn(card.text)}` : emoji;
        // As people do: on the reaction that the bot has put there.
        await until(
          `${key} below the card`,
          () => find(who, card)?.reactions.get(key)?.includes(place.bot.userId) || undefined,
          () => JSON.stringify([...(find(who, card)?.reactions ?? [])]),
        );
        await person(who).reacts(roomOf(who, card), card.at, key);
      }),
    finds: async (who, wanted) =>
      asSeen(
        await until(
          `${wanted}`,
          () => cards(who).find((message) => wanted.test(message.body)),
          () => all(who),
        ),
      ),
    async pushes(who, card, action, fields) {
      const emoji = EMOJI[action];
      // What has no reaction below the card is typed, as it stands there.
      if (emoji === undefined || fields)
        return void (await person(who).says(room, `!${WORD[action] ?? action} ${card.id} ${Object.values(fields ?? {}).join(' ')}`.trim()));
      await until(`${emoji} below the card`, () => find(who, card)?.reactions.get(emoji)?.includes(place.bot.userId) || undefined);
      await person(who).reacts(roomOf(who, card), card.at, emoji);
    },
    thread: (who, card) =>
      said(who)
        .filter(({ thread }) => thread === card.at)
        .map(({ body }) => body),
    types: (who, card, line) => after(who, card, () => person(who).says(room, `!${line}`)),
    sees: async (who, card) => find(who, card)?.body,
    async repeats(who, line) {
      const before = ids(who);
      // The homeserver says each event once; the same transaction five times is one event.
      const txn = crypto.randomUUID();
      await Promise.all(Array.from({ length: 5 }, () => person(who).says(room, `!ops ${line}`, { txn })));
      await fresh(who, before, `the card of “${line}”`, rests);
      await new Promise((resolve) => setTimeout(resolve, 700));
      return cards(who).filter(({ id }) => !before.has(id)).length;
    },
    calls: async (who) => person(who).calls(),
    async close() {
      await world.close();
      await place.close();
    },
  };
}
