/**
 * Lua of the locks. A ticket has one entry, `{format, token, since, modes}`, in HELD, with `robbed` when one was taken away; and in LINE,
 * with `seen`, when it asked last. `modes` maps every node it touches to a mode: `x` and `s` what it asked for, `ix` and `is` what that
 * means for the nodes above, `six` for `s` and `ix` on one node.
 */
const COMMON = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local CLASH = {
  is = { x = true },
  ix = { s = true, six = true, x = true },
  s = { ix = true, six = true, x = true },
  six = { ix = true, s = true, six = true, x = true },
  x = { is = true, ix = true, s = true, six = true, x = true },
}

local function clash(a, b)
  for node, mode in pairs(a) do
    if b[node] and CLASH[mode][b[node]] then return true end
  end
  return false
end

local function same(a, b)
  for node, mode in pairs(a) do if b[node] ~= mode then return false end end
  for node in pairs(b) do if not a[node] then return false end end
  return true
end

local function join(modes, node, mode)
  local old = modes[node]
  if not old or old == 'is' or mode == 'x' then modes[node] = mode
  elseif mode ~= 'is' and mode ~= old and old ~= 'x' then modes[node] = 'six' end
end

local function add(modes, name, mode)
  local at = string.find(name, '/', 1, true)
  while at do
    join(modes, string.sub(name, 1, at - 1), mode == 'x' and 'ix' or 'is')
    at = string.find(name, '/', at + 1, true)
  end
  join(modes, name, mode)
end

local function read(json)
  local entry = cjson.decode(json)
  if entry.format > 1 then error('locks were written by a newer version') end
  return entry
end

local function entries(key)
  local fields, all = redis.call('HGETALL', key), {}
  for i = 1, #fields, 2 do
    local entry = read(fields[i + 1])
    entry.ticket = fields[i]
    all[#all + 1] = entry
  end
  table.sort(all, function(a, b) return a.token < b.token end)
  return all
end

local function waiting(key, waits)
  local live = {}
  for _, entry in ipairs(entries(key)) do
    if math.abs(now - entry.seen) < tonumber(waits) then live[#live + 1] = entry end
  end
  return live
end`;

/**
 * Grants all or none. KEYS held, line, tokens; ARGV ticket, milliseconds a waiter counts without asking again, then name and mode of
 * each lock by name. Returns {token}, or {lock in the way, ticket in the way, since when it waits, place}.
 */
export const ACQUIRE = `${COMMON}
local ticket, wanted, asked = ARGV[1], {}, {}
for i = 3, #ARGV, 2 do
  local modes = {}
  add(modes, ARGV[i], ARGV[i + 1])
  add(wanted, ARGV[i], ARGV[i + 1])
  asked[#asked + 1] = { name = ARGV[i], modes = modes }
end
local function inTheWay(other)
  for _, lock in ipairs(asked) do if clash(lock.modes, other) then return lock.name end end
end

local mine = redis.call('HGET', KEYS[1], ticket)
mine = mine and read(mine)
if mine and (mine.robbed or same(mine.modes, wanted)) then
  redis.call('HDEL', KEYS[2], ticket)
  return { string.format('%.0f', mine.token) }
end

local name, by, me
local place = 1
for _, holder in ipairs(entries(KEYS[1])) do
  if not name and holder.ticket ~= ticket then
    name = inTheWay(holder.modes)
    by = holder.ticket
  end
end
local live = {}
for _, waiter in ipairs(waiting(KEYS[2], ARGV[2])) do
  live[waiter.ticket] = true
  if waiter.ticket == ticket then me = waiter end
  local way = not me and inTheWay(waiter.modes)
  if way and not (mine and clash(waiter.modes, mine.modes)) then -- who waits for what we hold is not before us
    place = place + 1
    if not name then name, by = way, waiter.ticket end
  end
end
for _, one in ipairs(redis.call('HKEYS', KEYS[2])) do if not live[one] then redis.call('HDEL', KEYS[2], one) end end

if not name then
  local token = redis.call('INCR', KEYS[3])
  redis.call('HDEL', KEYS[2], ticket)
  redis.call('HSET', KEYS[1], ticket, cjson.encode({ format = 1, token = token, since = now, modes = wanted }))
  return { string.format('%.0f', token) }
end
me = { format = 1, token = me and me.token or redis.call('INCR', KEYS[3]), since = me and me.since or now, seen = now, modes = wanted }
redis.call('HSET', KEYS[2], ticket, cjson.encode(me))
redis.call('PEXPIRE', KEYS[2], ARGV[2])
return { name, by, string.format('%.0f', me.since), place }`;

/** KEYS held, line; ARGV ticket, milliseconds a waiter counts, revision the ticket must be of or '', its key (which a worker may only read). Returns who waits, first come first, when it held something. */
export const RELEASE = `${COMMON}
if ARGV[3] ~= '' and redis.call('HGET', ARGV[4], 'rev') ~= ARGV[3] then return {} end
local had = redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[2], ARGV[1])
local tickets = {}
if had == 0 then return tickets end
for _, waiter in ipairs(waiting(KEYS[2], ARGV[2])) do tickets[#tickets + 1] = waiter.ticket end
return tickets`;

/** KEYS held, line; ARGV ticket, name, token. Returns 1 when it was taken away. */
export const STEAL = `${COMMON}
local mine = redis.call('HGET', KEYS[1], ARGV[1])
mine = mine and read(mine)
if not mine or mine.token ~= tonumber(ARGV[3]) then return 0 end
local left, found = {}, false
for node, mode in pairs(mine.modes) do
  if mode == 'x' or mode == 's' or mode == 'six' then
    if node == ARGV[2] then found = true else add(left, node, mode == 'x' and 'x' or 's') end
  end
end
if not found then return 0 end
mine.modes, mine.robbed = left, true
redis.call('HSET', KEYS[1], ARGV[1], cjson.encode(mine))
redis.call('HDEL', KEYS[2], ARGV[1])
return 1`;

/** KEYS held, line; ARGV milliseconds a waiter counts. Returns every entry with its ticket as JSON, oldest first; those who wait have \`seen\`. */
export const LIST = `${COMMON}
local all = {}
for _, entry in ipairs(entries(KEYS[1])) do all[#all + 1] = cjson.encode(entry) end
for _, entry in ipairs(waiting(KEYS[2], ARGV[1])) do all[#all + 1] = cjson.encode(entry) end
return all`;
