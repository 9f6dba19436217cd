import { needsOf } from './approval.ts';
import { type Approver, anywhere, approversOf, outOfReach, type Where } from './approvers.ts';
import type { AnyCommand, Becomes } from './command.ts';
import { type Demand, demandOf } from './demand.ts';
import { Refusal } from './errors.ts';
import { parse } from './parse.ts';
import { authorize, type Person, type Policy, reach, type Slot, type Subject, type Verdict, visibleCommands } from './policy.ts';
import { atLeast } from './risk.ts';
import { type Eyes, type Targets, targetsOf } from './subjects.ts';
import { type Input, RISKS, type Risk } from './types.ts';
import { list, type Said, say } from './words.ts';

/** What is asked: could this person say this line at that time (milliseconds since the epoch)? */
export interface Question {
  readonly person: Person;
  readonly line: string;
  readonly at: number;
  /** Where it would be said; undefined: wherever they like. */
  readonly room: string | undefined;
}

/** What it is answered from. `known`: the commands that who asks may know of. */
export interface World extends Omit<Eyes, 'reach'> {
  readonly policy: Policy;
  readonly commands: ReadonlyMap<string, AnyCommand>;
  readonly known: ReadonlyMap<string, AnyCommand>;
  /** Ids of people with a second factor; undefined where that is not known. */
  readonly totp: ReadonlySet<string> | undefined;
  /** What a line that stands for another stands for, when this person says it. Throws Refusal. */
  become(command: AnyCommand & { readonly at: 'ask' }, input: Input, person: Person, commands: ReadonlyMap<string, AnyCommand>): Promise<Becomes>;
}

/** What the policy says to a plan of one risk on these hosts. */
export interface Judged {
  readonly risk: Risk;
  readonly hosts: readonly string[];
  readonly verdict: Verdict;
  readonly where: Where;
  /** Undefined where it is not allowed. */
  readonly demand?: Demand;
  readonly approvers: readonly Approver[];
  /** Ids of approvers who have nothing to prove with who they are, where a rule asks for that: they are not counted. */
  readonly bare: readonly string[];
  /** Places that nobody is there to fill. */
  readonly empty: readonly (readonly Slot[])[];
}

export type Simulation =
  /** They would be told this, and no more; the verdict is what the policy says to it, where it says something. */
  | { readonly kind: 'told'; readonly message: Said; readonly hint?: Said; readonly verdict?: Verdict }
  | { readonly kind: 'judged'; readonly command: string; readonly targets: Targets; readonly judged: readonly Judged[] };

/** What would come of a line. */
export async function simulate(question: Question, world: World): Promise<Simulation> {
  const { person, line, at } = question;
  const { policy } = world;
  const { room } = question;
  if (room !== undefined && policy.rooms?.includes(room) === false) {
    const hint = say({ en: 'there is: {known}', zh: '现有：{known}' }, { known: list(policy.rooms) });
    throw new Refusal(say({ en: 'there is no room “{room}”', zh: '没有房间“{room}”' }, { room }), hint);
  }
  const visible = visibleCommands(person, world.commands, policy);
  try {
    const typed = parse(line, visible);
    const alias = visible.get(typed.path);
    if (alias?.at === 'ask') {
      const subject = { command: typed.path, input: typed.input, hosts: [], risk: alias.risk, by: person.id };
      const { verdict } = judge(subject, question, world);
      if (!verdict.allowed) return { kind: 'told', message: verdict.why, verdict };
    }
    const meant = alias?.at === 'ask' ? await world.become(alias, typed.input, person, visible) : { command: typed.path, input: typed.input };
    const command = visible.get(meant.command);
    if (!command || command.at === 'ask') {
      const verdict = authorize(
        person,
        'ask',
        { command: meant.command, input: meant.input, hosts: [], risk: world.commands.get(meant.command)?.risk ?? 'none' },
        policy,
        at,
      );
      return { kind: 'told', message: verdict.why, verdict };
    }
    const glass = 'from' in meant && meant.from.kind === 'glass';
    const found = judgeAll(question, meant.command, command, meant.input, world);
    return glass && found.kind === 'judged' ? { ...found, judged: found.judged.map(unasked) } : found;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const verdict = invisible(question, world);
    return { kind: 'told', message: error.said, ...(error.hint ? { hint: error.hint } : {}), ...(verdict ? { verdict } : {}) };
  }
}

