import { type Config, schema } from '../../config/schema.ts';
import { startDesk } from '../../src/desk.ts';
import { type Lab, startLab } from '../../src/lab/index.ts';
import type { Part } from '../../src/part.ts';
import { loadCommands } from '../../src/registry.ts';
import { key, open } from '../../src/store/redis.ts';
import { startWorker } from '../../src/worker.ts';
import { rest, type Who } from './doors/door.ts';
import { ACCOUNTS, OPS, withChat, workspace } from './doors/slack.ts';
import { Folder, type Program } from './processes.ts';
import { CommandProxy } from './proxy.ts';
import { type FakeSlack, type startSlack, textOf } from './slack/index.ts';
import { BOT, type Message } from './slack/things.ts';

export { ACCOUNTS, OPS, type Who };

/** Where the lease of the speaker is kept, and what it is yet to show. */
const TURN = key('turn', 'speak slack');
const WANTED = key('chat', 'slack', 'wanted');

interface StageOptions {
  readonly pace?: number;
  readonly slack?: Parameters<typeof startSlack>[0];
  readonly mode?: 'socket' | 'http';
  /** Sites whose workers run from the start. */
  readonly sites?: readonly string[];
  config?(config: object): object;
}

/** What the bot says of one ticket: its card, who is called for it, what its steps wrote. */
export interface Told {
  readonly ticket: string;
  /** `card`, `output`, or the reason of a nudge. */
  readonly what: string;
  readonly message: Message;
}

/** A simulated workspace, a fleet, a Redis, and all parts but the gateways, which are processes that a test starts and kills. */
export class Stage {
  readonly folder: Folder;
  readonly lab: Lab;
  readonly slack: FakeSlack;
  readonly server: Program;
  readonly proxy: CommandProxy;
  readonly config: Config;
  readonly gateways: Program[] = [];
  readonly logged: string[] = [];
  /** Opens the same Redis again after it was killed. */
  readonly serve: () => Promise<Program>;
  readonly #redis: Awaited<ReturnType<typeof open>>;
  readonly #url: string;
  readonly #parts: Part[] = [];

  private constructor(
    parts: Pick<Stage, 'folder' | 'lab' | 'slack' | 'server' | 'proxy' | 'config' | 'serve'>,
    url: string,
    redis: Awaited<ReturnType<typeof open>>,
  ) {
    this.folder = parts.folder;
    this.lab = parts.lab;
    this.slack = parts.slack;
    this.server = parts.server;
    this.proxy = parts.proxy;
    this.config = parts.config;
    this.serve = parts.serve;
    this.#url = url;
    this.#redis = redis;
  }

  static async set({
    pace = 0.05,
    slack: given,
    mode = 'socket',
    sites = ['east', 'west'],
    config: change = (config) => config,
  }: StageOptions = {}): Promise<Stage> {
    const folder = new Folder();
    try {
      const lab = folder.closes(await startLab({ seed: 1, pace, dir: folder.file('lab') }));
      const { slack, chat, close } = await workspace(mode, given);
      folder.closes({ close: async () => close() });
      folder.closes(slack);
      const begin = () => folder.redis('redis', '--appendonly', 'yes', '--appendfsync', 'always', '--maxmemory-policy', 'noeviction');
      const { url, program: server } = await begin();
      const whole = withChat(lab.config, 'slack', chat, ACCOUNTS);
      const config = schema.parse(change(typeof whole === 'object' && whole !== null ? whole : {}));
      const proxy = folder.closes(await CommandProxy.listen(folder.file('proxy.sock'), url));
      const redis = await open(url);
      folder.closes({ close: async () => redis.disconnect() });
      const stage = new Stage({ folder, lab, slack, server, proxy, config, serve: async () => (await begin()).program }, url, redis);
      stage.#parts.push(await startDesk({ ...(await stage.#common()), config, home: folder.file('desk') }));
      for (const site of sites) await stage.worker(site);
      return stage;
    } catch (error) {
      await folder.close();
      throw error;
    }
  }

  /** Starts the worker of a site in this process. */
  async worker(site: string): Promise<void> {
    this.#parts.push(await startWorker({ ...(await this.#common()), site }));
  }

