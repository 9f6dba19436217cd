import type { Redis } from 'ioredis';
import { FIRING_BELOW, nameOf } from '../core/alerts/members.ts';
import { cardKey, indexOf, membersKey, ranksKey, readCard, readMembers } from './alertcards.ts';
import { TRIM } from './alertscripts.ts';

/** Members that are forgotten in one write: a script that writes more keeps others waiting. */
const CHUNK = 200;

/** Forgets what was over before then, as far as that is more than `most`: those that are shown last. They stand nowhere any more; counts stay. How many. */
export async function trimMembers(redis: Redis, id: string, before: number, most: number): Promise<number> {
  let gone = 0;
  for (let kept = most; ; ) {
    const card = await readCard(redis, id);
    if (!card) return gone;
    const names = await redis.zrangebyscore(ranksKey(id), FIRING_BELOW, '+inf', 'LIMIT', kept, CHUNK);
    if (names.length === 0) return gone;
    const old = [...(await readMembers(redis, id, names)).values()].filter(({ status, heardAt }) => status === 'resolved' && heardAt < before);
    kept += names.length - old.length; // those that stay are not looked at again
    if (old.length === 0) continue;
    const keys = [cardKey(id), membersKey(id), ranksKey(id), ...old.map(({ source }) => indexOf(source))];
    const args = [card.turn, String(Number(card.turn) + 1), id, ...old.flatMap((one) => [nameOf(one), one.fingerprint])];
    if ((await redis.eval(TRIM, keys.length, ...keys, ...args)) === 1) gone += old.length;
    else kept -= names.length - old.length; // another was faster: all is looked at once more
  }
}
