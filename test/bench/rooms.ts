import { App } from '@slack/bolt';
import { matrixSdk } from '../../src/chat/matrix/sdk.ts';
import { bot } from '../support/bot.ts';
import { homeserver } from '../support/doors/matrix.ts';
import { ACCOUNTS, OPS, withChat, workspace } from '../support/doors/slack.ts';
import { needs } from '../support/real/have.ts';
import { SYNAPSE } from '../support/real/synapse.ts';
import type { FakeSlack } from '../support/slack/index.ts';
import { BOT, type Message } from '../support/slack/things.ts';
import { textOf } from '../support/slack/words.ts';
import type { Section } from './section.ts';
import { fixed, pause, type Spread, spread, times } from './stats.ts';

const ROUNDS = 100;
/** Between two rounds, in milliseconds: people do not type faster than a chat takes messages. */
const GAP = 220;
const BURST = 500;
/** Channels of the burst: Slack takes about one message a second in each. */
const CHANNELS = 25;

interface Asked {
  readonly ack: Spread;
  readonly card: Spread;
}
interface Burst {
  readonly cards: number;
  readonly messages: number;
  readonly refused: number;
  readonly settledMs: number;
}

/** Slash commands one after the other: how long until Slack has its acknowledgement, and until the answer stands in the channel. */
async function asked(slack: FakeSlack, command: string, text: string, answers: (message: Message) => boolean): Promise<Asked> {
  const alice = slack.person(ACCOUNTS.alice);
  const [acks, cards]: [number[], number[]] = [[], []];
  for (let i = 0; i < ROUNDS; i++) {
    const before = new Set(alice.sees(OPS));
    const from = performance.now();
    const { settled } = alice.slash(OPS, command, text);
    await slack.until(() => alice.sees(OPS).some((message) => !before.has(message) && answers(message)), 10_000);
    cards.push(performance.now() - from);
    const [attempt] = await settled;
    acks.push(attempt?.ms ?? Number.NaN);
    await pause(GAP);
  }
  return { ack: spread(acks), card: spread(cards) };
}

/** The same by what one would write with the library alone: acknowledge, answer; nothing is kept. */
async function bareBolt(): Promise<Asked> {
  const { slack, close } = await workspace('socket');
  const { botToken: token, appToken } = slack.options;
  const app = new App({ token, appToken, socketMode: true, clientOptions: { slackApiUrl: slack.api }, logger: quiet });
  app.command('/ops', async ({ ack, client, command }) => {
    await ack();
    await client.chat.postMessage({ channel: command.channel_id, text: `hosts: ${command.text}` });
  });
  await app.start();
  try {
    return await asked(slack, '/ops', 'hosts kvm1', ({ user }) => user === BOT.user);
  } finally {
    await app.stop();
    await slack.close();
    close();
  }
}

const quiet = { debug() {}, info() {}, warn() {}, error() {}, setLevel() {}, getLevel: () => 'error' as never, setName() {} };

/** Many requests at once, in many channels of which each takes a message a second: until every card shows its end. */
async function burst(slack: FakeSlack, sent: () => { sent: number } | undefined): Promise<Burst> {
  const rooms = Array.from({ length: CHANNELS }, (_, i) => `C0BURST${String(i).padStart(4, '0')}`);
  for (const [i, room] of rooms.entries()) slack.addChannel(room, `burst-${i}`, [ACCOUNTS.alice, BOT.user]);
  slack.limit('chat.postMessage', { perSecondPerChannel: 1, retryAfter: 1 });
  const [before, calls] = [sent()?.sent ?? 0, slack.calls.length];
  const alice = slack.person(ACCOUNTS.alice);
  const from = performance.now();
  for (let i = 0; i < BURST; i++) alice.slash(rooms[i % CHANNELS] ?? OPS, '/ops', 'hosts kvm1');
  const done = () => rooms.reduce((sum, room) => sum + alice.sees(room).filter((message) => /done · T/.test(textOf(message))).length, 0);
  for (const end = Date.now() + 300_000; done() < BURST && Date.now() < end; ) await pause(100);
  const settledMs = performance.now() - from;
  slack.limit('chat.postMessage', undefined);
  const refused = slack.calls.slice(calls).filter(({ status }) => status === 429).length;
  return { cards: done(), messages: (sent()?.sent ?? 0) - before, refused, settledMs };
}

/** The same in Matrix: from a line said by a second client until its answer is seen there. */
async function askedInMatrix(place: Place, line: string, answers: (body: string) => boolean): Promise<Spread> {
  const alice = place.person('alice');
  const times: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    const seen = new Set(alice.timeline(place.room).map(({ id }) => id));
    const from = performance.now();
    await alice.says(place.room, line);
    await alice.until(() => alice.timeline(place.room).some(({ id, sender, body }) => !seen.has(id) && sender === place.bot.userId && answers(body)), 20_000);
    times.push(performance.now() - from);
    await pause(GAP);
  }
  return spread(times);
}
type Place = Awaited<ReturnType<typeof homeserver>>;

