import { z } from 'zod';
import { pressId, ticketId } from '../src/core/digest.ts';
import { due } from '../src/core/due.ts';
import { LATE_AFTER, place } from '../src/core/place.ts';
import { authorize } from '../src/core/policy.ts';
import { job, type Rules } from '../src/core/ports.ts';
import { type SettleNeeds, settle, standingVotes } from '../src/core/settle.ts';
import { STATE_WORDS } from '../src/core/states.ts';
import { type In, planOf, type Ticket } from '../src/core/ticket.ts';
import { duration } from '../src/core/time.ts';
import { type Place, PRESSES } from '../src/core/types.ts';
import { type Said, say } from '../src/core/words.ts';

const said = z.custom<Said>((value) => typeof value === 'object' && value !== null && 'words' in value);
const happened = { id: z.string(), at: z.number() };
const event = z.discriminatedUnion('kind', [
  z.object({
    ...happened,
    kind: z.literal('planned'),
    round: z.number(),
    site: z.string(),
    part: z.object({ kind: z.enum(['plan', 'absent', 'refused', 'silent', 'failed']), digest: z.string() }),
  }),
  z.object({
    ...happened,
    kind: z.literal('ended'),
    site: z.string(),
    wave: z.number(),
    ending: z.enum(['done', 'failed', 'unknown', 'stopped', 'changed', 'robbed']),
    failed: z.number(),
    token: z.number().optional(),
  }),
  z.object({ ...happened, kind: z.literal('learned'), site: z.string(), wave: z.number(), token: z.number().optional() }),
  z.object({ ...happened, kind: z.literal('rechecked') }),
  z.object({ ...happened, kind: z.literal('placed'), places: z.array(place).max(20) }),
  z.object({ ...happened, kind: z.literal('blocked'), by: said }),
]);
const pressed = z.object({
  event: z.string(),
  account: z.object({ chat: z.string(), id: z.string() }),
  ticket: z.string(),
  code: z.string(),
  action: z.enum(PRESSES).exclude(['undo']),
  reason: z.string().max(500).optional(),
  place,
  at: z.number(),
  late: z.number().optional(),
});
/** A button pressed or a reply code typed. `ticket` may be empty: then the code tells. */
export type Pressed = z.infer<typeof pressed>;

/** What deciding takes. */
export type DecideNeeds = SettleNeeds;

/** Takes what happened to a ticket: a worker's word, a press, or only a wake-up. */
export default job({
  name: 'decide',
  payload: z.union([z.object({ pressed }), z.object({ ticket: z.string(), event: event.optional() })]),
  async take(payload, needs: DecideNeeds) {
    if ('pressed' in payload) return press(payload.pressed, needs);
    // All times of a ticket are by the desk's clock: a worker's may be wrong, and its word may have waited.
    if (payload.event) await needs.tickets.change(payload.ticket, { ...payload.event, at: Date.now() });
    await settle(payload.ticket, needs);
  },
});

async function press(pressed: Pressed, needs: DecideNeeds): Promise<void> {
  const rules = await needs.rules();
  const id = pressed.ticket || (await needs.tickets.byCode(pressed.code.toUpperCase())) || '';
  const ticket = await needs.tickets.get(id);
  const by = rules.personOf(pressed.account);
  const no = await refusal(ticket, by, pressed, rules, needs);
  if (no) return refuse(pressed, by ?? '', no, needs);
  if (ticket && by !== undefined) await settle(ticket.id, needs);
}

/** Applies the press; returns why not, when it means nothing or is not allowed. */
async function refusal(ticket: Ticket | undefined, by: string | undefined, pressed: Pressed, rules: Rules, needs: DecideNeeds): Promise<Said | undefined> {
  const { action, at } = pressed;
  const id = pressId(pressed.event);
  const person = by === undefined ? undefined : rules.policy.people.get(by);
  if (!person) return say({ en: 'I do not know you ({account})', zh: '我不认识您（{account}）' }, { account: `${pressed.account.chat} ${pressed.account.id}` });
  const subject = ticket && { command: ticket.command, by: ticket.by, hosts: planOf(ticket)?.hosts ?? [], risk: planOf(ticket)?.risk ?? 'none' };
  if (!ticket || !subject || !authorize(person, 'see', subject, rules.policy).allowed) {
    return say({ en: 'nothing waits under “{code}”', zh: '没有等待中的请求对应“{code}”' }, { code: pressed.code || pressed.ticket });
  }
  if (ticket.heard.includes(id)) return undefined;
  if (action === 'fill' || action === 'again') return say({ en: 'only who asked can answer this', zh: '只有提出请求的人可以回答' });
  const verdict = authorize(person, action, subject, rules.policy);
  if (!verdict.allowed) return verdict.why;
  if ((pressed.late ?? 0) > LATE_AFTER && !HARMLESS.includes(action)) return tooLate(pressed.late ?? 0);
  return apply(ticket, person.id, pressed, rules, needs, { id, at });
}

