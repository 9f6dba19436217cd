import type { AddressInfo } from 'node:net';
import type { HTTPReceiver, Logger, webApi } from '@slack/bolt';
import type { At, Chat, Doubt, Hear, Memory, Message, Shown } from '../../core/chat.ts';
import type { Log } from '../../core/ports.ts';
import { say } from '../../core/words.ts';
import { guarded } from '../guard.ts';
import { Away } from './away.ts';
import { clientOf } from './client.ts';
import { Copies } from './copies.ts';
import { Dms } from './dms.ts';
import { httpReceiver, socketReceiver, type Take } from './door.ts';
import type { Ears } from './ears.ts';
import { all } from './find.ts';
import { Hearing } from './hearing.ts';
import { type Beats, Heartbeat } from './heartbeat.ts';
import { take } from './listen.ts';
import { loggerOf } from './logger.ts';
import { type Me, whoAmI } from './me.ts';
import { Poster } from './poster.ts';
import { show } from './show.ts';
import { Sockets } from './sockets.ts';
import { Standing } from './standing.ts';
import { tidy } from './tidy.ts';

/** What the adapter needs to know. */
export interface SlackOptions {
  /** `xoxb-…` */
  readonly botToken: string;
  /** `xapp-…`: with it in Socket Mode, without it by signed HTTP. */
  readonly appToken?: string;
  readonly signingSecret?: string;
  readonly port?: number;
  readonly host?: string;
  /** Ids of the workspaces (`T…`) that are listened to; the token's own when none is named. */
  readonly workspaces: readonly string[];
  readonly memory: Memory;
  readonly log: Log;
  /** Where Slack's API is, in tests. */
  readonly apiUrl?: string;
  readonly heartbeat?: Beats;
  /** Connections in Socket Mode: an app may have ten. */
  readonly connections?: number;
  /** How long it may be without any connection before that is said. Milliseconds. */
  readonly awayMs?: number;
}

/** Slack, in Socket Mode or over HTTP. */
export class SlackChat implements Chat {
  readonly platform = 'slack';
  readonly #options: SlackOptions;
  readonly #logger: Logger;
  readonly #api: webApi.WebClient;
  readonly #dms: Dms;
  readonly #poster: Poster;
  readonly #copies: Copies;
  readonly #ends: (() => Promise<void> | void)[] = [];
  #me: Promise<Me> | undefined;
  #address: AddressInfo | undefined;

  constructor(options: SlackOptions) {
    this.#options = options;
    this.#logger = loggerOf(options.log);
    this.#api = clientOf(options.botToken, this.#logger, options.apiUrl);
    this.#dms = new Dms(this.#api);
    this.#poster = new Poster(this.#api, this.#dms, () => this.#whoAmI());
    this.#copies = new Copies(async (spot) => all(spot, this.#api, await this.#whoAmI()));
  }

  /** Where it listens for requests; undefined in Socket Mode. */
  get address(): AddressInfo | undefined {
    return this.#address;
  }

  async listen(hear: Hear): Promise<void> {
    const { log, appToken, memory, heartbeat } = this.#options;
    const me = await this.#whoAmI();
    const workspaces = this.#options.workspaces.length > 0 ? this.#options.workspaces : [me.team];
    if (!workspaces.includes(me.team)) throw new Error(`the bot token is for workspace ${me.team}, which is not one of ${workspaces.join(', ')}`);
    const hearing = new Hearing((state) => hear.hearing(state));
    let beats: Heartbeat | undefined;
    const beat = async (room: string, ts: string) => beats?.heard(room, ts);
    const standing = new Standing(this.#api, workspaces, log);
    const guard = guarded(hear, (account) => standing.of(account));
    const ears: Ears = { hear: guard, api: this.#api, dms: this.#dms, me, workspaces, log, beat };
    const taking: Take = (body) => {
      hearing.heard();
      return take(body, ears);
    };
    const again = appToken === undefined ? await this.#serve(taking) : await this.#connect(appToken, taking, hearing);
    if (!heartbeat) return;
    const why = say({ en: 'connected, but nothing is heard from Slack', zh: '已连接，但收不到 Slack 的任何消息' });
    const found = (hears: boolean, since: number) => hearing.says('heartbeat', hears ? undefined : why, since);
    beats = new Heartbeat({ ...heartbeat, api: this.#api, memory, log, again, found, lang: () => hear.lang(heartbeat.room, undefined) });
    const running = beats;
    this.#ends.push(() => running.stop());
    void running.run();
  }

  async show(message: Message, at: At): Promise<Shown> {
    return show(message, at, this.#poster);
  }

  async tidy(doubt: Doubt): Promise<void> {
    await tidy(doubt, { poster: this.#poster, copies: this.#copies, log: this.#options.log });
  }

  async close(): Promise<void> {
    for (const end of this.#ends.splice(0)) await end();
  }

  #whoAmI(): Promise<Me> {
    this.#me ??= whoAmI(this.#api).catch((error: unknown) => {
      this.#me = undefined;
      throw error;
    });
    return this.#me;
  }

  async #connect(appToken: string, taking: Take, hearing: Hearing): Promise<() => void> {
    const { apiUrl, connections = 2, awayMs = 60_000 } = this.#options;
    const receivers = Array.from({ length: connections }, () => socketReceiver(appToken, this.#logger, apiUrl, taking));
    const away = new Away(awayMs, (why) => hearing.says('socket', why));
    const sockets = new Sockets(receivers, (up, error) => away.changed(up, error));
    await sockets.connect();
    this.#ends.push(async () => {
      await sockets.close();
      away.stop();
    });
    return () => sockets.again();
  }

  async #serve(taking: Take): Promise<() => void> {
    const { signingSecret = '', port = 3000, host = '127.0.0.1' } = this.#options;
    if (signingSecret === '') throw new Error('without an app token Slack needs a signing secret');
    const receiver: HTTPReceiver = httpReceiver(signingSecret, this.#logger, taking);
    const server = await receiver.start({ port, host }, { requestTimeout: 10_000, headersTimeout: 5000 });
    const address = server.address();
    this.#address = typeof address === 'object' && address ? address : undefined;
    this.#ends.push(async () => {
      const stopped = receiver.stop();
      server.closeAllConnections();
      await stopped;
    });
    return () => {};
  }
}
