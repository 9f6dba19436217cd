import { missing, type Needs, needsOf } from './approval.ts';
import { approversOf, outOfReach } from './approvers.ts';
import type { Audited } from './audit.ts';
import type { AnyCommand } from './command.ts';
import { demandOf } from './demand.ts';
import { Refusal } from './errors.ts';
import { parse } from './parse.ts';
import { type Came, type Past, type PastVote, pastOf, type Ran } from './past.ts';
import { authorize, type Policy, type Subject, type Verdict, visibleCommands, votingRoles } from './policy.ts';
import { named } from './route.ts';
import { placesWords } from './votes.ts';
import { type Said, say } from './words.ts';

/**
 * A decision that would be another one. `denied`, `allowed`: of who asked. `vote`: a yes that would not have counted. `short`: it ran, and would not have
 * without more votes. `free`: it waited for approval, and would not have. `nobody`: nobody could have approved it.
 */
export interface Difference {
  readonly what: 'denied' | 'allowed' | 'vote' | 'short' | 'free' | 'nobody';
  readonly at: number;
  readonly ticket: string;
  /** Whose request, or whose yes, by id. */
  readonly by: string;
  /** The command with its hosts. */
  readonly command: string;
  readonly hosts: readonly string[];
  readonly why: Said;
  /** The rule of the new policy, or what is missing there. */
  readonly rule: string;
}

/** What is held against the past: the new policy, and where it is known the one that was in force. */
export interface Replayed {
  readonly policy: Policy;
  readonly before?: Policy;
  readonly commands: ReadonlyMap<string, AnyCommand>;
}

/** Runs what happened, entry by entry, against another policy. Keeps nothing but the requests that are under way. */
export function replay(rules: Replayed) {
  const past = pastOf(rules.commands);
  let decisions = 0;
  return {
    /** The differences that are certain with this entry, in the order of the audit. */
    take(entry: Audited): Difference[] {
      const { asked, ran, refused, unread } = past.take(entry);
      decisions += [asked, ran, refused, unread].filter((one) => one !== undefined).length;
      return [
        ...(asked ? onAsked(asked, rules) : []),
        ...(refused ? onRefused(refused, rules) : []),
        ...(unread ? onUnread(unread, rules) : []),
        ...(ran ? onRan(ran, rules) : []),
      ];
    },
    /** How many decisions were looked at. */
    decisions: () => decisions,
  };
}

function ask({ subject, at, reads }: Past, { policy, commands }: Pick<Replayed, 'policy' | 'commands'>): Verdict {
  const person = policy.people.get(subject.by);
  if (!person) return unknown(subject.by);
  const command = commands.get(subject.command);
  // What only looks changes no host; but where one is named, it is looked at.
  const looked = reads && command ? named(command, subject.input ?? {}).filter((name) => policy.hosts.some((host) => host.name === name)) : [];
  return authorize(person, 'ask', looked.length === 0 ? subject : { ...subject, hosts: looked }, policy, at);
}

function unknown(by: string): Verdict {
  return { allowed: false, rule: 'people', why: say({ en: '{by} is not known', zh: '{by} 未知' }, { by }) };
}

const about = ({ subject, at, ticket }: Past) => ({ at, ticket, by: subject.by, command: subject.command, hosts: subject.hosts });

function onAsked(past: Past, rules: Replayed): Difference[] {
  const { policy, before, commands } = rules;
  const verdict = ask(past, rules);
  if (!verdict.allowed) {
    const already = before !== undefined && !ask(past, { policy: before, commands }).allowed;
    return already ? [] : [{ ...about(past), what: 'denied', why: verdict.why, rule: verdict.rule }];
  }
  if (past.reads || past.free || (before && nobodyFor(past, before))) return [];
  const nobody = nobodyFor(past, policy);
  return nobody ? [{ ...about(past), what: 'nobody', ...nobody }] : [];
}

