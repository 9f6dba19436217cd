import type { Redis } from 'ioredis';
import type { Called, Tasks } from '../core/ports.ts';
import type { Before } from '../core/types.ts';
import { key } from './redis.ts';

/** The format of what is stored; a newer one is left alone. */
const FORMAT = 1;
/** How long it is kept, in seconds: as long as journals. */
const KEPT = 30 * 86_400;

/** KEYS the call; ARGV format, what was before, seconds. */
const INTEND = `
if redis.call('HGET', KEYS[1], 'before') ~= ARGV[2] then
  redis.call('HSET', KEYS[1], 'format', ARGV[1], 'before', ARGV[2])
  redis.call('HDEL', KEYS[1], 'task')
  redis.call('HINCRBY', KEYS[1], 'calls', 1)
end
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1`;

/** KEYS the task, the call; ARGV step, task, seconds, format. Returns 1 when the task is the call's own. */
const CLAIM = `
local mine = ARGV[1] .. ' ' .. (redis.call('HGET', KEYS[2], 'calls') or '0')
local owner = redis.call('HGET', KEYS[1], 'owner')
if owner and owner ~= mine then return 0 end
redis.call('HSET', KEYS[1], 'format', ARGV[4], 'owner', mine)
redis.call('EXPIRE', KEYS[1], ARGV[3])
redis.call('HSET', KEYS[2], 'format', ARGV[4], 'task', ARGV[2])
redis.call('EXPIRE', KEYS[2], ARGV[3])
return 1`;

/** Tasks and the calls they belong to: a hash per task that names its step and the number of its call, and one per step. */
export function tasks(redis: Redis): Tasks {
  const call = (step: string) => key('call', step);
  async function known(step: string): Promise<Called> {
    const { format = '1', before, task } = await redis.hgetall(call(step));
    if (Number(format) > FORMAT) throw new Error(`the call of ${step} was written by a newer version (format ${format})`);
    return { ...(before === undefined ? {} : { before: JSON.parse(before) }), ...(task === undefined ? {} : { task }) };
  }
  return {
    known,
    async intend(step, { clock, still }: Before) {
      await redis.eval(INTEND, 1, call(step), FORMAT, JSON.stringify({ clock, still }), KEPT);
      return known(step);
    },
    claim: async (task, step) => (await redis.eval(CLAIM, 2, key('task', task), call(step), step, task, KEPT, FORMAT)) === 1,
  };
}
