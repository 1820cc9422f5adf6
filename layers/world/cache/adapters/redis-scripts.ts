/**
 * What must happen at once on the server, as Lua of Redis 7 and Valkey. A hash has the fields `at` (seq of the load),
 * `checked` (the server's milliseconds), `touched` (seq of the last event that touched it), `core` (JSON) and
 * `c:TYPE` for each component: its version, a colon, JSON.
 */

/** Loads that take longer are not taken: the touch that they may have missed is remembered for longer than this. */
const loadLimitMs = 30_000
export const touchMs = 60_000

/** `now` in milliseconds of the server. */
const serverMs = `local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)`

/**
 * KEYS[1]; ARGV: at, checked, ms to keep it, core, number of versions, then type and version of each, then type and
 * text of each component that was loaded. Answers 1 where it was taken.
 */
export const putScript = `
${serverMs}
local at, checked = tonumber(ARGV[1]), tonumber(ARGV[2])
if now - checked > ${loadLimitMs} then return 0 end
local kept = redis.call('HMGET', KEYS[1], 'at', 'touched', 'checked')
if at < tonumber(kept[1] or '0') or at < tonumber(kept[2] or '0') then return 0 end
local before = tonumber(kept[3] or '0')
if before > checked and before <= now then ARGV[2] = kept[3] end
local count = tonumber(ARGV[5])
local versions = {}
for i = 6, 4 + 2 * count, 2 do versions['c:' .. ARGV[i]] = ARGV[i + 1] end
local held = redis.call('HGETALL', KEYS[1])
for i = 1, #held, 2 do
  if string.sub(held[i], 1, 2) == 'c:' and versions[held[i]] ~= string.match(held[i + 1], '^%d+') then
    redis.call('HDEL', KEYS[1], held[i])
  end
end
redis.call('HSET', KEYS[1], 'at', ARGV[1], 'checked', ARGV[2], 'core', ARGV[4])
for i = 6 + 2 * count, #ARGV, 2 do redis.call('HSET', KEYS[1], 'c:' .. ARGV[i], ARGV[i + 1]) end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1`

/** KEYS[1]; ARGV: seq, then \`all\`, or \`some\` and the types. Answers 1 where something may have been dropped. */
export const invalidateScript = `
local seq = tonumber(ARGV[1])
local kept = redis.call('HMGET', KEYS[1], 'at', 'touched')
if seq <= tonumber(kept[1] or '0') then return 0 end
local touched = tonumber(kept[2] or '0') > seq and kept[2] or ARGV[1]
if ARGV[2] == 'all' then redis.call('DEL', KEYS[1])
else
  redis.call('HDEL', KEYS[1], 'core')
  for i = 3, #ARGV do redis.call('HDEL', KEYS[1], 'c:' .. ARGV[i]) end
end
redis.call('HSET', KEYS[1], 'touched', touched)
if redis.call('PTTL', KEYS[1]) < ${touchMs} then redis.call('PEXPIRE', KEYS[1], ${touchMs}) end
return 1`
