/**
 * What must happen at once on the server, as Lua of Redis 7 and Valkey. Of each world:
 *
 * - `world`, a hash: `token`, `heldUntil`, `tick`, `latest` and `full` (JSON)
 * - `heads`, a sorted set by tick: `heldUntil:JSON`, in which `heldUntil` grows with the tick
 * - for each tick a hash of slices by region; its field `*` says that it is there
 *
 * Times are milliseconds of the caller's clock; the server only lets keys go, and later than that.
 */

/** KEYS[1]: world, KEYS[2]: heads; ARGV[1]: token, ARGV[2]: now. Ends with 0 where the token is too small. */
const claim = `
local now = tonumber(ARGV[2])
local kept = redis.call('HMGET', KEYS[1], 'token', 'heldUntil', 'tick')
if tonumber(ARGV[1]) < tonumber(kept[1] or '0') then return 0 end
local heldUntil, last = tonumber(kept[2] or '0'), tonumber(kept[3] or '-1')
if heldUntil <= now then
  redis.call('HDEL', KEYS[1], 'tick', 'latest', 'full')
  redis.call('DEL', KEYS[2])
  last = -1
end
redis.call('HSET', KEYS[1], 'token', ARGV[1])
if tonumber(ARGV[3]) > heldUntil then redis.call('HSET', KEYS[1], 'heldUntil', ARGV[3]) end
redis.call('PEXPIRE', KEYS[1], ARGV[4])`

/**
 * KEYS: world, heads, then the slices of each tick; ARGV: token, now, held until, ms to keep the world, ms to keep ticks,
 * latest tick, latest (JSON), then of each tick: tick, head (JSON), number of slices, region and data of each.
 * Answers 1, or 0 where the token is too small.
 */
export const putScript = `${claim}
local at = 8
for key = 3, #KEYS do
  local tick, head, fields = ARGV[at], ARGV[at + 1], 2 * tonumber(ARGV[at + 2])
  at = at + 3
  if tonumber(tick) > last then
    last = tonumber(tick)
    redis.call('DEL', KEYS[key])
    redis.call('HSET', KEYS[key], '*', '')
    for from = at, at + fields - 1, 1000 do
      redis.call('HSET', KEYS[key], unpack(ARGV, from, math.min(from + 999, at + fields - 1)))
    end
    redis.call('PEXPIRE', KEYS[key], ARGV[5])
    redis.call('ZADD', KEYS[2], tick, ARGV[3] .. ':' .. head)
  end
  at = at + fields
end
local was = tonumber(redis.call('HGET', KEYS[1], 'tick') or '-1')
if tonumber(ARGV[6]) >= was then redis.call('HSET', KEYS[1], 'tick', ARGV[6], 'latest', ARGV[7]) end
for _ = 1, 1000 do
  local oldest = redis.call('ZRANGE', KEYS[2], 0, 0)[1]
  if not oldest or tonumber(string.match(oldest, '^%d+')) > now then break end
  redis.call('ZREMRANGEBYRANK', KEYS[2], 0, 0)
end
redis.call('PEXPIRE', KEYS[2], ARGV[5])
return 1`

/** KEYS: world, heads; ARGV: token, now, held until, ms to keep the world, full (JSON). Answers as `putScript`. */
export const putFullScript = `${claim}
redis.call('HSET', KEYS[1], 'full', ARGV[5])
return 1`

/**
 * KEYS: world, heads; ARGV: now, from tick, to tick, limit. Answers latest and full (JSON or nil; none where all has
 * expired), then the heads of ticks that are held, in order.
 */
export const readScript = `
local now = tonumber(ARGV[1])
local kept = redis.call('HMGET', KEYS[1], 'heldUntil', 'latest', 'full')
if tonumber(kept[1] or '0') <= now then return {false, false, {}} end
local low, high = 0, redis.call('ZCARD', KEYS[2])
while low < high do
  local middle = math.floor((low + high) / 2)
  local head = redis.call('ZRANGE', KEYS[2], middle, middle)[1]
  if tonumber(string.match(head, '^%d+')) <= now then low = middle + 1 else high = middle end
end
local from = math.max(low, redis.call('ZCOUNT', KEYS[2], '-inf', '(' .. ARGV[2]))
local to = math.min(from + tonumber(ARGV[4]), redis.call('ZCOUNT', KEYS[2], '-inf', ARGV[3]))
if to <= from then return {kept[2], kept[3], {}} end
return {kept[2], kept[3], redis.call('ZRANGE', KEYS[2], from, to - 1)}`
