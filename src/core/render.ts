import { buttonsOf } from './buttons.ts';
import { callLine } from './call.ts';
import { endBlocks, endedBy, haltBlocks, markBlocks, unknownBlocks, voters } from './ending.ts';
import type { Journal } from './journal.ts';
import { targetWords } from './outcome.ts';
import { riskWords } from './policy.ts';
import { quote } from './quote.ts';
import { waves } from './rollout.ts';
import { type In, isOver, planOf, type Ticket } from './ticket.ts';
import { clock, duration } from './time.ts';
import type { Block, Card, Cell, Fact, Field, Mood, Plan, Step } from './types.ts';
import { underWay } from './underway.ts';
import { undoLine, undoWords } from './undo.ts';
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
  /** What asks for what its line lacks. */
  readonly fields?: readonly Field[];
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
    buttons: buttonsOf(ticket, plan, view.journal, view.fields),
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
  if (ticket.state === 'unknown') return 'bad';
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
      return [...head, ...notes, ...(plan?.answer ?? []), ...planBlocks(plan), ...waitingBlocks(view, ticket)];
    case 'approved':
      return [...head, ...notes, { kind: 'progress', done: 0, label: say({ en: 'starting', zh: '即将开始' }) }];
    case 'running':
    case 'cancelling':
      return [...head, ...notes, ...underWay(plan, view.journal, view.names, ticket)];
    case 'done':
      if (ticket.startedAt === undefined) return [...head, ...notes, ...(plan?.answer ?? []), ...(plan && ticket.dry ? planBlocks(plan) : [])];
      return [...head, ...voters(view), ...markBlocks(view, ticket), ...endBlocks(view)];
    case 'failed':
      return [...head, ...voters(view), ...markBlocks(view, ticket), ...haltBlocks(ticket), ...endBlocks(view)];
    case 'unknown':
      return [...head, ...voters(view), ...endBlocks(view), ...unknownBlocks(ticket)];
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

/** Commands put the weightiest first. */
const MOST_FACTS = 8;

/** That there is more than fits. */
function moreFacts(n: number): [Said, Cell] {
  return [say({ en: 'and more', zh: '另有' }), say({ en: '{n}, not shown', zh: '{n} 项，未显示' }, { n })];
}

/** What would be done and what it relies on. */
function planBlocks(plan: Plan | undefined): Block[] {
  if (!plan) return [];
  const rows = plan.steps.map((step): Cell[] => [targetWords(step), step.why, stepLine(step)]);
  const table: Block = {
    kind: 'table',
    columns: [say({ en: 'on', zh: '对象' }), say({ en: 'step', zh: '步骤' }), say({ en: 'command', zh: '命令' })],
    rows,
  };
  const facts: Block = {
    kind: 'facts',
    facts: [
      ...plan.facts.slice(0, MOST_FACTS).map((fact): [Said, Cell] => [fact.what, fact.value]),
      ...(plan.facts.length > MOST_FACTS ? [moreFacts(plan.facts.length - MOST_FACTS)] : []),
      ...(plan.keeps ?? []).map(({ what, forMs }): [Said, Cell] => [
        say({ en: 'kept', zh: '保留' }),
        say({ en: '{what}, removed after {time}', zh: '{what}，{time} 后删除' }, { what, time: duration(forMs) }),
      ]),
      [say({ en: 'risk', zh: '风险' }), riskWords(plan.risk)],
      [say({ en: 'undo', zh: '撤销' }), undoWords(plan.undo)],
    ],
  };
  return plan.steps.length === 0 ? [] : [table, ...rolloutBlocks(plan), facts];
}

/** In which order it goes over the hosts, and what stops it. */
function rolloutBlocks({ steps, rollout }: Plan): Block[] {
  if (!rollout) return [];
  const groups = waves([...new Set(steps.map((step) => step.on.host))], rollout);
  const text = say(
    { en: 'in {n} waves: {groups}; no further host once more than {maxFail} failed', zh: '分 {n} 批：{groups}；失败超过 {maxFail} 台即停止' },
    { n: groups.length, groups: list(groups.map((hosts) => say({ en: '({hosts})', zh: '（{hosts}）' }, { hosts: list(hosts) }))), maxFail: rollout.maxFail },
  );
  return [{ kind: 'text', text }];
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

/** What a step does, as it would be typed. */
function stepLine(step: Step): Said {
  if (step.kind === 'exec') return quoted(step.argv.map(quote).join(' '));
  if (step.kind === 'api') return quoted(callLine(step));
  return step.kind === 'wait' ? say({ en: '(wait)', zh: '（等待）' }) : say({ en: '(by the bot itself)', zh: '（由机器人执行）' });
}

function stepWords(step: Step): Said {
  const what = stepLine(step);
  return say({ en: '{on}: {why} ({what})', zh: '{on}：{why}（{what}）' }, { on: targetWords(step), why: step.why, what });
}

function factWords(fact: Fact): Said {
  return say({ en: '{what}: {value}', zh: '{what}：{value}' }, { what: fact.what, value: fact.value });
}
