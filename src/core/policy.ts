import { approvalRules, fitsRule } from './approval.ts';
import type { Host } from './command.ts';
import { type Condition, denial, grantsFor, holds, limitsOf, reaches } from './grants.ts';
import type { Hours } from './hours.ts';
import { rolesToApprove } from './lent.ts';
import type { Names } from './names.ts';
import { atLeast } from './risk.ts';
import type { Input, Risk } from './types.ts';
import { type Lang, list, type Said, say } from './words.ts';

export { matches } from './grants.ts';
export { rolesToApprove, type Voter, votingRoles } from './lent.ts';
export { reach, reachNow, visibleCommands } from './reach.ts';

/** Someone who may be let in; the id never changes, the name may. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly lang: Lang;
  readonly roles: readonly string[];
  /** SSH public keys they sign approvals with. */
  readonly signingKeys?: readonly string[];
}

/** What a grant or a deny rule covers. An empty list covers nothing; without `input`, `rooms` or `hours` there is no such condition. */
export interface Cover {
  /** Where it stands in the configuration, such as `roles.operator.grants.1`. */
  readonly id: string;
  /** `*`, `vm *` or `vm reboot`. */
  readonly commands: readonly string[];
  /** `*`, a name, `@tag` or `site:name`. */
  readonly hosts: readonly string[];
  /**
   * Patterns (regular expressions) that the whole of an argument or option must match, by its name: as it is parsed, and for a deny rule also by any other
   * name of the guest it turns out to be. Of a list, every one must (a grant) or any one (a deny rule, and there in any case of letters). An argument that is
   * not given matches none.
   */
  readonly input?: Readonly<Record<string, string>>;
  /** Names of rooms in the configuration; `private`, `web` and `terminal` for what is said in none. */
  readonly rooms?: readonly string[];
  /** Any one of these hours. */
  readonly hours?: readonly Hours[];
}

/** Allows commands on hosts, up to a risk. */
export interface Grant extends Cover {
  readonly upTo: Risk;
}

/** Forbids people of these roles (`*`: everyone; `person:ana`: one of them) plans of this risk or above, to ask for and to approve, whatever is granted. */
export interface Deny extends Cover {
  readonly roles: readonly string[];
  readonly from: Risk;
  /** Shown to who is denied. */
  readonly why?: string;
}

/** So many different people with one of these roles (`*`: any role); never who asked. */
export interface Slot {
  readonly count: number;
  readonly roles: readonly string[];
}

/** How an approver proves to be who they are, beyond their chat account. */
export type StepUp = 'totp' | 'signature';

/** From this risk on, for these commands and hosts, all of `votes` must be filled, by different people, within `expiresMs`. */
export interface ApprovalRule {
  readonly id: string;
  readonly from: Risk;
  readonly commands: readonly string[];
  readonly hosts: readonly string[];
  readonly votes: readonly Slot[];
  readonly expiresMs: number;
  /** Who asked must say why before anyone can approve. */
  readonly reason?: true;
  readonly stepUp?: StepUp;
}

/** `from` lets `to` approve with `from`'s roles until then (milliseconds since the epoch); not what `from` asked for. */
export interface Delegation {
  readonly from: string;
  readonly to: string;
  readonly until: number;
}

/** Who may do what. An empty list means nobody. */
export interface Policy {
  readonly people: ReadonlyMap<string, Person>;
  readonly roles: ReadonlyMap<string, readonly Grant[]>;
  readonly deny: readonly Deny[];
  readonly approvals: readonly ApprovalRule[];
  readonly delegations: readonly Delegation[];
  /** Names of rooms that rules may name. */
  readonly rooms?: readonly string[];
  /** Hours by name, for what is to run in them. */
  readonly hours?: ReadonlyMap<string, readonly Hours[]>;
  /** Who may do without approval what they may do, and how soon someone else must review it, in milliseconds; nobody where it is not set. */
  readonly breakGlass?: { readonly roles: readonly string[]; readonly withinMs: number };
  readonly hosts: readonly Host[];
}

export type Action = 'ask' | 'approve' | 'reject' | 'cancel' | 'see' | 'recheck' | 'mark-done' | 'mark-failed' | 'keep' | 'withdraw' | 'reason';

/**
 * What an action is about: a command, and where it is known its input, the hosts, the risk, who asked, and the room where this is said. What is not known
 * meets no condition of a grant, and every condition of a deny rule but that of the room. No hosts (`[]`): it is known that it is about none.
 */
export interface Subject {
  readonly command: string;
  readonly input?: Input;
  /** What else things are called that the input names: deny rules mean them by any name, grants only as they are typed. */
  readonly names?: Names;
  readonly hosts?: readonly string[];
  readonly risk?: Risk;
  readonly by?: string;
  /** Undefined in a room that has no name in the configuration: no rule that names rooms means that one. */
  readonly room?: string;
}

/** `rule`: the line of the configuration that decided, or what is missing there. */
export interface Verdict {
  readonly allowed: boolean;
  readonly rule: string;
  readonly why: Said;
}

/** The one decision every path asks: may this person do this now (milliseconds since the epoch)? Deny by default. */
export function authorize(person: Person, action: Action, subject: Subject, policy: Policy, now: number): Verdict {
  const own = subject.by === person.id;
  switch (action) {
    case 'ask':
    case 'mark-done':
    case 'mark-failed':
    case 'keep':
      return byGrants(person, person.roles, subject, policy, now);
    case 'see':
    case 'recheck':
      return own ? yes('own request') : toSee(person, subject, policy, now);
    case 'cancel':
      return own ? yes('own request') : asApprover(person, subject, policy, now);
    case 'approve':
    case 'reject':
      return asApprover(person, subject, policy, now);
    case 'withdraw':
      return own ? no('four eyes', OWN) : yes('own vote');
    case 'reason':
      return own ? yes('own request') : no('not who asked', say({ en: 'only who asked can say why', zh: '只有提出请求的人可以说明理由' }));
    default:
      return no('no such action', say({ en: 'there is no such action', zh: '没有此操作' }));
  }
}

