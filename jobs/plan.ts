import { z } from 'zod';
import type { NamedCheck } from '../src/core/check.ts';
import { digest } from '../src/core/digest.ts';
import { type Files, keepFiles } from '../src/core/files.ts';
import { withOffers } from '../src/core/offers.ts';
import { planSafely, referenced } from '../src/core/part.ts';
import { reach, reachNow, visibleCommands } from '../src/core/policy.ts';
import { type Commands, type Findings, type Hosts, job, type Log, type Plans, type Rules, type Send, type Tickets, type World } from '../src/core/ports.ts';
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
  readonly files: Pick<Files, 'save'>;
  readonly commands: Commands;
  readonly checks: readonly NamedCheck[];
  /** Nothing that was read before is taken again. */
  readonly fresh?: true;
  readonly hosts: Pick<Hosts, 'look'>;
  rules(): Promise<Rules>;
  readonly send: Send;
  readonly log: Log;
  /** Nothing leaves the worker but through it. */
  readonly redactor: Redactor;
  readonly findings: Findings;
}

/** Plans one site's part of a request, and tells the desk that it did. */
export default job({
  name: 'plan',
  payload: z.object({ ticket: z.string(), site: z.string(), round: z.number() }),
  async take({ ticket: id, site, round }, needs: PlanNeeds) {
    const ticket = await needs.tickets.get(id);
    const looking = ticket && 'looking' in ticket ? ticket.looking : undefined;
    if (!ticket || looking?.round !== round || looking.parts[site] !== null) return;
    const part = await keepFiles(await planPart(ticket, needs), needs.files, needs.log);
    if (part.kind === 'plan' && part.plan.findings) await needs.findings.save(id, Date.now(), part.plan.findings);
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
export async function planPart(ticket: Ticket, needs: Omit<PlanNeeds, 'tickets' | 'plans' | 'files' | 'send'>): Promise<Part> {
  const { policy, self, programs, declared } = await needs.rules();
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
    const world: World = {
      ...{ self, programs, declared, checks: needs.checks, ticket: ticket.id },
      earlier: (host) => needs.findings.earlier(host.name, ticket.id),
      unexpected: (error) => referenced(error, needs.log),
      clusters: policy.hosts.filter((host) => mine.some(({ node }) => node?.cluster === host.name)),
      ...(needs.fresh ? { fresh: true } : {}),
    };
    const plan = await command.plan(ticket.input, needs.hosts.look(mine, reach(person, policy), world));
    return withOffers(withUndoLine(plan, needs.commands), visibleCommands(person, needs.commands, policy));
  }, needs.log);
  return redactPart(part, needs.redactor);
}
