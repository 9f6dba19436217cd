import { type Journal, outcomes as listOutcomes } from './journal.ts';
import { stepReport, targetWords } from './outcome.ts';
import { riskWords } from './policy.ts';
import { quote } from './quote.ts';
import { type In, isOver, planOf, type Ticket } from './ticket.ts';
import type { Block, Button, Card, Cell, Fact, Mood, Outcome, Plan, PressAction, Undo } from './types.ts';
import { list, quoted, type Said, say } from './words.ts';

/** All a card is made of: the ticket, the plan it stands on, what its steps have come to. */
export interface View {
  readonly ticket: Ticket;
  readonly plan?: Plan;
  readonly journal: Journal;
  /** How many journal lines were written: they make the card newer, as changes of the ticket do. */
  readonly lines: number;
  /** What the command made of the outcomes, once it is over. */
  readonly report?: readonly Block[];
  /** Names of people by id. */
  readonly names: Readonly<Record<string, string>>;
}

/** How a ticket looks now. Pure. */
export function render(view: View): Card {
  const { ticket, plan } = view;
  const ref = planOf(ticket);
  return {
    id: ticket.id,
    rev: ticket.rev + view.lines,
    mood: moodOf(ticket),
    title: quoted(ticket.text),
    blocks: blocksOf(view),
    buttons: buttonsOf(ticket),
    ticket: {
      id: ticket.id,
      state: ticket.state,
      digest: ref?.digest ?? '',
      code: ref?.code ?? '',
      by: ticket.by,
      plan: {
        steps: plan?.steps.map(stepWords) ?? [],
        facts: plan?.facts.map(factWords) ?? [],
        undo: plan && plan.steps.length > 0 ? undoLine(plan.undo) : null,
      },
    },
  };
}

function moodOf(ticket: Ticket): Mood {
  if (ticket.state === 'waiting') return 'waiting';
  if (!isOver(ticket)) return 'busy';
  return ticket.state === 'done' ? 'good' : 'bad';
}

function blocksOf(view: View): Block[] {
  const { ticket, plan } = view;
  const head: Block[] = plan && ticket.state !== 'refused' ? [{ kind: 'text', text: plan.summary }] : [];
  const notes = (ticket.state === 'refused' ? [] : (plan?.notes ?? [])).map((text): Block => ({ kind: 'text', text }));
  switch (ticket.state) {
    case 'planning':
      return [{ kind: 'progress', done: answered(ticket), of: Object.keys(ticket.looking.parts).length, label: say({ en: 'looking', zh: '正在查看' }) }];
    case 'refused':
      return [ticket.message, ...(ticket.hint ? [ticket.hint] : [])].map((text): Block => ({ kind: 'text', text }));
    case 'waiting':
      return [...head, ...notes, ...planBlocks(plan), ...waitingBlocks(view, ticket)];
    case 'approved':
      return [...head, ...notes, { kind: 'progress', done: 0, label: say({ en: 'starting', zh: '即将开始' }) }];
    case 'running':
    case 'cancelling':
      return [...head, ...notes, ...runningBlocks(view, ticket)];
    case 'done':
      if (ticket.startedAt === undefined) return [...head, ...notes, ...(plan?.answer ?? []), ...(plan && ticket.dry ? planBlocks(plan) : [])];
      return [...head, ...voters(view), ...endBlocks(view)];
    case 'failed':
    case 'unknown':
      return [...head, ...voters(view), ...endBlocks(view)];
    case 'cancelled':
    case 'rejected':
      return [...head, endedBy(view, ticket), ...(ticket.startedAt === undefined ? [] : endBlocks(view))];
    case 'expired':
      return [
        ...head,
        { kind: 'text', text: say({ en: 'nobody approved it in time; ask again if it is still wanted', zh: '无人及时批准；如仍需要请重新提出' }) },
      ];
  }
}

function answered(ticket: In<'planning'>): number {
  return Object.values(ticket.looking.parts).filter((part) => part !== null).length;
}

/** What would be done and what it relies on. */
function planBlocks(plan: Plan | undefined): Block[] {
  if (!plan) return [];
  const rows = plan.steps.map((step): Cell[] => [
    targetWords(step),
    step.why,
    step.kind === 'exec' ? step.argv.map(quote).join(' ') : say({ en: '(wait)', zh: '（等待）' }),
  ]);
  const table: Block = {
    kind: 'table',
    columns: [say({ en: 'on', zh: '对象' }), say({ en: 'step', zh: '步骤' }), say({ en: 'command', zh: '命令' })],
    rows,
  };
  const facts: Block = {
    kind: 'facts',
    facts: [
      ...plan.facts.slice(0, 8).map((fact): [Said, Cell] => [fact.what, fact.value]),
      [say({ en: 'risk', zh: '风险' }), riskWords(plan.risk)],
      [say({ en: 'undo', zh: '撤销' }), undoWords(plan.undo)],
    ],
  };
  return plan.steps.length === 0 ? [] : [table, facts];
}

