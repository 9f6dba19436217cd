import { draw } from './draw.ts';
import { fileWords } from './files.ts';
import { flatten } from './flatten.ts';
import { outcomes } from './journal.ts';
import { outcomeWords, targetWords } from './outcome.ts';
import { authorize, type Policy } from './policy.ts';
import { render, type View } from './render.ts';
import { type In, isOver, planOf, type Ticket } from './ticket.ts';
import { isWaitedFor, subjectOf } from './votes.ts';
import { clean, type Lang, type Said, say, speak } from './words.ts';

/** Something that goes into a card's thread, once. `key`: its reason, letters, digits and dashes. */
export type Follow =
  | { readonly kind: 'nudge'; readonly key: string; readonly text: Said; readonly calls: readonly string[] }
  | { readonly kind: 'output'; readonly key: string; readonly text: Said; readonly name: string; readonly content: string }
  /** What the answer refers to; its text is in the store. */
  | { readonly kind: 'file'; readonly key: string; readonly text: Said; readonly name: string; readonly ref: string };

/** A request that took longer than this, in milliseconds, tells who asked that it is done. */
const LONG = 60_000;

/** All that belongs into the thread of a card as it is now: who is called, what the steps wrote, what was too long for the card. Pure. */
export function follows(view: View, policy: Policy, lang: Lang): Follow[] {
  const { ticket } = view;
  const nudge = ticket.private || ticket.from?.kind === 'expire' ? undefined : nudgeOf(ticket, policy);
  return [...(nudge ? [nudge] : []), ...(isOver(ticket) ? [...output(view, lang), ...whole(view, lang), ...attached(view)] : [])];
}

function nudgeOf(ticket: Ticket, policy: Policy): Follow | undefined {
  const asker = (key: string, text: Said): Follow => ({ kind: 'nudge', key, text, calls: [ticket.by] });
  switch (ticket.state) {
    case 'waiting':
      return waits(ticket, policy);
    case 'approved':
    case 'running':
      return ticket.from?.kind === 'glass' ? glass(ticket, policy) : undefined;
    case 'failed':
      return asker('failed', say({ en: 'this failed', zh: '此请求失败' }));
    case 'unknown':
      return asker('unknown', say({ en: 'nobody knows yet how this ended', zh: '目前无法得知结果' }));
    case 'done':
      return ticket.startedAt !== undefined && ticket.endedAt - ticket.startedAt > LONG
        ? asker('done', say({ en: 'this is done', zh: '此请求已完成' }))
        : ticket.already
          ? asker('nothing-left', say({ en: 'meanwhile there is nothing left to do', zh: '期间已无事可做' }))
          : undefined;
    case 'rejected':
      return asker('rejected', say({ en: 'this was rejected', zh: '此请求被拒绝' }));
    case 'expired':
      return asker('expired', say({ en: 'this was not approved in time', zh: '此请求未能及时获得批准' }));
    case 'refused':
      // What had waited for others ends while nobody looks.
      return ticket.plan || ticket.again ? asker('refused', say({ en: 'this is not done after all', zh: '此请求最终未执行' })) : undefined;
    case 'cancelled':
      return ticket.endedBy === ticket.by ? undefined : asker('cancelled', say({ en: 'this was cancelled', zh: '此请求被取消' }));
    default:
      return undefined;
  }
}

/** Everybody who could have approved it hears at once of what is done without them. */
function glass(ticket: In<'approved'> | In<'running'>, policy: Policy): Follow {
  const text = say(
    {
      en: 'broke the glass: this runs without approval, and someone else must review it (`review done {id}`)',
      zh: '已启用紧急通道：此操作未经批准执行，须由他人审查（`review done {id}`）',
    },
    { id: ticket.id },
  );
  const subject = subjectOf(ticket, ticket.plan);
  const now = Date.now();
  const calls = [...policy.people.values()].filter((person) => authorize(person, 'approve', subject, policy, now).allowed).map(({ id }) => id);
  return { kind: 'nudge', key: 'glass', text, calls };
}

function waits(ticket: In<'waiting'>, policy: Policy): Follow | undefined {
  const { code } = ticket.plan;
  if (ticket.needs.reason && !ticket.reason) {
    const text = say({ en: 'say why this is needed: `why {code} …`', zh: '请说明理由：`why {code} …`' }, { code });
    return { kind: 'nudge', key: 'needs-reason', text, calls: [ticket.by] };
  }
  const approvers = [...policy.people.values()].filter((person) => isWaitedFor(person, ticket, policy, Date.now())).map(({ id }) => id);
  if (ticket.changed) {
    // Who asked and whose vote is void are told with those who may decide.
    const text = say({ en: 'the plan changed; please decide anew (`{code}`)', zh: '计划已改变，请重新决定（`{code}`）' }, { code });
    return { kind: 'nudge', key: `changed-${code}`, text, calls: [...new Set([...approvers, ...(ticket.voided ?? []), ticket.by])] };
  }
  const text = say({ en: 'needs your decision (`{code}`)', zh: '需要您决定（`{code}`）' }, { code });
  return approvers.length > 0 ? { kind: 'nudge', key: 'needs-approval', text, calls: approvers } : undefined;
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

/** Files the card speaks of, each once. */
function attached(view: View): Follow[] {
  const refs = new Set<string>();
  return render(view).blocks.flatMap((block): Follow[] => {
    if (block.kind !== 'file' || block.ref === '' || refs.has(block.ref)) return [];
    refs.add(block.ref);
    return [{ kind: 'file', key: `file-${block.ref.slice(0, 12)}`, text: fileWords(block), name: block.name, ref: block.ref }];
  });
}
