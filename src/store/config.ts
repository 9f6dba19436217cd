import type { Redis } from 'ioredis';
import { NOTES_FORMAT, STREAM } from './notes.ts';
import { key } from './redis.ts';

/** The format of a stored configuration: raised whenever something is added to it that parts rely on. One of another format is as none. */
const FORMAT = 1;

/** KEYS configuration, current; ARGV JSON, hash, stream, now in milliseconds. Notes it, and which it was before, when another is current from now on. */
const SAVE = `
redis.call('SET', KEYS[1], ARGV[1])
local before = redis.call('GET', KEYS[2])
if before == ARGV[2] then return end
redis.call('SET', KEYS[2], ARGV[2])
local previous = before and ',"previous":"' .. before .. '"' or ''
local note = '[{"at":' .. ARGV[4] .. ',"kind":"config","more":{"hash":"' .. ARGV[2] .. '"' .. previous .. '}}]'
redis.call('XADD', ARGV[3], '*', 'format', '${NOTES_FORMAT}', 'notes', note)`;

/** Keeps a valid configuration, as JSON, under its hash (hexadecimal), and makes it the current one. */
export async function saveConfig(redis: Redis, hash: string, json: string): Promise<void> {
  await redis.eval(SAVE, 2, key('config', hash), key('config'), `{"format":${FORMAT},"config":${json}}`, hash, STREAM, Date.now());
}

/** The hash of the current configuration. */
export async function currentConfig(redis: Redis): Promise<string | undefined> {
  return (await redis.get(key('config'))) ?? undefined;
}

/** A stored configuration, as JSON; undefined for one that this version cannot read: the desk publishes its own. */
export async function readConfig(redis: Redis, hash: string): Promise<string | undefined> {
  const json = await redis.get(key('config', hash));
  const { format, config }: { readonly format?: number; readonly config?: unknown } = json === null ? {} : JSON.parse(json);
  return format === FORMAT ? JSON.stringify(config) : undefined;
}
