import { Refusal } from './errors.ts';
import { nearest } from './nearest.ts';
import { didYouMean } from './parse.ts';
import type { Person, Policy } from './policy.ts';
import type { Account } from './types.ts';
import { list, say } from './words.ts';

/** How a person is named: `ana`, `@ana`, their name, or as the chat that it is said in mentions them. */
export const PERSON = /^(<@[A-Z0-9]+(\|[^>\n]*)?>|@?[^\s@<>\-"][^<>"\n]{0,200})$/;

/** Where one is asked for by a mention: the chat, and who is behind an account there. */
export interface Mentions {
  readonly account: Account | undefined;
  personOf(account: Account): string | undefined;
}

/** The person that is meant. Throws Refusal with who there is. */
export function findPerson(typed: string, policy: Pick<Policy, 'people'>, mentions?: Mentions): Person {
  const mentioned = /^<@([A-Z0-9]+)/.exec(typed)?.[1] ?? (/^@.+:/.test(typed) ? typed : undefined);
  const chat = mentions?.account?.chat;
  const behind = mentioned !== undefined && chat !== undefined ? mentions?.personOf({ chat, id: mentioned }) : undefined;
  const name = typed.replace(/^@/, '');
  const byId = policy.people.get(behind ?? name);
  if (byId) return byId;
  const people = [...policy.people.values()];
  const same = (other: string) => other.localeCompare(name, 'en', { sensitivity: 'accent' }) === 0;
  const called = people.filter((person) => same(person.name) || same(person.id));
  const [one] = called;
  if (one && called.length === 1) return one;
  const ids = called.length > 1 ? called.map(({ id }) => id) : near(name, people);
  throw new Refusal(
    called.length > 1
      ? say({ en: 'there is more than one “{name}”', zh: '有多个“{name}”' }, { name })
      : say({ en: 'there is no person “{name}”', zh: '没有人员“{name}”' }, { name }),
    called.length > 1 || ids.length > 0
      ? didYouMean(ids.map((id) => `@${id}`))
      : say({ en: 'there is: {known}', zh: '现有：{known}' }, { known: list(people.slice(0, 10).map(({ id }) => `@${id}`)) }),
  );
}

/** Ids of people whose id or name looks like this. */
function near(name: string, people: readonly Person[]): string[] {
  const names = nearest(
    name,
    people.flatMap((person) => [person.id, person.name]),
  );
  return [...new Set(names.flatMap((found) => people.filter(({ id, name: called }) => id === found || called === found).map(({ id }) => id)))];
}
