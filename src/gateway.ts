import show from '../jobs/show.ts';
import { type Shown, WebChat } from './chat/web.ts';
import { complete } from './core/complete.ts';
import { jobId, pressId, ticketId } from './core/digest.ts';
import { LONGEST_LINE } from './core/parse.ts';
import { authorize, type Policy, reach, visibleCommands } from './core/policy.ts';
import type { Commands, Log } from './core/ports.ts';
import { render, type View } from './core/render.ts';
import { scope } from './core/scope.ts';
import { planOf, type Ticket } from './core/ticket.ts';
import { ASK_PRIORITY, INBOX, outboxOf } from './messages.ts';
import { base, type Part } from './part.ts';
import { follow } from './settings.ts';
import { inventory } from './store/inventory.ts';
import { journals, plans } from './store/plans.ts';
import { tickets } from './store/tickets.ts';

export interface GatewayOptions {
  readonly redis: string;
  readonly port?: number;
  readonly token: string;
  readonly version: string;
  readonly commands: Commands;
  readonly log: Log;
}

/** Where everything said in the console is shown. */
const CONSOLE = { chat: 'web', room: 'console' } as const;
/** Cards of which the gateway remembers what it has shown. */
const REMEMBERED = 1000;
/** Cards of closed tickets are refreshed a moment after another, so that a burst is one read. */
const RECENT_AT_ONCE = 20;

/** Starts a gateway: chats, no host and no key. Outside practice it serves no console yet. */
export async function startGateway(options: GatewayOptions): Promise<Part & { readonly url: string | undefined }> {
  const { redis, queues, close } = await base(options.redis, options.log);
  const rules = follow(redis);
  const [store, planStore, journalStore, seen] = [tickets(redis), plans(redis), journals(redis), inventory(redis)];

  async function view(id: string): Promise<View | undefined> {
    const ticket = await store.get(id);
    if (!ticket) return undefined;
    const round = planOf(ticket)?.round;
    const names = Object.fromEntries([...(await rules()).policy.people].map(([person, { name }]) => [person, name]));
    if (round === undefined) return { ticket, journal: {}, lines: 0, names };
    const [plan, { journal, lines }, report] = await Promise.all([planStore.plan(id, round), journalStore.read(id, round), planStore.report(id, round)]);
    return { ticket, journal, lines, names, ...(plan ? { plan } : {}), ...(report ? { report } : {}) };
  }

  const settings = await rules();
  if (!settings.config.practice) {
    return { url: undefined, close };
  }
  const web = new WebChat({
    port: options.port ?? settings.config.web.port,
    token: options.token,
    version: options.version,
    people: async () => [...(await rules()).policy.people.values()].map(({ id, name, lang, roles }) => ({ id, name, lang, roles })),
    async recent() {
      const ids = await store.recent();
      const { policy } = await rules();
      const views: View[] = [];
      for (let i = 0; i < ids.length; i += RECENT_AT_ONCE) {
        const some = await Promise.all(ids.slice(i, i + RECENT_AT_ONCE).map(view));
        views.push(...some.filter((one) => one !== undefined));
      }
      return views.map((one) => shown(one, policy, options.commands));
    },
    async complete(id, text) {
      const { policy } = await rules();
      const person = policy.people.get(id);
      if (!person) return { from: text.length, choices: [] };
      const guests = (await seen.guests()).map(({ name, at }) => ({ name, host: at.host }));
      return complete(
        text,
        { commands: visibleCommands(person, options.commands, policy), hosts: (path, command) => reach(person, policy, path, command.risk), guests },
        person.lang,
      );
    },
  });
  /** A line that was said, by what the chat calls the event. The ticket it makes. */
  async function said(as: string, text: string, event: string): Promise<string> {
    const account = { chat: 'practice', id: as };
    const heard = { event, account, text: text.slice(0, LONGEST_LINE), length: text.length, place: CONSOLE, at: Date.now() };
    await queues.send([{ queue: INBOX, name: 'ask', id: jobId('ask', as, event), data: heard, priority: ASK_PRIORITY }]);
    return ticketId(account.chat, event);
  }
  const url = await web.listen({
    said: async ({ as, text, event }) => ({ ticket: await said(as, text, `${as} ${event}`) }),
    async pressed({ as, ticket, code, action, reason, event: given }) {
      const event = `${as} ${given}`;
      const account = { chat: 'practice', id: as };
      const id = ticket || (await store.byCode(code.toUpperCase())) || '';
      if (action === 'undo') {
        // A request of its own, as if it had been typed.
        const answer = await said(as, `undo ${id}`, event);
        return { answer, ticket: answer, heard: pressId(event) };
      }
      const pressed = { event, account, ticket: id, code, action, place: CONSOLE, at: Date.now(), ...(reason === undefined ? {} : { reason }) };
      await queues.send([{ queue: INBOX, name: 'decide', id: jobId('press', as, event), data: { pressed } }]);
      return { answer: ticketId(account.chat, event), ticket: id, heard: pressId(event) };
    },
  });
  const newestShown = new Map<string, number>();
  await queues.work(
    outboxOf(CONSOLE.chat),
    async (_name, data) => {
      await show.take(show.payload.parse(data), {
        view,
        isShown: (card, rev) => (newestShown.get(card) ?? 0) >= rev,
        show: async (card, _place, newest) => {
          await web.show({ ...shown(newest, (await rules()).policy, options.commands), card });
          newestShown.delete(card.id);
          newestShown.set(card.id, newest.ticket.rev);
          const [oldest] = newestShown.keys();
          if (newestShown.size > REMEMBERED && oldest !== undefined) newestShown.delete(oldest);
        },
      });
    },
    16,
  );
  return {
    url,
    async close() {
      await web.close();
      await close();
    },
  };
}

function shown(view: View, policy: Policy, commands: Commands): Shown {
  const { ticket } = view;
  const acted = planOf(ticket)?.hosts ?? [];
  const hosts = acted.length > 0 ? acted : scope(ticket, policy, commands)?.map((host) => host.name);
  return {
    card: render(view),
    at: ticket.askedAt,
    by: ticket.by,
    private: ticket.private,
    heard: ticket.heard,
    sees: (person) => maySee(person, ticket, hosts, policy),
  };
}

/** Their own cards, and those of others that speak of hosts in their reach only; never another's private ones. */
function maySee(id: string, ticket: Ticket, hosts: readonly string[] | undefined, policy: Policy): boolean {
  if (ticket.by === id) return true;
  const person = policy.people.get(id);
  if (ticket.private || !person || !hosts) return false;
  return authorize(person, 'see', { command: ticket.command, by: ticket.by, hosts }, policy).allowed;
}
