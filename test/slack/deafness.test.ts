import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SlackChat } from '../../src/chat/slack/slack.ts';
import type { Hear, Memory } from '../../src/core/chat.ts';
import { type FakeSlack, startSlack } from '../support/slack/index.ts';
import type { Person } from '../support/slack/person.ts';

const BEAT = 'C0BEAT00001';
let slack: FakeSlack;
let alice: Person;
let chats: SlackChat[];
let heard: string[];
const kept = new Map<string, { value: string; until: number }>();

const memory: Memory = {
  get: async (key) => {
    const found = kept.get(key);
    return found && found.until > Date.now() ? found.value : undefined;
  },
  set: async (key, value, forMs = Number.POSITIVE_INFINITY) => void kept.set(key, { value, until: Date.now() + forMs }),
  claim: async (key, value, forMs) => {
    if ((kept.get(key)?.until ?? 0) > Date.now()) return false;
    kept.set(key, { value, until: Date.now() + forMs });
    return true;
  },
  drop: async (key) => void kept.delete(key),
};

beforeEach(async () => {
  slack = await startSlack();
  alice = slack.addUser('U0ALICE0001');
  slack.addChannel(BEAT, 'beat', [slack.bot]);
  chats = [];
  heard = [];
  kept.clear();
});

afterEach(async () => {
  expect(slack.violations).toEqual([]);
  await Promise.all(chats.map((chat) => chat.close()));
  await slack.close();
});

async function start(given: { readonly beat?: boolean; readonly awayMs?: number } = {}): Promise<{ hears: boolean; since: number }[]> {
  const { botToken, appToken } = slack.options;
  const heartbeat = given.beat ? { heartbeat: { room: BEAT, everyMs: 250, waitMs: 400 } } : {};
  const chat = new SlackChat({ botToken, appToken, workspaces: [], memory, log: () => {}, apiUrl: slack.api, ...heartbeat, awayMs: given.awayMs ?? 60_000 });
  chats.push(chat);
  const states: { hears: boolean; since: number }[] = [];
  const hear: Hear = {
    said: async ({ event, text }) => {
      heard.push(`${event} ${text}`);
      return { ticket: '' };
    },
    pressed: async () => ({ answer: '', ticket: '', heard: '' }),
    form: async () => undefined,
    choices: async () => [],
    knows: async () => true,
    lang: async () => 'en',
    families: [],
    home: async () => [],
    hearing: (state) => void states.push(state),
  };
  await chat.listen(hear);
  return states;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** What is told as soon as there is a connection: an earlier process may have said otherwise. */
const HEARS = expect.objectContaining({ hears: true });

describe('connections', () => {
  it('are made anew at once when Slack recycles them, and nothing is lost', async () => {
    const states = await start();
    await slack.until(() => slack.sockets.open === 2);
    for (const reason of ['refresh_requested', 'warning'] as const) {
      const began = Date.now();
      slack.disconnect(reason);
      const during = alice.types(alice.dm.id, `vm list ${reason}`);
      await during.settled;
      await slack.until(() => slack.sockets.open === 2);
      expect(Date.now() - began).toBeLessThan(2500);
    }
    expect(heard.map((line) => line.replace(/^\S+ \S+ \S+ /, ''))).toEqual(['vm list refresh_requested', 'vm list warning']);
    expect(states).toEqual([HEARS]);
  });

  it('that are cut while something is on its way lose nothing either', async () => {
    await start();
    await slack.until(() => slack.sockets.open === 2);
    slack.dropSockets();
    await alice.types(alice.dm.id, 'vm list').settled;
    expect(new Set(heard).size).toBe(1);
    await slack.until(() => slack.sockets.open === 2);
  });

  it('that cannot be made are told of, and are tried on', async () => {
    const states = await start({ awayMs: 300 });
    await slack.until(() => slack.sockets.open === 2);
    slack.revoked = 'internal_error';
    slack.dropSockets();
    await slack.until(() => states.length === 2);
    expect(states[1]).toMatchObject({ hears: false, why: { with: { why: 'internal_error' } } });
    slack.revoked = undefined;
    await slack.until(() => states.length === 3, 8000);
    expect(states[2]).toMatchObject({ hears: true });
  });

  it('end when the chat is closed', async () => {
    await start();
    await slack.until(() => slack.sockets.open === 2);
    await chats[0]?.close();
    await slack.until(() => slack.sockets.open === 0);
    await pause(600);
    expect(slack.sockets.open).toBe(0);
  });
});

describe('the heartbeat', () => {
  it('notices that connections are up and carry nothing, makes them anew, tells, and tells when it is over', async () => {
    const states = await start({ beat: true });
    await pause(700);
    expect(states).toEqual([HEARS]);
    expect(slack.called('chat.postMessage')).toBe(1);
    const made = slack.sockets.made;
    slack.deaf(true);
    await slack.until(() => states.length === 2);
    expect(states[1]).toMatchObject({ hears: false, why: { words: { en: expect.stringContaining('nothing is heard') } } });
    expect(states[1]?.since).toBeLessThan(Date.now() - 100);
    expect(slack.sockets.made).toBeGreaterThan(made);
    slack.deaf(false);
    await slack.until(() => states.length === 3);
    expect(states[2]).toMatchObject({ hears: true });
  });

  it('is one for all replicas, and they agree', async () => {
    const all = [await start({ beat: true }), await start({ beat: true })];
    await pause(800);
    expect(slack.called('chat.postMessage')).toBe(1);
    expect(slack.called('reactions.add')).toBeLessThan(7);
    slack.deaf(true);
    await slack.until(() => all.every((states) => states.at(-1)?.hears === false));
    slack.deaf(false);
    await slack.until(() => all.every((states) => states.at(-1)?.hears === true));
  });

  it('goes on when its message is deleted', async () => {
    const states = await start({ beat: true });
    await slack.until(() => slack.called('reactions.add') > 0);
    const [message] = slack.world.messages;
    if (!message) throw new Error('no message');
    slack.events.removed(message);
    await slack.until(() => slack.called('chat.postMessage') === 2);
    await pause(500);
    expect(states).toEqual([HEARS]);
  });
});
