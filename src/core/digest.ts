import { createHash } from 'node:crypto';
import type { Input, Json, Plan, Step } from './types.ts';

/** The format of what is digested; raised when its shape changes. */
const FORMAT = 1;

/** JSON with sorted keys and without undefined: equal values give equal texts. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, v: unknown) =>
    v !== null && typeof v === 'object' && !Array.isArray(v) ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1))) : v,
  );
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * Names exactly what is approved: command, input, risk, steps without wording, locks, what the facts rely on, and undo.
 * Times, ages, loads, wording, language and the order of facts do not enter.
 */
export function digest(command: string, input: Input, plan: Plan): string {
  const effect = (step: Step): Json => {
    const { why: _, ...rest } = step;
    const { name: __, ...on } = rest.on;
    const probes = rest.kind === 'prove' ? { probes: rest.probes.map(({ what: ___, ...probe }) => probe) } : {};
    return JSON.parse(canonical({ ...rest, on, ...probes })) as Json;
  };
  return sha256(
    canonical({
      format: FORMAT,
      command,
      input,
      risk: plan.risk,
      steps: plan.steps.map(effect),
      locks: plan.locks.map((lock) => canonical(lock)).sort(),
      holds: plan.facts.flatMap((fact) => (fact.holds === undefined ? [] : [fact.holds])).sort(),
      undo: 'command' in plan.undo ? { command: plan.undo.command, input: plan.undo.input } : null,
      ...(plan.rollout ? { rollout: plan.rollout } : {}),
      ...(plan.repeat ? { repeat: plan.repeat } : {}),
      ...(plan.keeps ? { keeps: plan.keeps.map(({ on, forMs, remove }) => ({ on, forMs, remove })) } : {}),
    }),
  );
}

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The first `length` characters of a hex digest in Crockford's base 32: no I, L, O, U to misread. */
export function code(hex: string, length: number): string {
  let bits = BigInt(`0x${hex}`);
  let text = '';
  for (let i = 0; i < length; i++) {
    text += CROCKFORD[Number(bits & 31n)];
    bits >>= 5n;
  }
  return text;
}

/** The code people type to approve this plan of this ticket: a new plan, a new code. Five characters, at least one a letter. */
export function replyCode(ticket: string, planDigest: string): string {
  const five = code(sha256(`${ticket} ${planDigest}`), 5);
  return /[A-Z]/.test(five) ? five : `${five.slice(0, 4)}X`;
}

/** A ticket's id, derived from what was heard, so that the same event never makes two: `T` and eleven characters. */
export function ticketId(platform: string, event: string): string {
  return `T${code(sha256(`${platform} ${event}`), 11)}`;
}

/** The id under which a ticket remembers a press, so that a redelivered one counts once; it can be no other event's id. */
export function pressId(event: string): string {
  return `press ${event}`;
}

/** A queue job's id: letters first, no colon. */
export function jobId(...parts: readonly (string | number)[]): string {
  return `j${sha256(parts.join(' ')).slice(0, 24)}`;
}
