import { connect, type Socket } from 'node:net';
import { Client, type ClientChannel, type ConnectConfig } from 'ssh2';
import { HostError } from '../core/errors.ts';
import type { Argv } from '../core/types.ts';
import { say } from '../core/words.ts';
import { Collector } from './collect.ts';
import { fingerprint, isPinned, type Pinned } from './hostkey.ts';
import { commandLine } from './quote.ts';
import { secret } from './secret.ts';
import { Slots } from './slots.ts';

/** How to reach and log in to one host. Key and passphrase by reference. */
export interface Access {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly key: string;
  readonly passphrase?: string;
  readonly pinned: Pinned;
  readonly sudo: boolean;
}

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
  /** Most bytes of stdout kept, head and tail; stderr keeps a quarter of it. */
  readonly cap: number;
}

/** Channels at once on one connection; sshd allows ten by default. */
const CHANNELS = 8;
const CONNECT_MS = 10_000;
const ENVIRONMENT = ['env', 'LC_ALL=C', 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'] as const;

/** One host over SSH: one connection, opened when first needed, used again until it is lost. */
export class Ssh {
  readonly #access: Access;
  readonly #slots = new Slots(CHANNELS);
  #client: Promise<Client> | undefined;
  #closed = false;

  constructor(access: Access) {
    this.#access = access;
  }

  /** Performs one argv. Throws HostError when the host cannot be reached or logged in to; nothing was begun then. */
  async exec(argv: Argv, options: ExecOptions): Promise<Exec> {
    const line = commandLine([...(this.#access.sudo ? (['sudo', '-n'] as const) : []), ...ENVIRONMENT, ...argv] as Argv);
    return this.#slots.use(async () => {
      const client = await this.#connection();
      return this.#run(client, line, options);
    });
  }

  /** Closes the connection; what runs on the host goes on. */
  async close(): Promise<void> {
    this.#closed = true;
    const client = await this.#client?.catch(() => undefined);
    client?.end();
    client?.destroy();
  }

  #connection(): Promise<Client> {
    if (this.#closed) throw new HostError('lost', this.#access.name, say({ en: 'the connection is closed', zh: '连接已关闭' }));
    this.#client ??= this.#connect().catch((error: unknown) => {
      this.#client = undefined;
      throw error;
    });
    return this.#client;
  }

  async #connect(): Promise<Client> {
    const { name, address, port, user, pinned } = this.#access;
    const key = this.#secret(this.#access.key);
    const passphrase = this.#access.passphrase === undefined ? undefined : this.#secret(this.#access.passphrase).trim();
    const sock = await this.#socket();
    const client = new Client();
    let stranger: HostError | undefined;
    const config: ConnectConfig = {
      sock,
      username: user,
      privateKey: key,
      ...(passphrase === undefined ? {} : { passphrase }),
      readyTimeout: CONNECT_MS,
      keepaliveInterval: 10_000,
      keepaliveCountMax: 3,
      hostVerifier: (blob: Buffer) => {
        const { trusted, known } = isPinned(blob, pinned, address, port);
        if (!trusted) stranger = strangerError(name, fingerprint(blob), known);
        return trusted;
      },
    };
    return new Promise<Client>((resolve, reject) => {
      client.on('ready', () => resolve(client));
      client.on('error', (error) => reject(stranger ?? connectError(name, error)));
      client.on('close', () => {
        this.#client = undefined;
        reject(stranger ?? new HostError('unreachable', name, say({ en: 'the connection was closed before it was ready', zh: '连接在就绪之前被关闭' })));
      });
      try {
        client.connect(config);
      } catch (error) {
        sock.destroy();
        reject(new HostError('auth', name, say({ en: 'its key cannot be used: {why}', zh: '密钥无法使用：{why}' }, { why: message(error) }), { cause: error }));
      }
    });
  }

  /** A socket of our own: ssh2 leaves Nagle's algorithm on, which costs 40 ms an exchange. */
  #socket(): Promise<Socket> {
    const { name, address, port } = this.#access;
    return new Promise((resolve, reject) => {
      const sock = connect({ host: address, port, noDelay: true });
      const timer = setTimeout(() => sock.destroy(new Error(`no connection within ${CONNECT_MS / 1000} s`)), CONNECT_MS);
      sock.once('connect', () => {
        clearTimeout(timer);
        sock.removeAllListeners('error');
        resolve(sock);
      });
      sock.once('error', (error) => {
        clearTimeout(timer);
        reject(connectError(name, error));
      });
    });
  }

  #secret(reference: string): string {
    try {
      return secret(reference);
    } catch (error) {
      throw new HostError('auth', this.#access.name, say({ en: 'its key is not to be had: {why}', zh: '无法取得密钥：{why}' }, { why: message(error) }), {
        cause: error,
      });
    }
  }

  #run(client: Client, line: string, options: ExecOptions): Promise<Exec> {
    const { name } = this.#access;
    return new Promise<Exec>((resolve, reject) => {
      const stdout = new Collector(options.cap);
      const stderr = new Collector(options.cap / 4);
      let ended: { code: number | null; signal?: string } | undefined;
      const output = () => ({ stdout: stdout.text(), stderr: stderr.text(), cut: stdout.cut });
      const settle = (result: Exec) => {
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
      let opened: ClientChannel | undefined;
      client.once('close', lost);
      // Half-open connections are noticed by keepalive; this covers a host that accepts and then says nothing.
      const timer = setTimeout(() => {
        settle({ kind: 'timeout', ...output() });
        opened?.close();
      }, options.timeoutMs);
      client.exec(line, (error, channel) => {
        if (error) {
          clearTimeout(timer);
          client.off('close', lost);
          reject(
            new HostError('busy', name, say({ en: 'it opens no more channels: {why}', zh: '无法再打开通道：{why}' }, { why: message(error) }), {
              cause: error,
            }),
          );
          return;
        }
        channel.on('exit', (code: number | null, signal?: string) => {
          ended = signal === undefined ? { code } : { code, signal };
        });
        channel.on('data', (chunk: Buffer) => stdout.add(chunk));
        channel.stderr.on('data', (chunk: Buffer) => stderr.add(chunk));
        channel.on('error', () => undefined); // a broken pipe on stdin; how it ended is told by `close`
        channel.on('close', () => settle(conclude() ?? { kind: 'lost', why: 'the channel was closed without an exit status' }));
        channel.end(options.stdin ?? '');
        opened = channel;
      });
    });
  }
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function connectError(host: string, error: Error & { level?: string; code?: string }): HostError {
  if (error.level === 'client-authentication')
    return new HostError('auth', host, say({ en: 'it does not accept our key', zh: '主机不接受我们的密钥' }), { cause: error });
  if (error.level === 'client-timeout')
    return new HostError('timeout', host, say({ en: 'it does not answer: nothing within {s} s', zh: '没有回应：{s} 秒内无响应' }, { s: CONNECT_MS / 1000 }), {
      cause: error,
    });
  if (error.code === 'ECONNREFUSED')
    return new HostError('unreachable', host, say({ en: 'unreachable: it refuses the connection', zh: '无法到达：拒绝连接' }), { cause: error });
  return new HostError('unreachable', host, say({ en: 'unreachable: {why}', zh: '无法到达：{why}' }, { why: error.message }), { cause: error });
}

function strangerError(host: string, shown: string, known: boolean): HostError {
  return known
    ? new HostError(
        'key',
        host,
        say(
          {
            en: 'refused: its host key changed; it now shows {shown}. Verify on its console before you pin it',
            zh: '已拒绝：主机密钥已改变，现为 {shown}。请先在控制台核实再固定',
          },
          { shown },
        ),
      )
    : new HostError(
        'key',
        host,
        say(
          {
            en: 'refused: its host key {shown} is not known. Verify it, then put it under hostKey:',
            zh: '已拒绝：主机密钥 {shown} 未知。请核实后写入 hostKey:',
          },
          { shown },
        ),
      );
}