/** Why nobody can approve something; undefined where somebody can, or nobody has to. */
function nobodyFor({ subject, at }: Past, policy: Policy): { readonly why: Said; readonly rule: string } | undefined {
  const demand = demandOf(subject, policy);
  if (demand.kind === 'none') return undefined;
  if (demand.kind === 'unruled') return { why: say({ en: 'no approval rule covers it', zh: '没有审批规则适用' }), rule: 'approvals' };
  const needs = needsOf(demand.rules);
  if (outOfReach(needs, approversOf(subject, policy, at), subject, policy, at).flat().length === 0) return undefined;
  return { why: say({ en: 'nobody could have approved it', zh: '无人能够批准' }), rule: demand.rules.map(({ id }) => id).join(', ') };
}

/** Only of what the policy refused it can be said that it would be allowed: of other refusals the world was the reason. */
function onRefused(past: Past & { readonly rule?: string }, rules: Replayed): Difference[] {
  const { before: policy, commands } = rules;
  const denied = past.rule !== undefined || (policy !== undefined && !ask(past, { policy, commands }).allowed);
  const verdict = ask(past, rules);
  return denied && verdict.allowed ? [{ ...about(past), what: 'allowed', why: verdict.why, rule: verdict.rule }] : [];
}

/** A line that was not understood because its command did not exist for who said it. */
function onUnread({ ticket, at, by, line }: NonNullable<Came['unread']>, { policy, before, commands }: Replayed): Difference[] {
  const reads = (rules: Policy) => {
    const person = rules.people.get(by);
    return person && understood(line, visibleCommands(person, commands, rules));
  };
  const command = before && !reads(before) ? reads(policy) : undefined;
  const why = say({ en: '“{line}” would be understood', zh: '“{line}”会被受理' }, { line });
  return command === undefined ? [] : [{ ticket, at, by, command, hosts: [], what: 'allowed', why, rule: 'roles' }];
}

/** The command of a line; undefined where it is refused. */
function understood(line: string, commands: Replayed['commands']): string | undefined {
  try {
    return parse(line, commands).path;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

function onRan(past: Ran, rules: Replayed): Difference[] {
  const { subject, at, votes } = past;
  const { policy } = rules;
  const { room: _, ...open } = subject;
  const demand = demandOf(subject, policy);
  if (past.free || !ask(past, rules).allowed || demand.kind === 'unruled') return []; // told when it was asked
  if (demand.kind === 'none')
    return votes.length === 0 ? [] : [{ ...about(past), what: 'free', why: say({ en: 'no approval is needed', zh: '无需批准' }), rule: 'approvals' }];
  const needs = needsOf(demand.rules);
  const judged = votes.map((vote) => ({ vote, verdict: voteVerdict(vote, open, needs, policy) }));
  const voters = judged.flatMap(({ vote: { by, room }, verdict }) => {
    const person = policy.people.get(by);
    return person && verdict.allowed ? [room === undefined ? { person } : { person, room }] : [];
  });
  const empty = needs.rules.map((rule) => missing({ rules: [rule] }, votingRoles(voters, open, needs, policy, at)));
  const bad = judged.flatMap(({ vote, verdict }): Difference[] =>
    verdict.allowed ? [] : [{ ...about(past), at: vote.at, by: vote.by, what: 'vote', why: verdict.why, rule: verdict.rule }],
  );
  const why =
    empty.flat().length > 0
      ? say({ en: 'still missing: {places}', zh: '仍缺：{places}' }, { places: placesWords(empty) })
      : needs.reason && !past.reasoned
        ? say({ en: 'nobody said why', zh: '没有说明理由' })
        : undefined;
  return why ? [...bad, { ...about(past), what: 'short', why, rule: demand.rules.map(({ id }) => id).join(', ') }] : bad;
}

function voteVerdict(vote: PastVote, subject: Omit<Subject, 'room'>, { stepUp }: Needs, policy: Policy): Verdict {
  const voter = policy.people.get(vote.by);
  if (!voter) return unknown(vote.by);
  const proven = stepUp === undefined || vote.proof === 'signature' || vote.proof === stepUp;
  if (!proven) return { allowed: false, rule: stepUp, why: say({ en: '{name} did not prove who they are', zh: '{name} 未验证身份' }, { name: voter.name }) };
  return authorize(voter, 'approve', vote.room === undefined ? subject : { ...subject, room: vote.room }, policy, vote.at);
}
