import { outcomes as listOutcomes } from './journal.ts';
import { stepReport } from './outcome.ts';
import { provenBlocks } from './proving.ts';
import type { View } from './render.ts';
import type { In, Ticket, Vote } from './ticket.ts';
import type { Block, Outcome } from './types.ts';
import { undoWords } from './undo.ts';
import { list, quoted, type Said, say } from './words.ts';

/** Who approved it. */
export function voters({ ticket, names }: View): Block[] {
  const votes = 'votes' in ticket ? (ticket.votes ?? []) : [];
  if (votes.length === 0) return [];
  return [{ kind: 'text', text: say({ en: 'approved by {names}', zh: '由 {names} 批准' }, { names: list(votes.map((vote) => voter(vote, names))) }) }];
}

function voter({ by, for: lenders = [] }: Vote, names: View['names']): Said {
  const name = names[by] ?? by;
  if (lenders.length === 0) return quoted(name);
  return say({ en: '{name} (for {lenders})', zh: '{name}（代 {lenders}）' }, { name, lenders: list(lenders.map((id) => names[id] ?? id)) });
}

/** Why who asked wants it, in their words. */
export function reasonBlocks({ ticket: { reason, from }, names }: View): Block[] {
  const glass: Block[] =
    from?.kind === 'glass'
      ? [
          {
            kind: 'text',
            text: say({ en: 'the glass was broken: nobody approved this; someone else must review it', zh: '已启用紧急通道：此操作未经批准，须由他人审查' }),
          },
        ]
      : [];
  if (!reason) return glass;
  return [
    ...glass,
    { kind: 'text', text: say({ en: 'because, says {by}: “{text}”', zh: '理由（{by}）：“{text}”' }, { by: names[reason.by] ?? reason.by, text: reason.text }) },
  ];
}

/** What the steps came to, and how to take it back. */
export function endBlocks({ ticket, plan, journal, report, names }: View): Block[] {
  if (!plan) return [];
  const outcomes: Outcome[] = listOutcomes(journal, plan.steps.length);
  const again: Block[] =
    ticket.state === 'failed' && !ticket.robbed && !ticket.frozen && !ticket.marked && outcomes.every((outcome) => outcome.kind === 'skipped')
      ? [
          {
            kind: 'text',
            text: say({
              en: 'the world changed since the plan was approved; nothing was done. Ask again to see the new plan',
              zh: '批准后情况发生变化，未执行任何操作。请重新提出以查看新计划',
            }),
          },
        ]
      : [];
  const undo: Block[] =
    ticket.state === 'done' && 'command' in plan.undo
      ? [
          {
            kind: 'facts',
            facts: [
              [say({ en: 'undo', zh: '撤销' }), say({ en: '`undo {id}`: {line}', zh: '`undo {id}`：{line}' }, { id: ticket.id, line: undoWords(plan.undo) })],
            ],
          },
        ]
      : [];
  return [...provenBlocks(plan, outcomes, names), ...(report ?? stepReport(plan, outcomes)), ...again, ...undo];
}

/** Whose word it is that ended it. */
export function markBlocks({ names }: View, { marked }: In<'done'> | In<'failed'>): Block[] {
  if (!marked) return [];
  const by = names[marked.by] ?? marked.by;
  const { reason } = marked;
  const words =
    marked.as === 'done'
      ? say({ en: 'marked done by {by}: “{reason}”', zh: '{by} 标记为完成：“{reason}”' }, { by, reason })
      : say({ en: 'marked failed by {by}: “{reason}”', zh: '{by} 标记为失败：“{reason}”' }, { by, reason });
  return [{ kind: 'text', text: words }];
}

/** Why no further wave was begun. */
export function haltBlocks({ halted, robbed, frozen }: In<'failed'>): Block[] {
  if (frozen) return [{ kind: 'text', text: say({ en: 'no more was begun: {frozen}', zh: '未再开始其他步骤：{frozen}' }, { frozen }) }];
  if (robbed) {
    return [
      {
        kind: 'text',
        text: say({
          en: 'a lock was taken away from it: what it had begun ran to its end, nothing more was begun',
          zh: '它的锁被夺走：已开始的步骤运行到结束，未再开始其他步骤',
        }),
      },
    ];
  }
  if (!halted) return [];
  const text = say(
    {
      en: 'halted: {failed} failed, at most {allowed} may; `resume` goes on with what is left',
      zh: '已中止：{failed} 台失败，最多允许 {allowed} 台；可用 `resume` 继续其余部分',
    },
    { failed: halted.failed, allowed: halted.allowed },
  );
  return [{ kind: 'text', text }];
}

/** What it means that the outcome is unknown, and when the hosts were last asked. */
export function unknownBlocks(ticket: In<'unknown'>): Block[] {
  const text = say(
    {
      en: 'nobody knows yet how this ended; its locks stay held. The bot goes on asking the hosts, last at {checked} UTC',
      zh: '目前无法得知结果；相关锁保持占用。系统会自动再次询问主机，最近一次：{checked} UTC',
    },
    { checked: new Date(ticket.checkedAt).toISOString().slice(11, 19) },
  );
  return [{ kind: 'text', text }];
}

/** Who ended it before its end, and in what words. */
export function endedBy({ names }: View, ticket: Extract<Ticket, { readonly endedBy: string }>): Block {
  const by = names[ticket.endedBy] ?? ticket.endedBy;
  const text = endedWords(ticket, by);
  if (ticket.because === undefined) return { kind: 'text', text };
  return { kind: 'text', text: say({ en: '{text}: “{because}”', zh: '{text}：“{because}”' }, { text, because: ticket.because }) };
}

function endedWords(ticket: Extract<Ticket, { readonly endedBy: string }>, by: string): Said {
  if (ticket.state === 'rejected') return say({ en: 'rejected by {by}; nothing was done', zh: '被 {by} 拒绝；未做任何操作' }, { by });
  return ticket.startedAt === undefined
    ? say({ en: 'cancelled by {by}; nothing was done', zh: '被 {by} 取消；未做任何操作' }, { by })
    : say({ en: 'stopped by {by}; what was done stands below', zh: '被 {by} 停止；已完成的步骤如下' }, { by });
}
