import type { Desk, Host, Request } from './command.ts';
import { outcomes } from './journal.ts';
import { covering } from './locktable.ts';
import { authorize, type Person, type Policy, reach, visibleCommands } from './policy.ts';
import type {
  Account,
  Alerts,
  Audit,
  Beats,
  Commands,
  Factors,
  Freezes,
  Inventory,
  Journals,
  Kepts,
  Links,
  Locks,
  Plans,
  Review,
  Reviews,
  Rules,
  Schedules,
  Silences,
  Tickets,
} from './ports.ts';
import type { Cron } from './schedules/schedule.ts';
import { maySee } from './sight.ts';
import { planOf } from './ticket.ts';

/** What the desk looks things up in. */
export interface Shelves {
  readonly commands: Commands;
  readonly tickets: Pick<Tickets, 'get' | 'open'>;
  readonly plans: Pick<Plans, 'plan'>;
  readonly journals: Pick<Journals, 'read'>;
  readonly locks: Pick<Locks, 'list'>;
  readonly kept: Pick<Kepts, 'list'>;
  readonly inventory: Pick<Inventory, 'guests'>;
  readonly freezes: Pick<Freezes, 'list'>;
  readonly audit: Pick<Audit, 'search'>;
  readonly links: Pick<Links, 'offer' | 'claimed' | 'list'>;
  readonly factors: Pick<Factors, 'has' | 'proven'>;
  readonly reviews: Pick<Reviews, 'list'>;
  readonly alerts: Pick<Alerts, 'get' | 'members' | 'open' | 'recent' | 'standing' | 'malformed'>;
  readonly silences: Pick<Silences, 'list' | 'get' | 'lingering'>;
  readonly schedules: Pick<Schedules, 'get' | 'list'>;
  readonly beats: Pick<Beats, 'all'>;
  readonly cron: Cron;
}

/** Where a person speaks from. */
export interface From {
  readonly account?: Account;
  readonly room?: string;
  /** When, in milliseconds since the epoch; without it, now. */
  readonly at?: number;
}

/** The desk as one person may see it. */
export function deskFor(person: Person, rules: Pick<Rules, 'policy' | 'personOf' | 'routing' | 'placeOf'>, shelves: Shelves, from: From = {}): Desk {
  const { policy, personOf } = rules;
  const hosts = reach(person, policy);
  const { freezes, audit, links, factors } = shelves;
  const openRequests = async () =>
    (await Promise.all((await shelves.tickets.open()).map((id) => request(id, person, policy, shelves)))).filter((one) => one !== undefined);
  return {
    person,
    commands: visibleCommands(person, shelves.commands, policy),
    hosts,
    request: (id) => request(id.toUpperCase(), person, policy, shelves),
    locks: async () => (await shelves.locks.list()).filter(({ name }) => hosts.some((host) => concerns(name, host))),
    kept: async () => (await shelves.kept.list()).filter(({ on }) => hosts.some((host) => host.name === on.host)),
    ...{ account: from.account, room: from.room, at: from.at ?? Date.now(), policy, personOf, all: shelves.commands },
    ...{ freezes, audit, links, factors },
    ...{
      alerts: shelves.alerts,
      silences: shelves.silences,
      schedules: shelves.schedules,
      cron: shelves.cron,
      beats: shelves.beats,
      routing: rules.routing,
      placeOf: rules.placeOf,
    },
    running: async () => (await openRequests()).filter(({ ticket }) => ['running', 'cancelling', 'unknown'].includes(ticket.state)),
    waiting: async () => (await openRequests()).filter(({ ticket }) => ['waiting', 'scheduled', 'approved'].includes(ticket.state)),
    async reviews() {
      const all = await Promise.all((await shelves.reviews.list()).map(async (one) => ((await seesReview(one, person, policy, shelves)) ? [one] : [])));
      return all.flat();
    },
    guests: async () => (await shelves.inventory.guests()).filter(({ at }) => hosts.some((host) => host.name === at.host)),
  };
}

/** What is owed outlives its request: where that is gone, who may look at what it was about sees it. */
async function seesReview({ ticket, by, command, hosts }: Review, person: Person, policy: Policy, shelves: Shelves): Promise<boolean> {
  if (await shelves.tickets.get(ticket)) return (await request(ticket, person, policy, shelves)) !== undefined;
  return authorize(person, 'see', { command, by, hosts }, policy, Date.now()).allowed;
}

/** Whether a lock is on a host, on something on it, or on its site. */
export function concerns(lock: string, host: Host): boolean {
  return covering(lock, `${host.site}/${host.name}`);
}

async function request(id: string, person: Person, policy: Policy, { tickets, plans, journals, commands }: Shelves): Promise<Request | undefined> {
  const ticket = await tickets.get(id);
  if (!ticket || !maySee(person, ticket, policy, commands, Date.now())) return undefined;
  const ref = planOf(ticket);
  const by = policy.people.get(ticket.by)?.name ?? ticket.by;
  if (!ref) return { ticket, by, plan: undefined, outcomes: [] };
  const [plan, { journal }] = await Promise.all([plans.plan(id, ref.round), journals.read(id, ref.round)]);
  return { ticket, by, plan, outcomes: plan ? outcomes(journal, plan.steps.length) : [] };
}
