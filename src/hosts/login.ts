import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type CipherAlgorithm, Client, type ConnectConfig } from 'ssh2';
import { HostError } from '../core/errors.ts';
import { say } from '../core/words.ts';
import { algorithms, fingerprint, isPinned, keyType, keyTypes, type Pinned } from './hostkey.ts';
import { secret } from './secret.ts';

/** How to reach and log in to one host. Key and passphrase by reference; the key `agent` means those of the SSH agent. */
export interface Access {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly key: string;
  readonly passphrase?: string;
  readonly pinned: Pinned;
  /** The host to go through. */
  readonly jump?: Access;
  readonly sudo: boolean;
}

const CONNECT_MS = 10_000;

/** AES first: ssh2's optional native code cannot do ChaCha20 with Node 24, so what is chosen must not depend on whether it was built. */
const CIPHERS: CipherAlgorithm[] = [
  'aes128-gcm@openssh.com',
  'aes256-gcm@openssh.com',
  'aes128-ctr',
  'aes192-ctr',
  'aes256-ctr',
  'chacha20-poly1305@openssh.com',
];

/** A host key that is not pinned, and the refusal it makes. */
interface Stranger {
  readonly type: string;
  readonly refusal: HostError;
}

/**
 * Opens a connection and logs in. Throws HostError. A server has a key of several types and shows the one we ask for first:
 * those in known_hosts come first, and a fingerprint, which does not tell its type, is looked for among them all.
 */
export async function login(access: Access): Promise<Client> {
  const { name, address, port, pinned } = access;
  const credentials = credentialsOf(access);
  let types: readonly string[];
  try {
    types = keyTypes(pinned, address, port);
  } catch (error) {
    throw new HostError('key', name, say({ en: 'its known_hosts cannot be read: {why}', zh: '无法读取 known_hosts：{why}' }, { why: message(error) }), {
      cause: error,
    });
  }
  let refusal: HostError | undefined;
  while (types.length > 0) {
    try {
      const met = await attempt(access, credentials, types);
      if (met instanceof Client) return met;
      refusal ??= met.refusal;
      types = pinned.fingerprints.length > 0 ? types.filter((type) => type !== met.type) : [];
    } catch (error) {
      throw refusal ?? error; // it has no key of another type
    }
  }
  throw refusal ?? new HostError('key', name, say({ en: 'it has no host key of a known type', zh: '没有已知类型的主机密钥' }));
}

type Credentials = Pick<ConnectConfig, 'username' | 'privateKey' | 'passphrase' | 'agent'>;

function credentialsOf(access: Access): Credentials {
  const username = access.user;
  if (access.key === 'agent') return { username, agent: reveal(access, 'env:SSH_AUTH_SOCK') };
  const privateKey = reveal(access, access.key);
  return access.passphrase === undefined ? { username, privateKey } : { username, privateKey, passphrase: reveal(access, access.passphrase).trim() };
}

async function attempt(access: Access, credentials: Credentials, types: readonly string[]): Promise<Client | Stranger> {
  const { name, address, port, pinned } = access;
  const sock = await transport(access);
  const client = new Client();
  let stranger: Stranger | undefined;
  const config: ConnectConfig = {
    ...credentials,
    sock,
    algorithms: { serverHostKey: algorithms(types), cipher: CIPHERS },
    readyTimeout: CONNECT_MS,
    keepaliveInterval: 5000,
    keepaliveCountMax: 3,
    hostVerifier: (blob: Buffer) => {
      const { trusted, known, revoked } = isPinned(blob, pinned, address, port);
      if (!trusted) stranger = { type: keyType(blob), refusal: strangerError(name, fingerprint(blob), known, revoked) };
      return trusted;
    },
  };
  return new Promise<Client | Stranger>((resolve, reject) => {
    const fail = (error: HostError) => {
      sock.destroy();
      if (stranger) resolve(stranger);
      else reject(error);
    };
    let ready = false;
    client.on('ready', () => {
      ready = true;
      resolve(client);
    });
    client.on('error', (error) => {
      if (!ready) fail(connectError(name, error));
    });
    client.on('close', () => {
      if (!ready) fail(new HostError('unreachable', name, say({ en: 'the connection was closed before it was ready', zh: '连接在就绪之前被关闭' })));
    });
    try {
      client.connect(config);
    } catch (error) {
      fail(new HostError('auth', name, say({ en: 'its key cannot be used: {why}', zh: '密钥无法使用：{why}' }, { why: message(error) }), { cause: error }));
    }
  });
}

/** The way to a host: a socket, or a channel through the host before it. */
async function transport(access: Access): Promise<Duplex> {
  const { name, jump, address, port } = access;
  if (!jump) return socket(access);
  const client = await login(jump);
  return new Promise((resolve, reject) => {
    client.forwardOut('127.0.0.1', 0, address, port, (error, channel) => {
      if (error) {
        client.end();
        reject(
          new HostError(
            'unreachable',
            name,
            say({ en: 'unreachable through {jump}: {why}', zh: '无法经由 {jump} 到达：{why}' }, { jump: jump.name, why: error.message }),
            { cause: error },
          ),
        );
        return;
      }
      channel.on('close', () => client.end());
      resolve(channel);
    });
  });
}

/** A socket of our own: ssh2 leaves Nagle's algorithm on, which costs 40 ms an exchange. */
function socket({ name, address, port }: Access): Promise<Socket> {
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

function reveal(access: Access, reference: string): string {
  try {
    return secret(reference);
  } catch (error) {
    throw new HostError('auth', access.name, say({ en: 'its key is not to be had: {why}', zh: '无法取得密钥：{why}' }, { why: message(error) }), {
      cause: error,
    });
  }
}

export function message(error: unknown): string {
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

function strangerError(host: string, shown: string, known: boolean, revoked: boolean): HostError {
  if (revoked) return new HostError('key', host, say({ en: 'refused: its host key {shown} is revoked', zh: '已拒绝：主机密钥 {shown} 已被吊销' }, { shown }));
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
