import decide from '../../jobs/decide.ts';
import { advance } from '../../src/core/advance.ts';
import type { Delegation, Policy, Slot } from '../../src/core/policy.ts';
import type { Rules } from '../../src/core/ports.ts';
import type { Pressed } from '../../src/core/press.ts';
import type { SettleNeeds } from '../../src/core/settle.ts';
import { type Event, planOf, type Ticket } from '../../src/core/ticket.ts';
import type { Account, Part, Plan } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import { Minutes } from './minutes.ts';
import { inventory, kept, nobody, noPlans, standing } from './stubs.ts';
import { asked } from './ticket.ts';

const why = say({ en: 'do', zh: '做' });
const host = (name: string) => ({ name, site: 'east', sites: ['east'], kind: 'linux' as const, tags: [], address: '', libvirt: '' });
const grant = { id: 'roles.all.grants.0', commands: ['*'], hosts: ['*'], upTo: 'high' as const };
const plan = (holds: string): Plan => ({
  ...{ summary: why, locks: [], risk: 'medium', undo: { impossible: why } },
  facts: [{ what: why, value: holds, at: 0, holds }],
  steps: ['a', 'b'].map((name) => ({ kind: 'exec', on: { site: 'east', host: name }, why, argv: ['do'] })),
});
const PARTS: Readonly<Record<string, Part>> = {
  A: { kind: 'plan', plan: plan('A') },
  B: { kind: 'plan', plan: plan('B') },
  gone: { kind: 'plan', plan: { ...plan('gone'), steps: [] } },
  silent: { kind: 'silent' },
};

/** What a request needs: under each rule these places; a reason; a one-time code with each vote. */
export interface Charter {
  readonly rules: readonly (readonly Slot[])[];
  readonly reason: boolean;
  readonly totp: boolean;
}

/** People, their accounts and the rules as they are now. */
export interface Order {
  charter: Charter;
  readonly roles: Map<string, readonly string[]>;
  readonly accounts: Map<string, string>;
  readonly denied: Set<string>;
  lent: readonly Delegation[];
  frozen: 'no' | 'yes' | 'nobody knows';
}

export const named = ({ chat, id }: Account): string => `${chat} ${id}`;

/** The desk over one request in memory, changed only by compare-and-set; minutes are taken of all that goes in and comes out. */
export class Council {
  readonly order: Order;
  readonly minutes: Minutes;
  readonly tickets = new Map<string, Ticket>();
  readonly taken: { readonly pressed: Pressed }[] = [];
  now = 1_000_000;
  world: keyof typeof PARTS = 'A';
  #parts: Readonly<Record<string, Part>> = {};
  #codes = new Map<string, string>();
  #noted = 0;
  #names = 0;
  #known: Rules | undefined;
  readonly #needs: SettleNeeds;

