import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { sha256 } from '../core/digest.ts';
import { firstCode, LINK_MS, LINK_TRIES, meantCode, secondCode } from '../core/link.ts';
import type { Link, Links } from '../core/ports.ts';
import type { Account } from '../core/types.ts';
import { ADD, CLAIM, CONFIRM, OFFER, REMOVE } from './linkscripts.ts';
import { key } from './redis.ts';

/*
 * Why the codes may be read. Neither of them is kept here: only their digests, and what the second one is derived from. But each stands on the one
 * private card that shows it, and so in Redis for as long as that card is kept. There it is of use to nobody else:
 *  - the first code, within its ten minutes, only lets an account that is nobody's *ask* to become the person's, and only the first that says it;
 *    the person is then shown which account that was, and nothing is linked before they bring back the second code;
 *  - the second code counts only from the very account that asked for the first one, by the same person; to whoever else reads it, it is noise.
 * So a thief of both codes still needs the person's own account, and who has that has no need of codes. The person, in turn, cannot make somebody
 * else's account theirs: the second code is drawn at random and shown only to the account that said the first.
 */

/** The format of what is stored; a newer one is nobody's here. */
const FORMAT = 1;

const LINKS = key('links');
/** Counts changes of the links, so that whoever follows them need not read them all. */
const REVISION = key('links', 'revision');
const field = ({ chat, id }: Account) => `${chat} ${id}`;
const offered = (digest: string) => key('links', 'offer', digest);
const openBy = (person: string, from: Account) => key('links', 'open', person, field(from));
const claimBy = (person: string, account: Account) => key('links', 'claim', person, field(account));
const triesOf = (account: Account) => key('links', 'tries', field(account));

/** Linked accounts in Redis: one hash, a field an account, `{format, link}`. All times are by Redis' clock. */
export function links(redis: Redis): Links {
  return {
    async offer(person, from) {
      const code = firstCode(randomBytes(16).toString('hex'));
      const digest = sha256(meantCode(code));
      const seed = randomBytes(16).toString('hex');
      await redis.eval(OFFER, 2, offered(digest), openBy(person, from), LINK_MS, person, JSON.stringify(from), seed, offered(''), digest);
      return code;
    },
    async claim(code, by) {
      const digest = sha256(meantCode(code));
      const claim = key('links', 'claim', '');
      const found = await redis.eval(CLAIM, 2, offered(digest), triesOf(by), LINK_MS, LINK_TRIES, field(by), claim, digest, key('links', 'open', ''));
      if (!Array.isArray(found)) return undefined;
      const [person = '', from = '{}', seed = ''] = found.map(String);
      return { person, from: JSON.parse(from), code: secondOf(seed, by) };
    },
    async claimed(person, from, code) {
      const digest = await redis.get(openBy(person, from));
      if (digest === null) return undefined;
      const { by, seed } = await redis.hgetall(offered(digest));
      if (by === undefined || seed === undefined) return undefined;
      const [chat = '', ...rest] = by.split(' ');
      const account = { chat, id: rest.join(' ') };
      const right = secondOf(seed, account) === meantCode(code);
      return (await redis.eval(CONFIRM, 1, offered(digest), right ? 'right' : 'wrong', LINK_TRIES)) === 1 ? account : undefined;
    },
    list: () => stored(redis),
    async add(link) {
      const { account, person } = link;
      const json = JSON.stringify({ format: FORMAT, link });
      return (await redis.eval(ADD, 3, LINKS, REVISION, claimBy(person, account), field(account), person, json, offered(''))) === 1;
    },
    remove: async (account) => (await redis.eval(REMOVE, 2, LINKS, REVISION, field(account))) === 1,
  };
}

/** Every link as it is now, read again only when one has changed. */
export function linked(redis: Redis): () => Promise<readonly Link[]> {
  let known: { readonly revision: string | null; readonly all: readonly Link[] } | undefined;
  return async () => {
    const revision = await redis.get(REVISION); // first: what changes in between is read again the next time
    if (known?.revision !== revision || !known) known = { revision, all: await stored(redis) };
    return known.all;
  };
}

async function stored(redis: Redis): Promise<Link[]> {
  const all = (await redis.hvals(LINKS)).map((json): { format: number; link: Link } => JSON.parse(json));
  return all.flatMap(({ format, link }) => (format === FORMAT ? [link] : [])).sort((a, b) => a.at - b.at);
}

function secondOf(seed: string, by: Account): string {
  return secondCode(sha256(`${seed} ${field(by)}`));
}
