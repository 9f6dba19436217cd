import type { Redis } from 'ioredis';
import type { Presence } from './core/ports.ts';
import { type Looked, type Ready, readiness } from './core/ready.ts';
import type { Settings } from './settings.ts';

/** How long Redis may take to answer, in milliseconds. */
const ANSWER = 1000;

/** Rejects when it takes longer than Redis may. */
export async function within<T>(asked: Promise<T>, ms = ANSWER): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await Promise.race([asked, new Promise<never>((_, reject) => (timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms)))]);
  } finally {
    clearTimeout(timer);
    asked.catch(() => undefined);
  }
}

/** Looks whether this gateway has all it needs; never throws. */
export async function look(redis: Redis, rules: () => Promise<Settings>, parts: Presence): Promise<Looked> {
  const now = Date.now();
  const without = { now, chats: [] };
  try {
    await within(redis.ping());
  } catch {
    return { ...without, redis: false, configuration: false };
  }
  try {
    const { config } = await within(rules());
    const chats = Object.keys(config.chats);
    return { now, chats, redis: true, configuration: true, present: await within(parts.list(Object.keys(config.sites))) };
  } catch {
    return { ...without, redis: true, configuration: false };
  }
}

/** Whether the bot can be spoken to, with what is missing. */
export async function ready(...about: Parameters<typeof look>): Promise<Ready> {
  return readiness(await look(...about));
}
