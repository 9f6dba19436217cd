import { strange } from './account.ts';
import type { Note } from './audit.ts';
import { pressId, ticketId } from './digest.ts';
import { due } from './due.ts';
import { type TooMuch, tooMuch } from './limits.ts';
import { aboutIt } from './notes.ts';
import { LATE_AFTER, roomKey } from './place.ts';
import { authorize, type Person } from './policy.ts';
import type { Rules } from './ports.ts';
import { keptText } from './redactline.ts';
import { type SettleNeeds, settle } from './settle.ts';
import { maySee } from './sight.ts';
import { late } from './states.ts';
import { planOf, type Ticket } from './ticket.ts';
import { duration } from './time.ts';
import { type Account, isAlertPress, type Place, type PressAction } from './types.ts';
import { subjectOf } from './votes.ts';
import { otherPlan, vote, withdraw } from './voting.ts';
import { clean, type Said, say, speak } from './words.ts';

/** A button pressed or a reply code typed. `ticket` may be empty: then the code tells. `proof`: by what an approver proves who they are; `seen`: a one-time code was typed where others read it. */
export interface Pressed {
  readonly event: string;
  readonly account: Account;
  readonly ticket: string;
  readonly code: string;
  readonly action: Exclude<PressAction, 'undo'>;
  readonly reason?: string | undefined;
  readonly proof?: { readonly code?: string | undefined; readonly signature?: string | undefined; readonly seen?: true | undefined } | undefined;
  readonly place: Place;
  readonly at: number;
  readonly late?: number | undefined;
}

/** A press that is being taken: by whom, from which room as policy names it, and the id its event has. */
export interface Taking {
  readonly pressed: Pressed;
  readonly person: Person;
  readonly room: string | undefined;
  readonly rules: Rules;
  readonly needs: SettleNeeds;
  readonly happened: { readonly id: string; readonly at: number };
}

/** Longest words a person may give with a press, in characters. */
const WORDS_MOST = 500;

/** Takes a press: applies it, or refuses it, and has noted that when it says so. */
export async function press(pressed: Pressed, needs: SettleNeeds): Promise<void> {
  const answered = await needs.tickets.get(ticketId(pressed.account.chat, pressed.event));
  if (answered) return needs.send(due(answered, pressed.at)); // refused once, it stays refused, whatever has changed since
  const id = pressed.ticket || (await needs.tickets.byCode(pressed.code.toUpperCase())) || '';
  const ticket = await needs.tickets.get(id);
  if (ticket?.heard.includes(pressId(pressed.event))) return settle(ticket.id, needs); // taken before: it is neither counted nor refused now
  const rules = await needs.rules();
  const by = rules.personOf(pressed.account) ?? '';
  const limit = await needs.limits.take('press', pressed.account, roomKey(pressed.place));
  const tried: Tried = { pressed: { ...pressed, ticket: id || pressed.ticket }, by, on: ticket, rules, needs };
  if (!limit.ok) return overLimit(tried, limit);
  const no = await refusal(ticket, by, pressed, rules, needs);
  if (no) return refuse(tried, no);
  if (ticket) await settle(ticket.id, needs);
}

/** Applies the press; returns why not, when it means nothing or is not allowed. */
async function refusal(ticket: Ticket | undefined, by: string, pressed: Pressed, rules: Rules, needs: SettleNeeds): Promise<Said | undefined> {
  const { action, at, account } = pressed;
  const { policy } = rules;
  const person = policy.people.get(by);
  if (!person) return strange(account);
  if (isAlertPress(action))
    return say({ en: 'there is no such alert any more; `alert list` shows what there is', zh: '此告警已不存在；可用 `alert list` 查看' });
  const ref = ticket && planOf(ticket);
  const subject = ticket && subjectOf(ticket, ref ?? { hosts: [], risk: 'none' });
  // Who has a vote there may take it back, whatever else they may not any more.
  const voted = action === 'withdraw' && ticket && 'votes' in ticket && ticket.votes?.some((one) => one.by === by);
  if (!ticket || !subject || !(voted || maySee(person, ticket, policy, needs.commands, Date.now()))) {
    return say(
      { en: 'nothing waits under “{code}”; `pending` shows what does', zh: '没有等待中的请求对应“{code}”；可用 `pending` 查看' },
      { code: pressed.code || pressed.ticket },
    );
  }
  const happened = { id: pressId(pressed.event), at };
  if (ticket.heard.includes(happened.id)) return undefined;
  if (action === 'offer') return say({ en: 'this card offers no such thing', zh: '此卡片没有该选项' });
  if (action === 'fill' || action === 'again') return say({ en: 'only who asked can answer this', zh: '只有提出请求的人可以回答' });
  const { room: _, ...rest } = subject;
  const room = rules.roomOf(pressed.place);
  const verdict = authorize(person, action, { ...rest, ...(room === undefined ? {} : { room }) }, policy, Date.now());
  if (!verdict.allowed) return verdict.why;
  if ((pressed.late ?? 0) > LATE_AFTER && !HARMLESS.includes(action)) return tooLate(pressed.late ?? 0);
  return apply(ticket, { pressed, person, room, rules, needs, happened });
}

/** What may be done however late it is heard: it stops things, or only asks. */
const HARMLESS: readonly PressAction[] = ['reject', 'cancel', 'withdraw', 'recheck'];

