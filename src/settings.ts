import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { declaredOf } from '../config/declared.ts';
import { homesOf, mirrorsOf, personOf, placesOf, policyOf, programsOf, roomNameOf } from '../config/policy.ts';
import { routingOf } from '../config/routing.ts';
import type { Config } from '../config/schema.ts';
import { fromStored } from '../config/stored.ts';
import { isSame } from './core/account.ts';
import type { Link, Rules } from './core/ports.ts';
import type { Account, Place } from './core/types.ts';
import { currentConfig, readConfig, saveConfig } from './store/config.ts';
import { lent } from './store/delegations.ts';
import { linked } from './store/links.ts';

/** A configuration in use, with what is derived from it. */
export interface Settings extends Rules {
  readonly hash: string;
  readonly config: Config;
  /** A person's accounts in a chat: those of the configuration, then those they have linked. */
  accountsOf(person: string, chat: string): readonly string[];
}

/** A configuration with what is derived from it. `hash`: which one it is. */
export function settingsOf(config: Config, hash: string): Settings {
  const self = config.self && (config.self.guest === undefined ? { host: config.self.host } : { host: config.self.host, guest: config.self.guest });
  return {
    hash,
    config,
    policy: policyOf(config),
    self,
    programs: programsOf(config),
    declared: declaredOf(config),
    routing: routingOf(config),
    placeOf: (room) => placesOf(config, room)[0] ?? homePlace(config, room),
    ...identity(config, []),
    mirrors: (place) => mirrorsOf(config, place),
    alarm: placesOf(config, config.breakGlass?.room),
    roomOf: (place) => roomNameOf(config, place),
  };
}

function homePlace({ chats }: Config, name: string): Place | undefined {
  const home = homesOf(chats).find((one) => one.name === name);
  return home && { chat: home.chat, room: home.room };
}

/** Who is behind an account, and where else they are. The configuration wins over links; what has no standing is nobody's. */
function identity(config: Config, links: readonly Link[]): Pick<Settings, 'personOf' | 'accountsOf' | 'elsewhere'> {
  function whose(account: Account): string | undefined {
    if (account.barred) return undefined;
    if (account.chat === 'web') {
      // Who is signed in there, as long as the account by which they did is theirs.
      const isTheirs = account.through === undefined || whose(account.through) === account.id;
      return isTheirs && Object.hasOwn(config.people, account.id) ? account.id : undefined;
    }
    const stated = personOf(config, account);
    if (stated !== undefined || account.chat === 'practice') return stated;
    const person = links.find((link) => isSame(link.account, account))?.person;
    return person !== undefined && Object.hasOwn(config.people, person) ? person : undefined;
  }
  function accountsOf(person: string, chat: string): string[] {
    const more = links.filter(({ account }) => account.chat === chat && whose(account) === person).map(({ account }) => account.id);
    return [...new Set([...(config.people[person]?.accounts[chat] ?? []), ...more])];
  }
  return {
    personOf: whose,
    accountsOf,
    elsewhere: (person, account) =>
      (['slack', 'matrix'] as const).flatMap((chat) =>
        accountsOf(person, chat)
          .filter((id) => config.chats[chat] !== undefined && !isSame({ chat, id }, account))
          .map((id): Place => ({ chat, room: id, to: id, alone: true })),
      ),
  };
}

/** Makes a valid configuration the one all parts use. Where Redis is reached is each part's own affair and stays out of it. */
export async function publish(redis: Redis, config: Config): Promise<Settings> {
  const { redis: _, ...shared } = config;
  const json = JSON.stringify(shared);
  const hash = createHash('sha256').update(json).digest('hex');
  await saveConfig(redis, hash, json);
  return settingsOf(shared, hash);
}

/** How long a part goes on with what it has before it asks for a newer configuration, in milliseconds. */
const FRESH = 1000;

/**
 * The configuration in use, what people have lent each other, and the accounts they have linked, asked for again when it may be old: after `fresh`
 * milliseconds; with 0, every time. Waits for the desk to publish the first one.
 */
export function follow(redis: Redis, changed: (settings: Settings) => void = () => undefined, fresh = FRESH): () => Promise<Settings> {
  const links = linked(redis);
  let base: Settings | undefined;
  let settings: Settings | undefined;
  let made: { readonly now: Settings; readonly all: readonly Link[]; readonly lent: string } | undefined;
  let asked = Number.NEGATIVE_INFINITY;
  async function stated(): Promise<Settings> {
    for (;;) {
      const hash = await currentConfig(redis);
      if (base && (hash === undefined || hash === base.hash)) return base;
      const json = hash === undefined ? undefined : await readConfig(redis, hash);
      if (hash !== undefined && json !== undefined) {
        const config = fromStored(json);
        base = settingsOf(config, hash);
        changed(base);
        return base;
      }
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }
  return async () => {
    if (settings && Date.now() - asked < fresh) return settings;
    const now = await stated();
    const delegations = await lent(redis);
    const all = await links();
    asked = Date.now();
    const state = { now, all, lent: JSON.stringify(delegations) };
    // The same as before is the same object: what is derived from a policy is derived once.
    if (settings && state.now === made?.now && state.all === made.all && state.lent === made.lent) return settings;
    made = state;
    settings = { ...now, ...identity(now.config, all), policy: { ...now.policy, delegations } };
    return settings;
  };
}
