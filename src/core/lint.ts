import { quorums } from './lintquorum.ts';
import { deadRules, shadowedRules } from './lintrules.ts';
import type { Person, Policy } from './policy.ts';
import type { Commands } from './ports.ts';
import { list, type Said, say } from './words.ts';

/** What may be found: kinds of finding by their names. */
export type FindingId =
  | 'nobody-approves'
  | 'nobody-else'
  | 'no-rule'
  | 'too-few'
  | 'same-account'
  | 'same-name'
  | 'no-account'
  | 'dead-rule'
  | 'unused-role'
  | 'shadowed-rule';

/** Something in a policy that cannot be meant. An error makes it unusable in part; a warning is worth a look. `path`: where, as in the configuration. */
export interface Finding {
  readonly severity: 'error' | 'warning';
  readonly id: FindingId;
  readonly path: string;
  readonly what: Said;
}

/**
 * Everything that is strange about a policy for these commands; errors first. Pure. `accounts` tells a person's accounts, each as chat and id; without it nothing
 * is said of them.
 */
export function lint(policy: Policy, commands: Commands, accounts?: (person: string) => readonly string[]): Finding[] {
  const found = [...quorums(policy, commands), ...deadRules(policy, commands), ...shadowedRules(policy, commands), ...people(policy, accounts)];
  return [...found.filter(({ severity }) => severity === 'error'), ...found.filter(({ severity }) => severity === 'warning')];
}

/** One human as two people could say yes to themselves: what looks like that. */
function people(policy: Policy, accounts: ((person: string) => readonly string[]) | undefined): Finding[] {
  const all = [...policy.people.values()];
  const sameNames = [...Map.groupBy(all, ({ name }) => plain(name)).values()].flatMap((same): Finding[] => {
    const [first, second] = same;
    if (!first || !second) return [];
    const text = {
      en: '{ids} are both called {name}: if they are one human, that one could approve their own requests',
      zh: '{ids} 都叫 {name}：若为同一人，则此人可批准自己的请求',
    };
    return [{ severity: 'warning', id: 'same-name', path: `people.${second.id}`, what: say(text, { ids: list(same.map(({ id }) => id)), name: first.name }) }];
  });
  return accounts ? [...sameNames, ...ofAccounts(all, accounts, policy)] : sameNames;
}

function ofAccounts(all: readonly Person[], accounts: (person: string) => readonly string[], policy: Policy): Finding[] {
  const owned = all.flatMap(({ id }) => accounts(id).map((account) => ({ id, account })));
  const shared = [...Map.groupBy(owned, ({ account }) => account)].flatMap(([account, owners]): Finding[] => {
    const ids = [...new Set(owners.map(({ id }) => id))];
    const text = {
      en: '{ids} share the account {account}: one human could approve their own requests',
      zh: '{ids} 共用账号 {account}：同一人可批准自己的请求',
    };
    return ids.length < 2 ? [] : [{ severity: 'error', id: 'same-account', path: `people.${ids[1]}`, what: say(text, { ids: list(ids), account }) }];
  });
  const mute = all.filter(({ id, roles }) => accounts(id).length === 0 && roles.some((role) => (policy.roles.get(role) ?? []).length > 0));
  const text = { en: '{id} has rights and no account in any chat', zh: '{id} 有权限，但在任何聊天中都没有账号' };
  return [...shared, ...mute.map(({ id }): Finding => ({ severity: 'warning', id: 'no-account', path: `people.${id}`, what: say(text, { id }) }))];
}

/** A name as people see it. */
function plain(name: string): string {
  return name.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
}