/** What may be done however late it is heard: it stops things, or only asks. */
const HARMLESS: readonly string[] = ['reject', 'cancel', 'recheck'];

function tooLate(ms: number): Said {
  return say(
    {
      en: 'this was pressed {time} ago, while I could not hear; press it again if it still holds',
      zh: '这是 {time} 前按下的，当时我无法接收；如仍有效请再按一次',
    },
    { time: duration(ms) },
  );
}

async function apply(
  ticket: Ticket,
  by: string,
  pressed: Pressed,
  rules: Rules,
  needs: DecideNeeds,
  happened: { id: string; at: number },
): Promise<Said | undefined> {
  if (pressed.action === 'cancel') {
    const after = await needs.tickets.change(ticket.id, { ...happened, kind: 'cancelled', by });
    return after?.heard.includes(happened.id) ? undefined : late(after);
  }
  if (pressed.action === 'recheck' || pressed.action === 'mark-done' || pressed.action === 'mark-failed')
    return onUnknown(ticket, by, pressed, needs, happened);
  if (ticket.state !== 'waiting') return late(ticket);
  const code = pressed.code.toUpperCase();
  if (code !== ticket.plan.code) return otherPlan(code, ticket.plan.code);
  if (happened.at >= ticket.expiresAt) return say({ en: 'this has expired', zh: '此请求已过期' });
  if (pressed.action === 'reject') {
    const after = await needs.tickets.change(ticket.id, { ...happened, kind: 'rejected', by });
    return after?.heard.includes(happened.id) ? undefined : late(after);
  }
  return vote(ticket, by, code, rules, needs, happened);
}

/** What people may say to an outcome that nobody knows. */
async function onUnknown(
  ticket: Ticket,
  by: string,
  { action, reason = '' }: Pressed,
  needs: DecideNeeds,
  happened: { id: string; at: number },
): Promise<Said | undefined> {
  if (ticket.state !== 'unknown') return late(ticket);
  if (action !== 'recheck' && reason.trim().length < 3) {
    return say({ en: 'say how you know: a reason is needed to mark it', zh: '请说明依据：标记结果必须填写理由' });
  }
  const after = await needs.tickets.change(
    ticket.id,
    action === 'recheck'
      ? { ...happened, kind: 'rechecked', by }
      : { ...happened, kind: 'marked', by, as: action === 'mark-done' ? 'done' : 'failed', reason: reason.trim() },
  );
  return after?.heard.includes(happened.id) ? undefined : late(after);
}

/** A code of another plan approves nothing: what was read is what is approved. */
function otherPlan(given: string, now: string): Said {
  if (given === '') return say({ en: 'name the plan you have read by its code {code}', zh: '请用代码 {code} 指明您阅读过的计划' }, { code: now });
  return say({ en: 'the plan changed; read the new one, its code is {code}', zh: '计划已改变；请阅读新计划，代码为 {code}' }, { code: now });
}

/** Someone else was faster. */
function late(ticket: Ticket | undefined): Said {
  return say({ en: 'this is {state} already', zh: '此请求已是：{state}' }, { state: ticket ? STATE_WORDS[ticket.state] : '' });
}

/** Reads, counts and compares again until nobody else voted in between. */
async function vote(
  ticket: Ticket,
  by: string,
  code: string,
  { policy }: Rules,
  needs: DecideNeeds,
  happened: { id: string; at: number },
): Promise<Said | undefined> {
  let seen: Ticket | undefined = ticket;
  while (seen?.state === 'waiting' && !seen.heard.includes(happened.id)) {
    const { plan, votes, needs: wanted, rev }: In<'waiting'> = seen;
    if (plan.code !== code) return otherPlan(code, plan.code);
    if (votes.some((vote) => vote.by === by)) return say({ en: 'you approved this already', zh: '您已批准过' });
    const standing = standingVotes(seen, [...votes, { by, at: happened.at }], policy);
    seen = await needs.tickets.change(
      ticket.id,
      { ...happened, kind: 'approved', by, code: plan.code, enough: standing.length >= wanted.count, votes: standing },
      rev,
    );
  }
  return seen?.heard.includes(happened.id) ? undefined : late(seen);
}

/** A press that is refused is a request of its own: its card says why, to the one who pressed. */
async function refuse(pressed: Pressed, by: string, message: Said, needs: DecideNeeds): Promise<void> {
  const id = ticketId(pressed.account.chat, pressed.event);
  const text = `${pressed.action} ${pressed.code || pressed.ticket}`;
  const ticket: Ticket = { ...refusedTicket(id, by, text, pressed.place, pressed.at), state: 'refused', message, endedAt: pressed.at };
  await needs.tickets.create(ticket);
  await needs.send(due((await needs.tickets.get(id)) ?? ticket, pressed.at));
}

/** The common part of a ticket that never came to a command. */
export function refusedTicket(id: string, by: string, text: string, place: Place, at: number) {
  return { format: 1, id, rev: 1, by, text, command: '', input: {}, dry: false, private: true, askedAt: at, places: [place], heard: [] } as const;
}
