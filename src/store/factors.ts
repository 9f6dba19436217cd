import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { Secret, TOTP } from 'otpauth';
import type { Factors } from '../core/ports.ts';
import { key } from './redis.ts';
import type { Sealing } from './sealing.ts';

/** Beginning with a second factor, at the person's own screen. */
export interface Enrolments {
  /** A new secret for this person, as an `otpauth:` address (https://github.com/google/google-authenticator/wiki/Key-Uri-Format). Replaces one that was begun. */
  begin(person: string, name: string): Promise<string>;
  /** Whether the person's app shows the right code for what was begun. */
  prove(person: string, code: string): Promise<boolean>;
  /** Whether they have not begun too often lately; counts. */
  mayBegin(person: string): Promise<boolean>;
  /** Whether there were so many wrong codes lately that none is right now. */
  isLocked(person: string): Promise<boolean>;
}

/** How long an enrolment that was begun may take, and how long a proven one waits for someone's approval, in seconds. */
const BEGUN = 600;
const PROVEN = 86_400;
/** How many wrong codes a person may give in how many seconds; after that none is right until they are over. */
const WRONG = 5;
const WITHIN = 300;
/** How often a person may begin in as many seconds. */
const BEGINS = 10;
/** Codes of this many periods before and after now count: clocks are never quite right. */
const WINDOW = 1;
const PERIOD = 30;

const active = (person: string) => key('factor', person);
const begun = (person: string) => key('enrol', person);
const tries = (person: string) => key('factortries', person);
/** Apart from those of the factor in force: who sets up one of their own must not win more guesses at that. */
const provings = (person: string) => key('factortries', 'proving', person);
const begins = (person: string) => key('factortries', 'begun', person);

/** KEYS begun, factor; ARGV reference. Makes what was begun and proven the factor; 1 also when it is that already. */
const ENROL = `
if redis.call('HGET', KEYS[2], 'ref') == ARGV[1] then return 1 end
if redis.call('HGET', KEYS[1], 'ref') ~= ARGV[1] or redis.call('HGET', KEYS[1], 'proven') ~= '1' then return 0 end
local sealed = redis.call('HGET', KEYS[1], 'sealed')
redis.call('DEL', KEYS[2])
redis.call('HSET', KEYS[2], 'format', '1', 'sealed', sealed, 'ref', ARGV[1], 'last', redis.call('HGET', KEYS[1], 'last'))
redis.call('DEL', KEYS[1])
return 1`;

/** KEYS factor; ARGV the counter of a code that was right. 1 when no code of this or a later period was used before. */
const USE = `
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
if tonumber(redis.call('HGET', KEYS[1], 'last') or '0') >= tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'last', ARGV[1])
return 1`;

/** KEYS begun; ARGV the counter, seconds. */
const PROVE = `
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], 'proven', '1', 'last', ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1`;

/** KEYS tries; ARGV seconds. How many there were, with this one. */
const TRY = `
local n = redis.call('INCR', KEYS[1])
if n == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return n`;

const NAMES = { issuer: 'Hostler', algorithm: 'SHA1', digits: 6, period: PERIOD } as const;

/**
 * One-time codes (RFC 6238) as second factors, in Redis; their secrets are sealed. Without a sealing key nobody has one, and none is right.
 * Enrolled only what the person has proven to hold, and what a request for it was approved.
 */
export function factors(redis: Redis, seal: Sealing | undefined, now: () => number = Date.now): Factors & Enrolments {
  /** The period of a code that is right; undefined for a wrong one, and when there were too many wrong ones lately. */
  async function right(person: string, sealed: string | null, code: string, counted: string): Promise<number | undefined> {
    if (!seal || sealed === null || !/^\d{6}$/.test(code.trim())) return undefined;
    if (Number(await redis.eval(TRY, 1, counted, WITHIN)) > WRONG) return undefined;
    const timestamp = now();
    const secret = opened(sealed, person);
    const delta = secret ? new TOTP({ ...NAMES, secret }).validate({ token: code.trim(), timestamp, window: WINDOW }) : null;
    return delta === null ? undefined : Math.floor(timestamp / 1000 / PERIOD) + delta;
  }
  /** Undefined for what was sealed with another key, or for somebody else. */
  function opened(sealed: string, person: string): Secret | undefined {
    try {
      return seal && Secret.fromBase32(seal.open(sealed, person));
    } catch {
      return undefined;
    }
  }
  return {
    async begin(person, name) {
      if (!seal) throw new Error('there is no key to seal second factors with: set factors.key');
      const secret = new Secret({ size: 20 });
      const sealed = seal.seal(secret.base32, person);
      const ref = createHash('sha256').update(sealed).digest('hex').slice(0, 16);
      await redis.multi().del(begun(person)).hset(begun(person), { format: 1, sealed, ref }).expire(begun(person), BEGUN).exec();
      return new TOTP({ ...NAMES, label: name, secret }).toString();
    },
    async prove(person, code) {
      const counter = await right(person, await redis.hget(begun(person), 'sealed'), code, provings(person));
      if (counter === undefined || (await redis.eval(PROVE, 1, begun(person), counter, PROVEN)) !== 1) return false;
      await redis.del(provings(person));
      return true;
    },
    mayBegin: async (person) => Number(await redis.eval(TRY, 1, begins(person), WITHIN)) <= BEGINS,
    isLocked: async (person) => Number((await redis.get(provings(person))) ?? 0) >= WRONG,
    async proven(person) {
      const [proven = null, ref = null] = await redis.hmget(begun(person), 'proven', 'ref');
      return proven === '1' && ref !== null ? ref : undefined;
    },
    enrol: async (person, reference) => (await redis.eval(ENROL, 2, begun(person), active(person), reference)) === 1,
    forget: async (person) => (await redis.del(active(person), begun(person))) > 0,
    has: async (person) => seal !== undefined && (await redis.exists(active(person))) === 1,
    async check(person, code) {
      const counter = await right(person, await redis.hget(active(person), 'sealed'), code, tries(person));
      if (counter === undefined || (await redis.eval(USE, 1, active(person), counter)) !== 1) return false;
      await redis.del(tries(person));
      return true;
    },
  };
}
