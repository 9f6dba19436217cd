import { z } from 'zod';
import { digest } from '../src/core/digest.ts';
import { planSafely } from '../src/core/part.ts';
import { reach, reachNow } from '../src/core/policy.ts';
import { type Commands, type Hosts, job, type Log, type Plans, type Rules, type Send, type Tickets } from '../src/core/ports.ts';
import type { Redactor } from '../src/core/redact.ts';
import { redactPart } from '../src/core/redactvalue.ts';
import { assign, route } from '../src/core/route.ts';
import type { Ticket } from '../src/core/ticket.ts';
import type { Part } from '../src/core/types.ts';
import { withUndoLine } from '../src/core/undo.ts';

/** What planning at a site takes. It only reads: calling it twice does no harm. */
export interface PlanNeeds {
  readonly site: string;
  readonly tickets: Tickets;
  readonly plans: Plans;
  readonly commands: Commands;
  readonly hosts: Pick<Hosts, 'look'>;
  rules(): Promise<Rules>;
  readonly send: Send;
  readonly log: Log;
  /** Nothing leaves the worker but through it. */
  readonly redactor: Redactor;
}

/** Plans one site's part of a request, and tells the desk that it did. */
export default job({
  name: 'plan',
  payload: z.object({ ticket: z.string(), site: z.string(), round: z.number() }),
  async take({ ticket: id, site, round }, needs: PlanNeeds) {
    const ticket = await needs.tickets.get(id);
    const looking = ticket && 'looking' in ticket ? ticket.looking : undefined;
    if (!ticket || looking?.round !== round || looking.parts[site] !== null) return;
    const part = await planPart(ticket, needs);
    await needs.plans.savePart(id, round, site, part);
    const hash = part.kind === 'plan' ? digest(ticket.command, ticket.input, part.plan) : '';
    await needs.send([
      {
        job: 'tell',
        ticket: id,
        event: { id: `planned ${round} ${site}`, at: Date.now(), kind: 'planned', round, site, part: { kind: part.kind, digest: hash } },
      },
    ]);
  },
});

/** What this site would do for a ticket, as the world is now. */
export async function planPart(ticket: Ticket, needs: Omit<PlanNeeds, 'tickets' | 'plans' | 'send'>): Promise<Part> {
  const { policy, self, programs } = await needs.rules();
  const part = await planSafely(async () => {
    const command = needs.commands.get(ticket.command);
    const person = policy.people.get(ticket.by);
    if (!command || command.at === 'desk' || command.at === 'ask' || !person)
      throw new Error(`“${ticket.command}” by ${ticket.by} cannot be planned at a site`);
    // What was granted with another request is done wherever that one was.
    const about = {
      command: ticket.command,
      input: ticket.input,
      risk: command.risk,
      by: ticket.by,
      ...(ticket.room === undefined ? {} : { room: ticket.room }),
    };
    const reached = ticket.from?.granted === undefined ? reachNow(person, about, policy, Date.now()) : policy.hosts;
    const mine = assign(command, route(command, ticket.input, reached)).get(needs.site) ?? [];
    const plan = await command.plan(ticket.input, needs.hosts.look(mine, reach(person, policy), { self, programs, ticket: ticket.id }));
    return withUndoLine(plan, needs.commands);
  }, needs.log);
  return redactPart(part, needs.redactor);
}
