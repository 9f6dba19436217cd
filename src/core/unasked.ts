import { due } from './due.ts';
import { Refusal } from './errors.ts';
import { LONGEST_LINE } from './parse.ts';
import { keptRefusal } from './redactline.ts';
import type { Repeat } from './schedules/schedule.ts';
import type { SettleNeeds } from './settle.ts';
import type { Origin, Ticket } from './ticket.ts';
import type { Place } from './types.ts';
import { understood } from './understood.ts';
import { say } from './words.ts';

/** A line that nobody typed now: by a schedule, a watch, a runbook. */
export interface Unasked {
  /** Of the ticket: asked under it again, it is the same request. */
  readonly id: string;
  readonly line: string;
  /** In whose name, by what they may do now. */
  readonly by: string;
  readonly from: Origin;
  /** Where its card stands; nowhere: it is private, and something else tells what came of it. */
  readonly places: readonly Place[];
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Not now, but at these times. */
  readonly repeat?: Repeat;
}

/** Asks a line in somebody's name, once however often it is called. What may not be asked is refused like anybody's line. */
export async function askFor({ id, line, by, from, places, at, repeat }: Unasked, needs: SettleNeeds): Promise<void> {
  if (await needs.tickets.get(id)) return;
  const base = {
    format: 1,
    id,
    rev: 1,
    by,
    text: line,
    command: '',
    input: {},
    dry: false,
    private: places.length === 0,
    askedAt: at,
    places,
    heard: [],
    from,
    ...(repeat ? { repeat } : {}),
  } as const;
  const ticket = await made();
  await needs.tickets.create(ticket);
  await needs.send(due(ticket, Date.now()));

  async function made(): Promise<Ticket> {
    const rules = await needs.rules();
    const person = rules.policy.people.get(by);
    const no = { ...base, state: 'refused', endedAt: at } as const;
    if (!person) return { ...no, message: say({ en: 'there is nobody called {by}', zh: '没有名为 {by} 的人' }, { by }) };
    try {
      const { private: own, ...asked } = await understood({ text: line.slice(0, LONGEST_LINE), length: line.length, at }, person, rules, needs);
      if (asked.from || asked.repeat)
        return { ...no, message: say({ en: '“{line}” stands for another line: name that', zh: '“{line}”代表另一条命令：请直接写该命令' }, { line }) };
      return { ...base, ...asked, from, private: base.private || own };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { ...no, ...keptRefusal(error) };
    }
  }
}
