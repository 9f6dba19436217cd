import { join } from 'node:path';
import { type Said, say } from './core/words.ts';
import { StartError } from './starterror.ts';
import { unsafe } from './store/durable.ts';
import { shown } from './store/redis.ts';
import { findServer, type OwnServer, startInProcess, startServer } from './store/server.ts';

/** A Redis to use, and what must be said about it. */
export interface Server {
  readonly url: string;
  readonly notices: readonly Said[];
  close(): Promise<void>;
}

/** The server to use, in this order: the given URL; a private one from PATH; in practice one in this process. Throws StartError for what is unsafe in production. */
export async function chooseServer(url: string | undefined, practice: boolean, home: string): Promise<Server> {
  if (url === undefined) {
    const program = findServer();
    if (program === undefined && !practice) {
      throw new StartError(
        say({
          en: 'there is no durable Redis: set redis.url, or install redis-server or valkey-server',
          zh: '没有持久的 Redis：请设置 redis.url，或安装 redis-server 或 valkey-server',
        }),
      );
    }
    const own: OwnServer = program === undefined ? await startInProcess() : await startServer(program, join(home, 'redis'));
    const notices = own.durable
      ? []
      : [
          say({
            en: 'no redis-server on PATH: using one inside this process, nothing survives a restart',
            zh: 'PATH 中没有 redis-server：使用进程内的替代，重启后不保留任何数据',
          }),
        ];
    return { url: own.url, notices, close: () => own.close() };
  }
  if (practice && !isLocal(url)) {
    throw new StartError(
      say({ en: 'practice takes a Redis on this machine only, not {url}', zh: '练习模式只能使用本机的 Redis，而不是 {url}' }, { url: shown(url) }),
    );
  }
  const { fatal, warnings } = await unsafe(url);
  if (fatal.length > 0 && !practice)
    throw new StartError(say({ en: 'this Redis is not safe to entrust requests to: {why}', zh: '此 Redis 不适合保存请求：{why}' }, { why: fatal.join('; ') }));
  return { url, notices: [...fatal, ...warnings].map((why) => say({ en: 'Redis: {why}', zh: 'Redis：{why}' }, { why })), close: async () => undefined };
}

/** Whether a Redis address is on this machine. */
function isLocal(url: string): boolean {
  return url.startsWith('unix://') || /^rediss?:\/\/(?:[^@/]*@)?(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])(?::\d+)?(?:\/|$)/.test(url);
}
