import type { Slot } from '../../src/core/policy.ts';
import type { Pressed } from '../../src/core/press.ts';
import { type Event, planOf, type Ticket } from '../../src/core/ticket.ts';
import type { Account } from '../../src/core/types.ts';
import { named, type Order } from './council.ts';

/** A yes that somebody gave to a plan they had read. */
interface Yes {
  readonly person: string;
  readonly account: string;
  readonly digest: string;
  /** Which plan stood: every change of it begins another time. */
  readonly time: number;
  readonly proven: boolean;
}

/** What an approval must have been, kept apart from the code that decides: who said what to which plan, and what that is worth now. */
export class Minutes {
  readonly wrong: string[] = [];
  readonly history: string[] = [];
  dispatched = 0;
  readonly #order: Order;
  readonly #from: string;
  #yes: readonly Yes[] = [];
  #read = new Map<string, string>();
  #time = 0;
  #stands = '';
  #reasoned = false;
  #vetoed = false;
  /** It waited under the code that was pressed. */
  #open = false;

  constructor(order: Order, from: Account) {
    this.#order = order;
    this.#from = named(from);
  }

  /** How things stand, to be read when something is wrong. */
  orders(): string {
    const { charter, roles, accounts, denied, lent } = this.#order;
    return JSON.stringify({ charter, roles: [...roles], accounts: [...accounts], denied: [...denied], lent });
  }

  /** A press is about to be taken, while the request is as it is. */
  pressed({ action, account, ticket: id, code, proof, reason }: Pressed, ticket: Ticket, again: boolean, alone: boolean): void {
    const meant = id === 'T1' || (id === '' && this.#read.has(code));
    this.#open = meant && ticket.state === 'waiting' && code === ticket.plan.code;
    const person = this.#order.accounts.get(named(account));
    this.history.push(`${named(account)} (${person}) ${action} ${code}${again ? ' again' : ''} while ${ticket.state}`);
    if (again || !meant || person === undefined || !this.#order.roles.has(person)) return;
    const digest = this.#read.get(code);
    if (action === 'approve' && digest !== undefined && this.#mayApprove(person)) {
      this.#yes = [...this.#yes, { person, account: named(account), digest, time: this.#time, proven: proof?.code === '123456' }];
    }
    if (action === 'withdraw' && alone && this.#open) this.#yes = this.#yes.filter((yes) => yes.person !== person);
    if (action === 'reason' && person === 'ana' && (reason ?? '').length > 2) this.#reasoned = true;
  }

  /** What must be so right after, if nothing else happened meanwhile. */
  answered({ action, account }: Pressed, ticket: Ticket, now: number): void {
    const person = this.#order.accounts.get(named(account));
    if (!this.#open || person === undefined || person === 'ana' || !this.#order.roles.has(person)) return;
    if (action === 'withdraw' && 'votes' in ticket && ticket.votes?.some(({ by }) => by === person))
      this.wrong.push(`${person}'s vote stands after they took it back`);
    const decides =
      this.#mayApprove(person) && this.#order.charter.rules.some((slots) => slots.some((slot) => this.#fill([{ ...slot, count: 1 }], [person], now)));
    if (action === 'reject' && decides && ticket.state !== 'rejected') this.wrong.push(`${person}'s veto was not heard`);
  }

  /** The store has changed the request. */
  changed(before: Ticket, event: Event, after: Ticket, now: number): void {
    this.history.push(`${event.id}: ${before.state} → ${after.state}`);
    const plan = planOf(after);
    if (after.state === 'waiting') this.#read.set(after.plan.code, after.plan.digest);
    const digest = after.state === 'planning' ? '' : (plan?.digest ?? '');
    if (digest !== this.#stands) [this.#time, this.#stands] = [this.#time + 1, digest];
    if (event.kind === 'withdrawn') this.#yes = this.#yes.filter(({ person }) => person !== event.by);
    if (event.kind === 'rejected') this.#vetoed = true;
    if ('votes' in after && after.votes) {
      const people = after.votes.map(({ by }) => by);
      if (new Set(people).size !== people.length) this.wrong.push(`somebody counts twice: ${people}`);
      if (people.includes('ana')) this.wrong.push('who asked has a vote');
      if (after.votes.some(({ account }) => account && named(account) === this.#from)) this.wrong.push('the account it was asked from has a vote');
    }
    if (event.kind === 'dispatched') this.#dispatched(after, now);
  }

  #dispatched(after: Ticket, now: number): void {
    this.dispatched++;
    const { charter, accounts, frozen, denied } = this.#order;
    const worth = this.#yes.filter(
      (yes) =>
        yes.digest === planOf(after)?.digest &&
        yes.time === this.#time &&
        accounts.get(yes.account) === yes.person &&
        yes.account !== this.#from &&
        (yes.proven || !charter.totp) &&
        this.#mayApprove(yes.person),
    );
    const voters = [...new Set(worth.map(({ person }) => person))];
    const short = charter.rules.find((slots) => !this.#fill(slots, voters, now));
    if (short) this.wrong.push(`it runs with ${voters.join(', ') || 'nobody'} for ${JSON.stringify(short)}`);
    if (charter.reason && !this.#reasoned) this.wrong.push('it runs, and nobody knows why');
    if (frozen !== 'no') this.wrong.push(`it runs, and whether it is frozen: ${frozen}`);
    if (this.#vetoed) this.wrong.push('it runs against a veto');
    if (denied.has('ana') || accounts.get(this.#from) !== 'ana') this.wrong.push('it runs for who may not have it');
  }

  #mayApprove(person: string): boolean {
    return person !== 'ana' && !this.#order.denied.has(person) && this.#order.roles.has(person);
  }

  /** Whether these people, each with their own roles and those of at most one other who lent them, and votes not, can take all places. */
  #fill(slots: readonly Slot[], voters: readonly string[], now: number, used: readonly string[] = []): boolean {
    const slot = slots.find(({ count }) => count > 0);
    if (!slot) return true;
    const left = slots.map((one) => (one === slot ? { ...one, count: one.count - 1 } : one));
    const { roles, lent, denied } = this.#order;
    const fits = (person: string) => {
      const mine = roles.get(person) ?? [];
      return mine.length > 0 && slot.roles.some((role) => role === '*' || mine.includes(role));
    };
    return voters.some((voter) => {
      const rest = voters.filter((other) => other !== voter);
      if (fits(voter) && this.#fill(left, rest, now, used)) return true;
      return lent.some(
        ({ from, to, until }) =>
          to === voter &&
          now < until &&
          from !== 'ana' &&
          !voters.includes(from) &&
          !used.includes(from) &&
          !denied.has(from) &&
          fits(from) &&
          this.#fill(left, rest, now, [...used, from]),
      );
    });
  }
}
