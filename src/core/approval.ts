import { covers, reaches } from './grants.ts';
import type { ApprovalRule, Policy, Slot, StepUp, Subject } from './policy.ts';
import { atLeast } from './risk.ts';

/** What an approval takes: every one of these rules, each by itself. Who counts is asked of the policy at every vote and again at dispatch. */
export interface Needs {
  readonly rules: readonly { readonly id: string; readonly votes: readonly Slot[] }[];
  readonly reason?: true;
  readonly stepUp?: StepUp;
}

/** For each host of a plan (for none, once) the rule with the highest floor at or under its risk; of several with one floor the first. In the order of the policy. */
export function approvalRules({ command, hosts = [], risk = 'high' }: Subject, policy: Policy): ApprovalRule[] {
  const fitting = policy.approvals.filter((rule) => covers(rule.commands, command) && atLeast(risk, rule.from));
  const forHosts =
    hosts.length === 0 ? [fitting.filter((rule) => rule.hosts.includes('*'))] : hosts.map((host) => fitting.filter((rule) => reaches(rule, host, policy)));
  const chosen = new Set(forHosts.flatMap((rules) => highestFloor(rules) ?? []));
  return policy.approvals.filter((rule) => chosen.has(rule));
}

/** Hosts of a plan that no rule covers. */
export function uncovered({ command, hosts = [], risk = 'high' }: Subject, policy: Policy): string[] {
  return hosts.filter((host) => approvalRules({ command, hosts: [host], risk }, policy).length === 0);
}

function highestFloor(rules: readonly ApprovalRule[]): ApprovalRule | undefined {
  return rules.find((rule) => rules.every((other) => atLeast(rule.from, other.from)));
}

/** Whether someone with these roles can fill a place of the rule. */
export function fitsRule({ votes }: Pick<ApprovalRule, 'votes'>, roles: readonly string[]): boolean {
  return votes.some((slot) => fitsSlot(slot, roles));
}

function fitsSlot(slot: Slot, roles: readonly string[]): boolean {
  return roles.length > 0 && slot.roles.some((role) => role === '*' || roles.includes(role));
}

/** What several rules take together. */
export function needsOf(rules: readonly ApprovalRule[]): Needs {
  const stepUp = rules.some((rule) => rule.stepUp === 'signature') ? 'signature' : rules.find((rule) => rule.stepUp)?.stepUp;
  return {
    rules: rules.map(({ id, votes }) => ({ id, votes })),
    ...(rules.some((rule) => rule.reason) ? { reason: true } : {}),
    ...(stepUp ? { stepUp } : {}),
  };
}

/** The places that are still empty when every voter (their roles) fills one place a rule, as well as can be; nothing left: it is approved. */
export function missing(needs: Needs, voters: readonly (readonly string[])[]): Slot[] {
  return needs.rules.flatMap(({ votes }) => emptyPlaces(votes, voters));
}

/** As many places as can be are filled, each by another voter (a maximum matching, by augmenting paths). */
function emptyPlaces(slots: readonly Slot[], voters: readonly (readonly string[])[]): Slot[] {
  const places = slots.flatMap((slot, of) => Array.from({ length: slot.count }, () => ({ slot, of })));
  const placeOf = new Map<number, number>(); // voter → place
  const seat = (place: number, tried: Set<number>): boolean => {
    const slot = places[place]?.slot;
    for (const [voter, roles] of voters.entries()) {
      if (!slot || tried.has(voter) || !fitsSlot(slot, roles)) continue;
      tried.add(voter);
      const other = placeOf.get(voter);
      if (other === undefined || seat(other, tried)) {
        placeOf.set(voter, place);
        return true;
      }
    }
    return false;
  };
  const empty = places.filter((_, place) => !seat(place, new Set()));
  return slots.flatMap((slot, of) => {
    const count = empty.filter((place) => place.of === of).length;
    return count === 0 ? [] : [{ ...slot, count }];
  });
}
