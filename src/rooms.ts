import { setTimeout as sleep } from 'node:timers/promises';
import type { AlertViews } from './alertviews.ts';
import { NtfyChat } from './chat/ntfy.ts';
import type { Pace } from './chat/pace.ts';
import type { SlackChat } from './chat/slack/slack.ts';
import type { At, Chat, Hear, Message } from './core/chat.ts';
import { jobId, sha256 } from './core/digest.ts';
import type { Commands, Log } from './core/ports.ts';
import type { Place } from './core/types.ts';
import { ears } from './ears.ts';
import { secret } from './hosts/secret.ts';
import { INBOX } from './messages.ts';
import { Notices } from './notices.ts';
import type { Base, Part } from './part.ts';
import type { Settings } from './settings.ts';
import { auditNotes } from './store/audit.ts';
import { memory } from './store/chats.ts';
import type { Views } from './views.ts';
import { startVoice } from './voice.ts';

/** The chats of a gateway. */
export interface Rooms extends Part {
  /** The port where Slack's requests are taken, in HTTP mode. */
  slackPort(): number | undefined;
  /** What was sent to a chat since this gateway took its turn; undefined while another speaks. */
  counts(platform: string): { readonly sent: number; readonly throttled: number } | undefined;
  /** The chats this gateway speaks in, and those it hears, now. */
  state(): { readonly speaks: readonly string[]; readonly hears: readonly string[] };
  /** Shows a card that stands where none of those who may decide sees it to each of them. */
  alone(card: string, where: Place): void;
}

interface RoomOptions {
  readonly base: Pick<Base, 'redis' | 'queues' | 'log'>;
  readonly settings: Settings;
  rules(): Promise<Settings>;
  readonly views: Views;
  readonly alertViews: AlertViews;
  readonly commands: Commands;
  /** What a message becomes right before it is brought to its place. */
  filled(message: Message, at: At): Promise<Message>;
  readonly log: Log;
}

/** Slack takes about a message a second per channel, and 50 edits a minute; short bursts are let pass, and what is too much it says. */
const SLACK: Pace = {
  perSecond: 5,
  burst: 40,
  editMs: 1500,
  editsPerMinute: 48,
  roomMs: 1050,
  looksMs: [2000, 15_000, 60_000, 300_000, 900_000],
  abreast: 6,
};
/** Mail and notices: few, and not all at once. */
const ONE_WAY: Pace = { perSecond: 0.5, burst: 30, editMs: 1000, abreast: 2 };
/** How long to wait for a chat at start before it is left to come up by itself, in milliseconds. */
const PATIENCE = 8000;

