import { setImmediate as turn } from 'node:timers/promises';
import decide from '../../jobs/decide.ts';
import run, { type RunNeeds } from '../../jobs/run.ts';
import sweep from '../../jobs/sweep.ts';
import { advance } from '../../src/core/advance.ts';
import { due } from '../../src/core/due.ts';
import { Later } from '../../src/core/errors.ts';
import { isUnknown } from '../../src/core/journal.ts';
import type { Journals, Locks, Plans, Right, Send, Told } from '../../src/core/ports.ts';
import type { SettleNeeds } from '../../src/core/settle.ts';
import { type Event, isOver, type Ticket } from '../../src/core/ticket.ts';
import type { Entry, Freeze, Plan } from '../../src/core/types.ts';
import { FakeHosts, type Nature } from './fakehost.ts';
import type { Gate, Worker } from './gates.ts';
import { inventory, kept, nobody, noPlans, standing } from './stubs.ts';

/** The whole bot over one ticket in memory. A worker stops before and after every call, until it is let go on. */
export class Machine {
  ticket: Ticket;
  readonly plan: Plan;
  readonly journal: Record<number, Entry> = {};
  readonly hosts: FakeHosts;
  readonly workers: Worker[] = [];
  readonly gates: Gate[] = [];
  /** Words for the desk that are under way, and those that arrived: they may come again. */
  readonly inbox: Told['event'][] = [];
  readonly heard: Told['event'][] = [];
  readonly leases = new Map<string, number>();
  /** The last token of each lease, held or not. */
  readonly last = new Map<string, number>();
  /** What has gone wrong that never may. */
  readonly wrong: string[] = [];
  /** Everything that happened, to be read when a schedule fails. */
  readonly history: string[] = [];
  held: { readonly token: number; readonly robbed: boolean } | undefined;
  /** Another ticket holds the locks. */
  busy = false;
  /** What a site would plan now is something else. */
  changed = false;
  /** What is frozen; it may throw. */
  freezes: () => readonly Freeze[] = () => [];
  /** Workers believe in their lease for ever, as if their clocks stood still. */
  readonly believe: boolean;
  #tokens = 0;
  /** Steps that were unknown when the ticket became so. */
  #unknown = 0;

  constructor(ticket: Ticket, plan: Plan, natureOf: (step: number) => Nature, believe: boolean) {
    this.ticket = ticket;
    this.plan = plan;
    this.believe = believe;
    this.hosts = new FakeHosts(
      (step) => natureOf(plan.steps.indexOf(step)),
      (id) => {
        this.history.push(`BEGUN ${id}`);
        const index = Number(id.split('-').at(-1));
        const here = plan.steps[index]?.on.host;
        if (!this.journal[index]) this.wrong.push(`${id} was begun without an intent`);
        const open = plan.steps.some((one, i) => i < index && one.on.host === here && one.wave === plan.steps[index]?.wave && this.#isUnknown(i));
        if (open) this.wrong.push(`${id} was begun while one before it was unknown`);
        // Who marked what is unknown took it out of the bot's hands: a worker frozen with its clock may wake up later, and the host was silent.
        const excused = believe && 'marked' in this.ticket;
        if (!['running', 'cancelling', 'unknown'].includes(this.ticket.state) && !excused) this.wrong.push(`${id} was begun when it was ${this.ticket.state}`);
      },
    );
  }

  #isUnknown(step: number): boolean {
    const entry = this.journal[step];
    return entry?.state === 'finished' && isUnknown(entry.outcome);
  }

