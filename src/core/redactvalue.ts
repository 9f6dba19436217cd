import type { Redactor } from './redact.ts';
import { changed, changedList, redactBlock, redactFact, redactSaid } from './redactblock.ts';
import type { Entry, Outcome, Part, Plan, Probed } from './types.ts';
import { say } from './words.ts';

/** A line of a journal as it may leave this machine. What is compared or looked for later stays as it is: tasks, boot ids, times. */
export function redactEntry(entry: Entry, to: Redactor): Entry {
  if (entry.state === 'started') {
    const seen = changed(entry.seen, { tail: to.redactOpen(entry.seen.tail), ...redactProbes(entry.seen, to) });
    return seen === entry.seen ? entry : { ...entry, seen };
  }
  if (entry.state !== 'finished') return entry;
  const outcome = redactOutcome(entry.outcome, to);
  return outcome === entry.outcome ? entry : { ...entry, outcome };
}

function redactOutcome(outcome: Outcome, to: Redactor): Outcome {
  switch (outcome.kind) {
    case 'task':
      return changed(outcome, { said: to.redact(outcome.said), output: to.redact(outcome.output) });
    case 'unproven':
      return changed(outcome, { alive: changedList(outcome.alive, to.redact), output: to.redact(outcome.output) });
    case 'refused':
    case 'gone':
    case 'unreachable':
      return changed(outcome, { why: redactSaid(outcome.why, to) });
    case 'met':
    case 'skipped':
      return changed(outcome, redactProbes(outcome, to));
    case 'timeout':
      return changed(outcome, { output: to.redact(outcome.output), ...redactProbes(outcome, to) });
    default:
      return changed(outcome, { output: to.redact(outcome.output) });
  }
}

/** What hosts answered when they were asked whether a change holds. */
function redactProbes({ probes }: { readonly probes?: readonly Probed[] }, to: Redactor): { readonly probes?: readonly Probed[] } {
  if (!probes) return {};
  return { probes: changedList(probes, (one) => changed(one, { said: typeof one.said === 'string' ? to.redact(one.said) : redactSaid(one.said, to) })) };
}

/**
 * What a site says, as it may leave this machine. What is digested and performed is never altered: a plan that would carry a known secret there
 * is refused.
 */
export function redactPart(part: Part, to: Redactor): Part {
  switch (part.kind) {
    case 'plan':
      return carriesSecret(part.plan, to) ? { kind: 'refused', message: CARRIES, hint: INSTEAD } : changed(part, { plan: redactPlan(part.plan, to) });
    case 'absent':
      return changed(part, { message: redactSaid(part.message, to) });
    case 'refused':
      return changed(part, { message: redactSaid(part.message, to), ...(part.hint === undefined ? {} : { hint: redactSaid(part.hint, to) }) });
    default:
      return part;
  }
}

const CARRIES = say({
  en: 'this would write a secret of this worker into its plan, where everybody can read it',
  zh: '这会把本工作进程的密钥写入计划，所有人都能看到',
});
const INSTEAD = say({ en: 'secrets are given by reference: env:NAME or file:/path', zh: '密钥应以引用方式给出：env:NAME 或 file:/path' });

/** All that is digested, performed or compared later. */
function carriesSecret({ steps, locks, undo, facts, rollout, keeps }: Plan, to: Redactor): boolean {
  const holds = facts.flatMap((fact) => (fact.holds === undefined ? [] : [fact.holds]));
  return texts({ steps, locks, undo, holds, rollout, keeps }).some((text) => to.knows(text));
}

function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : [];
}

function redactPlan(plan: Plan, to: Redactor): Plan {
  const { summary, answer, facts, notes, offers, files, findings } = plan;
  return changed(plan, {
    summary: redactSaid(summary, to),
    facts: changedList(facts, (fact) => redactFact(fact, to)),
    ...(answer ? { answer: changedList(answer, (block) => redactBlock(block, to)) } : {}),
    ...(notes ? { notes: changedList(notes, (note) => redactSaid(note, to)) } : {}),
    ...(files ? { files: changedList(files, (file) => changed(file, { text: to.redact(file.text) })) } : {}),
    ...(offers ? { offers: changedList(offers, (offer) => changed(offer, { label: redactSaid(offer.label, to) })) } : {}),
    ...(findings
      ? {
          findings: changedList(findings, (one) =>
            changed(one, { findings: changedList(one.findings, (found) => changed(found, { what: redactSaid(found.what, to) })) }),
          ),
        }
      : {}),
  });
}

/** An error as it may be logged or kept, with its stack. */
export function redactError(error: unknown, to: Redactor): unknown {
  if (!(error instanceof Error)) return typeof error === 'string' ? to.redact(error) : error;
  const [message, stack] = [to.redact(error.message), to.redact(error.stack ?? '')];
  if (message === error.message && stack === (error.stack ?? '')) return error;
  const safe = new Error(message);
  safe.name = error.name;
  safe.stack = stack;
  return safe;
}