/** Behind broken glass nobody's yes is waited for. */
function unasked({ demand, ...rest }: Judged): Judged {
  return demand ? { ...rest, demand: { kind: 'none' }, approvers: [], bare: [], empty: [] } : rest;
}

/** Why a command does not exist for a person, when who asks knows that there is one. */
function invisible({ person, line, at, room }: Question, { policy, known }: World): Verdict | undefined {
  try {
    const { path, input } = parse(line, known);
    const subject = { command: path, input, hosts: [], risk: known.get(path)?.risk ?? 'none', ...(room === undefined ? {} : { room }) };
    const verdict = authorize(person, 'ask', subject, policy, at);
    return verdict.allowed ? undefined : verdict;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

function judgeAll(question: Question, path: string, command: AnyCommand, input: Input, world: World): Simulation {
  const { person } = question;
  const { policy, seen, guests } = world;
  const targets = targetsOf(command, input, { seen, guests, reach: reach(person, policy, path, command.risk) });
  const subject: Subject = { command: path, input, by: person.id };
  if (targets.kind === 'refused') {
    const verdict = authorize(person, 'ask', { ...subject, hosts: targets.hosts, risk: command.risk }, policy, question.at);
    return { kind: 'told', message: targets.message, ...(verdict.allowed || targets.hosts.length === 0 ? {} : { verdict }) };
  }
  const groups = targets.kind === 'none' ? [[]] : targets.kind === 'any' ? targets.hosts.map((host) => [host]) : [targets.hosts];
  // What only looks has no plan of a higher risk.
  const risks = command.risk === 'none' ? (['none'] as const) : RISKS.filter((risk) => atLeast(risk, command.risk));
  const one = (risk: Risk) => (hosts: readonly string[]) => judge({ ...subject, hosts, risk }, question, world);
  const judged = risks.flatMap((risk) =>
    merged(groups.map(one(risk))).map(({ hosts, verdict, ...rest }) => ({ ...rest, ...(verdict.allowed ? { hosts, verdict } : one(risk)(hosts)) })),
  );
  return { kind: 'judged', command: path, targets, judged };
}

/** What the policy says to a plan of this risk on these hosts. */
export function judge(
  subject: Subject,
  { person, at, room }: Pick<Question, 'person' | 'at' | 'room'>,
  { policy, totp }: Pick<World, 'policy' | 'totp'>,
): Judged {
  const { risk = 'none', hosts = [] } = subject;
  const ask = (where: string | undefined) => authorize(person, 'ask', where === undefined ? subject : { ...subject, room: where }, policy, at);
  const { verdict, where } = room === undefined ? anywhere(ask, policy) : { verdict: ask(room), where: {} };
  const base = { risk, hosts, verdict, where, approvers: [], bare: [], empty: [] };
  if (!verdict.allowed) return base;
  const demand: Demand = risk === 'none' ? { kind: 'none' } : demandOf(subject, policy);
  if (demand.kind !== 'votes') return { ...base, demand };
  const approvers = approversOf(subject, policy, at);
  const needs = needsOf(demand.rules);
  const { stepUp } = needs;
  const proves = ({ id, signingKeys = [] }: Person) => stepUp === undefined || signingKeys.length > 0 || (stepUp === 'totp' && (totp?.has(id) ?? true));
  const able = approvers.filter((one) => proves(one.person));
  const bare = approvers.filter((one) => !able.includes(one)).map((one) => one.person.id);
  return { ...base, demand, approvers, bare, empty: outOfReach(needs, able, subject, policy, at) };
}

/** Hosts of which the policy says the same stand together. */
function merged(all: readonly Judged[]): Judged[] {
  const same = Map.groupBy(all, ({ hosts: _, verdict, approvers, ...rest }) =>
    JSON.stringify({ ...rest, verdict: [verdict.allowed, verdict.rule], approvers: approvers.map(({ person, where }) => [person.id, where]) }),
  );
  return [...same.values()].flatMap(([first, ...others]) => (first ? [{ ...first, hosts: [first, ...others].flatMap(({ hosts }) => hosts) }] : []));
}
