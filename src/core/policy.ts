import type { AnyCommand, Host } from './command.ts';
import { atLeast, highest } from './risk.ts';
import type { Risk } from './types.ts';
import { type Lang, list, type Said, say } from './words.ts';

/** Someone who may be let in; the id never changes, the name may. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly lang: Lang;
  readonly roles: readonly string[];
}

/** Commands on hosts, up to a risk. Patterns: `*`, `vm *`, `vm reboot`; hosts: `*`, a name, `@tag`, `site:name`. */
export interface Grant {
  readonly commands: readonly string[];
  readonly hosts: readonly string[];
  readonly upTo: Risk;
}

/** From this risk on, `count` other people with one of `roles` must say yes within `expiresMs`. */
export interface ApprovalRule {
  readonly from: Risk;
  readonly count: number;
  readonly roles: readonly string[];
  readonly expiresMs: number;
}

/** Who may do what. An empty list means nobody. */
export interface Policy {
  readonly people: ReadonlyMap<string, Person>;
  readonly roles: ReadonlyMap<string, readonly Grant[]>;
  readonly approvals: readonly ApprovalRule[];
  readonly hosts: readonly Host[];
}

export type Action = 'ask' | 'approve' | 'reject' | 'cancel' | 'see' | 'recheck' | 'mark-done' | 'mark-failed';

/** What an action is about: a command, and where it is known the hosts, the risk, and who asked. */
export interface Subject {
  readonly command: string;
  readonly hosts?: readonly string[];
  readonly risk?: Risk;
  readonly by?: string;
}
export interface Verdict {
  readonly allowed: boolean;
  /** The rule that decided, for the log and for `why`. */
  readonly rule: string;
  readonly why: Said;
}

/** The one decision every path asks: may this person do this? Deny by default. */
export function authorize(person: Person, action: Action, subject: Subject, policy: Policy): Verdict {
  switch (action) {
    case 'ask':
    case 'mark-done':
    case 'mark-failed':
      return byGrants(person, subject, policy, subject.risk ?? 'none');
    case 'see':
    case 'recheck':
      if (subject.by === person.id) return yes('own request');
      return byGrants(person, subject, policy, 'none');
    case 'approve':
    case 'reject':
      return asApprover(person, subject, policy);
    case 'cancel':
      if (subject.by === person.id) return yes('own request');
      return asApprover(person, subject, policy);
  }
}

const yes = (rule: string): Verdict => ({ allowed: true, rule, why: say({ en: 'allowed', zh: '允许' }) });
const no = (rule: string, why: Said): Verdict => ({ allowed: false, rule, why });

function byGrants(person: Person, subject: Subject, policy: Policy, risk: Risk): Verdict {
  const grants = grantsOf(person, policy).filter((grant) => covers(grant.commands, subject.command));
  if (grants.length === 0) {
    return no(
      'no grant for the command',
      say({ en: '{name} may not use “{command}”', zh: '{name} 无权使用“{command}”' }, { name: person.name, command: subject.command }),
    );
  }
  const able = grants.filter((grant) => atLeast(grant.upTo, risk));
  if (able.length === 0) {
    return no(
      'risk above the grant',
      say(
        { en: '{name} may only look, not do something of {risk} risk', zh: '{name} 只能查看，不能执行{risk}风险的操作' },
        { name: person.name, risk: riskWords(risk) },
      ),
    );
  }
  const outside = (subject.hosts ?? []).filter((name) => !able.some((grant) => reaches(grant, name, policy)));
  if (outside.length > 0) {
    return no(
      'host outside the grant',
      say({ en: '{name} may not do this on {hosts}', zh: '{name} 无权在 {hosts} 上执行' }, { name: person.name, hosts: list(outside) }),
    );
  }
  return yes('grant');
}

function asApprover(person: Person, subject: Subject, policy: Policy): Verdict {
  if (subject.by === person.id) {
    return no('four eyes', say({ en: 'you asked for this yourself; someone else must decide', zh: '这是您自己提出的请求，需由他人决定' }));
  }
  const rule = approvalRule(subject.risk ?? 'none', policy);
  if (!rule || !person.roles.some((role) => rule.roles.includes(role))) {
    return no('not an approver', say({ en: '{name} is not an approver for this', zh: '{name} 不是此请求的审批人' }, { name: person.name }));
  }
  return byGrants(person, subject, policy, subject.risk ?? 'none');
}

function grantsOf(person: Person, policy: Policy): Grant[] {
  return person.roles.flatMap((role) => policy.roles.get(role) ?? []);
}

function covers(patterns: readonly string[], command: string): boolean {
  return patterns.some((pattern) => pattern === '*' || pattern === command || (pattern.endsWith(' *') && command.startsWith(pattern.slice(0, -1))));
}

function reaches(grant: Grant, name: string, policy: Policy): boolean {
  const host = policy.hosts.find((other) => other.name === name);
  return host !== undefined && grant.hosts.some((pattern) => pattern === '*' || matches(pattern, host));
}

/** Whether `@tag`, `site:name` or a host's own name means this host. */
export function matches(pattern: string, host: Host): boolean {
  if (pattern.startsWith('@')) return host.tags.includes(pattern.slice(1));
  if (pattern.startsWith('site:')) return host.site === pattern.slice(5);
  return pattern === host.name;
}

/** The rule for a plan of this risk: the one with the highest floor at or under it. */
export function approvalRule(risk: Risk, policy: Policy): ApprovalRule | undefined {
  const fitting = policy.approvals.filter((rule) => atLeast(risk, rule.from));
  const top = highest(fitting.map((rule) => rule.from));
  return fitting.find((rule) => rule.from === top);
}

/** The least risk that is refused outright when no approval rule covers it. */
export const NEEDS_RULE: Risk = 'medium';

/** The commands that exist for this person: those of which they may run at least the least risky plan. */
export function visibleCommands(person: Person, commands: ReadonlyMap<string, AnyCommand>, policy: Policy): Map<string, AnyCommand> {
  return new Map([...commands].filter(([path, command]) => authorize(person, 'ask', { command: path, risk: command.risk }, policy).allowed));
}

/** The hosts that exist for this person and command; without a command, for any command. In the order of the configuration. */
export function reach(person: Person, policy: Policy, command?: string, risk: Risk = 'none'): Host[] {
  const grants = grantsOf(person, policy).filter((grant) => (command === undefined || covers(grant.commands, command)) && atLeast(grant.upTo, risk));
  return policy.hosts.filter((host) => grants.some((grant) => reaches(grant, host.name, policy)));
}

const RISK_WORDS: Readonly<Record<Risk, Said>> = {
  none: say({ en: 'no', zh: '无' }),
  low: say({ en: 'low', zh: '低' }),
  medium: say({ en: 'medium', zh: '中' }),
  high: say({ en: 'high', zh: '高' }),
};

/** A risk in words. */
export function riskWords(risk: Risk): Said {
  return RISK_WORDS[risk];
}
