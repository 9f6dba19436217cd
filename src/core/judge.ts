import { unattended } from './alerts/unattended.ts';
import { approvalRules, type Needs, needsOf, uncovered } from './approval.ts';
import { digest, replyCode } from './digest.ts';
import { changedHosts } from './freeze.ts';
import { frozen } from './frozen.ts';
import { hasBrokenGlass, isGranted } from './glass.ts';
import { join } from './join.ts';
import { namesOf } from './names.ts';
import { planClass } from './planclass.ts';
import { authorize, NEEDS_RULE, type Policy, riskWords, type Subject } from './policy.ts';
import type { Freezes, Inventory, Plans, Rules, Tickets } from './ports.ts';
import { atLeast } from './risk.ts';
import { stage } from './rollout.ts';
import { isAsScheduled } from './schedules/granted.ts';
import { LAPSED, stillHolds } from './schedules/holds.ts';
import { type PlanRef, planOf, type Ticket, type Verdict } from './ticket.ts';
import type { Part, Plan } from './types.ts';
import { subjectOf } from './votes.ts';
import { isOpen, nextWindow, shut, type Window } from './window.ts';
import { type Said, say } from './words.ts';

/** What judging takes. */
export interface JudgeNeeds {
  readonly tickets: Pick<Tickets, 'keepCode'>;
  readonly plans: Pick<Plans, 'savePlan'>;
  readonly inventory: Pick<Inventory, 'remember'>;
  readonly freezes: Pick<Freezes, 'list'>;
  rules(): Promise<Rules>;
}

/** Joins the parts and says what the ticket comes to under today's policy. */
export async function judge(ticket: Ticket, round: number, parts: Readonly<Record<string, Part>>, now: number, needs: JudgeNeeds): Promise<Verdict> {
  const joined = join(parts);
  if (joined.kind === 'refused') return joined;
  const { repeat } = ticket;
  const plan: Plan = { ...stage(joined.plan, ticket.rollout), ...(repeat ? { repeat } : {}) };
  const rules = await needs.rules();
  const { policy } = rules;
  const person = policy.people.get(ticket.by);
  const ref = planRef(ticket, round, plan, parts, now);
  const granted = isGranted(ticket, plan.risk);
  const subject = subjectOf(ticket, ref);
  const allowed = person && authorize(person, 'ask', subject, policy, now);
  if (!allowed?.allowed && !granted) {
    const { why = say({ en: 'I do not know you any more', zh: '我已不认识您' }), rule = 'people' } = allowed ?? {};
    return { kind: 'refused', message: why, rule, plan: ref };
  }
  const { listed = [], ...kept } = plan;
  await needs.inventory.remember(listed);
  await needs.plans.savePlan(ticket.id, round, kept);
  if (plan.steps.length === 0 || ticket.dry) return { kind: 'answered', plan: ref };
  const left = unattended(ticket, plan);
  if (left) return { kind: 'refused', message: left, plan: ref };
  const cold = repeat ? undefined : await frozen(changedHosts(plan), needs.freezes, policy);
  if (cold) return { kind: 'refused', message: cold, passing: true, plan: ref };
  // What was approved there said that this would be removed, and when.
  if (granted || hasBrokenGlass(ticket, policy)) return { kind: 'ready', plan: ref };
  if (isAsScheduled(ticket, ref)) {
    const holds = stillHolds(ticket, ref, approvalFor(subject, policy), rules, now);
    return holds ? { kind: 'ready', plan: ref } : { kind: 'refused', message: LAPSED, lapsed: true, plan: ref };
  }
  const slot = slotOf(ticket, policy, now);
  if (slot && 'refused' in slot) return { kind: 'refused', message: slot.refused, plan: ref };
  const when = slot ? { slot } : {};
  const takes = approvalFor(subject, policy);
  if (takes === 'nobody') return { kind: 'ready', plan: ref, ...when };
  if ('refused' in takes) return { kind: 'refused', message: takes.refused, hint: takes.hint, plan: ref };
  const expiresAt = slot?.closesAt ?? now + takes.expiresMs;
  const code = await freeCode(ticket, ref.digest, expiresAt - now + 86_400_000, needs);
  return { kind: 'ask', plan: { ...ref, code }, needs: takes.needs, expiresAt, ...when };
}

