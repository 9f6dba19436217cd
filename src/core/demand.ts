import { approvalRules, uncovered } from './approval.ts';
import { type ApprovalRule, NEEDS_RULE, type Policy, type Subject } from './policy.ts';
import { atLeast } from './risk.ts';

/** What a change takes before it is begun: nothing, a rule that is missing, or the votes of all these rules within a time. */
export type Demand =
  | { readonly kind: 'none' }
  | { readonly kind: 'unruled'; readonly hosts: readonly string[] }
  | { readonly kind: 'votes'; readonly rules: readonly ApprovalRule[]; readonly expiresMs: number };

/** What the policy demands for a plan of this command, on these hosts, of this risk, that changes something. */
export function demandOf(subject: Subject, policy: Policy): Demand {
  const rules = approvalRules(subject, policy);
  const bare = uncovered(subject, policy);
  if (atLeast(subject.risk ?? 'none', NEEDS_RULE) && (rules.length === 0 || bare.length > 0)) return { kind: 'unruled', hosts: bare };
  if (rules.length === 0) return { kind: 'none' };
  return { kind: 'votes', rules, expiresMs: Math.min(...rules.map((rule) => rule.expiresMs)) };
}
