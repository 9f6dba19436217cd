import type { Host } from './command.ts';
import { Refusal } from './errors.ts';
import { type Policy, reach } from './policy.ts';
import type { Commands } from './ports.ts';
import { assign, route } from './route.ts';
import type { Ticket } from './ticket.ts';

/** The hosts a ticket speaks of, in the reach of who asked; undefined when that cannot be told (any more). */
export function scope(ticket: Ticket, policy: Policy, commands: Commands): Host[] | undefined {
  const person = policy.people.get(ticket.by);
  const command = commands.get(ticket.command);
  if (!person || !command || command.at === 'ask') return undefined;
  if (command.at === 'desk') return command.public ? [] : undefined;
  try {
    return [...assign(command, route(command, ticket.input, reach(person, policy, ticket.command, command.risk))).values()].flat();
  } catch (error) {
    if (error instanceof Refusal) return undefined; // the configuration has changed since
    throw error;
  }
}
