import { randomBytes } from 'node:crypto';
import { Absent, HostError, Refusal } from './errors.ts';
import type { Log } from './ports.ts';
import type { Part, Plan } from './types.ts';
import { say } from './words.ts';

/** What planning came to: the plan, or the no as it is said; anything unexpected shows a reference only and goes to the log whole. */
export async function planSafely(plan: () => Promise<Plan>, log: Log): Promise<Part> {
  try {
    return { kind: 'plan', plan: await plan() };
  } catch (error) {
    if (error instanceof Refusal) return { kind: 'refused', message: error.said, ...(error.hint ? { hint: error.hint } : {}), about: error.about };
    if (error instanceof Absent) return { kind: 'absent', message: error.said, near: error.near, ...(error.passing ? { passing: true } : {}) };
    if (error instanceof HostError) {
      return {
        kind: 'refused',
        passing: true,
        message: say({ en: '{host}: {why}; nothing was done', zh: '{host}：{why}；未做任何操作' }, { host: error.host, why: error.said }),
      };
    }
    return { kind: 'failed', reference: referenced(error, log) };
  }
}

/** Puts what nobody expected in the log, whole; the reference is what people see. */
export function referenced(error: unknown, log: Log): string {
  const reference = randomBytes(4).toString('hex');
  log(`planning failed, reference ${reference}`, error);
  return reference;
}
