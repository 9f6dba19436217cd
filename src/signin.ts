import type { Redis } from 'ioredis';
import type { ConsolePerson, SignIn, Via, Visitor } from './chat/gate.ts';
import { Bad } from './chat/http.ts';
import type { Audit } from './core/ports.ts';
import type { Account, Json, Through } from './core/types.ts';
import { say } from './core/words.ts';
import type { Settings } from './settings.ts';
import { type Session, type SignIns, sessions } from './store/sessions.ts';

/** Attempts to sign in that are let through in a minute, from one address and from all. The secret has 256 bits: this keeps the audit and Redis from being filled. */
const TRIES = { here: 10, all: 100 };

interface SignInOptions {
  readonly redis: Redis;
  rules(): Promise<Settings>;
  readonly audit: Pick<Audit, 'note'>;
}

const bare = ({ chat, id }: Account): Through => ({ chat, id });

/** How people sign in to the console and the terminal: by a link from a chat in which they are known. What happens is noted before it is answered. */
export function signIns({ redis, rules, audit }: SignInOptions): SignIn {
  const store: SignIns = sessions(redis);

  /** The person of a link or a session: still somebody, and the account that asked for it still theirs. */
  async function holder({ person, account }: Pick<Session, 'person' | 'account'>): Promise<ConsolePerson | undefined> {
    const { policy, personOf } = await rules();
    const found = personOf(account) === person ? policy.people.get(person) : undefined;
    return found && { id: found.id, name: found.name, lang: found.lang, roles: found.roles };
  }

  async function note(what: string, by: string | undefined, { address, agent }: Visitor, more: Readonly<Record<string, Json>> = {}): Promise<void> {
    const who = by === undefined ? {} : { by, account: { chat: 'web', id: by } };
    await audit.note([{ at: Date.now(), kind: 'identity', ...who, more: { what, from: address, agent, ...more } }]);
  }

  /** Only failures count: nobody who has a good link is kept out by those who try. */
  async function failed(visitor: Visitor, by: string | undefined, why: string): Promise<void> {
    const { here, all } = await store.attempt(visitor.address);
    if (here <= TRIES.here && all <= TRIES.all) return note('refused', by, visitor, { why });
    if (here === TRIES.here + 1 || all === TRIES.all + 1) await note('refused', by, visitor, { why: 'too many attempts: the next ones are not noted' });
    throw new Bad(429, say({ en: 'too many attempts; wait a minute', zh: '尝试次数过多，请稍候一分钟' }));
  }

  return {
    async enter(link, via: Via, visitor) {
      const offered = await store.redeem(link);
      const person = offered && (await holder(offered));
      if (!offered || !person) {
        await failed(visitor, offered?.person, offered ? 'the account that asked for it is theirs no more' : 'no such link');
        return undefined;
      }
      const since = Date.now();
      const { session: lasts } = (await rules()).config.web;
      const session = await store.begin({ ...offered, via, since, agent: visitor.agent }, lasts);
      try {
        await note('signed in', person.id, visitor, { via, asked: `${offered.account.chat} ${offered.account.id}`, request: offered.ticket });
      } catch (error) {
        await store.drop(session);
        throw error;
      }
      return { session, person, via, until: since + lasts, through: bare(offered.account) };
    },
    async who(secret) {
      const session = await store.get(secret);
      if (!session) return undefined;
      const until = session.since + (await rules()).config.web.session; // a shorter time holds for those who are in, too
      if (Date.now() >= until) return undefined;
      const person = await holder(session);
      return person && { person, via: session.via, until, through: bare(session.account) };
    },
    async leave(secret, visitor) {
      const session = await store.drop(secret);
      if (session) await note('signed out', session.person, visitor, { via: session.via });
    },
  };
}
