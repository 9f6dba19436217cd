import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bot } from '../bot.ts';
import { type FakeSlack, startSlack, textOf } from '../slack/index.ts';
import { BOT, type Message, TEAM } from '../slack/things.ts';
import { type Door, idOn, rest, type Seen, until, type Who } from './door.ts';

export const ACCOUNTS: Readonly<Record<Who, string>> = { alice: 'U0ALICE0001', bob: 'U0BOB000001', carol: 'U0CAROL0001', stranger: 'U0STRANGER1' };
export const OPS = 'C0OPS000001';

/** A simulated workspace with the people of the practice fleet, and the part of the configuration that leads there. */
export async function workspace(mode: 'socket' | 'http', options: Parameters<typeof startSlack>[0] = {}) {
  const slack = await startSlack(options);
  const folder = mkdtempSync(join(tmpdir(), 'hostler-slack-'));
  const secret = (name: string, value: string) => {
    writeFileSync(join(folder, name), value);
    return `file:${join(folder, name)}`;
  };
  for (const [name, id] of Object.entries(ACCOUNTS)) slack.addUser(id, { name });
  slack.addChannel(OPS, 'ops', [...Object.values(ACCOUNTS), BOT.user]);
  const way =
    mode === 'socket' ? { appToken: secret('app', slack.options.appToken) } : { signingSecret: secret('signing', slack.options.signingSecret), port: 0 };
  const chat = { workspaces: [TEAM.id], botToken: secret('bot', slack.options.botToken), api: slack.api, ...way };
  return { slack, chat, close: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The configuration of the practice fleet, with people's accounts in a chat. */
export function withChat(lab: unknown, platform: string, chat: unknown, accounts: Readonly<Partial<Record<Who, string>>>): unknown {
  if (typeof lab !== 'object' || lab === null || !('people' in lab) || typeof lab.people !== 'object') throw new Error('this is no configuration');
  const chats = 'chats' in lab && typeof lab.chats === 'object' ? lab.chats : {};
  const people = Object.entries(lab.people ?? {}).map(([id, person]: [string, { accounts?: object }]) => {
    const account = Object.entries(accounts).find(([name]) => name === id)?.[1];
    return [id, { ...person, accounts: { ...person.accounts, ...(account === undefined ? {} : { [platform]: [account] }) } }];
  });
  return { ...lab, chats: { ...chats, [platform]: chat }, people: Object.fromEntries(people) };
}

/** The configuration with one room, to which all alerts go. */
export function withRoom(config: unknown, room: { readonly chat: string; readonly id: string }): unknown {
  if (typeof config !== 'object' || config === null || !('alerts' in config) || typeof config.alerts !== 'object') throw new Error('this is no configuration');
  return {
    ...config,
    rooms: { ops: room },
    alerts: { ...config.alerts, routes: [{ rooms: ['ops'], mention: ['@alice'], escalate: [{ after: '15m', mention: ['@bob'] }] }] },
  };
}

/** Slack: slash commands in a channel, buttons, modals. */
export async function slackDoor(mode: 'socket' | 'http'): Promise<Door & { readonly slack: FakeSlack }> {
  const { slack, chat, close } = await workspace(mode);
  const world = await bot({ config: (lab) => withRoom(withChat(lab, 'slack', chat, ACCOUNTS), { chat: 'slack', id: OPS }) });
  if (mode === 'http') await slack.deliverTo(`http://127.0.0.1:${world.rooms.slackPort()}/slack/events`);
  const person = (who: Who) => slack.person(ACCOUNTS[who]);
  /** What the bot says to somebody, in the channel and to them alone. */
  const said = (who: Who): Message[] =>
    [...person(who).sees(OPS), ...person(who).sees(person(who).dm.id)].filter(({ user, deleted }) => user === BOT.user && !deleted);
  const all = (who: Who) => said(who).map(textOf).join('\n---\n');
  const asSeen = (message: Message): Seen => ({ id: idOn(textOf(message)), text: textOf(message), at: `${message.channel} ${message.ts}` });
  const find = (who: Who, card: Seen) => said(who).find((message) => `${message.channel} ${message.ts}` === card.at);

  /** The first card that is new since then, once it rests. */
  const fresh = async (who: Who, before: ReadonlySet<Message>, what: string, wanted: (text: string) => boolean): Promise<Seen> => {
    const found = await until(
      what,
      () => said(who).find((message) => !before.has(message) && message.thread === undefined && wanted(textOf(message))),
      () => all(who),
    );
    return asSeen(found);
  };
  const rests = (text: string) => rest(text) !== undefined;
  const after = async (who: Who, card: Seen, act: () => unknown): Promise<Seen> => {
    const before = new Set(said(who));
    const versions = find(who, card)?.versions.length ?? 0;
    act();
    const found = await until(
      `what came of a press by ${who}`,
      () => {
        const now = find(who, card);
        if (now && now.versions.length > versions && rests(textOf(now))) return now;
        return said(who).find((message) => !before.has(message) && message.thread === undefined && rests(textOf(message)));
      },
      () => all(who),
    );
    return asSeen(found);
  };

  return {
    name: `slack (${mode})`,
    slack,
    world,
    async says(who, line, wanted) {
      const before = new Set(said(who));
      person(who).slash(OPS, '/ops', line);
      return fresh(who, before, `the card of “${line}”`, wanted ? (text) => wanted.test(text) : rests);
    },
    async fills(who, line, values) {
      const before = new Set(said(who));
      const [family = '', ...words] = line.split(' ');
      person(who).slash(OPS, `/${family}`, words.join(' '));
      const view = await until('a modal', () => person(who).views().at(-1));
      await person(who).fills(view, Object.fromEntries(Object.entries(values).map(([name, value]) => [`field:${name}`, value])));
      return fresh(who, before, `the card of “${line} …”`, rests);
    },
    async presses(who, card, action, fields) {
      const message = find(who, card);
      if (!message) throw new Error(`${who} does not see ${card.id}`);
      return after(who, card, async () => {
        person(who).presses(message.channel, message.ts, `press:${action}`);
        if (!fields) return;
        const view = await until('a modal', () => person(who).views().at(-1));
        await person(who).fills(view, Object.fromEntries(Object.entries(fields).map(([name, value]) => [`field:${name}`, value])));
      });
    },
    finds: async (who, wanted) =>
      asSeen(
        await until(
          `${wanted}`,
          () => said(who).find((message) => message.thread === undefined && wanted.test(textOf(message))),
          () => all(who),
        ),
      ),
    async pushes(who, card, action, fields) {
      const message = find(who, card);
      if (!message) throw new Error(`${who} does not see ${card.id}`);
      const before = person(who).views().length;
      person(who).presses(message.channel, message.ts, `press:${action}`);
      if (!fields) return;
      const view = await until('a modal', () => (person(who).views().length > before ? person(who).views().at(-1) : undefined));
      await person(who).fills(view, Object.fromEntries(Object.entries(fields).map(([name, value]) => [`field:${name}`, value])));
    },
    thread(who, card) {
      const root = find(who, card);
      return said(who)
        .filter(({ thread }) => thread !== undefined && thread === root?.ts)
        .map(textOf);
    },
    types: (who, card, line) => after(who, card, () => person(who).types(OPS, `<@${BOT.user}> ${line}`)),
    sees: async (who, card) => {
      const message = find(who, card);
      return message && textOf(message);
    },
    async repeats(who, line) {
      const before = new Set(said(who));
      const delivery = person(who).types(person(who).dm.id, line);
      await delivery.settled;
      delivery.again(4);
      await fresh(who, before, `the card of “${line}”`, rests);
      await new Promise((resolve) => setTimeout(resolve, 500));
      return said(who).filter((message) => !before.has(message) && message.thread === undefined).length;
    },
    calls: async (who) => slack.pings(ACCOUNTS[who]),
    async close() {
      await world.close();
      await slack.close();
      close();
    },
  };
}
