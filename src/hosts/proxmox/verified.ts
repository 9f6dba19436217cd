import { connect as connectTcp, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { checkServerIdentity, connect as connectTls, type PeerCertificate, type TLSSocket } from 'node:tls';
import { HostError } from '../../core/errors.ts';
import { say } from '../../core/words.ts';
import type { Endpoint } from './access.ts';

/** How a server is reached. */
export interface Way {
  /** The cluster's name, for messages. */
  readonly name: string;
  /** For the way there, and for the handshake, in milliseconds. */
  readonly connectMs: number;
  /** The only authority that is believed, as PEM; undefined: those of the system. */
  ca(): string | undefined;
  /** The way there, when it is not the network itself. */
  readonly through?: (address: string, port: number) => Promise<Duplex>;
}

/** TLS connections to one server whose certificate is the right one. */
export class Verified {
  readonly #endpoint: Endpoint;
  readonly #how: Way;

  constructor(endpoint: Endpoint, how: Way) {
    this.#endpoint = endpoint;
    this.#how = how;
  }

  /** A new one; nothing was written to it. Throws HostError `key`, `unreachable` or `timeout`. */
  async open(): Promise<TLSSocket> {
    const ca = this.#how.ca();
    const way = await this.#way();
    const { address, node } = this.#endpoint;
    let socket: TLSSocket;
    try {
      socket = connectTls({
        socket: way,
        ...(isIP(address) === 0 ? { servername: address } : {}),
        ...(ca === undefined ? {} : { ca }),
        // Whether it is the right one is found out below, before anything is written.
        rejectUnauthorized: false,
        checkServerIdentity: (_, certificate) => named(certificate, ca === undefined ? [address] : [address, node]),
      });
    } catch (error) {
      way.destroy();
      throw this.#unreadable(error);
    }
    return new Promise((resolve, reject) => {
      const fail = (error: Error) => {
        clearTimeout(timer);
        socket.destroy();
        way.destroy();
        reject(error);
      };
      const timer = setTimeout(() => fail(this.#overdue()), this.#how.connectMs);
      const broken = (error: Error) => fail(this.#unreachable(error));
      const closed = () => fail(this.#unreachable(new Error('it closed the connection before it was ready')));
      socket.once('error', broken);
      socket.once('close', closed);
      socket.once('secureConnect', () => {
        const stranger = this.#stranger(socket, ca);
        if (stranger) return fail(stranger);
        clearTimeout(timer);
        socket.off('error', broken);
        socket.off('close', closed);
        resolve(socket);
      });
    });
  }

  #stranger(socket: TLSSocket, ca: string | undefined): HostError | undefined {
    const { fingerprint } = this.#endpoint;
    const seen = socket.getPeerX509Certificate()?.fingerprint256 ?? '';
    if (fingerprint !== undefined) {
      if (seen !== '' && seen === fingerprint.toUpperCase()) return undefined;
      return this.#error(
        'key',
        say(
          { en: 'refused: its certificate is {seen}, expected was {fingerprint}', zh: '已拒绝：其证书为 {seen}，应为 {fingerprint}' },
          { seen: seen || '-', fingerprint },
        ),
      );
    }
    if (socket.authorized) return undefined;
    const why = String(socket.authorizationError);
    const values = { why, seen };
    return ca === undefined
      ? this.#error(
          'key',
          say(
            {
              en: 'refused: no authority of the system vouches for its certificate {seen} ({why}); pin it under fingerprint:',
              zh: '已拒绝：系统证书机构不认可其证书 {seen}（{why}）；请写入 fingerprint: 以固定',
            },
            values,
          ),
        )
      : this.#error(
          'key',
          say(
            { en: 'refused: its certificate {seen} is not one that ca: vouches for ({why})', zh: '已拒绝：其证书 {seen} 未得到 ca: 的认可（{why}）' },
            values,
          ),
        );
  }

  /** The way there, encrypted by nobody yet. */
  #way(): Promise<Duplex> {
    const { address, port } = this.#endpoint;
    const { through, connectMs } = this.#how;
    if (through) return through(address, port);
    return new Promise((resolve, reject) => {
      const socket = connectTcp({ host: address, port, noDelay: true });
      const timer = setTimeout(() => {
        socket.destroy();
        reject(this.#overdue());
      }, connectMs);
      const broken = (error: Error) => {
        clearTimeout(timer);
        reject(this.#unreachable(error));
      };
      socket.once('error', broken);
      socket.once('connect', () => {
        clearTimeout(timer);
        socket.off('error', broken);
        resolve(socket);
      });
    });
  }

  #unreachable(error: Error & { readonly code?: string }): HostError {
    const { node } = this.#endpoint;
    return error.code === 'ECONNREFUSED'
      ? this.#error('unreachable', say({ en: 'unreachable: {node} refuses the connection', zh: '无法到达：{node} 拒绝连接' }, { node }), error)
      : this.#error('unreachable', say({ en: 'unreachable at {node}: {why}', zh: '无法到达 {node}：{why}' }, { node, why: error.message }), error);
  }

  #unreadable(error: unknown): HostError {
    const why = error instanceof Error ? error.message : String(error);
    return this.#error('key', say({ en: 'refused: what ca: names is no certificate ({why})', zh: '已拒绝：ca: 所指的内容不是证书（{why}）' }, { why }), error);
  }

  #overdue(): HostError {
    const values = { node: this.#endpoint.node, s: this.#how.connectMs / 1000 };
    return this.#error('timeout', say({ en: '{node} does not answer: nothing within {s} s', zh: '{node} 没有回应：{s} 秒内无响应' }, values));
  }

  #error(trouble: 'key' | 'unreachable' | 'timeout', said: ReturnType<typeof say>, cause?: unknown): HostError {
    return new HostError(trouble, this.#how.name, said, { cause });
  }
}

/** Whether a certificate is for one of these names; the error about the first when it is for none. */
function named(certificate: PeerCertificate, names: readonly string[]): Error | undefined {
  const errors = names.map((name) => checkServerIdentity(name, certificate));
  return errors.includes(undefined) ? undefined : errors[0];
}
