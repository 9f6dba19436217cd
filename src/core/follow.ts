import { draw } from './draw.ts';
import { flatten } from './flatten.ts';
import { outcomes } from './journal.ts';
import { outcomeWords, targetWords } from './outcome.ts';
import { authorize, type Policy } from './policy.ts';
import { render, type View } from './render.ts';
import { isOver, planOf, type Ticket } from './ticket.ts';
import { clean, type Lang, type Said, say, speak } from './words.ts';

/** Something that goes into a card's thread, once. `key`: its reason, letters, digits and dashes. */
export type Follow =
  | { readonly kind: 'nudge'; readonly key: string; readonly text: Said; readonly calls: readonly string[] }
  | { readonly kind: 'output'; readonly key: string; readonly text: Said; readonly name: string; readonly content: string };

/** A request that took longer than this, in milliseconds, tells who asked that it is done. */
const LONG = 60_000;

/** All that belongs into the thread of a card as it is now: who is called, what the steps wrote, what was too long for the card. Pure. */
export function follows(view: View, policy: Policy, lang: Lang): Follow[] {
  const { ticket } = view;
  const nudge = ticket.private || ticket.from?.kind === 'expire' ? undefined : nudgeOf(ticket, policy);
  return [...(nudge ? [nudge] : []), ...(isOver(ticket) ? [...output(view, lang), ...whole(view, lang)] : [])];
}

function nudgeOf(ticket: Ticket, policy: Policy): Follow | undefined {
  const asker = (key: string, text: Said): Follow => ({ kind: 'nudge', key, text, calls: [ticket.by] });
  switch (ticket.state) {
    case 'waiting': {
      const calls = approvers(ticket, policy);
      const text = ticket.changed
        ? say({ en: 'the plan changed; please decide anew (`{code}`)', zh: '计划已改变，请重新决定（`{code}`）' }, { code: ticket.plan.code })
        : say({ en: 'needs your decision (`{code}`)', zh: '需要您决定（`{code}`）' }, { code: ticket.plan.code });
      return calls.length > 0 ? { kind: 'nudge', key: ticket.changed ? `changed-${ticket.plan.code}` : 'needs-approval', text, calls } : undefined;
    }
    case 'failed':
      return asker('failed', say({ en: 'this failed', zh: '此请求失败' }));
    case 'unknown':
      return asker('unknown', say({ en: 'nobody knows yet how this ended', zh: '目前无法得知结果' }));
    case 'done':
      return ticket.startedAt !== undefined && ticket.endedAt - ticket.startedAt > LONG
        ? asker('done', say({ en: 'this is done', zh: '此请求已完成' }))
        : undefined;
    default:
      return undefined;
  }
}

/** Who may approve it and has not yet. */
function approvers(ticket: Extract<Ticket, { state: 'waiting' }>, policy: Policy): string[] {
  const subject = { command: ticket.command, by: ticket.by, hosts: ticket.plan.hosts, risk: ticket.plan.risk };
  return [...policy.people.values()]
    .filter((person) => !ticket.votes.some(({ by }) => by === person.id) && authorize(person, 'approve', subject, policy).allowed)
    .map(({ id }) => id);
}

/** What the steps wrote, each under a line that says which it is and what it came to. */
function output({ ticket, plan, journal }: View, lang: Lang): Follow[] {
  if (!plan || planOf(ticket) === undefined) return [];
  const parts = outcomes(journal, plan.steps.length).flatMap((outcome, i) => {
    const step = plan.steps[i];
    if (!step || !('output' in outcome) || outcome.output.trim() === '') return [];
    const head = say({ en: '{on}: {why}: {came}', zh: '{on}：{why}：{came}' }, { on: targetWords(step), why: step.why, came: outcomeWords(outcome) });
    return [`── ${speak(head, lang)}\n${clean(outcome.output.trimEnd(), OUTPUT_MOST)}`];
  });
  if (parts.length === 0) return [];
  const text = say({ en: 'what the steps wrote', zh: '各步骤的输出' });
  return [{ kind: 'output', key: 'output', text, name: `${ticket.id}.txt`, content: parts.join('\n\n') }];
}

/** Longest output of one step, in characters. */
const OUTPUT_MOST = 300_000;

function whole(view: View, lang: Lang): Follow[] {
  const card = render(view);
  if (!draw(card, lang).cut) return [];
  const text = say({ en: 'the whole answer', zh: '完整内容' });
  return [{ kind: 'output', key: 'whole', text, name: `${view.ticket.id}-whole.txt`, content: flatten(card, lang).text }];
}
