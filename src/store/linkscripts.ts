/** KEYS offer, the open offer of this account; ARGV milliseconds, person, from, seed, prefix of offers, digest. An account has one offer at a time. */
export const OFFER = `
local old = redis.call('GET', KEYS[2])
if old then redis.call('DEL', ARGV[5] .. old) end
redis.call('HSET', KEYS[1], 'person', ARGV[2], 'from', ARGV[3], 'seed', ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[1])
redis.call('SET', KEYS[2], ARGV[6], 'PX', ARGV[1])
return 1`;

/**
 * KEYS offer, tries of this account; ARGV milliseconds, most tries, this account, prefix of claims, digest. Gives person, from and seed to the first
 * account that knows the code, and nothing to one that has guessed too often.
 */
export const CLAIM = `
if tonumber(redis.call('GET', KEYS[2]) or '0') >= tonumber(ARGV[2]) then return 0 end
local offer = redis.call('HMGET', KEYS[1], 'person', 'from', 'seed', 'by')
if not offer[1] or (offer[4] and offer[4] ~= ARGV[3]) then
  redis.call('INCR', KEYS[2])
  redis.call('PEXPIRE', KEYS[2], ARGV[1])
  return 0
end
if not offer[4] then
  redis.call('HSET', KEYS[1], 'by', ARGV[3])
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  local from = cjson.decode(offer[2])
  redis.call('PEXPIRE', ARGV[6] .. offer[1] .. ':' .. from.chat .. ' ' .. from.id, ARGV[1])
  redis.call('SET', ARGV[4] .. offer[1] .. ':' .. ARGV[3], ARGV[5], 'PX', ARGV[1])
end
return { offer[1], offer[2], offer[3] }`;

/** KEYS offer; ARGV `right` or `wrong`, most tries. Returns 1 for a right code of an offer that was not lost; too many wrong ones end it. */
export const CONFIRM = `
if redis.call('HEXISTS', KEYS[1], 'by') == 0 then return 0 end
if ARGV[1] == 'right' then
  redis.call('HSET', KEYS[1], 'confirmed', '1')
  return 1
end
if redis.call('HINCRBY', KEYS[1], 'wrong', 1) >= tonumber(ARGV[2]) then redis.call('DEL', KEYS[1]) end
return 0`;

/** KEYS links, revision, claim; ARGV account, person, JSON, prefix of offers. Returns 1 when the account is the person's now: by a confirmed claim, which is used up, or already. */
export const ADD = `
local now = redis.call('HGET', KEYS[1], ARGV[1])
if now then
  if cjson.decode(now).link.person == ARGV[2] then return 1 end
  return 0
end
local digest = redis.call('GET', KEYS[3])
if not digest then return 0 end
local offer = ARGV[4] .. digest
if redis.call('HGET', offer, 'confirmed') ~= '1' or redis.call('HGET', offer, 'by') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('INCR', KEYS[2])
redis.call('DEL', offer, KEYS[3])
return 1`;

/** KEYS links, revision; ARGV account. Returns 1 when it was somebody's. */
export const REMOVE = `
if redis.call('HDEL', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('INCR', KEYS[2])
return 1`;
