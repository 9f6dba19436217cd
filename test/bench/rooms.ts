import { App } from '@slack/bolt';
import { bot } from '../support/bot.ts';
import { ACCOUNTS, OPS, withChat, workspace } from '../support/doors/slack.ts';
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

/** From an event to its acknowledgement and its card in Slack, beside the bare library; and a burst. Slack is simulated, everything else is real. */
export async function rooms(): Promise<Section> {
  const bare = await bareBolt();
  const { slack, chat, close } = await workspace('socket');
  const world = await bot({ config: (lab) => withChat(lab, 'slack', chat, ACCOUNTS) });
  try {
    await asked(slack, '/ops', 'hosts kvm1', (message) => /done · T/.test(textOf(message))); // warm
    const ours = await asked(slack, '/ops', 'hosts kvm1', (message) => /done · T/.test(textOf(message)));
    const many = await burst(slack, () => world.rooms.counts('slack'));
    const row = (name: string, mine: Spread, other: Spread) => [
      name,
      fixed(mine.p50, 1),
      fixed(mine.p99, 1),
      fixed(other.p50, 1),
      fixed(other.p99, 1),
      times(mine.p50 / other.p50),
    ];
    return {
      title: `Rooms (Slack simulated, ${ROUNDS} rounds)`,
      columns: ['', 'p50 ms', 'p99 ms', 'bare bolt p50', 'p99', 'ratio'],
      rows: [row('event -> acknowledged, queued on disk', ours.ack, bare.ack), row('event -> card (hosts, 1 read)', ours.card, bare.card)],
      notes: [
        `burst of ${BURST} requests in ${CHANNELS} channels of 1 message a second: ${many.cards} cards ended, ${many.messages} messages, ${many.refused} × 429, settled in ${fixed(many.settledMs / 1000, 1)} s`,
        'the bare bolt app keeps nothing, asks no host, and answers once',
      ],
      data: { ours, bare, burst: many },
    };
  } finally {
    await world.close();
    await slack.close();
    close();
  }
}
