import { Script, WHEN_FULL } from '../connection/script.ts';

/**
 * Positions in scripts: the record at position p is the entry `0-(p+1)`, so that one id tells both the position and,
 * by its first part, an entry that somebody else added. Lua writes large numbers as `1e+15`: `text` does not.
 */
const LUA_TEXT = `local function text(n) return string.format('%.0f', n) end
local function number(key, field) return tonumber(redis.call('HGET', key, field) or '0') end
`;

/**
 * KEYS: producer, then records and meta of each partition. ARGV: sequence, time for which it is remembered in ms, then
 * for each partition: count, a character for each record (1: it has a key), all values, and time, bytes of the value and key of each.
 * Returns OK with the first positions; LATE if a later sequence was applied; FOREIGN with key and id. The first thing
 * that can fail comes before the first write: all or nothing.
 */
export const APPEND: Script = new Script(`${LUA_TEXT}
local known = redis.call('GET', KEYS[1])
if known then
  local sequence, firsts = string.match(known, '^(%d+) (.*)$')
  if tonumber(sequence) == tonumber(ARGV[1]) then
    -- A write, so that a WAIT behind it stands for the append that it repeats.
    redis.call('PEXPIRE', KEYS[1], ARGV[2])
    return {'OK', firsts}
  end
  if tonumber(sequence) > tonumber(ARGV[1]) then return {'LATE'} end
end
local ends = {}
for k = 2, #KEYS, 2 do
  ends[k] = number(KEYS[k + 1], 'end')
  local beyond = redis.call('XRANGE', KEYS[k], '(0-' .. text(ends[k]), '+', 'COUNT', 1)
  if #beyond > 0 then return {'FOREIGN', KEYS[k], beyond[1][1]} end
end
local at, firsts = 3, {}
for k = 2, #KEYS, 2 do
  local count, keyed, values, from = tonumber(ARGV[at]), ARGV[at + 1], ARGV[at + 2], 1
  at = at + 3
  for i = 1, count do
    local id, size = '0-' .. text(ends[k] + i), tonumber(ARGV[at + 1])
    local value = string.sub(values, from, from + size - 1)
    from = from + size
    if string.byte(keyed, i) == 49 then
      redis.call('XADD', KEYS[k], id, 't', ARGV[at], 'v', value, 'k', ARGV[at + 2])
      at = at + 3
    else
      redis.call('XADD', KEYS[k], id, 't', ARGV[at], 'v', value)
      at = at + 2
    end
  end
  if count > 0 then redis.call('HSET', KEYS[k + 1], 'end', text(ends[k] + count)) end
  firsts[#firsts + 1] = text(ends[k])
end
firsts = table.concat(firsts, ',')
redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. firsts, 'PX', ARGV[2])
return {'OK', firsts}`);

/**
 * KEYS: records, meta. ARGV: group, token, next (empty: only claim). Returns OK with what is committed; FENCED with the
 * larger token; END with the end. The group is kept as a consumer group too, so that the usual tools see it and its lag.
 */
export const COMMIT: Script = new Script(`${WHEN_FULL}${LUA_TEXT}
local group, token, next = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local newest, last = number(KEYS[2], 't:' .. group), number(KEYS[2], 'end')
if next and next > last then return {'END', text(last)} end
if token < newest then return {'FENCED', text(newest)} end
local committed = number(KEYS[2], 'c:' .. group)
if next and next > committed then committed = next end
redis.call('HSET', KEYS[2], 't:' .. group, ARGV[2], 'c:' .. group, text(committed))
local at = {KEYS[1], group, '0-' .. text(committed)}
local moved = redis.pcall('XGROUP', 'SETID', at[1], at[2], at[3], 'ENTRIESREAD', text(committed))
if moved.err then
  redis.pcall('XGROUP', 'CREATE', at[1], at[2], at[3], 'MKSTREAM', 'ENTRIESREAD', text(committed))
end
return {'OK', text(committed)}`);

/** KEYS: records, meta. ARGV: group. Returns the count and the time of the oldest, if any. */
export const LAG: Script = new Script(`${LUA_TEXT}
local next = math.max(number(KEYS[2], 'c:' .. ARGV[1]), number(KEYS[2], 'start'))
local count = number(KEYS[2], 'end') - next
if count <= 0 then return {'0'} end
local oldest = redis.call('XRANGE', KEYS[1], '0-' .. text(next + 1), '0-' .. text(next + count), 'COUNT', 1)
return {text(count), oldest[1] and oldest[1][2][2]}`);

/**
 * KEYS: records, meta. ARGV: records to keep behind the slowest group. Returns how many were dropped. Groups that others
 * read with count too, by their oldest pending entry: trimming by length would delete it under them.
 */
export const TRIM: Script = new Script(`${WHEN_FULL}${LUA_TEXT}
local fields, own, slowest = redis.call('HGETALL', KEYS[2]), {}, nil
for i = 1, #fields, 2 do
  if string.sub(fields[i], 1, 2) == 'c:' then
    own[string.sub(fields[i], 3)] = true
    slowest = math.min(slowest or tonumber(fields[i + 1]), tonumber(fields[i + 1]))
  end
end
if not slowest then return '0' end
local function position(id) return tonumber(string.match(id, '^0%-(%d+)$')) end
local groups = redis.call('EXISTS', KEYS[1]) == 1 and redis.call('XINFO', 'GROUPS', KEYS[1]) or {}
for _, flat in ipairs(groups) do
  local group = {}
  for i = 1, #flat, 2 do group[flat[i]] = flat[i + 1] end
  if not own[group.name] then
    local pending = group.pending > 0 and position(redis.call('XPENDING', KEYS[1], group.name)[2])
    slowest = math.min(slowest, pending and pending - 1 or position(group['last-delivered-id']) or slowest)
  end
end
local start = number(KEYS[2], 'start')
local from = math.max(start, slowest - tonumber(ARGV[1]))
if from == start then return '0' end
redis.call('XTRIM', KEYS[1], 'MINID', '=', '0-' .. text(from + 1))
redis.call('HSET', KEYS[2], 'start', text(from))
return text(from - start)`);
