import { open } from '../../src/store/redis.ts';

/** Everything a Redis holds, as one text. */
export async function dumped(url: string): Promise<string> {
  const redis = await open(url);
  try {
    const read: Readonly<Record<string, (key: string) => Promise<unknown>>> = {
      string: (key) => redis.get(key),
      hash: (key) => redis.hgetall(key),
      list: (key) => redis.lrange(key, 0, -1),
      set: (key) => redis.smembers(key),
      zset: (key) => redis.zrange(key, '0', '-1'),
      stream: (key) => redis.xrange(key, '-', '+'),
    };
    const texts: string[] = [];
    for (const key of await redis.keys('*')) {
      const type = await redis.type(key);
      if (type !== 'none') texts.push(`${key} ${flat(await read[type]?.(key))}`);
    }
    return texts.join('\n');
  } finally {
    redis.disconnect();
  }
}

/** All strings within, as they are. */
function flat(value: unknown): string {
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .flatMap(([name, one]) => [name, flat(one)])
      .join('\n');
  if (typeof value !== 'string') return String(value);
  try {
    const inner: unknown = JSON.parse(value);
    return typeof inner === 'object' && inner !== null ? `${value}\n${flat(inner)}` : value;
  } catch {
    return value;
  }
}
