import { matches, type Policy } from './policy.ts';
import { clockFrom } from './time.ts';
import type { Freeze, Plan } from './types.ts';
import { type Said, say } from './words.ts';

/** Whether a freeze holds at this time (milliseconds since the epoch). */
export function isInForce({ until }: Pick<Freeze, 'until'>, now: number): boolean {
  return until === undefined || now < until;
}

/**
 * The first freeze that stops changes of one of these hosts. A scope that means nothing any more freezes nothing; a host that is
 * not in the configuration any more is in every tag and site there is: nobody can say that it is not.
 */
export function frozenBy(hosts: readonly string[], freezes: readonly Freeze[], policy: Pick<Policy, 'hosts'>, now: number): Freeze | undefined {
  return freezes.find((freeze) => isInForce(freeze, now) && hosts.some((host) => isFrozen(host, freeze.scope, policy)));
}

function isFrozen(name: string, scope: string, policy: Pick<Policy, 'hosts'>): boolean {
  if (scope === '*' || scope === name) return true;
  const host = policy.hosts.find((one) => one.name === name);
  return host === undefined ? scope.startsWith('@') || scope.startsWith('site:') : matches(scope, host);
}

/** Whether one freeze ends before another. */
export function isShorter(one: Pick<Freeze, 'until'>, other: Pick<Freeze, 'until'>): boolean {
  return (one.until ?? Number.POSITIVE_INFINITY) < (other.until ?? Number.POSITIVE_INFINITY);
}

/** Hosts of the configuration that a scope means; none for one that means nothing any more. */
export function hostsIn(scope: string, policy: Pick<Policy, 'hosts'>): string[] {
  return policy.hosts.filter((host) => scope === '*' || matches(scope, host)).map(({ name }) => name);
}

/** Freezes that are of hosts among these. Of what means nothing any more nobody can say whose it was: who sees everything sees it. */
export function freezesFor(
  all: readonly Freeze[],
  { hosts, policy }: { readonly hosts: readonly { readonly name: string }[]; readonly policy: Pick<Policy, 'hosts'> },
): readonly Freeze[] {
  const sees = new Set(hosts.map(({ name }) => name));
  return all.filter(({ scope }) => {
    const meant = hostsIn(scope, policy);
    return scope === '*' || (meant.length > 0 ? meant.some((host) => sees.has(host)) : policy.hosts.every(({ name }) => sees.has(name)));
  });
}

/** The hosts a plan changes, and those it concerns besides; none for one of the desk's own steps alone: a freeze must not keep itself from being lifted. */
export function changedHosts({ steps, touches = [] }: Pick<Plan, 'steps' | 'touches'>): string[] {
  const changes = steps.flatMap((step) => (step.kind === 'desk' ? [] : [step.on.host]));
  return changes.length === 0 ? [] : [...new Set([...changes, ...touches])];
}

/** That changes are frozen: which, by whom, until when, why, and what to do about it. `names`: of people, by id. */
export function frozenWords(freeze: Freeze, names: Readonly<Record<string, string>>): Said {
  const { scope, reason } = freeze;
  return say(
    {
      en: '{what} are frozen by {by} {until}: {reason}; `freeze list` shows it, `freeze off{scope}` lifts it',
      zh: '{what}已被 {by} 冻结（{until}）：{reason}；可用 `freeze list` 查看，`freeze off{scope}` 解除',
    },
    { what: scopeWords(scope), by: names[freeze.by] ?? freeze.by, until: untilWords(freeze), reason, scope: scope === '*' ? '' : ` ${scope}` },
  );
}

/** What a scope means, in words. */
export function scopeWords(scope: string): Said {
  return scope === '*' ? say({ en: 'all changes', zh: '所有变更' }) : say({ en: 'changes of {scope}', zh: '{scope} 的变更' }, { scope });
}

/** How long it lasts; with the day (UTC) where that is not the one it began on. */
export function untilWords({ since, until }: Pick<Freeze, 'since' | 'until'>): Said {
  if (until === undefined) return say({ en: 'until it is lifted', zh: '直到解除' });
  return say({ en: 'until {time} UTC', zh: '至 {time} UTC' }, { time: clockFrom(since, until) });
}
