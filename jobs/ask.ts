import { z } from 'zod';
import { deskFor } from '../src/core/desk.ts';
import { ticketId } from '../src/core/digest.ts';
import { DESK, due } from '../src/core/due.ts';
import { Refusal } from '../src/core/errors.ts';
import { Incomplete } from '../src/core/incomplete.ts';
import { normalise } from '../src/core/normalise.ts';
import { parse } from '../src/core/parse.ts';
import { LATE_AFTER, place } from '../src/core/place.ts';
import { type Person, reach, visibleCommands } from '../src/core/policy.ts';
import { job, type Rules } from '../src/core/ports.ts';
import { assign, route } from '../src/core/route.ts';
import { type SettleNeeds, settle } from '../src/core/settle.ts';
import type { Ticket } from '../src/core/ticket.ts';
import { duration } from '../src/core/time.ts';
import { say } from '../src/core/words.ts';
import { refusedTicket } from './decide.ts';

const payload = z.object({
  event: z.string(),
  account: z.object({ chat: z.string(), id: z.string() }),
  text: z.string(),
  /** Characters of the whole message; `text` may be cut. */
  length: z.number(),
  place,
  at: z.number(),
  /** Milliseconds between its being said and its being heard. */
  late: z.number().optional(),
});
/** A message heard in a chat. `event` is the chat's own id of it: the same on every redelivery. */
export type Heard = z.infer<typeof payload>;

/** Makes a ticket of what was said: identify, parse, reach. The same event makes one ticket, however often it comes. */
export default job({
  name: 'ask',
  payload,
  async take(heard, needs: SettleNeeds) {
    const ticket = await ticketFor(heard, await needs.rules(), needs);
    const made = await needs.tickets.create(ticket);
    if (made && ticket.state !== 'planning') await needs.send(due(ticket, heard.at));
    else await settle(ticket.id, needs);
  },
});

async function ticketFor(heard: Heard, rules: Rules, needs: SettleNeeds): Promise<Ticket> {
  const id = ticketId(heard.account.chat, heard.event);
  const by = rules.personOf(heard.account);
  const person = by === undefined ? undefined : rules.policy.people.get(by);
  const base = refusedTicket(id, by ?? '', normalise(heard.text).slice(0, 200), heard.place, heard.at);
  try {
    if (!person) throw stranger(heard);
    const asked = await understood(heard, person, rules, needs);
    if ((heard.late ?? 0) > LATE_AFTER) return { ...base, state: 'refused', message: tooLate(heard.late ?? 0), late: heard.text, endedAt: heard.at };
    const places = asked.private ? base.places : [...base.places, ...rules.mirrors(heard.place)];
    return { ...base, ...asked, places, rev: 1 };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error instanceof Incomplete)
      return { ...base, state: 'refused', message: error.said, ...(error.hint ? { hint: error.hint } : {}), missing: error.missing, endedAt: heard.at };
    return { ...base, state: 'refused', message: error.said, ...(error.hint ? { hint: error.hint } : {}), endedAt: heard.at };
  }
}

async function understood(heard: Heard, person: Person, { policy }: Rules, needs: SettleNeeds) {
  const visible = visibleCommands(person, needs.commands, policy);
  const typed = parse(heard.text, visible, heard.length);
  const alias = needs.commands.get(typed.path);
  const meant = alias?.at === 'ask' ? await alias.become(typed.input, deskFor(person, policy, needs)) : { ...typed, command: typed.path };
  const command = visible.get(meant.command);
  if (!command || command.at === 'ask') {
    throw new Refusal(say({ en: 'you may not use “{command}”', zh: '您无权使用“{command}”' }, { command: meant.command }));
  }
  const { input } = meant;
  const rollout = typed.rollout ?? meant.rollout;
  const own = command.at === 'desk';
  const sites = own ? [DESK] : [...assign(command, route(command, input, reach(person, policy, meant.command, command.risk))).keys()];
  const parts = Object.fromEntries(sites.map((site) => [site, null]));
  return {
    command: meant.command,
    input,
    dry: typed.dry,
    private: command.at === 'desk' && !command.public,
    state: 'planning',
    looking: { round: 1, since: Date.now(), parts },
    ...('from' in meant ? { from: meant.from } : {}),
    ...(rollout ? { rollout } : {}),
  } as const;
}

/** Nobody may still expect it: it is not done unasked. */
function tooLate(ms: number) {
  return say(
    { en: 'this was said {time} ago, while I could not hear. Still wanted?', zh: '这是 {time} 前说的，当时我无法接收。仍然需要吗？' },
    { time: duration(ms) },
  );
}

function stranger({ account }: Heard): Refusal {
  return new Refusal(
    say({ en: 'I do not know you ({chat} {id})', zh: '我不认识您（{chat} {id}）' }, { chat: account.chat, id: account.id }),
    say({ en: 'an administrator can add this account under people: in the configuration', zh: '管理员可在配置的 people: 下添加此账号' }),
  );
}
