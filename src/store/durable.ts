import { open } from './redis.ts';

/** What is unsafe about a server for entrusting tickets to it; each with its remedy. Empty when all is well. */
export async function unsafe(url: string): Promise<{ readonly fatal: string[]; readonly warnings: string[] }> {
  const redis = await open(url);
  try {
    const info = await redis.info();
    const field = (name: string) => new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1]?.trim() ?? '';
    const fatal: string[] = [];
    const warnings: string[] = [];
    const version = field('valkey_version') || field('redis_version');
    const [major = 0, minor = 0] = field('redis_version').split('.').map(Number);
    if (major < 6 || (major === 6 && minor < 2)) fatal.push(`Redis ${version} is too old: 6.2 or later is needed`);
    const policy = field('maxmemory_policy');
    if (policy !== '' && policy !== 'noeviction') fatal.push(`Redis may evict keys (maxmemory-policy ${policy}): set maxmemory-policy noeviction`);
    if (field('aof_enabled') !== '1') fatal.push('Redis keeps no append-only file, so requests are lost when it stops: set appendonly yes');
    else {
      const fsync = await redis.config('GET', 'appendfsync').catch(() => undefined);
      const [, how] = Array.isArray(fsync) ? fsync : [];
      if (how === 'no') fatal.push('Redis never flushes its append-only file by itself: set appendfsync always (or everysec)');
      if (how === 'everysec') warnings.push('Redis flushes every second: up to one second is lost when its machine fails; appendfsync always loses nothing');
    }
    return { fatal, warnings };
  } finally {
    redis.disconnect();
  }
}