const OWN = say({ en: 'you asked for this yourself; someone else must decide', zh: '这是您自己提出的请求，需由他人决定' });
const yes = (rule: string): Verdict => ({ allowed: true, rule, why: say({ en: 'allowed', zh: '允许' }) });
const no = (rule: string, why: Said): Verdict => ({ allowed: false, rule, why });

/** Who may look at a host with a command may see what others do there with it, wherever and whenever it was asked. */
function toSee(person: Person, subject: Subject, policy: Policy, now: number): Verdict {
  const { hosts } = subject;
  const grants = grantsFor(person.roles, subject.command, policy);
  const seen =
    hosts === undefined ? grants.some((grant) => grant.hosts.includes('*')) : hosts.every((host) => grants.some((grant) => reaches(grant, host, policy)));
  if (grants.length === 0 || !seen) return no('no grant', say({ en: 'not in your reach', zh: '不在您的范围内' }));
  const deny = denial(person, { ...subject, risk: 'none' }, policy, now);
  return deny ? denied(deny) : yes(grants[0]?.id ?? '');
}

/** By what these roles are granted; deny rules are those about the person. */
function byGrants(person: Person, roles: readonly string[], subject: Subject, policy: Policy, now: number): Verdict {
  const deny = denial(person, subject, policy, now);
  if (deny) return denied(deny);
  const { name } = person;
  const { command, hosts, risk = 'high' } = subject;
  const grants = grantsFor(roles, command, policy);
  if (grants.length === 0)
    return no('no grant for the command', say({ en: '{name} may not use “{command}”', zh: '{name} 无权使用“{command}”' }, { name, command }));
  let left = grants.filter((grant) => atLeast(grant.upTo, risk));
  if (left.length === 0) {
    const text = { en: '{name} may only look, not do something of {risk} risk', zh: '{name} 只能查看，不能执行{risk}风险的操作' };
    return no('risk above the grant', say(text, { name, risk: riskWords(risk) }));
  }
  for (const condition of CONDITIONS) {
    const still = left.filter((grant) => holds(grant, condition, subject, now));
    if (still.length === 0)
      return no(`${condition} outside the grant`, say(OUTSIDE[condition], { name, rule: list(left.map(({ id }) => id)), ...limitsOf(left) }));
    left = still;
  }
  const outside = (hosts ?? []).filter((host) => !left.some((grant) => reaches(grant, host, policy)));
  if (outside.length > 0) {
    return no('host outside the grant', say({ en: '{name} may not do this on {hosts}', zh: '{name} 无权在 {hosts} 上执行' }, { name, hosts: list(outside) }));
  }
  const able = hosts === undefined ? left.filter((grant) => grant.hosts.includes('*')) : left;
  const [first] = able.filter((grant) => hosts?.[0] === undefined || reaches(grant, hosts[0], policy));
  if (first) return yes(first.id);
  return no('hosts not known', say({ en: 'it is not known on which hosts', zh: '尚不知道涉及哪些主机' }));
}

const CONDITIONS: readonly Condition[] = ['input', 'rooms', 'hours'];

const OUTSIDE: Readonly<Record<Condition, { readonly en: string; readonly zh: string }>> = {
  input: { en: '{name} may do this only with the arguments that {rule} allows', zh: '{name} 只能使用 {rule} 允许的参数' },
  rooms: { en: '{name} may do this only in {rooms}, says {rule}', zh: '{name} 只能在 {rooms} 执行（{rule}）' },
  hours: { en: '{name} may do this only at {hours}, says {rule}', zh: '{name} 只能在 {hours} 执行（{rule}）' },
};

function denied({ id, why }: Deny): Verdict {
  if (why === undefined) return no(id, say({ en: 'forbidden by {id}', zh: '被 {id} 禁止' }, { id }));
  return no(id, say({ en: 'forbidden by {id}: {why}', zh: '被 {id} 禁止：{why}' }, { id, why }));
}

function asApprover(person: Person, subject: Subject, policy: Policy, now: number): Verdict {
  // Where it is not known who asked, it may have been this person.
  if (subject.by === undefined || subject.by === person.id) return no('four eyes', OWN);
  const roles = rolesToApprove(person, subject, policy, now);
  if (!approvalRules(subject, policy).some((rule) => fitsRule(rule, roles))) {
    const text = { en: '{name} is not an approver for this', zh: '{name} 不是此请求的审批人' };
    return no('not an approver', say(text, { name: person.name }));
  }
  return byGrants(person, roles, subject, policy, now);
}

/** The least risk that is refused outright when no approval rule covers it. */
export const NEEDS_RULE: Risk = 'medium';

const RISK_WORDS: Readonly<Record<Risk, Said>> = {
  none: say({ en: 'no', zh: '无' }),
  low: say({ en: 'low', zh: '低' }),
  medium: say({ en: 'medium', zh: '中' }),
  high: say({ en: 'high', zh: '高' }),
};

/** A risk that stands alone, such as in a table. */
export function riskCell(risk: Risk): Said {
  return risk === 'none' ? say({ en: 'none', zh: '无' }) : RISK_WORDS[risk];
}

/** A risk in words. */
export function riskWords(risk: Risk): Said {
  return RISK_WORDS[risk];
}
