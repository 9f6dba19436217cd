import type { Redis } from 'ioredis';
import type { Remedies } from '../core/ports.ts';
import { key } from './redis.ts';

const DAY = 86_400_000;
/** How long what happened is kept, in milliseconds: as long as it says anything. */
const KEPT = 2 * DAY;

/** KEYS: the hash. ARGV: the alert, now, how many a day, a day, how long it is kept. A field `run ALERT`, `vain TRY` or `hand` holds when that was. */
const BEGIN = `
local now, most, day = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
if redis.call('HEXISTS', KEYS[1], 'run ' .. ARGV[1]) == 1 then return 'go' end
local hand, vain, runs = 0, 0, 0
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  local at = tonumber(all[i + 1])
  if at <= now - day then redis.call('HDEL', KEYS[1], all[i])
  elseif all[i] == 'hand' then hand = at
  elseif string.sub(all[i], 1, 5) == 'vain ' then vain = math.max(vain, at)
  else runs = runs + 1 end
end
if vain > hand then return 'stopped' end
if runs >= most then return 'spent' end
redis.call('HSET', KEYS[1], 'run ' .. ARGV[1], now)
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return 'go'`;

/** KEYS: the hash. ARGV: when it was done by hand or '', the try that was in vain or '', when, how long it is kept. */
const LEARN = `
if ARGV[1] ~= '' and tonumber(ARGV[1]) > tonumber(redis.call('HGET', KEYS[1], 'hand') or '0') then redis.call('HSET', KEYS[1], 'hand', ARGV[1]) end
if ARGV[2] ~= '' then redis.call('HSETNX', KEYS[1], 'vain ' .. ARGV[2], ARGV[3]) end
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1`;

/** What runbooks did by themselves, in Redis: one hash for each runbook and host. */
export function remedies(redis: Redis): Remedies {
  return {
    async begin(name, alert, { at, perDay }) {
      const said = await redis.eval(BEGIN, 1, key('remedies', name), alert, at, perDay, DAY, KEPT);
      return said === 'go' || said === 'spent' ? said : 'stopped';
    },
    async learn(name, { vain, byHand }) {
      await redis.eval(LEARN, 1, key('remedies', name), byHand ?? '', vain?.alert ?? '', vain?.at ?? '', KEPT);
    },
  };
}
