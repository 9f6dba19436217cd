import type { Ticket } from '../ticket.ts';
import type { Plan } from '../types.ts';
import { type Said, say } from '../words.ts';

/** Why a plan that nobody stands by is not carried out: a watch only looks, and a runbook does by itself only what can be taken back. Pure. */
export function unattended({ from }: Pick<Ticket, 'from'>, { steps, undo }: Pick<Plan, 'steps' | 'undo'>): Said | undefined {
  if (steps.length === 0) return undefined;
  if (from?.kind === 'watch') return say({ en: 'a watch only looks: this would change something', zh: '监视只能查看：此命令会作出更改' });
  if (from?.kind !== 'remedy' || 'command' in undo) return undefined;
  return say({ en: 'not done by itself, as it cannot be taken back: {why}', zh: '不会自动执行，因为无法撤销：{why}' }, { why: undo.impossible });
}
