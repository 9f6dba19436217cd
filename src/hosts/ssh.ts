import type { Duplex } from 'node:stream';
import type { Client, ClientChannel } from 'ssh2';
import { HostError, Later } from '../core/errors.ts';
import type { Argv } from '../core/types.ts';
import { say } from '../core/words.ts';
import { Collector } from './collect.ts';
import { type Access, login, message } from './login.ts';
import { commandLine } from './quote.ts';
import { Slots } from './slots.ts';

export type { Access } from './login.ts';

/** How a command over SSH ended: four different things. `cut`: bytes left out of stdout. */
export type Exec =
  | { readonly kind: 'exit'; readonly code: number; readonly stdout: string; readonly stderr: string; readonly cut: number }
  | { readonly kind: 'signal'; readonly signal: string; readonly stdout: string; readonly stderr: string; readonly cut: number }
  | { readonly kind: 'timeout'; readonly stdout: string; readonly stderr: string; readonly cut: number }
  | { readonly kind: 'lost'; readonly why: string };

export interface ExecOptions {
  readonly stdin?: string;
  /** Milliseconds until `timeout`; the process on the host is not killed by it. */
  readonly timeoutMs: number;
  /** Asked right before the command is sent, which may be long after it was asked for; when it says no, Later is thrown. */
  readonly may?: () => boolean;
  /** Most bytes of stdout kept, head and tail; stderr keeps a quarter of it. */
  readonly cap: number;
  /** Stdout with one character per byte (latin1), instead of as UTF-8. */
  readonly binary?: true;
  /** It may stay for seconds without need: it leaves channels free for those that do not. */
  readonly lingers?: true;
}

/** Channels at once on one connection: half of what sshd allows by default, as it may count one just closed together with the next. */
const CHANNELS = 5;
/** Of these, at most so many for what lingers. */
const LINGERING = 3;
const ENVIRONMENT = ['env', 'LC_ALL=C', 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'] as const;

/** One host over SSH: one connection, opened when first needed, used again until it is lost. */
export class Ssh {
  readonly #access: Access;
  readonly #slots = new Slots(CHANNELS);
  readonly #lingering = new Slots(LINGERING);
  readonly #open = new Set<Connection>();
  #current: Promise<Connection> | undefined;
  #closed = false;

  constructor(access: Access) {
    this.#access = access;
  }

  /** Whether it was closed for good. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Performs one argv. Throws HostError when the host cannot be reached or logged in to; nothing was begun then. */
  async exec(argv: Argv, options: ExecOptions): Promise<Exec> {
    const line = commandLine(this.#access.sudo ? ['sudo', '-n', ...ENVIRONMENT, ...argv] : [...ENVIRONMENT, ...argv]);
    const begin = () => this.#begin(line, options);
    return options.lingers ? this.#lingering.use(() => this.#slots.use(begin)) : this.#slots.use(begin);
  }

  async #begin(line: string, options: ExecOptions): Promise<Exec> {
    const first = await this.#connection();
    const done = await this.#on(first, line, options);
    if (done.kind !== 'unopened') return done;
    // sshd counts commands that outlive their channel among the sessions of a connection; a new one begins at none.
    this.#retire(first);
    const again = await this.#on(await this.#connection(), line, options);
    if (again.kind !== 'unopened') return again;
    throw new HostError('busy', this.#access.name, say({ en: 'it opens no more channels: {why}', zh: '无法再打开通道：{why}' }, { why: again.why }));
  }

  /** A channel through the host to an address as the host sees it (direct-tcpip). Throws HostError. */
  async forward(address: string, port: number): Promise<Duplex> {
    const connection = await this.#connection();
    connection.running++;
    const over = () => {
      connection.running--;
      if (connection.retired) this.#retire(connection);
    };
    return new Promise((resolve, reject) => {
      const refused = (error: unknown) => {
        over();
        const { name } = this.#access;
        const said = say({ en: '{host} cannot reach {address}: {why}', zh: '{host} 无法到达 {address}：{why}' }, { host: name, address, why: message(error) });
        reject(new HostError('unreachable', name, said, { cause: error }));
      };
      try {
        connection.client.forwardOut('127.0.0.1', 0, address, port, (error, channel) => {
          if (error) return refused(error);
          channel.once('close', over);
          resolve(channel);
        });
      } catch (error) {
        refused(error);
      }
    });
  }

  /** Closes the connection; what runs on the host goes on. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#current?.catch(() => undefined);
    for (const { client } of this.#open) {
      client.end();
      client.destroy();
    }
  }

  #connection(): Promise<Connection> {
    if (this.#closed) throw new HostError('lost', this.#access.name, say({ en: 'the connection is closed', zh: '连接已关闭' }));
    if (this.#current) return this.#current;
    const current = this.#connect().catch((error: unknown) => {
      this.#current = undefined;
      throw error;
    });
    this.#current = current;
    return current;
  }

  async #connect(): Promise<Connection> {
    const connection: Connection = { client: await login(this.#access), running: 0, retired: false };
    this.#open.add(connection);
    connection.client.on('close', () => {
      this.#open.delete(connection);
      this.#retire(connection);
    });
    return connection;
  }

  /** Begins nothing more on a connection; it is closed when what runs on it has ended. */
  #retire(connection: Connection): void {
    if (!connection.retired) this.#current = undefined;
    connection.retired = true;
    if (connection.running === 0) connection.client.end();
  }

  async #on(connection: Connection, line: string, options: ExecOptions): Promise<Exec | Unopened> {
    if (options.may?.() === false) throw new Later(1000);
    connection.running++;
    try {
      return await run(connection.client, line, options);
    } finally {
      connection.running--;
      if (connection.retired) this.#retire(connection);
    }
  }
}