function waitingBlocks({ names }: View, ticket: In<'waiting'>): Block[] {
  const voted = ticket.votes.map((vote) => names[vote.by] ?? vote.by);
  const text = say(
    {
      en: '{n} more to approve ({roles}, not {by}); code `{code}`, until {until} UTC',
      zh: '还需 {n} 人批准（{roles}，{by} 本人除外）；代码 `{code}`，{until} UTC 前有效',
    },
    {
      n: ticket.needs.count - ticket.votes.length,
      roles: list(ticket.needs.roles),
      by: names[ticket.by] ?? ticket.by,
      code: ticket.plan.code,
      until: clock(ticket.expiresAt),
    },
  );
  return [
    ...(ticket.changed
      ? [
          {
            kind: 'text',
            text: say({ en: 'the plan changed since it was first shown; earlier votes are void', zh: '计划与最初显示的不同；先前的批准已作废' }),
          } as const,
        ]
      : []),
    ...(voted.length > 0 ? [{ kind: 'text', text: say({ en: 'approved by {voted}', zh: '{voted} 已批准' }, { voted: list(voted) }) } as const] : []),
    { kind: 'text', text },
  ];
}

/** `14:05` in UTC. */
function clock(at: number): string {
  return new Date(at).toISOString().slice(11, 16);
}

function runningBlocks({ plan, journal, names }: View, ticket: In<'running'> | In<'cancelling'>): Block[] {
  const steps = plan?.steps ?? [];
  const done = Object.values(journal).filter((entry) => entry.state === 'finished').length;
  const now = steps.findIndex((_, i) => journal[i]?.state === 'intent');
  const step = steps[now];
  const label = step ? say({ en: '{on}: {why}', zh: '{on}：{why}' }, { on: targetWords(step), why: step.why }) : say({ en: 'running', zh: '正在执行' });
  const blocks: Block[] = [{ kind: 'progress', done, of: steps.length, label }];
  if (ticket.state === 'cancelling') {
    blocks.push({
      kind: 'text',
      text: say(
        { en: '{by} asked to stop: the step under way is finished, no other begins', zh: '{by} 要求停止：当前步骤会完成，不再开始其他步骤' },
        { by: names[ticket.cancelledBy] ?? ticket.cancelledBy },
      ),
    });
  } else if (ticket.blocked) blocks.push({ kind: 'text', text: ticket.blocked });
  return blocks;
}

function voters({ ticket, names }: View): Block[] {
  const votes = 'votes' in ticket ? (ticket.votes ?? []) : [];
  if (votes.length === 0) return [];
  return [{ kind: 'text', text: say({ en: 'approved by {names}', zh: '由 {names} 批准' }, { names: list(votes.map((vote) => names[vote.by] ?? vote.by)) }) }];
}

function endBlocks({ ticket, plan, journal, report }: View): Block[] {
  if (!plan) return [];
  const outcomes: Outcome[] = listOutcomes(journal, plan.steps.length);
  const again: Block[] =
    ticket.state === 'failed' && outcomes.every((outcome) => outcome.kind === 'skipped')
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
    ticket.state === 'done' && 'command' in plan.undo ? [{ kind: 'facts', facts: [[say({ en: 'undo', zh: '撤销' }), undoWords(plan.undo)]] }] : [];
  return [...(report ?? stepReport(plan, outcomes)), ...again, ...undo];
}

function endedBy({ names }: View, ticket: Extract<Ticket, { readonly endedBy: string }>): Block {
  const by = names[ticket.endedBy] ?? ticket.endedBy;
  if (ticket.state === 'rejected') return { kind: 'text', text: say({ en: 'rejected by {by}; nothing was done', zh: '被 {by} 拒绝；未做任何操作' }, { by }) };
  return {
    kind: 'text',
    text:
      ticket.startedAt === undefined
        ? say({ en: 'cancelled by {by}; nothing was done', zh: '被 {by} 取消；未做任何操作' }, { by })
        : say({ en: 'stopped by {by}; what was done stands below', zh: '被 {by} 停止；已完成的步骤如下' }, { by }),
  };
}

const LABELS: Readonly<Record<PressAction, Said>> = {
  approve: say({ en: 'Approve', zh: '批准' }),
  reject: say({ en: 'Reject', zh: '拒绝' }),
  cancel: say({ en: 'Cancel', zh: '取消' }),
};

function buttonsOf(ticket: Ticket): Button[] {
  const code = planOf(ticket)?.code ?? '';
  const button = (action: PressAction): Button => ({ id: action, label: LABELS[action], press: { action, ticket: ticket.id, code } });
  if (ticket.state === 'waiting') return [button('approve'), button('reject'), button('cancel')];
  return ticket.state === 'running' || ticket.state === 'planning' ? [button('cancel')] : [];
}

function stepWords(step: Plan['steps'][number]): Said {
  const what = step.kind === 'exec' ? quoted(step.argv.map(quote).join(' ')) : say({ en: 'wait', zh: '等待' });
  return say({ en: '{on}: {why} ({what})', zh: '{on}：{why}（{what}）' }, { on: targetWords(step), why: step.why, what });
}

function factWords(fact: Fact): Said {
  return say({ en: '{what}: {value}', zh: '{what}：{value}' }, { what: fact.what, value: fact.value });
}

/** How a plan is undone: the command line to type, or why there is none. */
export function undoWords(undo: Undo): Said {
  if ('impossible' in undo) return say({ en: 'no: {why}', zh: '不能：{why}' }, { why: undo.impossible });
  return say({ en: '`{line}`', zh: '`{line}`' }, { line: undoLine(undo) });
}

/** The bare command line that undoes a plan, or why there is none. */
function undoLine(undo: Undo): Said {
  if ('impossible' in undo) return undoWords(undo);
  const values = Object.values(undo.input).flat();
  return quoted([undo.command, ...values.map((value) => quoteWord(String(value)))].join(' '));
}

function quoteWord(word: string): string {
  return /^[\w@:./-]+$/.test(word) ? word : `"${word.replace(/["\\]/g, '\\$&')}"`;
}
