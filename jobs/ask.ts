import { z } from 'zod';
import { account, isSame } from '../src/core/account.ts';
import type { Note } from '../src/core/audit.ts';
import { ticketId } from '../src/core/digest.ts';
import { due } from '../src/core/due.ts';
import { Refusal } from '../src/core/errors.ts';
import { Incomplete } from '../src/core/incomplete.ts';
import { type TooMuch, tooMuch } from '../src/core/limits.ts';
import { normalise } from '../src/core/normalise.ts';
import { LATE_AFTER, place, roomKey } from '../src/core/place.ts';
import { job, type Rules } from '../src/core/ports.ts';
import { keptLine, keptRefusal } from '../src/core/redactline.ts';
import { type SettleNeeds, settle } from '../src/core/settle.ts';
import { answerStranger } from '../src/core/stranger.ts';
import type { Ticket } from '../src/core/ticket.ts';
import { duration } from '../src/core/time.ts';
import { understood } from '../src/core/understood.ts';
import { say } from '../src/core/words.ts';
import { refusedTicket } from './decide.ts';

const payload = z.object({
  event: z.string(),
  account,
  text: z.string(),
  /** Characters of the whole message; `text` may be cut. */
  length: z.number(),
  place,
  at: z.number(),
  /** Milliseconds between its being said and its being heard. */
  late: z.number().optional(),
  /** The alert on whose card it was pressed; `quiet`: that card shows what comes of it. */
  alert: z.string().max(20).optional(),
  quiet: z.literal(true).optional(),
});
/** A message heard in a chat. `event` is the chat's own id of it: the same on every redelivery. */
export type Heard = z.infer<typeof payload>;

/** Makes a ticket of what was said: identify, parse, reach. The same event makes one ticket, however often it comes. */
export default job({
  name: 'ask',
  payload,
  async take(heard, needs: SettleNeeds) {
    const id = ticketId(heard.account.chat, heard.event);
    const before = await needs.tickets.get(id);
    if (before) return again(before, heard, needs); // it was counted when it came first
    const rules = await needs.rules();
    const limit = await needs.limits.take('ask', heard.account, roomKey(heard.place));
    if (!limit.ok) await needs.audit.note([noteOf(heard, rules, 'limit', limit.whose, { afterMs: limit.afterMs, most: limit.most })]);
    if (!limit.ok && !limit.first) return; // a card for each would be as much as what is refused
    const ticket = limit.ok ? await ticketFor(heard, rules, needs) : limited(heard, rules, limit);
    const made = await needs.tickets.create(ticket);
    if (made && ticket.state !== 'planning') await needs.send(due(ticket, heard.at));
    else await settle(ticket.id, needs);
  },
});

/** Commands that change whose an account is. */
const ACCOUNTS: readonly string[] = ['link confirm', 'link remove'];

/** An event that was taken before is as it was then, whatever it says now. */
async function again(before: Ticket, heard: Heard, needs: SettleNeeds): Promise<void> {
  const rules = await needs.rules();
  const isOwn =
    (rules.personOf(heard.account) ?? '') === before.by && (before.by !== '' || before.account === undefined || isSame(before.account, heard.account));
  if (!isOwn || before.text !== lineOf(heard)) await needs.audit.note([noteOf(heard, rules, 'refused', 'replay', {})]);
  await settle(before.id, needs);
}

const lineOf = ({ text }: Heard) => keptLine(text);

/** Something about a message that its ticket does not tell, for the audit. `rule`: what decided. */
function noteOf(heard: Heard, rules: Rules, kind: 'limit' | 'refused', rule: string, more: NonNullable<Note['more']>): Note {
  const by = rules.personOf(heard.account);
  const room = rules.roomOf(heard.place);
  return {
    ...{ at: Date.now(), kind, rule, ticket: ticketId(heard.account.chat, heard.event), line: lineOf(heard) },
    account: { chat: heard.account.chat, id: heard.account.id },
    ...(by === undefined ? {} : { by }),
    ...(room === undefined ? {} : { room }),
    more: { what: 'ask', place: roomKey(heard.place), ...more },
  };
}

/** What every ticket of this message has, whatever comes of it. */
function baseOf(heard: Heard, rules: Rules) {
  const { chat, id } = heard.account;
  const room = rules.roomOf(heard.place);
  const base = refusedTicket(ticketId(chat, heard.event), rules.personOf(heard.account) ?? '', lineOf(heard), heard.place, heard.at);
  return { ...base, account: { chat, id }, ...(room === undefined ? {} : { room }) };
}

function limited(heard: Heard, rules: Rules, limit: TooMuch): Ticket {
  return { ...baseOf(heard, rules), state: 'refused', message: tooMuch(limit), passing: true, endedAt: heard.at };
}

async function ticketFor(heard: Heard, rules: Rules, needs: SettleNeeds): Promise<Ticket> {
  const by = rules.personOf(heard.account);
  const person = by === undefined ? undefined : rules.policy.people.get(by);
  const base = baseOf(heard, rules);
  try {
    if (!person) {
      return { ...base, state: 'refused', ...(await answerStranger(normalise(heard.text), heard.account, rules, needs.links)), endedAt: heard.at };
    }
    const room = rules.roomOf(heard.place);
    const asked = await understood(
      { text: heard.text, length: heard.length, at: heard.at, account: heard.account, ...(room === undefined ? {} : { room }) },
      person,
      rules,
      needs,
    );
    if ((heard.late ?? 0) > LATE_AFTER) return { ...base, state: 'refused', message: tooLate(heard.late ?? 0), late: heard.text, endedAt: heard.at };
    // Who has another account there is told what becomes of any of them.
    const told = ACCOUNTS.includes(asked.command) ? rules.elsewhere(person.id, heard.account) : [];
    const alarm = asked.from?.kind === 'glass' && !asked.dry ? (rules.alarm ?? []).filter(({ room }) => room !== heard.place.room) : [];
    const places = [...base.places, ...(asked.private ? [] : rules.mirrors(heard.place)), ...alarm, ...told];
    const pressed = heard.alert !== undefined && !asked.from ? { from: { kind: 'alert', ticket: heard.alert } as const } : {};
    return { ...base, ...asked, ...pressed, ...(heard.quiet ? { quiet: heard.quiet } : {}), places, rev: 1 };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const no = { ...base, ...keptRefusal(error), state: 'refused', endedAt: heard.at } as const;
    return error instanceof Incomplete ? { ...no, missing: error.missing } : no;
  }
}

/** Nobody may still expect it: it is not done unasked. */
function tooLate(ms: number) {
  return say(
    { en: 'this was said {time} ago, while I could not hear. Still wanted?', zh: '这是 {time}前说的，当时我无法接收。仍然需要吗？' },
    { time: duration(ms) },
  );
}