function tooLate(ms: number): Said {
  return say(
    {
      en: 'this was pressed {time} ago, while I could not hear; press it again if it still holds',
      zh: '这是 {time}前按下的，当时我无法接收；如仍有效请再按一次',
    },
    { time: duration(ms) },
  );
}

async function apply(ticket: Ticket, taking: Taking): Promise<Said | undefined> {
  const { pressed, person, needs, happened } = taking;
  const { action } = pressed;
  const by = person.id;
  const words = clean(keptText((pressed.reason ?? '').trim()).slice(0, WORDS_MOST));
  const because = words === '' ? {} : { reason: words };
  const told = async (change: Promise<Ticket | undefined>): Promise<Said | undefined> => {
    const after = await change;
    return after?.heard.includes(happened.id) ? undefined : late(after);
  };
  switch (action) {
    case 'cancel':
      return told(needs.tickets.change(ticket.id, { ...happened, kind: 'cancelled', by, ...because }));
    case 'keep':
      return told(needs.tickets.change(ticket.id, { ...happened, kind: 'kept', by }));
    case 'recheck':
    case 'mark-done':
    case 'mark-failed':
      if (ticket.state !== 'unknown') return late(ticket);
      if (action === 'recheck') return told(needs.tickets.change(ticket.id, { ...happened, kind: 'rechecked', by }));
      if (words.length < 3) return say({ en: 'say how you know: a reason is needed to mark it', zh: '请说明依据：标记结果必须填写理由' });
      return told(needs.tickets.change(ticket.id, { ...happened, kind: 'marked', by, as: action === 'mark-done' ? 'done' : 'failed', reason: words }));
    case 'withdraw':
      return withdraw(ticket, taking);
    case 'reason':
      return explain(ticket, words, taking, told);
    case 'reject': {
      const no = ticket.state === 'waiting' || ticket.state === 'scheduled' ? otherPlan(pressed.code, ticket.plan.code) : late(ticket);
      return no ?? told(needs.tickets.change(ticket.id, { ...happened, kind: 'rejected', by, ...because }));
    }
    case 'approve':
      return vote(ticket, taking);
    default:
      return late(ticket);
  }
}

/** Who asked says why. */
async function explain(
  ticket: Ticket,
  text: string,
  { person, needs, happened }: Taking,
  told: (change: Promise<Ticket | undefined>) => Promise<Said | undefined>,
): Promise<Said | undefined> {
  if (ticket.state !== 'waiting') return late(ticket);
  if (text.length < 3) return say({ en: 'say why this is needed, in a few words', zh: '请用几句话说明理由' });
  if (ticket.reason && ticket.votes.length > 0) {
    return say({ en: 'somebody has approved it for the reason you gave; ask anew to give another', zh: '已有人按原来的理由批准；如需更改请重新提出' });
  }
  return told(needs.tickets.change(ticket.id, { ...happened, kind: 'reasoned', by: person.id, text }));
}

/** A press that is not taken, of the request that it is about, if there is one. */
interface Tried extends Pick<Taking, 'pressed' | 'rules' | 'needs'> {
  readonly by: string;
  readonly on: Ticket | undefined;
}

/** The first over the limit is answered; the others are only noted. */
async function overLimit(tried: Tried, limit: TooMuch): Promise<void> {
  if (limit.first) return refuse(tried, tooMuch(limit), limit);
  await tried.needs.audit.note([noteOf(tried, tooMuch(limit), limit)]);
}

/** A press that is refused is a request of its own: its card says why, to the one who pressed. It is on record with it, once however often it comes. */
async function refuse(tried: Tried, message: Said, limit?: TooMuch): Promise<void> {
  const { pressed, by, needs } = tried;
  const base = refusedTicket(ticketId(pressed.account.chat, pressed.event), by, lineOf(pressed), pressed.place, pressed.at);
  const ticket: Ticket = { ...base, state: 'refused', message, endedAt: pressed.at };
  await needs.tickets.create(ticket, [noteOf(tried, message, limit)]);
  await needs.send(due(ticket, pressed.at));
}

/** Who tried what on which request, and why not. Of one that they may not see it says no more than they did: they may read this. */
function noteOf({ pressed, by, on, rules, needs }: Tried, why: Said, limit?: TooMuch): Note {
  const { account, ticket, place, at } = pressed;
  const answer = ticketId(account.chat, pressed.event);
  const person = rules.policy.people.get(by);
  const seen = on && (!person || maySee(person, on, rules.policy, needs.commands, Date.now())) ? on : undefined;
  const room = rules.roomOf(place);
  const { room: _, ...about } = seen ? aboutIt(seen) : {};
  return {
    ...(seen ? about : { private: true }),
    ...{ at, by, account: { chat: account.chat, id: account.id }, ticket: clean(ticket.slice(0, 64)) || answer, line: lineOf(pressed) },
    ...(room === undefined ? {} : { room }),
    ...(limit ? { kind: 'limit', rule: limit.whose } : { kind: 'refused' }),
    more: { what: 'press', why: speak(why, 'en'), answer },
  };
}

/** As it would be typed, without what proves who presses. */
function lineOf({ action, code, ticket }: Pressed): string {
  return `${action} ${clean((code || ticket).slice(0, 100))}`;
}

/** The common part of a ticket that never came to a command. */
export function refusedTicket(id: string, by: string, text: string, place: Place, at: number) {
  return { format: 1, id, rev: 1, by, text, command: '', input: {}, dry: false, private: true, askedAt: at, places: [place], heard: [] } as const;
}
