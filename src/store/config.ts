import type { Redis } from 'ioredis';
import { key } from './redis.ts';

/** Keeps a valid configuration, as JSON, under its hash, and makes it the current one. */
export async function saveConfig(redis: Redis, hash: string, json: string): Promise<void> {
  await redis.multi().set(key('config', hash), json).set(key('config'), hash).exec();
}

/** The hash of the current configuration. */
export async function currentConfig(redis: Redis): Promise<string | undefined> {
  return (await redis.get(key('config'))) ?? undefined;
}

export async function readConfig(redis: Redis, hash: string): Promise<string | undefined> {
  return (await redis.get(key('config', hash))) ?? undefined;
}
