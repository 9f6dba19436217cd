import type { Journal } from './journal.ts';
import { isOver, planOf, type Ticket } from './ticket.ts';
import type { Button, Field, Plan, PressAction } from './types.ts';
import { type Said, say } from './words.ts';

/** What each press is called. */
export const LABELS: Readonly<Record<PressAction, Said>> = {
  approve: say({ en: 'Approve', zh: '批准' }),
  reject: say({ en: 'Reject', zh: '拒绝' }),
  cancel: say({ en: 'Cancel', zh: '取消' }),
  recheck: say({ en: 'Re-check', zh: '重新检查' }),
  'mark-done': say({ en: 'Mark done', zh: '标记为完成' }),
  'mark-failed': say({ en: 'Mark failed', zh: '标记为失败' }),
  undo: say({ en: 'Undo', zh: '撤销' }),
  fill: say({ en: 'Fill in', zh: '填写' }),
  again: say({ en: 'Still wanted', zh: '仍然需要' }),
};
const STOP_AFTER = say({ en: 'Stop after this step', zh: '此步骤后停止' });
const REASON: readonly Field[] = [{ name: 'reason', label: say({ en: 'How do you know?', zh: '依据是什么？' }) }];

/** What can be pressed on a ticket's card now. */
export function buttonsOf(ticket: Ticket, plan: Plan | undefined, journal: Journal, fields: readonly Field[] = []): Button[] {
  const code = planOf(ticket)?.code ?? '';
  const button = (action: PressAction, label = LABELS[action], asks: readonly Field[] = []): Button => ({
    id: action,
    label,
    press: { action, ticket: ticket.id, code },
    ...(asks.length > 0 ? { asks } : {}),
  });
  switch (ticket.state) {
    case 'waiting':
      return [button('approve'), button('reject'), button('cancel')];
    case 'planning':
      return [button('cancel')];
    case 'refused':
      if (ticket.late !== undefined) return [button('again')];
      return fields.length > 0 ? [button('fill', LABELS.fill, fields)] : [];
    case 'running': {
      const way = wayBack(plan, journal);
      return way === 'none' ? [] : [button('cancel', way === 'after' ? STOP_AFTER : LABELS.cancel)];
    }
    case 'unknown':
      return [button('recheck'), button('mark-done', LABELS['mark-done'], REASON), button('mark-failed', LABELS['mark-failed'], REASON)];
    default:
      return isOver(ticket) && canUndo(ticket, plan) ? [button('undo')] : [];
  }
}

/** Whether something was done that a command can take back. */
function canUndo(ticket: Ticket, plan: Plan | undefined): boolean {
  return ticket.state === 'done' && ticket.startedAt !== undefined && plan !== undefined && 'command' in plan.undo;
}

/** What a cancel would still do: stop what runs, stop after a step that must not be stopped, or nothing any more. */
export function wayBack(plan: Plan | undefined, journal: Journal): 'stop' | 'after' | 'none' {
  const steps = plan?.steps ?? [];
  const underWay = steps.filter((_, i) => journal[i] !== undefined && journal[i].state !== 'finished');
  const mustEnd = underWay.some((step) => step.stop === 'never');
  if (!mustEnd) return 'stop';
  const left = steps.some((step, i) => journal[i] === undefined && step.kind !== 'wait' && !step.always);
  return left ? 'after' : 'none';
}
