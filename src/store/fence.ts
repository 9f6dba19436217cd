import type { Right } from '../core/ports.ts';
import { key } from './redis.ts';

/** Counts fencing tokens: every lease and every ticket's locks take the next one. */
export const TOKENS = key('token');
/** A lease: a hash of owner and token that Redis lets expire. */
export const leaseKey = (name: string): string => key('lease', name);
/** The last token under which a lease was ever taken: it outlives the lease, so that the word of whoever had it before is known to be old. */
export const lastKey = (name: string): string => key('last', name);
/** What tickets hold, and who stands in line: hashes from ticket to JSON. */
export const HELD = key('lock', 'held');
export const LINE = key('lock', 'line');

/** Lua that ends a script with 0 unless the right, if one is needed, still stands. KEYS[1] lease, KEYS[2] HELD; ARGV[1…3] as `fenced` gives them. */
export const FENCE = `
if ARGV[1] ~= '' and redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
if ARGV[2] ~= '' then
  local mine = redis.call('HGET', KEYS[2], ARGV[3])
  mine = mine and cjson.decode(mine)
  if not mine or mine.robbed or mine.token ~= tonumber(ARGV[2]) then return 0 end
end`;

/** The first keys and arguments of a script that begins with FENCE. */
export function fenced(ticket: string, right: Right | undefined): { readonly keys: readonly string[]; readonly args: readonly (string | number)[] } {
  return { keys: [leaseKey(right?.lease.name ?? ''), HELD], args: [right?.lease.token ?? '', right?.locks ?? '', ticket] };
}