interface Connection {
  readonly client: Client;
  running: number;
  retired: boolean;
}

/** No channel was to be had: nothing was begun. */
interface Unopened {
  readonly kind: 'unopened';
  readonly why: string;
}

function run(client: Client, line: string, options: ExecOptions): Promise<Exec | Unopened> {
  return new Promise((resolve) => {
    const stdout = new Collector(options.cap);
    const stderr = new Collector(options.cap / 4);
    let ended: { code: number | null; signal?: string } | undefined;
    let opened: ClientChannel | undefined;
    let settled = false;
    const output = () => ({ stdout: stdout.text(options.binary ? 'latin1' : 'utf8'), stderr: stderr.text(), cut: stdout.cut });
    const settle = (result: Exec | Unopened) => {
      settled = true;
      clearTimeout(timer);
      client.off('close', lost);
      resolve(result);
    };
    const lost = () => settle(conclude() ?? { kind: 'lost', why: 'the connection was lost' });
    const conclude = (): Exec | undefined => {
      if (!ended) return undefined;
      return ended.code === null || ended.signal !== undefined
        ? { kind: 'signal', signal: (ended.signal ?? 'unknown').replace(/^SIG/, ''), ...output() }
        : { kind: 'exit', code: ended.code, ...output() };
    };
    client.once('close', lost);
    // Half-open connections are noticed by keepalive; this covers a host that accepts and then says nothing.
    const timer = setTimeout(() => {
      settle({ kind: 'timeout', ...output() });
      opened?.close();
    }, options.timeoutMs);
    const take = (channel: ClientChannel) => {
      channel.on('exit', (code: number | null, signal?: string) => {
        ended = signal === undefined ? { code } : { code, signal };
      });
      channel.on('data', (chunk: Buffer) => stdout.add(chunk));
      channel.stderr.on('data', (chunk: Buffer) => stderr.add(chunk));
      channel.on('error', () => undefined); // a broken pipe on stdin; how it ended is told by `close`
      channel.on('close', () => settle(conclude() ?? { kind: 'lost', why: 'the channel was closed without an exit status' }));
      channel.end(options.stdin ?? '');
      opened = channel;
      if (settled) channel.close();
    };
    try {
      client.exec(line, (error, channel) => (error ? settle({ kind: 'unopened', why: message(error) }) : take(channel)));
    } catch (error) {
      settle({ kind: 'unopened', why: message(error) });
    }
  });
}
