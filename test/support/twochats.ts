import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Home, line, BOT as MATRIX_BOT } from '../matrix/home.ts';
import { bot } from './bot.ts';
import { until, type Who } from './doors/door.ts';
import { ACCOUNTS, OPS, withChat, workspace } from './doors/slack.ts';
import { textOf } from './slack/index.ts';
import { BOT, type Message } from './slack/things.ts';

/** The room in which everybody is, in Matrix. */
const ROOM = '!ops:x.y';

/** A bot in a simulated Slack and behind a stub of a homeserver; in Matrix it knows nobody but who is named here. */
export async function twoChats(options: { readonly matrix?: Readonly<Partial<Record<Who, string>>>; config?(config: object): object } = {}) {
  const { slack, chat, close } = await workspace('socket');
  const home = await new Home().open();
  const folder = mkdtempSync(join(tmpdir(), 'hostler-two-'));
  writeFileSync(join(folder, 'token'), 't');
  const rooms = new Map<string, readonly string[]>();
  const dms: string[] = [];
  home.odd = (method, path) => {
    const [, room = '', what = ''] = /^rooms\/([^/]+)\/(joined_members|members)$/.exec(path) ?? [];
    const there = rooms.get(room);
    if (method === 'POST' && path === 'createRoom') {
      dms.push(`!dm${dms.length}:x.y`);
      return { status: 200, body: { room_id: dms.at(-1) } };
    }
    if (there && what === 'joined_members') return { status: 200, body: { joined: Object.fromEntries(there.map((id) => [id, {}])) } };
    return undefined;
  };
  const matrix = { homeserver: home.url, user: MATRIX_BOT, token: `file:${join(folder, 'token')}`, messagesPerSecond: 1000, burst: 1000 };
  const world = await bot({
    config(lab) {
      const both = withChat(withChat(lab, 'slack', chat, ACCOUNTS), 'matrix', matrix, options.matrix ?? {});
      if (typeof both !== 'object' || both === null) throw new Error('this is no configuration');
      return options.config?.(both) ?? both;
    },
  });
  await until('the bot hears in Matrix', () => home.asked.filter((one) => one === 'GET sync').length > 1 || undefined);
  const slackSaid = (who: keyof typeof ACCOUNTS): Message[] =>
    [...slack.person(ACCOUNTS[who]).sees(OPS), ...slack.person(ACCOUNTS[who]).sees(slack.person(ACCOUNTS[who]).dm.id)].filter(({ user }) => user === BOT.user);
  return {
    world,
    slack,
    home,
    /** Says a line by a slash command; all that the bot comes to say to it. */
    async inSlack(who: keyof typeof ACCOUNTS, text: string, wanted: RegExp): Promise<string> {
      const before = new Set(slackSaid(who));
      slack.person(ACCOUNTS[who]).slash(OPS, '/ops', text);
      const all = () =>
        slackSaid(who)
          .filter((message) => !before.has(message))
          .map(textOf);
      return until(
        `${wanted} in Slack`,
        () => all().find((one) => wanted.test(one)),
        () => [...all(), ...world.logged].join('\n---\n'),
      );
    },
    /** Says a line in the room; what the bot comes to say that was not said before. */
    async inMatrix(from: string, text: string, wanted: RegExp, event?: string): Promise<string> {
      const before = home.sent.length;
      home.happen({ [ROOM]: [line(text, { sender: from, ...(event === undefined ? {} : { event_id: event }) })] });
      const all = () => home.sent.slice(before).map(({ body }) => body);
      return until(
        `${wanted} in Matrix`,
        () => all().find((one) => wanted.test(one)),
        () => [...all(), ...world.logged].join('\n---\n'),
      );
    },
    async close() {
      await world.close();
      await slack.close();
      await home.close();
      close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
