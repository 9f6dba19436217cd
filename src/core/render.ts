import { buttonsOf } from './buttons.ts';
import { endBlocks, endedBy, haltBlocks, markBlocks, reasonBlocks, unknownBlocks, voters } from './ending.ts';
import type { Journal } from './journal.ts';
import { factWords, planBlocks, stepWords } from './planned.ts';
import type { Slot } from './policy.ts';
import { removalOf } from './schedules/schedule.ts';
import { repeatBlocks } from './schedules/words.ts';
import { type In, isOver, planOf, type Ticket } from './ticket.ts';
import type { Block, Card, Field, Mood, Plan } from './types.ts';
import { underWay } from './underway.ts';
import { undoLine } from './undo.ts';
import { slotBlock, waitingBlocks } from './wanted.ts';
import { quoted, say } from './words.ts';

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
  /** The plan that stood before it changed. */
  readonly before?: Plan;
  /** The places that are still to be filled under each rule, as today's policy is; without it, all of them. */
  readonly empty?: readonly (readonly Slot[])[];
}

/** How a ticket looks now. Pure. */
export function render(given: View): Card {
  const view = withUndo(given);
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

/** Of what is asked at times the schedule itself is taken back: by then nobody knows what was done how often. */
function withUndo(view: View): View {
  const { ticket, plan } = view;
  return ticket.repeat && plan ? { ...view, plan: { ...plan, undo: removalOf(ticket) } } : view;
}

function moodOf(ticket: Ticket): Mood {
  if (ticket.state === 'waiting' || ticket.state === 'scheduled') return 'waiting';
  if (ticket.state === 'unknown') return 'bad';
  if (!isOver(ticket)) return 'busy';
  return ticket.state === 'done' ? 'good' : 'bad';
}

function blocksOf(view: View): Block[] {
  const { ticket, plan } = view;
  const head: Block[] = plan && ticket.state !== 'refused' ? [{ kind: 'text', text: plan.summary }, ...reasonBlocks(view)] : [];
  const notes = (ticket.state === 'refused' ? [] : (plan?.notes ?? [])).map((text): Block => ({ kind: 'text', text }));
  switch (ticket.state) {
    case 'planning':
      return [{ kind: 'progress', done: answered(ticket), of: Object.keys(ticket.looking.parts).length, label: say({ en: 'looking', zh: '正在查看' }) }];
    case 'refused':
      return [ticket.message, ...(ticket.hint ? [ticket.hint] : [])].map((text): Block => ({ kind: 'text', text }));
    case 'waiting':
      return [...head, ...notes, ...repeatBlocks(ticket), ...(plan?.answer ?? []), ...planBlocks(plan), ...waitingBlocks(view, ticket)];
    case 'scheduled':
      return [...head, ...notes, ...planBlocks(plan), ...voters(view), slotBlock(ticket.slot)];
    case 'approved':
      return [...head, ...notes, ...voters(view), { kind: 'progress', done: 0, label: say({ en: 'starting', zh: '即将开始' }) }];
    case 'running':
    case 'cancelling':
      return [...head, ...notes, ...voters(view), ...underWay(plan, view.journal, view.names, ticket)];
    case 'done':
      if (ticket.already) return [...head, ...notes, NOTHING_LEFT, ...(plan?.answer ?? [])];
      if (ticket.startedAt === undefined)
        return [...head, ...notes, ...repeatBlocks(ticket), ...(plan?.answer ?? []), ...(plan && (ticket.dry || ticket.repeat) ? planBlocks(plan) : [])];
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
        ...voters(view),
        {
          kind: 'text',
          text: say({ en: 'not enough people approved it in time; ask again if it is still wanted', zh: '未能及时获得足够批准；如仍需要请重新提出' }),
        },
      ];
  }
}

const NOTHING_LEFT: Block = {
  kind: 'text',
  text: say({ en: 'meanwhile there is nothing left to do; nothing was done by this request', zh: '期间已无事可做；此请求未做任何操作' }),
};

function answered(ticket: In<'planning'>): number {
  return Object.values(ticket.looking.parts).filter((part) => part !== null).length;
}
