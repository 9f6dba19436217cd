/**
 * Writes a card and its members, all or nothing. KEYS card, members, ranks, open, recent, cards by key, then the index of each member's source.
 * ARGV turn expected (empty: there is no such card), turn, id, json, key, card expected to have the key (`-`: it is not asked), since, recent,
 * format, open, where it is kept that something unknown has ended; then of each member: name, fingerprint, card expected in the index (empty: none), json,
 * rank, when its end is expected to have been heard while nothing was known of it (`-`: it is not asked). Returns 1, or 0 where something was otherwise.
 */
export const WRITE = `
local turn = redis.call('HGET', KEYS[1], 'turn') or ''
if turn ~= ARGV[1] then return 0 end
if ARGV[6] ~= '-' and (redis.call('HGET', KEYS[6], ARGV[5]) or '') ~= ARGV[6] then return 0 end
for i = 7, #KEYS do
  local a = 12 + (i - 7) * 6
  if (redis.call('HGET', KEYS[i], ARGV[a + 1]) or '') ~= ARGV[a + 2] then return 0 end
  if ARGV[a + 5] ~= '-' and (redis.call('GET', ARGV[11] .. ARGV[a]) or '') ~= ARGV[a + 5] then return 0 end
end
redis.call('HSET', KEYS[1], 'turn', ARGV[2], 'json', ARGV[4], 'format', ARGV[9])
if ARGV[6] ~= '-' then redis.call('HSET', KEYS[6], ARGV[5], ARGV[3]) end
if ARGV[10] == '1' then redis.call('SADD', KEYS[4], ARGV[3]) end
if ARGV[1] == '' then
  redis.call('ZADD', KEYS[5], ARGV[7], ARGV[3])
  redis.call('ZREMRANGEBYRANK', KEYS[5], 0, -1 - ARGV[8])
end
for i = 7, #KEYS do
  local a = 12 + (i - 7) * 6
  redis.call('HSET', KEYS[2], ARGV[a], ARGV[a + 3])
  redis.call('ZADD', KEYS[3], ARGV[a + 4], ARGV[a])
  redis.call('HSET', KEYS[i], ARGV[a + 1], ARGV[3])
end
return 1`;

/** Ends a card that is over: nothing comes to it by its key any more. KEYS card, members, ranks, cards by key; ARGV turn expected, turn, id, key, seconds it is kept. */
export const END = `
if redis.call('HGET', KEYS[1], 'turn') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'turn', ARGV[2], 'over', '1')
if redis.call('HGET', KEYS[4], ARGV[4]) == ARGV[3] then redis.call('HDEL', KEYS[4], ARGV[4]) end
for i = 1, 3 do redis.call('EXPIRE', KEYS[i], ARGV[5]) end
return 1`;

/** Forgets members of a card. KEYS card, members, ranks, the index of each member's source; ARGV turn expected, turn, id, then of each member: name, fingerprint. */
export const TRIM = `
if redis.call('HGET', KEYS[1], 'turn') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'turn', ARGV[2])
for i = 4, #KEYS do
  local a = 4 + (i - 4) * 2
  redis.call('HDEL', KEYS[2], ARGV[a])
  redis.call('ZREM', KEYS[3], ARGV[a])
  if redis.call('HGET', KEYS[i], ARGV[a + 1]) == ARGV[3] then redis.call('HDEL', KEYS[i], ARGV[a + 1]) end
end
return 1`;

/** Forgets where members stand, as far as that is this card. KEYS the index of each member's source; ARGV id, then the fingerprint of each. */
export const UNINDEX = `
for i = 1, #KEYS do
  if redis.call('HGET', KEYS[i], ARGV[i + 1]) == ARGV[1] then redis.call('HDEL', KEYS[i], ARGV[i + 1]) end
end
return 1`;

/** Counts one more. KEYS counts of a room; ARGV time, time from which on is counted, most that are counted, milliseconds they are kept, a name of its own. */
export const BORN = `
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. ARGV[2])
redis.call('ZADD', KEYS[1], ARGV[1], ARGV[5])
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -1 - ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return redis.call('ZCARD', KEYS[1])`;
