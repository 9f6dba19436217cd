import type { Redis } from 'ioredis';
import { EMPTY, type Head } from '../core/chain.ts';
import { leaseKey } from './fence.ts';
import { HEAD, NOTES_FORMAT, STREAM } from './notes.ts';

/** How far the chain goes. `from`: of the last note that is in it; empty at the beginning. `trouble`: why it goes no further, and since when (milliseconds since the epoch). */
export interface KnownHead extends Head {
  readonly from: string;
  readonly trouble?: { readonly since: number; readonly why: string };
}

/** The format of the head. */
const FORMAT = 1;

/** The head of the chain, as all parts may read it. Throws when it was written by a newer version. */
export async function readHead(redis: Redis): Promise<KnownHead> {
  const { format = '1', seq, hash, from = '', trouble, since } = await redis.hgetall(HEAD);
  if (Number(format) > FORMAT) throw new Error('the head of the audit was written by a newer version');
  const stuck = trouble === undefined ? {} : { trouble: { why: trouble, since: Number(since) } };
  return seq === undefined || hash === undefined ? { ...EMPTY, from, ...stuck } : { seq: Number(seq), hash, from, ...stuck };
}

/**
 * KEYS lease, head, stream; ARGV token, seq, hash, from, the first id to keep, now in milliseconds. Moves the head and trims what is in the chain, unless another
 * has the lease since: then it returns 0. Only this ever takes anything out of the stream: when more is gone, as servers since 7.0 can tell, that is noted.
 */
const ADVANCE = `
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
local function gone()
  local info = redis.pcall('XINFO', 'STREAM', KEYS[3])
  if info.err then return false end
  for i = 1, #info, 2 do if info[i] == 'entries-added' then return info[i + 1] - redis.call('XLEN', KEYS[3]) end end
  return false
end
local known, now = redis.call('HGET', KEYS[2], 'gone'), gone()
redis.call('HSET', KEYS[2], 'format', '${FORMAT}', 'seq', ARGV[2], 'hash', ARGV[3], 'from', ARGV[4])
redis.call('HDEL', KEYS[2], 'trouble', 'since')
redis.call('XTRIM', KEYS[3], 'MINID', ARGV[5])
local after = gone()
if after then redis.call('HSET', KEYS[2], 'gone', after) end
if known and now and now > tonumber(known) then
  redis.call('XADD', KEYS[3], '*', 'format', '${NOTES_FORMAT}', 'notes', '[{"at":' .. ARGV[6] .. ',"kind":"garbled","more":{"lost":' .. (now - tonumber(known)) .. '}}]')
end
return 1`;

/** Moves the head to what is in the chain and trims the stream up to it; `whole`: all notes of the last entry are in the chain. False when another desk is in charge. */
export async function advanceHead(
  redis: Redis,
  lease: { readonly name: string; readonly token: number },
  { seq, hash, from }: KnownHead,
  whole: boolean,
): Promise<boolean> {
  const { id } = place(from);
  const [ms = '0', n = '0'] = id.split('-');
  const keep = id === '' ? '0-0' : `${ms}-${Number(n) + (whole ? 1 : 0)}`;
  return (await redis.eval(ADVANCE, 3, leaseKey(lease.name), HEAD, STREAM, String(lease.token), seq, hash, from, keep, Date.now())) === 1;
}

/** Says for everyone that the chain goes no further for now; from when on it is said once. */
export async function noteTrouble(redis: Redis, why: string): Promise<void> {
  await redis.multi().hset(HEAD, 'trouble', why).hsetnx(HEAD, 'since', String(Date.now())).exec();
}

/** The stream's entry and the place in it that a note came from; nothing is before all. */
export function place(from: string): { readonly id: string; readonly i: number } {
  const dot = from.lastIndexOf('.');
  return dot < 0 ? { id: '', i: -1 } : { id: from.slice(0, dot), i: Number(from.slice(dot + 1)) };
}