/** Connects the gateway to the chats of the configuration. A chat that is away does not keep the others waiting. */
export async function startRooms({ base, settings, rules, views, alertViews, commands, filled, log }: RoomOptions): Promise<Rooms> {
  const { slack, matrix } = settings.config.chats;
  const notices = new Notices(base.redis, rules, base.queues);
  const stop = new AbortController();
  const parts: Part[] = [];
  const voices = new Map<string, ReturnType<typeof startVoice>>();
  const connected = new Set<string>();
  const hear = (chat: string): Hear =>
    ears({
      chat,
      queues: base.queues,
      rules,
      views,
      alertViews,
      commands,
      memory: memory(base.redis, chat),
      audit: auditNotes(base.redis),
      hearing: (state) => void notices.hearing(chat, state).catch((error: unknown) => log('a notice was not given', error)),
    });
  const showing: Parameters<typeof startVoice>[0]['showing'] = async (card, place, only) =>
    (await notices.showing(card, place)) ?? (await alertViews.showing(card, place)) ?? views.showing(card, place, only);

  /** A card that waits for others, where none of them sees it, is shown to each of them. */
  const alone = (card: string, where: Place): void => {
    const place = async () => {
      const places = await views.decidersAt(card, where);
      if (places.length === 0) return;
      const event = { id: `placed ${sha256(JSON.stringify(places)).slice(0, 12)}`, at: Date.now(), kind: 'placed', places };
      await base.queues.send([{ queue: INBOX, name: 'decide', id: jobId('placed', card, event.id), data: { ticket: card, event } }]);
    };
    place().catch((error: unknown) => log(`${card} is not shown to who may decide`, error));
  };

  /** Tries until the chat hears. */
  const connect = async (chat: Chat): Promise<void> => {
    for (let wait = 500; !stop.signal.aborted; wait = Math.min(30_000, wait * 2)) {
      try {
        await chat.listen(hear(chat.platform));
        return void connected.add(chat.platform);
      } catch (error) {
        log(`${chat.platform} is not connected, and is tried again`, error);
        await sleep(wait, undefined, { signal: stop.signal }).catch(() => undefined);
      }
    }
  };
  /** What can only be spoken in. */
  const oneWay = (platform: string, open: Parameters<typeof startVoice>[0]['open']): void => {
    const voice = startVoice({ base, platform, pace: ONE_WAY, showing, filled, open });
    voices.set(platform, voice);
    parts.push(voice);
  };
  const patiently = (connecting: Promise<void>) => Promise.race([connecting, sleep(PATIENCE, undefined, { ref: false })]);
  const starting: Promise<void>[] = [];
  let slackChat: SlackChat | undefined;

  if (slack) {
    const { SlackChat } = await import('./chat/slack/slack.ts'); // only where it is used: it is large
    const chat = new SlackChat({
      botToken: secret(slack.botToken).trim(),
      ...(slack.appToken === undefined ? {} : { appToken: secret(slack.appToken).trim() }),
      ...(slack.signingSecret === undefined ? {} : { signingSecret: secret(slack.signingSecret).trim() }),
      host: slack.host,
      port: slack.port,
      workspaces: slack.workspaces,
      memory: memory(base.redis, 'slack'),
      log,
      ...(slack.api === undefined ? {} : { apiUrl: slack.api }),
      ...(slack.home === undefined ? {} : { heartbeat: { room: slack.home, everyMs: 300_000, waitMs: 30_000 } }),
    });
    slackChat = chat;
    parts.push(chat);
    starting.push(patiently(connect(chat)));
    const voice = startVoice({
      base,
      platform: 'slack',
      pace: SLACK,
      showing,
      filled,
      alone,
      open: async () => ({ show: (message, at) => chat.show(message, at), tidy: (doubt) => chat.tidy(doubt), close: async () => undefined }),
    });
    voices.set('slack', voice);
    parts.push(voice);
  }
  if (matrix) {
    const pace: Pace = { perSecond: matrix.messagesPerSecond, burst: matrix.burst, editMs: Math.max(1000, 1000 / matrix.messagesPerSecond), abreast: 4 };
    // One gateway at a time follows the homeserver: its place in the stream is one.
    let first = (): void => undefined;
    starting.push(patiently(new Promise((resolve) => (first = resolve))));
    const voice = startVoice({
      base,
      platform: 'matrix',
      pace,
      showing,
      filled,
      alone,
      async open() {
        const { MatrixChat } = await import('./chat/matrix/matrix.ts');
        const chat = new MatrixChat({
          homeserver: matrix.homeserver,
          user: matrix.user,
          encryption: matrix.encryption,
          token: secret(matrix.token).trim(),
          memory: memory(base.redis, 'matrix'),
          log,
        });
        void connect(chat).then(first);
        return chat;
      },
    });
    voices.set('matrix', voice);
    parts.push(voice);
  }
  const { mail, ntfy, web } = settings.config;
  const console = web.url === undefined ? {} : { url: web.url };
  if (mail) {
    const { host, port, tls, from, user, password } = mail;
    oneWay('mail', async () => {
      const { MailChat } = await import('./chat/mail.ts');
      const login = user === undefined || password === undefined ? {} : { login: { user, password: secret(password).trim() } };
      return new MailChat({ host, port, tls, from, ...login, ...console });
    });
  }
  if (ntfy) {
    const { server, token } = ntfy;
    oneWay('ntfy', async () => new NtfyChat({ server, ...(token === undefined ? {} : { token: secret(token).trim() }), ...console }));
  }
  await Promise.all(starting);
  return {
    slackPort: () => slackChat?.address?.port,
    counts: (platform) => voices.get(platform)?.speaker()?.counts,
    alone,
    state() {
      const speaks = [...voices].flatMap(([name, voice]) => (voice.speaker() ? [name] : []));
      // Who speaks in Matrix is who follows it.
      const hears = [...connected].filter((name) => notices.hears(name) && (name !== 'matrix' || speaks.includes(name)));
      return { speaks, hears };
    },
    async close() {
      stop.abort();
      notices.close();
      for (const part of parts.reverse()) await part.close();
    },
  };
}
