import type { Heard } from '../../jobs/ask.ts';
import type { Pressed } from '../../jobs/decide.ts';
import type { Audited, AuditQuery } from '../../src/core/audit.ts';
import { ticketId } from '../../src/core/digest.ts';
import { isOver, type Ticket } from '../../src/core/ticket.ts';
import type { Account, Place } from '../../src/core/types.ts';
import { speak } from '../../src/core/words.ts';
import { INBOX } from '../../src/messages.ts';
import { Queues } from '../../src/queue/bullmq.ts';
import { askKeeper } from '../../src/store/auditask.ts';
import { open, settings } from '../../src/store/redis.ts';
import { tickets } from '../../src/store/tickets.ts';
import { bot } from './bot.ts';
import { workspace } from './doors/slack.ts';
import { BOT } from './slack/things.ts';

/** Rooms that policy knows, and one that it does not. */
export const OPS: Place = { chat: 'slack', room: 'C0OPS000001' };
export const LOBBY: Place = { chat: 'slack', room: 'C0LOBBY0001' };
/** Accounts of people, by their ids. */
export const ACCOUNTS = {
  alice: { chat: 'slack', id: 'U0ALICE0001' },
  bob: { chat: 'slack', id: 'U0BOB000001' },
  carol: { chat: 'slack', id: 'U0CAROL0001' },
  /** May approve in one room only. */
  rita: { chat: 'slack', id: 'U0RITA00001' },
} as const;
export const BOB_ON_MATRIX: Account = { chat: 'matrix', id: '@bob:example.org' };

const grants = (...more: object[]) => ({ grants: [{ commands: ['*'], hosts: ['*'], upTo: 'high', ...Object.assign({}, ...more) }] });

/** The practice fleet and a simulated workspace; what chats would say to the desk is put into its inbox as well. */
export async function attacks(limits: { person: number; room: number } = { person: 10_000, room: 10_000 }) {
  const { slack, chat, close: tidy } = await workspace('socket');
  slack.addUser(ACCOUNTS.rita.id, { name: 'rita' });
  slack.addChannel(LOBBY.room, 'lobby', [...Object.values(ACCOUNTS).map(({ id }) => id), BOT.user]);
  const world = await bot({
    config: (lab) => {
      if (typeof lab !== 'object' || lab === null || !('people' in lab) || !('roles' in lab)) throw new Error('this is no configuration');
      const people = Object.entries(lab.people ?? {}).map(([id, person]: [string, object]) => {
        const account = Object.entries(ACCOUNTS).find(([name]) => name === id)?.[1];
        const accounts = { ...(account ? { slack: [account.id] } : {}), ...(id === 'bob' ? { matrix: [BOB_ON_MATRIX.id] } : {}) };
        return [id, { ...person, accounts }];
      });
      return {
        ...lab,
        limits,
        chats: { slack: chat },
        rooms: { ops: { chat: 'slack', id: OPS.room }, lobby: { chat: 'slack', id: LOBBY.room } },
        people: { ...Object.fromEntries(people), rita: { name: 'Rita', roles: ['roomlead'], accounts: { slack: [ACCOUNTS.rita.id] } } },
        roles: { ...(typeof lab.roles === 'object' ? lab.roles : {}), roomlead: grants({ rooms: ['ops'] }) },
        approvals: [{ from: 'medium', roles: ['lead', 'roomlead'], expires: '30m' }],
      };
    },
  });
  const redis = await open(world.redis);
  const queues = new Queues({ ...settings(world.redis) }, () => undefined);
  const shelf = tickets(redis);

  async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
    for (const end = Date.now() + 10_000; Date.now() < end; ) {
      const found = await look();
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
    throw new Error(`${what} did not come: ${world.logged.join('\n')}`);
  }
  const put = (name: string, data: unknown) => queues.send([{ queue: INBOX, name, id: crypto.randomUUID(), data }]);
  const rests = async (id: string): Promise<Ticket | undefined> => {
    const ticket = await shelf.get(id);
    return ticket && (isOver(ticket) || (ticket.state === 'waiting' && !ticket.looking)) ? ticket : undefined;
  };

  return {
    world,
    redis,
    slack,
    until,
    ticket: (id: string) => shelf.get(id),
    /** A message comes in; the ticket it makes, once it rests. */
    async says(account: Account, text: string, more: Partial<Heard> = {}): Promise<Ticket> {
      const event = more.event ?? crypto.randomUUID();
      await put('ask', { event, account, text, length: text.length, place: at(account), at: Date.now(), ...more });
      return until(`the ticket of “${text.slice(0, 100)}”`, () => rests(ticketId(account.chat, event)));
    },
    /** A message comes in, and nothing is waited for. */
    async utters(account: Account, text: string, more: Partial<Heard> = {}): Promise<string> {
      const event = more.event ?? crypto.randomUUID();
      await put('ask', { event, account, text, length: text.length, place: at(account), at: Date.now(), ...more });
      return ticketId(account.chat, event);
    },
    /** A press comes in; the ticket of its refusal, or of what it was about, once it has heard it. */
    async presses(
      account: Account,
      action: Pressed['action'],
      of: { ticket?: string; code?: string },
      more: Partial<Pressed> = {},
      wanted: (ticket: Ticket) => boolean = () => true,
    ): Promise<Ticket> {
      const event = more.event ?? crypto.randomUUID();
      await put('decide', { pressed: { event, account, ticket: '', code: '', action, place: at(account), at: Date.now(), ...of, ...more } });
      const id = of.ticket || (await shelf.byCode((of.code ?? '').toUpperCase())) || '';
      const rev = (await shelf.get(id))?.rev ?? 0;
      return until(`an answer to ${action}`, async () => {
        const refused = await rests(ticketId(account.chat, event));
        if (refused) return refused;
        const ticket = await rests(id);
        return ticket && ticket.rev > rev && wanted(ticket) ? ticket : undefined;
      });
    },
    /** A press comes in, and nothing is waited for. */
    async slips(account: Account, action: string, of: object): Promise<string> {
      const event = crypto.randomUUID();
      await put('decide', { pressed: { event, account, ticket: '', code: '', action, place: at(account), at: Date.now(), ...of } });
      return ticketId(account.chat, event);
    },
    /** What the audit has, once that is so much. */
    audited: (query: Partial<AuditQuery>, least = 1, wanted: (entry: Audited) => boolean = () => true): Promise<readonly Audited[]> =>
      until(`${least} in the audit of ${JSON.stringify(query)}`, async () => {
        const found = (await askKeeper(redis, { limit: 100, ...query })).filter(wanted);
        return found.length >= least ? found : undefined;
      }),
    effects: (host: string): number => world.lab.host(host).effects.length,
    async close(): Promise<void> {
      await queues.close();
      redis.disconnect();
      await world.close();
      await slack.close();
      tidy();
    },
  };
}

/** In the room, by this account. */
const at = ({ id }: Account): Place => ({ ...OPS, to: id });

/** The words of a refusal, in English. */
export function why(ticket: Ticket): string {
  return ticket.state === 'refused' ? speak(ticket.message, 'en') : `it is ${ticket.state}`;
}
