import type { Journal } from './journal.ts';
import { type In, planOf, type Ticket } from './ticket.ts';
import type { Button, Field, Plan, PressAction } from './types.ts';
import { type Said, say } from './words.ts';

/** What each press is called. */
export const LABELS: Readonly<Record<PressAction, Said>> = {
  approve: say({ en: 'Approve', zh: '批准' }),
  withdraw: say({ en: 'Take back my vote', zh: '撤回我的批准' }),
  reject: say({ en: 'Reject', zh: '拒绝' }),
  cancel: say({ en: 'Cancel', zh: '取消' }),
  recheck: say({ en: 'Re-check', zh: '重新检查' }),
  'mark-done': say({ en: 'Mark done', zh: '标记为完成' }),
  'mark-failed': say({ en: 'Mark failed', zh: '标记为失败' }),
  keep: say({ en: 'Keep', zh: '保留' }),
  undo: say({ en: 'Undo', zh: '撤销' }),
  reason: say({ en: 'Say why', zh: '说明理由' }),
  offer: say({ en: 'Do it', zh: '执行' }),
  fill: say({ en: 'Fill in', zh: '填写' }),
  again: say({ en: 'Still wanted', zh: '仍然需要' }),
  ack: say({ en: 'Ack', zh: '确认' }),
  'silence-1h': say({ en: 'Silence 1 h', zh: '静默 1 小时' }),
  'silence-4h': say({ en: 'Silence 4 h', zh: '静默 4 小时' }),
  silence: say({ en: 'Silence until…', zh: '静默至…' }),
  assign: say({ en: 'Assign', zh: '指派' }),
  escalate: say({ en: 'Escalate', zh: '升级' }),
  explain: say({ en: 'Why', zh: '为什么' }),
};
const REVERT = say({ en: 'Revert', zh: '恢复' });
const STOP_AFTER = say({ en: 'Stop after this step', zh: '此步骤后停止' });
const REASON: readonly Field[] = [{ name: 'reason', label: say({ en: 'How do you know?', zh: '依据是什么？' }) }];
const WHY: readonly Field[] = [{ name: 'reason', label: say({ en: 'Why is this needed?', zh: '为什么需要执行？' }) }];
const CODE: readonly Field[] = [{ name: 'code', label: say({ en: 'one-time code', zh: '一次性验证码' }) }];

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
    case 'waiting': {
      const decide = ticket.needs.reason && !ticket.reason ? button('reason', LABELS.reason, WHY) : button('approve', LABELS.approve, proofOf(ticket));
      return [decide, ...(ticket.votes.length > 0 ? [button('withdraw')] : []), button('reject'), button('cancel')];
    }
    case 'scheduled':
      return [...(ticket.votes.length > 0 ? [button('withdraw')] : []), button('reject'), button('cancel')];
    case 'planning':
      return [button('cancel')];
    case 'refused':
      if (ticket.late !== undefined) return [button('again')];
      return fields.length > 0 ? [button('fill', LABELS.fill, fields)] : [];
    case 'running': {
      if (isProving(plan, journal)) return [button('keep'), button('cancel', REVERT)];
      const way = wayBack(plan, journal);
      return way === 'none' ? [] : [button('cancel', way === 'after' ? STOP_AFTER : LABELS.cancel)];
    }
    case 'unknown':
      return [button('recheck'), button('mark-done', LABELS['mark-done'], REASON), button('mark-failed', LABELS['mark-failed'], REASON)];
    case 'done': {
      const offers = (plan?.offers ?? []).map(({ label }, i) => ({
        ...button('offer', label),
        id: `offer-${i}`,
        press: { action: 'offer' as const, ticket: ticket.id, code: String(i) },
      }));
      return [...(canUndo(ticket, plan) ? [button('undo')] : []), ...offers];
    }
    default:
      return [];
  }
}

/** What an approver proves by who they are, where that is asked for. */
function proofOf({ plan, needs }: In<'waiting'>): readonly Field[] {
  if (needs.stepUp === undefined) return [];
  if (needs.stepUp === 'totp') return CODE;
  const how = say(
    {
      en: 'Paste what the line on the card prints, or run `hostler approve {code}` in a terminal instead.',
      zh: '请粘贴卡片上命令的输出，或改为在终端运行 `hostler approve {code}`。',
    },
    { code: plan.code },
  );
  return [{ name: 'signature', label: say({ en: 'SSH signature', zh: 'SSH 签名' }), long: true, how }];
}

/** Whether something was done that a command can take back. */
function canUndo(ticket: Ticket, plan: Plan | undefined): boolean {
  return ticket.state === 'done' && ticket.startedAt !== undefined && plan !== undefined && 'command' in plan.undo;
}

/** Whether a change is asked to prove itself, and goes back unless it does. */
export function isProving(plan: Plan | undefined, journal: Journal): boolean {
  return (plan?.steps ?? []).some((step, i) => step.kind === 'prove' && journal[i] !== undefined && journal[i].state !== 'finished');
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