  constructor(order: Order, from: Account) {
    this.order = order;
    this.minutes = new Minutes(order, from);
    const looking = { round: 1, since: this.now, parts: { east: null } };
    this.tickets.set('T1', { ...asked, by: 'ana', account: from, askedAt: this.now, state: 'planning', looking });
    const nothing = async () => undefined;
    this.#needs = {
      ...{ kept, inventory, ...standing, plans: { ...noPlans, parts: async () => this.#parts }, commands: new Map() },
      tickets: {
        ...{ get: async (id) => this.tickets.get(id), change: async (id, event, rev) => this.#change(id, event, rev) },
        ...{ open: async () => [...this.tickets.keys()], close: nothing, byCode: async (code) => this.#codes.get(code) },
        keepCode: async (code, id) => this.#codes.set(code, id).size > 0,
        create: async (ticket, notes = []) => this.#create(ticket, notes.length),
      },
      journals: { read: async () => ({ journal: {}, lines: 0 }), write: async () => true },
      locks: {
        acquire: async () => ({ token: undefined }),
        release: async () => [],
        robbed: async () => false,
        list: async () => [],
        steal: async () => false,
      },
      audit: { ...standing.audit, note: async ({ length }) => this.#note(length) },
      freezes: { ...standing.freezes, list: async () => this.#freezes() },
      factors: { ...standing.factors, has: async () => true, check: async (_, code) => code === '123456' },
      rules: async () => this.#rules(),
      ...{ send: nothing, log: () => undefined, since: 0 },
    };
  }

  /** A council that has read the plan; where one of the same kind has before, as that one did. */
  static async begin(order: Order, from: Account, kind: string): Promise<Council> {
    const council = new Council(order, from);
    const known = Council.#begun.get(kind);
    if (known) {
      council.tickets.set('T1', known);
      council.minutes.changed(known, { id: 'begun', at: council.now, kind: 'reported' }, known, council.now);
      if (known.state === 'waiting') council.#codes.set(known.plan.code, 'T1');
      return council;
    }
    await council.goOn();
    Council.#begun.set(kind, council.ticket);
    return council;
  }
  static readonly #begun = new Map<string, Ticket>();

  get ticket(): Ticket {
    return this.tickets.get('T1') ?? { ...asked, state: 'expired', endedAt: 0 };
  }

  #freezes() {
    if (this.order.frozen === 'nobody knows') throw new Error('no answer');
    return this.order.frozen === 'yes' ? [{ scope: 'b', by: 'dee', reason: 'stocktaking', since: 0 }] : [];
  }

  /** The order was changed. */
  reorder(): void {
    this.#known = undefined;
  }

  #rules(): Rules {
    this.#known ??= this.#ruled();
    return this.#known;
  }

  #ruled(): Rules {
    const { charter, roles, accounts, denied, lent } = this.order;
    const policy: Policy = {
      // Names are worth nothing: they change all the time, and may look like another's.
      people: new Map([...roles].map(([id, mine]) => [id, { id, name: `ana ${this.#names++ % 3}`, lang: 'en', roles: mine }])),
      roles: new Map(['lead', 'storage', 'member'].map((role) => [role, [grant]])),
      deny: [...denied].map((id) => ({ id: 'deny.0', commands: ['*'], hosts: ['*'], roles: [`person:${id}`], from: 'none' })),
      approvals: charter.rules.map((votes, i) => ({
        ...{ id: `approvals.${i}`, from: 'medium' as const, commands: ['*'], expiresMs: 1_800_000, votes },
        hosts: charter.rules.length === 1 ? ['*'] : [i === 0 ? 'a' : 'b'],
        ...(charter.reason ? { reason: true as const } : {}),
        ...(charter.totp ? { stepUp: 'totp' as const } : {}),
      })),
      delegations: lent,
      hosts: [host('a'), host('b')],
    };
    return { ...nobody, policy, personOf: (account) => accounts.get(named(account)) };
  }

  #change(id: string, event: Event, rev?: number): Ticket | undefined {
    const before = this.tickets.get(id);
    if (!before || (rev !== undefined && before.rev !== rev)) return before;
    const after = advance(before, event);
    this.tickets.set(id, after);
    if (after !== before && id === 'T1') this.minutes.changed(before, event, after, this.now);
    return after;
  }

  #note(notes: number): void {
    this.#noted += notes;
  }

  /** A refusal is on record with the card that tells it, or before. */
  #create(ticket: Ticket, notes: number): boolean {
    if (notes + this.#noted < 1) this.minutes.wrong.push('a refusal was shown before it was on record');
    if (notes === 0) this.#noted--;
    this.tickets.set(ticket.id, ticket);
    return true;
  }

  /** A press goes in; a redelivered one is the same as before. `alone`: nothing else happens meanwhile. */
  async press(pressed: Pressed, again: boolean, alone: boolean): Promise<void> {
    const job = { pressed };
    if (!again) this.taken.push(job);
    this.minutes.pressed(pressed, this.ticket, again, alone);
    await decide.take(job, this.#needs);
    if (alone && !again) this.minutes.answered(pressed, this.ticket, this.now);
  }

  /** The desk looks after the request; the worker answers what it is asked; as far as it goes. */
  async goOn(): Promise<void> {
    await decide.take({ ticket: 'T1' }, this.#needs);
    const looking = 'looking' in this.ticket ? this.ticket.looking : undefined;
    if (!looking || this.world === 'silent' || looking.parts.east !== null) return;
    const part = PARTS[this.world] ?? { kind: 'silent' };
    this.#parts = { east: part };
    const { round } = looking;
    const event = { id: `planned ${round} east`, at: this.now, kind: 'planned' as const, round, site: 'east', part: { kind: part.kind, digest: '' } };
    await decide.take({ ticket: 'T1', event }, this.#needs);
  }

  /** Under the locks the world turned out to be another one. */
  async changedUnderLocks(): Promise<void> {
    const { ticket } = this;
    if (ticket.state !== 'running') return;
    this.#parts = {};
    const id = `ended ${planOf(ticket)?.round} 1 east ${ticket.rev}`;
    const event = { id, at: this.now, kind: 'ended' as const, site: 'east', wave: 1, ending: 'changed' as const, failed: 0 };
    await decide.take({ ticket: 'T1', event }, this.#needs);
    await this.goOn();
  }
}