  #change(event: Event): Ticket {
    const before = this.ticket;
    // As the store does: the word of a worker counts while nobody took its lease since.
    if ('token' in event && event.token !== undefined && this.last.get(`run T1 ${event.site}`) !== event.token) return before;
    this.ticket = advance(before, event);
    const running = [...this.hosts.claims.values()].some(({ state }) => state === 'running');
    const excused = event.kind === 'marked';
    if (running && isOver(this.ticket) && !isOver(before) && !excused) this.wrong.push(`it is ${this.ticket.state}, and a step still runs`);
    const unknown = this.plan.steps.filter((_, i) => this.#isUnknown(i)).length;
    if (this.ticket !== before && event.kind === 'learned' && unknown > 0 && unknown >= this.#unknown) this.wrong.push('nothing was learned');
    if (this.ticket.state === 'unknown' && before.state !== 'unknown') this.#unknown = unknown;
    if (this.ticket !== before) this.history.push(`${event.id}: ${this.ticket.state}`);
    return this.ticket;
  }

  #plans: Plans = { ...noPlans, plan: async () => this.plan };
  #locks: Locks = {
    acquire: async () => {
      if (this.busy) return { busy: { name: 'a', ticket: 'T2', since: 0, place: 1 } };
      this.held ??= { token: ++this.#tokens, robbed: false };
      return { token: this.held.token };
    },
    release: async () => {
      this.held = undefined;
      return [];
    },
    robbed: async () => this.held?.robbed === true,
    list: async () => (this.held ? [{ name: 'a', holders: [{ ticket: 'T1', shared: false, since: 0, token: this.held.token }], waiting: [] }] : []),
    steal: async () => {
      if (this.held) this.held = { ...this.held, robbed: true };
      return this.held !== undefined;
    },
  };
  #journals: Journals = {
    read: async () => ({ journal: { ...this.journal }, lines: 0 }),
    write: async (_, __, step, entry, right) => {
      if (right && !this.#stands(right)) return false;
      if (!right) this.wrong.push(`${step} ${entry.state} was written without a right`);
      if (entry.state === 'finished' && entry.outcome.kind === 'unreachable' && this.hosts.wasBegun(this.plan.steps[step]))
        this.wrong.push(`${step} is said not to have been done, and it was begun`);
      this.history.push(`${step} ${entry.state} ${entry.state === 'finished' ? entry.outcome.kind : ''}`);
      this.journal[step] = entry;
      return true;
    },
  };
  #stands({ lease, locks }: Right): boolean {
    return this.leases.get(lease.name) === lease.token && (locks === undefined || (this.held?.token === locks && !this.held.robbed));
  }
  #rules = async () => nobody;
  #send: Send = async (jobs) => {
    for (const one of jobs) if (one.job === 'tell') this.inbox.push(one.event);
  };

  /** The next word reaches the desk; without one, it looks after the ticket. */
  async desk(event?: Event & Told['event']): Promise<void> {
    const tickets = { ...this.#tickets, change: async (_: string, what: Event) => this.#change(what) };
    const needs: SettleNeeds = {
      ...{ tickets, plans: this.#plans, journals: this.#journals, locks: this.#locks, commands: new Map(), rules: this.#rules, send: this.#send },
      ...{ kept, inventory, ...standing },
      log: (text, error) => this.wrong.push(`${text}: ${String(error)}`),
      since: 0,
    };
    if (event) this.heard.push(event);
    if (event) await decide.take({ ticket: 'T1', event }, needs);
    else await sweep.take({}, needs);
    await turn();
  }

  #tickets = {
    get: async () => this.ticket,
    open: async () => ['T1'],
    ...{ create: async () => false, close: async () => undefined, byCode: async () => undefined, keepCode: async () => true },
  };

  cancel(): void {
    this.#change({ id: 'cancel', at: Date.now(), kind: 'cancelled', by: 'bob' });
  }
  /** As a press does: told, then settled. */
  async mark(): Promise<void> {
    this.#change({ id: 'mark', at: Date.now(), kind: 'marked', by: 'bob', as: 'failed', reason: 'I saw it' });
    await this.desk();
  }
  async steal(): Promise<void> {
    if (await this.#locks.steal('a', 'T1', 0)) this.history.push('STOLEN');
  }
  lapse(site: string): void {
    this.leases.delete(`run T1 ${site}`);
  }

  /** A worker takes the job that is due at its site, if there is one. */
  start(worker: Worker): void {
    const job = due(this.ticket, Date.now()).find((one) => one.job === 'run' && one.site === worker.site);
    if (job?.job !== 'run' || worker.busy || worker.dead) return;
    worker.busy = true;
    this.history.push(`worker ${this.workers.indexOf(worker)} takes ${job.site} ${job.wave}`);
    run
      .take({ ticket: 'T1', site: job.site, wave: job.wave }, this.#needs(worker))
      .catch((error: unknown) => {
        if (!(error instanceof Later)) this.wrong.push(`a worker threw ${error instanceof Error ? error.stack : ''}`);
      })
      .finally(() => {
        worker.busy = false;
        if (worker.token > 0 && this.leases.get(`run T1 ${worker.site}`) === worker.token) this.wrong.push('a lease was not given back');
      });
  }

  #needs(worker: Worker): RunNeeds {
    const gate = (what: string) => new Promise<void>((open) => this.gates.push({ worker, what, open }));
    const gated =
      <A extends unknown[], R>(what: string, act: (...args: A) => Promise<R>) =>
      async (...args: A): Promise<R> => {
        await gate(what);
        const result = await act(...args);
        await gate(`${what}, answered`);
        return result;
      };
    const none = async () => this.ticket;
    const take = gated('lease', async (name: string) => {
      if (this.leases.has(name)) return undefined;
      const token = ++this.#tokens;
      this.leases.set(name, token);
      this.last.set(name, token);
      worker.token = token;
      const mine = () => this.leases.get(name) === token;
      const release = gated('release', async () => void (mine() && this.leases.delete(name)));
      return { token, held: () => this.believe || mine(), release };
    });
    return {
      tickets: { ...this.#tickets, get: gated('ticket', this.#tickets.get), change: none },
      plans: this.#plans,
      journals: { read: gated('journal', this.#journals.read), write: gated('write', this.#journals.write) },
      locks: { acquire: gated('locks', this.#locks.acquire), release: gated('unlock', this.#locks.release), robbed: gated('robbed', this.#locks.robbed) },
      leases: { take },
      freezes: { list: gated('freezes', async () => this.freezes()) },
      counts: { took: () => undefined },
      hosts: this.hosts.port(gate, () => true),
      vouching: { whyNot: async () => undefined, begins: () => undefined },
      digestNow: gated('digest', async () => (this.changed ? 'other' : 'same')),
      rules: this.#rules,
      send: async (jobs) => {
        if (!jobs.some(({ job }) => job === 'tell')) return; // cards are not looked at here
        await gated('send', this.#send)(jobs);
      },
      log: () => undefined,
      leave: worker.leave.signal,
    };
  }

  /** Lets one of those who wait go on. */
  async step(which: number): Promise<void> {
    const able = this.gates.filter(({ worker }) => !worker.dead && !worker.paused);
    const gate = able[which % able.length];
    if (!gate) return;
    this.gates.splice(this.gates.indexOf(gate), 1);
    this.history.push(`worker ${this.workers.indexOf(gate.worker)}: ${gate.what}`);
    gate.open();
    await turn();
  }

  /** Lets one worker go on until it waits at this, or until this is so; without either, as far as it gets. */
  async until(worker: Worker, what: string | (() => boolean) = () => false): Promise<void> {
    for (let i = 0; i < 100; i++) {
      const gate = this.gates.find((one) => one.worker === worker);
      if (!gate || (typeof what === 'string' ? gate.what.startsWith(what) : what())) return;
      this.gates.splice(this.gates.indexOf(gate), 1);
      this.history.push(`worker ${this.workers.indexOf(worker)}: ${gate.what}`);
      gate.open();
      await turn();
    }
  }
}
