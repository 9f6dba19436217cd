import { request } from 'node:http';
import { bot } from './bot.ts';
import { until } from './doors/door.ts';
import { ACCOUNTS, OPS, withChat, workspace } from './doors/slack.ts';
import { BOT, type Message } from './slack/things.ts';

export type Someone = 'alice' | 'bob' | 'carol';
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
  /** The body as JSON, where it is some. */
  readonly json: Record<string, unknown>;
}
export interface Call {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A bot outside practice: people are known in a simulated Slack, and sign in to the console. */
export async function signedBot(change: (config: object) => object = (config) => config) {
  const { slack, chat, close } = await workspace('socket');
  const world = await bot({
    config: (lab) => {
      const config = withChat(lab, 'slack', chat, ACCOUNTS);
      return change({ ...(typeof config === 'object' ? config : {}), practice: false });
    },
  });
  const { port } = world;

  /** One request to the console's port, as it is: no browser adds or hides anything. */
  function call(path: string, { method = 'GET', body, headers = {} }: Call = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const type = body === undefined ? {} : { 'content-type': 'application/json' };
      const sent = request({ host: '127.0.0.1', port, method, path, headers: { host: new URL(world.url).host, ...type, ...headers } }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => {
          const json = response.headers['content-type']?.startsWith('application/json') ? JSON.parse(text) : {};
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text, json });
        });
      });
      sent.on('error', reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
  /** As a page of the console sends it. */
  const page = (path: string, body?: unknown, cookie?: string) =>
    call(path, {
      method: body === undefined ? 'GET' : 'POST',
      ...(body === undefined ? {} : { body }),
      headers: { ...(body === undefined ? { 'sec-fetch-site': 'same-origin' } : { origin: world.url }), ...(cookie === undefined ? {} : { cookie }) },
    });
  /** What the bot comes to say to a line, where only this person sees it or in the room. */
  async function asks(who: Someone, line: string, wanted: (text: string) => boolean = () => true): Promise<Message> {
    const person = slack.person(ACCOUNTS[who]);
    const before = new Set(slack.world.messages);
    person.slash(OPS, '/ops', line);
    return until(`an answer to “${line}”`, () =>
      person.sees().find((one) => !before.has(one) && one.user === BOT.user && wanted(JSON.stringify(one.versions.at(-1)))),
    );
  }
  /** The link that `login` gives. */
  async function link(who: Someone): Promise<string> {
    return linkIn(await asks(who, 'login', (text) => text.includes('#login=')));
  }
  const tokenOf = (url: string) => url.split('#login=')[1] ?? '';
  /** Signs in as a page does; the cookie. */
  async function signsIn(who: Someone): Promise<string> {
    const answer = await page('/api/login', { token: tokenOf(await link(who)) });
    return cookieOf(answer);
  }
  return Object.assign(world, {
    ...{ slack, call, page, asks, link, tokenOf, signsIn },
    async end() {
      await world.close();
      await slack.close();
      close();
    },
  });
}

/** The link on a card. */
export function linkIn(message: Message): string {
  return /https?:\/\/[^"\s]+#login=[\w-]+/.exec(JSON.stringify(message.versions.at(-1)))?.[0] ?? '';
}

/** The cookie that an answer sets, as a browser sends it back. */
export function cookieOf(answer: Answer): string {
  const [cookie = ''] = [answer.headers['set-cookie'] ?? []].flat();
  return cookie.split(';')[0] ?? '';
}
