import { type At, type Chat, type Checked, type Message, type Shown, Throttled, Unwelcome } from '../core/chat.ts';
import { quoted, say } from '../core/words.ts';
import { written } from './written.ts';

export interface NtfyOptions {
  /** Address of the server. */
  readonly server: string;
  readonly token?: string;
  /** Where the console is: opened by a tap. */
  readonly url?: string;
}

/** How long the server may take, in milliseconds; and for how long it is let be when it has had enough. */
const PATIENCE = 15_000;
const ENOUGH = 60_000;
/** Bytes of a message: what is longer becomes a file. */
const MOST = 4000;

/** Priorities of 1 to 5, and tags that are shown as emoji, by how a card looks. */
const LOOKS = {
  bad: { priority: 5, tags: ['rotating_light'] },
  waiting: { priority: 4, tags: ['warning'] },
  busy: { priority: 3, tags: ['hourglass'] },
  good: { priority: 3, tags: ['white_check_mark'] },
} as const;

/** Notices on phones: published as JSON, https://docs.ntfy.sh/publish/#publish-as-json. A room is a topic. What was sent stays as it is. */
export class NtfyChat implements Pick<Chat, 'show' | 'close'> {
  readonly #options: NtfyOptions;

  constructor(options: NtfyOptions) {
    this.#options = options;
  }

  /** Publishes a card. Throws Unwelcome for what the server will not take, Throttled when it has had enough; any other error is tried again. */
  async show(message: Message, { place }: At): Promise<Shown> {
    if (message.kind !== 'card') return { post: undefined, sent: 0 };
    const { server, token, url } = this.#options;
    const { title, text } = written(message);
    const response = await fetch(server, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ topic: place.room, title: title, message: cut(text), ...LOOKS[message.card.mood], ...(url === undefined ? {} : { click: url }) }),
      redirect: 'error', // the token is for this server
      signal: AbortSignal.timeout(PATIENCE),
    });
    const answer = (await response.text()).slice(0, 500);
    if (response.status === 429) throw new Throttled(ENOUGH);
    if (response.status >= 400 && response.status < 500) throw new Unwelcome(`${response.status} ${answer}`);
    if (!response.ok) throw new Error(`ntfy: ${response.status} ${answer}`);
    return { post: { room: place.room, id: /"id":"([A-Za-z0-9]{1,40})"/.exec(answer)?.[1] ?? '-' }, sent: 1 };
  }

  /** Asks whether it is well, https://docs.ntfy.sh/config/#health-checks, and publishes nothing: a token is tried only by publishing. */
  async check(): Promise<Checked> {
    const { server } = this.#options;
    const what = say({ en: 'ntfy at {server}', zh: 'ntfy（{server}）' }, { server });
    const found = await fetch(`${server.replace(/\/+$/, '')}/v1/health`, { redirect: 'error', signal: AbortSignal.timeout(PATIENCE) }).then(
      async (response) => ({ status: response.status, text: (await response.text()).slice(0, 200) }),
      (error: unknown) => whyOf(error),
    );
    if (typeof found !== 'string' && /"healthy":\s*true/.test(found.text))
      return { what, good: true, found: say({ en: 'its health check is good; nothing was published', zh: '健康检查正常；未发布消息' }) };
    const said = typeof found === 'string' ? found : `${found.status} ${found.text}`;
    return {
      what,
      good: false,
      found: quoted(said),
      mend: say({ en: 'see ntfy.server: its address, without a topic', zh: '请检查 ntfy.server：服务器地址，不含主题' }),
    };
  }

  async close(): Promise<void> {}
}

/** At most so many bytes, and no half of a character. */
function cut(text: string): string {
  const bytes = Buffer.from(text);
  return bytes.length <= MOST
    ? text
    : `${bytes
        .subarray(0, MOST)
        .toString()
        .replace(/\uFFFD+$/, '')}…`;
}

/** Why there was no answer: what fetch says itself is that it failed, and the rest stands behind. */
function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}
