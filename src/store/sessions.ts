import { createHash, randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Sessions } from '../core/ports.ts';
import type { Account } from '../core/types.ts';
import { answers } from './answers.ts';
import { key } from './redis.ts';

/** The format of what is stored here. */
const FORMAT = 1;
/** How long a link to sign in by is good, in milliseconds. */
export const LINK_MS = 300_000;

/** Who a link is for: the account that asked for it, and the request by which it did. */
export interface Offered {
  readonly person: string;
  readonly account: Account;
  readonly ticket: string;
}
/** Someone who is signed in, by the account that asked for the link. Times in milliseconds since the epoch. */
export interface Session extends Offered {
  readonly via: 'web' | 'terminal';
  readonly since: number;
  /** The browser or program it is used by, as it calls itself. */
  readonly agent: string;
}

/** Links and sessions. Redis holds their SHA-256 alone: who reads it cannot sign in. */
export interface SignIns extends Sessions {
  /** A link's secret; the person's former ones are good no more. Undefined when the one of this request was used. */
  offer(offered: Offered): Promise<string | undefined>;
  /** Burns a link: true for one caller only, and only while it is good. */
  redeem(secret: string): Promise<Offered | undefined>;
  /** Begins a session; its secret. */
  begin(session: Session, forMs: number): Promise<string>;
  get(secret: string): Promise<Session | undefined>;
  /** Ends one session; undefined when there was none. */
  drop(secret: string): Promise<Session | undefined>;
  list(person: string): Promise<readonly Session[]>;
  /** Counts an attempt; how many there were from this address, and from all, in about a minute. */
  attempt(address: string): Promise<{ readonly here: number; readonly all: number }>;
}

/** KEYS the person's link; ARGV request, hash, milliseconds. Returns 0 when the link of this request was used. */
const OFFER = `
if redis.call('GET', KEYS[1]) == ARGV[1] .. ' used' then return 0 end
redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. ARGV[2], 'PX', ARGV[3])
return 1`;

/** KEYS the person's link, the link; ARGV request, hash, milliseconds. Returns what it was for, once. */
const REDEEM = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] .. ' ' .. ARGV[2] then return false end
local offered = redis.call('GET', KEYS[2])
if not offered then return false end
redis.call('DEL', KEYS[2])
redis.call('SET', KEYS[1], ARGV[1] .. ' used', 'PX', ARGV[3])
return offered`;

/** KEYS counters. Each counts for a minute from its first. */
const COUNT = `
local found = {}
for i, name in ipairs(KEYS) do
  found[i] = redis.call('INCR', name)
  if found[i] == 1 then redis.call('PEXPIRE', name, 60000) end
end
return found`;

/** Sessions of the web console and the terminal in Redis; what is over goes by itself. */
export function sessions(redis: Redis): SignIns {
  const link = (hash: string) => key('login', hash);
  const linkOf = (person: string) => key('login', 'of', person);
  const session = (hash: string) => key('session', hash);
  const sessionsOf = (person: string) => key('session', 'of', person);

  async function get(hash: string): Promise<Session | undefined> {
    const json = await redis.get(session(hash));
    return json === null ? undefined : read<Session>(json);
  }
  /** Those that are not over; the others are forgotten. */
  async function those(person: string): Promise<{ readonly hash: string; readonly session: Session }[]> {
    const hashes = await redis.smembers(sessionsOf(person));
    const found = await Promise.all(hashes.map(async (hash) => ({ hash, session: await get(hash) })));
    const over = found.flatMap((one) => (one.session ? [] : [one.hash]));
    if (over.length > 0) await redis.srem(sessionsOf(person), ...over);
    return found.flatMap(({ hash, session }) => (session ? [{ hash, session }] : []));
  }

  return {
    async offer(offered) {
      const secret = mint();
      await redis.set(link(hashOf(secret)), written(offered), 'PX', LINK_MS);
      return (await redis.eval(OFFER, 1, linkOf(offered.person), offered.ticket, hashOf(secret), LINK_MS)) === 1 ? secret : undefined;
    },
    async redeem(secret) {
      const hash = hashOf(secret);
      const json = await redis.get(link(hash));
      if (json === null) return undefined;
      const { person, ticket } = read<Offered>(json);
      const offered = await redis.eval(REDEEM, 2, linkOf(person), link(hash), ticket, hash, LINK_MS);
      return typeof offered === 'string' ? read<Offered>(offered) : undefined;
    },
    async begin(started, forMs) {
      const secret = mint();
      const hash = hashOf(secret);
      await those(started.person); // so that the list does not grow with those that are over
      // Together: a session that is not listed could not be ended.
      await answers(redis.multi().set(session(hash), written(started), 'PX', forMs).sadd(sessionsOf(started.person), hash));
      return secret;
    },
    get: (secret) => get(hashOf(secret)),
    async drop(secret) {
      const hash = hashOf(secret);
      const found = await get(hash);
      if (!found) return undefined;
      const gone = await redis.del(session(hash));
      await redis.srem(sessionsOf(found.person), hash);
      return gone === 1 ? found : undefined;
    },
    list: async (person) => (await those(person)).map(({ session }) => session).sort((a, b) => b.since - a.since),
    async end(person) {
      await redis.del(linkOf(person)); // a link that was not used yet, too
      const ended = await those(person);
      if (ended.length === 0) return 0;
      const gone = await redis.del(...ended.map(({ hash }) => session(hash)));
      await redis.srem(sessionsOf(person), ...ended.map(({ hash }) => hash));
      return gone;
    },
    async attempt(address) {
      const counted = await redis.eval(COUNT, 2, key('login', 'tries', hashOf(address)), key('login', 'tries'));
      const [here = 0, all = 0] = Array.isArray(counted) ? counted.map(Number) : [];
      return { here, all };
    },
  };
}

/** 256 random bits, as 43 characters that are safe in an address. */
function mint(): string {
  return randomBytes(32).toString('base64url');
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

function written(value: Offered | Session): string {
  return JSON.stringify({ ...value, format: FORMAT });
}

function read<T extends Offered>(json: string): T {
  const value: T & { format: number } = JSON.parse(json);
  if (value.format !== FORMAT) throw new Error(`a session of format ${value.format} was written by a newer version`);
  return value;
}