/** What one would write with the library alone: it answers, and keeps nothing. */
async function bareMatrix(place: Place): Promise<Spread> {
  const { MatrixClient, MemoryStorageProvider, AutojoinRoomsMixin } = matrixSdk();
  const client = new MatrixClient(place.synapse.url, place.bot.token, new MemoryStorageProvider());
  AutojoinRoomsMixin.setupOnClient(client);
  client.on('room.message', (room: string, event: { sender: string; content?: { body?: string } }) => {
    if (event.sender !== place.bot.userId && event.content?.body?.startsWith('!bare')) void client.sendText(room, 'hosts: kvm1');
  });
  await client.start();
  const alice = place.person('alice');
  await alice.until(() => alice.rooms().some((one) => one.members().get(place.bot.userId) === 'join'), 20_000);
  try {
    return await askedInMatrix(place, '!bare', (body) => body.startsWith('hosts'));
  } finally {
    client.stop();
  }
}

/** Many requests at once by an exempt bot, until every card shows its end. */
async function burstInMatrix(place: Place): Promise<{ readonly cards: number; readonly settledMs: number }> {
  const alice = place.person('alice');
  const done = () => alice.timeline(place.room).filter(({ sender, body }) => sender === place.bot.userId && /done · T/.test(body)).length;
  const before = done();
  const from = performance.now();
  for (let i = 0; i < BURST; i += 25) await Promise.all(Array.from({ length: 25 }, () => alice.says(place.room, '!ops hosts kvm1')));
  for (const end = Date.now() + 300_000; done() - before < BURST && Date.now() < end; ) await pause(100);
  return { cards: done() - before, settledMs: performance.now() - from };
}

async function matrix(): Promise<{ rows: string[][]; notes: string[]; data: object } | undefined> {
  if (!needs(SYNAPSE)) return undefined;
  const place = await homeserver();
  try {
    const bare = await bareMatrix(place);
    const world = await bot({ config: (lab) => withChat(lab, 'matrix', place.chat, place.accounts) });
    try {
      const answers = (body: string) => /done · T/.test(body);
      await askedInMatrix(place, '!ops hosts kvm1', answers); // warm
      const ours = await askedInMatrix(place, '!ops hosts kvm1', answers);
      const many = await burstInMatrix(place);
      return {
        rows: [
          ['Matrix: event -> card (hosts, 1 read)', fixed(ours.p50, 1), fixed(ours.p99, 1), fixed(bare.p50, 1), fixed(bare.p99, 1), times(ours.p50 / bare.p50)],
        ],
        notes: [`Matrix: burst of ${BURST} requests in one room, the bot exempt: ${many.cards} cards ended, settled in ${fixed(many.settledMs / 1000, 1)} s`],
        data: { ours, bare, burst: many },
      };
    } finally {
      await world.close();
    }
  } finally {
    await place.close();
  }
}

/** From an event to its acknowledgement and its card in Slack, beside the bare library; and a burst. Slack is simulated, everything else is real. */
export async function rooms(): Promise<Section> {
  const bare = await bareBolt();
  const { slack, chat, close } = await workspace('socket');
  const world = await bot({ config: (lab) => withChat(lab, 'slack', chat, ACCOUNTS) });
  try {
    await asked(slack, '/ops', 'hosts kvm1', (message) => /done · T/.test(textOf(message))); // warm
    const ours = await asked(slack, '/ops', 'hosts kvm1', (message) => /done · T/.test(textOf(message)));
    const many = await burst(slack, () => world.rooms.counts('slack'));
    const other = await matrix();
    const row = (name: string, mine: Spread, other: Spread) => [
      name,
      fixed(mine.p50, 1),
      fixed(mine.p99, 1),
      fixed(other.p50, 1),
      fixed(other.p99, 1),
      times(mine.p50 / other.p50),
    ];
    return {
      title: `Rooms (Slack simulated, Synapse real; ${ROUNDS} rounds)`,
      columns: ['', 'p50 ms', 'p99 ms', 'bare library p50', 'p99', 'ratio'],
      rows: [
        row('Slack: event -> acknowledged, queued on disk', ours.ack, bare.ack),
        row('Slack: event -> card (hosts, 1 read)', ours.card, bare.card),
        ...(other?.rows ?? []),
      ],
      notes: [
        `Slack: burst of ${BURST} requests in ${CHANNELS} channels of 1 message a second: ${many.cards} cards ended, ${many.messages} messages, ${many.refused} × 429, settled in ${fixed(many.settledMs / 1000, 1)} s`,
        ...(other?.notes ?? ['Matrix: skipped, there is no Synapse to be had here']),
        'beside: an app of @slack/bolt, and one of matrix-bot-sdk, that keep nothing, ask no host, and answer with a text',
      ],
      data: { slack: { ours, bare, burst: many }, matrix: other?.data },
    };
  } finally {
    await world.close();
    await slack.close();
    close();
  }
}