/** The window it is to run in: that which it has, while it lasts, or else the next. */
function slotOf(ticket: Ticket, policy: Policy, now: number): Window | { readonly refused: Said } | undefined {
  if (ticket.window === undefined) return undefined;
  const had = 'slot' in ticket ? ticket.slot : undefined;
  if (had && now < had.closesAt) return now < had.opensAt || isOpen(policy, ticket.window, now) ? had : { refused: shut(ticket.window) };
  const next = nextWindow(ticket.window, policy.hours?.get(ticket.window) ?? [], now);
  return (
    next ?? { refused: say({ en: 'the window “{window}” does not open within a fortnight', zh: '窗口“{window}”两周内不会开放' }, { window: ticket.window }) }
  );
}

/** What today's policy asks for before this may run: nobody's yes, these people's, or it may not run at all. */
export function approvalFor(
  subject: Subject,
  policy: Policy,
): 'nobody' | { readonly needs: Needs; readonly expiresMs: number } | { readonly refused: Said; readonly hint: Said } {
  const { risk = 'none' } = subject;
  const rules = approvalRules(subject, policy);
  if (rules.length === 0 && !atLeast(risk, NEEDS_RULE)) return 'nobody';
  const isBare = rules.length === 0 || uncovered(subject, policy).length > 0;
  if (!isBare || !atLeast(risk, NEEDS_RULE)) return { needs: needsOf(rules), expiresMs: Math.min(...rules.map((rule) => rule.expiresMs)) };
  return {
    refused: say(
      { en: 'this is of {risk} risk, and no approval rule says who may approve it', zh: '此操作风险为{risk}，但没有审批规则说明谁可以批准' },
      { risk: riskWords(risk) },
    ),
    hint: say({ en: 'add one under approvals: in the configuration', zh: '请在配置的 approvals: 下添加' }),
  };
}

/** The plan's reply code; salted anew while it stands for another ticket, or for another plan of this one. */
async function freeCode(ticket: Ticket, digest: string, forMs: number, needs: JudgeNeeds): Promise<string> {
  const stands = planOf(ticket);
  for (let salt = 0; ; salt++) {
    const code = replyCode(ticket.id, salt === 0 ? digest : `${digest} ${salt}`);
    const isOther = stands?.code === code && stands.digest !== digest;
    if (!isOther && (await needs.tickets.keepCode(code, ticket.id, forMs))) return code;
  }
}

/** Of what is asked by another request each time: what is named after this one is the same thing. */
const classless = ({ id, window }: Ticket) => (window === undefined ? id : '');

function planRef(ticket: Ticket, round: number, plan: Plan, parts: Readonly<Record<string, Part>>, at: number): PlanRef {
  const whole = digest(ticket.command, ticket.input, plan);
  const names = namesOf(ticket.input, plan.about);
  const waves = [...new Set(plan.steps.map((step) => step.wave ?? 1))].sort((a, b) => a - b);
  return {
    round,
    digest: whole,
    code: replyCode(ticket.id, whole),
    risk: plan.risk,
    at,
    parts: Object.fromEntries(Object.entries(parts).map(([site, part]) => [site, part.kind === 'plan' ? digest(ticket.command, ticket.input, part.plan) : ''])),
    waves: waves.map((wave) => ({ wave, sites: [...new Set(plan.steps.filter((step) => (step.wave ?? 1) === wave).map((step) => step.on.site))] })),
    hosts: [...new Set([...plan.steps.flatMap((step) => (step.kind === 'desk' ? [] : [step.on.host])), ...(plan.touches ?? [])])],
    ...(names ? { names } : {}),
    ...(plan.rollout ? { maxFail: plan.rollout.maxFail } : {}),
    ...(ticket.window !== undefined || ticket.repeat || ticket.from?.kind === 'schedule'
      ? { class: planClass(ticket.command, ticket.input, plan, classless(ticket)) }
      : {}),
  };
}
