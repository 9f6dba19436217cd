import type { Desk, Host, Request } from './command.ts';
import { outcomes } from './journal.ts';
import { covering } from './locktable.ts';
import { authorize, type Person, type Policy, reach, visibleCommands } from './policy.ts';
import type { Commands, Journals, Kepts, Locks, Plans, Tickets } from './ports.ts';
import { planOf } from './ticket.ts';

/** What the desk looks things up in. */
export interface Shelves {
  readonly commands: Commands;
  readonly tickets: Pick<Tickets, 'get'>;
  readonly plans: Pick<Plans, 'plan'>;
  readonly journals: Pick<Journals, 'read'>;
  readonly locks: Pick<Locks, 'list'>;
  readonly kept: Pick<Kepts, 'list'>;
}

/** The desk as one person may see it. */
export function deskFor(person: Person, policy: Policy, shelves: Shelves): Desk {
  const hosts = reach(person, policy);
  return {
    person,
    commands: visibleCommands(person, shelves.commands, policy),
    hosts,
    request: (id) => request(id.toUpperCase(), person, policy, shelves),
    locks: async () => (await shelves.locks.list()).filter(({ name }) => hosts.some((host) => concerns(name, host))),
    kept: async () => (await shelves.kept.list()).filter(({ on }) => hosts.some((host) => host.name === on.host)),
  };
}

/** Whether a lock is on a host, on something on it, or on its site. */
export function concerns(lock: string, host: Host): boolean {
  return covering(lock, `${host.site}/${host.name}`);
}

async function request(id: string, person: Person, policy: Policy, { tickets, plans, journals }: Shelves): Promise<Request | undefined> {
  const ticket = await tickets.get(id);
  if (!ticket || (ticket.private && ticket.by !== person.id)) return undefined;
  const ref = planOf(ticket);
  const subject = { command: ticket.command, by: ticket.by, hosts: ref?.hosts ?? [] };
  if (!authorize(person, 'see', subject, policy).allowed) return undefined;
  const by = policy.people.get(ticket.by)?.name ?? ticket.by;
  if (!ref) return { ticket, by, plan: undefined, outcomes: [] };
  const [plan, { journal }] = await Promise.all([plans.plan(id, ref.round), journals.read(id, ref.round)]);
  return { ticket, by, plan, outcomes: plan ? outcomes(journal, plan.steps.length) : [] };
}