  async #common() {
    const log = (text: string, detail: unknown) => void this.logged.push(`${text}: ${detail}`);
    return { redis: this.#url, commands: await loadCommands(), log };
  }

  /** Starts a gateway process; resolves when it hears. */
  async gateway(): Promise<Program> {
    const home = this.folder.file(`gateway${this.gateways.length}`);
    const program = this.folder.hostler(['gateway', '--port', '0', '--redis', this.proxy.url], { home });
    this.gateways.push(program);
    return program.says('is ready');
  }

  /** Whether some gateway speaks. */
  async spoken(): Promise<boolean> {
    return (await this.#redis.exists(TURN)) === 1;
  }

  /** The lease of a gateway that was killed is over at once, as it would be after eight seconds. */
  async lapse(): Promise<void> {
    await this.#redis.del(TURN);
  }

  /** How many cards are yet to be shown. */
  wanted(): Promise<number> {
    return this.#redis.hlen(WANTED);
  }

  /** Kills a gateway without a word, and starts another that speaks at once. */
  async replace(victim: Program): Promise<Program> {
    await kill(victim);
    await this.lapse();
    const heir = await this.gateway();
    await this.until('the heir speaks', () => this.spoken());
    return heir;
  }

  person(who: keyof typeof ACCOUNTS) {
    return this.slack.person(ACCOUNTS[who]);
  }

  /** Everything of the bot that stands somewhere, by the name it carries. */
  told(channel?: string): Told[] {
    return this.slack.world.messages.flatMap((message): Told[] => {
      if (message.user !== BOT.user || message.deleted || (channel !== undefined && message.channel !== channel)) return [];
      const [, ticket, what] = /^(T[0-9A-Z]{11})-[0-9A-Z]{6}-(.+)$/.exec(String(message.metadata?.event_payload.key)) ?? [];
      return ticket === undefined || what === undefined ? [] : [{ ticket, what: what.replace(/-\d+$/, ''), message }];
    });
  }

  /** What is told in answer to a message of somebody's. */
  answers(ts: string, channel = OPS): Told[] {
    return this.told(channel).filter(({ message }) => message.thread === ts);
  }

  /** Waits for a condition, and says what there is when it does not come about. */
  async until<T>(what: string, look: () => T | undefined | false | Promise<T | undefined | false>, ms = 20_000): Promise<T> {
    for (const end = Date.now() + ms; ; ) {
      const found = await look();
      if (found !== undefined && found !== false) return found;
      if (Date.now() > end) throw new Error(`${what}: not in ${ms} ms; there is: ${this.picture()}`);
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
  }

  /** All there is to see, for whoever looks for a mistake. */
  picture(): string {
    const said = this.slack.world.messages.map(
      (one) => `${one.channel} ${one.thread ?? '-'} ${one.versions.length}× ${one.deleted ? '(deleted) ' : ''}${textOf(one)}`,
    );
    return [...said, ...this.slack.violations, ...this.gateways.map(({ err }) => err), ...this.logged].join('\n---\n');
  }

  /** How often hosts did something. */
  count(host: string, words: string): number {
    return this.lab.host(host).effects.filter((effect) => effect.includes(words)).length;
  }

  /** What no gateway may say, whatever befell it. */
  get complaints(): string[] {
    const unhandled = this.gateways.flatMap(({ err }) =>
      err.split('\n').filter((line) => /unhandled|uncaught|TypeError|ReferenceError|MaxListeners/i.test(line)),
    );
    return [...unhandled, ...this.slack.violations];
  }

  async close(): Promise<void> {
    await Promise.all([...this.gateways.map(kill), ...this.#parts.map((part) => part.close())]);
    await this.folder.close();
  }
}

/** Kills a process that was started here, and waits until it is gone. */
export async function kill(program: Program): Promise<void> {
  if (!program.over) program.child.kill('SIGKILL');
  await program.ended;
}

/** The state a card shows, once it rests. */
export function stateOf(message: Message | undefined): string | undefined {
  return message && rest(textOf(message))?.state;
}
