import { Redis, type RedisOptions } from 'ioredis';

type Settings = Omit<RedisOptions, 'replyMapping'>;

/** Connection settings by URL: redis://, rediss://, unix:///path, or sentinel://hosts/name. */
export function settings(url: string): Settings {
  if (url.startsWith('sentinel://')) return sentinel(url);
  if (url.startsWith('unix://')) return { path: url.slice('unix://'.length), protocol: 2, retryStrategy };
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? 6379 : Number(port),
    db: Number(pathname.slice(1) || 0),
    protocol: 2,
    retryStrategy,
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
    ...(protocol === 'rediss:' ? { tls: {} } : {}),
  };
}

/** `sentinel://[user:password@]host[:port][,host[:port]…]/name`: the master of that name, as the sentinels say. */
function sentinel(url: string): Settings {
  const [, credentials = '', hosts = '', name = ''] = /^sentinel:\/\/(?:([^@]*)@)?([^/]+)\/([^/?]+)$/.exec(url) ?? [];
  if (name === '') throw new Error('a sentinel address is sentinel://host:port,host:port/master-name');
  const [username = '', password = ''] = credentials.split(':').map(decodeURIComponent);
  const sentinels = hosts.split(',').map((at) => ({ host: at.replace(/:\d+$/, ''), port: Number(/:(\d+)$/.exec(at)?.[1] ?? 26_379) }));
  return { sentinels, name, protocol: 2, retryStrategy, ...(username === '' ? {} : { username }), ...(password === '' ? {} : { password }) };
}

/** How long to wait before the next attempt to connect, in milliseconds. */
function retryStrategy(times: number): number {
  return Math.min(50 * times, 1000);
}

/** A connection that is ready. Throws, naming the address without its password, when there is no server. */
export async function open(url: string): Promise<Redis> {
  const redis = new Redis({ ...settings(url), lazyConnect: true, maxRetriesPerRequest: 1, connectTimeout: 5000 });
  redis.on('error', () => undefined); // every command says so by itself; without a listener the process would end
  try {
    await redis.connect();
  } catch (error) {
    redis.disconnect();
    throw new Error(`no Redis at ${shown(url)}: ${error instanceof Error ? error.message : error}`);
  }
  return redis;
}

/** The URL without user and password. */
export function shown(url: string): string {
  return url.replace(/\/\/[^@/]*@/, '//');
}

/** Prefix of everything the bot keeps in Redis. */
export const PREFIX = 'hostler';
export const key = (...parts: readonly (string | number)[]): string => [PREFIX, ...parts].join(':');
