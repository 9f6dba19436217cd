import type { Host, Look } from '../../core/command.ts';
import { Refusal } from '../../core/errors.ts';
import type { Lock, Target } from '../../core/types.ts';
import { say } from '../../core/words.ts';
import type { Distro } from '../distros.ts';
import { type Facts, knownFacts, mustHave } from '../facts.ts';

/** The one host a change of storage or memory is about. */
export interface Here {
  readonly host: Host;
  readonly facts: Facts & { readonly distro: Distro };
  /** When it was looked at, in milliseconds since the epoch. */
  readonly at: number;
  on(name?: string): Target;
  lock(thing: string): Lock;
}

/** Finds the host and that these programs are there. Throws Refusal when it is of a distribution nobody knows, or lacks one. */
export async function here(look: Look, name: string, ...programs: readonly string[]): Promise<Here> {
  const [host] = look.hosts;
  if (!host) throw new Refusal(say({ en: 'there is no host “{name}”', zh: '没有主机“{name}”' }, { name }));
  const facts = await knownFacts(look, host);
  mustHave(host, facts, ...programs);
  return {
    host,
    facts,
    at: look.now(),
    on: (thing) => ({ site: host.site, host: host.name, ...(thing === undefined ? {} : { name: thing }) }),
    lock: (thing) => ({ name: `${host.site}/${host.name}/${thing}` }),
  };
}
