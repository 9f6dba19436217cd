import type { Event, State, Ticket, Verdict } from '../../src/core/ticket.ts';

/** Who may go where, and by what; what is not here means nothing in that state. */
export const MAY_GO: Readonly<Record<State, Partial<Record<Event['kind'], readonly State[]>>>> = {
  planning: { planned: ['planning'], refresh: ['planning'], joined: ['refused', 'done', 'approved', 'waiting'], cancelled: ['cancelled'] },
  // Nothing here runs in a window: see the tests of that.
  scheduled: {},
  waiting: {
    planned: ['waiting'],
    refresh: ['waiting'],
    joined: ['waiting', 'refused', 'done', 'approved'],
    approved: ['waiting', 'approved'],
    rejected: ['rejected'],
    cancelled: ['cancelled'],
    expired: ['expired'],
    withdrawn: ['waiting'],
    reasoned: ['waiting'],
  },
  approved: { withdrawn: ['waiting'], dispatched: ['running'], refused: ['refused'], voided: ['waiting'], cancelled: ['cancelled'] },
  running: { blocked: ['running'], ended: ['running', 'planning'], cancelled: ['cancelling'], reported: ['done', 'failed', 'unknown'] },
  cancelling: { ended: ['cancelling', 'cancelled'], reported: ['done', 'failed', 'cancelled', 'unknown'] },
  unknown: { rechecked: ['unknown'], learned: ['running', 'cancelling'], marked: ['done', 'failed'] },
  done: {},
  failed: {},
  refused: {},
  rejected: {},
  cancelled: {},
  expired: {},
};

interface Ended {
  readonly wave: number;
  readonly site: string;
  readonly ending: string;
  readonly failed: number;
}

/** The life of a ticket, written another way: what was said so far, and what follows from it. */
export class Life {
  state: State = 'planning';
  rev = 1;
  heard: readonly string[] = [];
  /** The plan it stands on. */
  plan: Exclude<Verdict, { readonly kind: 'refused' }>['plan'] | undefined;
  /** How many must say yes, and who did, to the plan it stands on. */
  wanted = 0;
  yes: readonly string[] = [];
  until = 0;
  looking: { readonly round: number; readonly open: readonly string[] } | undefined;
  /** The last number given to a round; none is given twice. */
  round: number;
  wave = 0;
  ends: readonly Ended[] = [];
  stopping = false;
  blocked = '';
  /** Why it is wanted. */
  why = '';
  /** Which plan stood before it changed, and who had approved that one. */
  changed: { readonly before: number; readonly voided: readonly string[] } | undefined;

  constructor(ticket: Extract<Ticket, { readonly state: 'planning' }>) {
    this.round = ticket.looking.round;
    this.looking = { round: this.round, open: Object.keys(ticket.looking.parts) };
  }

  hear(event: Event): void {
    if (this.heard.includes(event.id) || MAY_GO[this.state][event.kind] === undefined) return;
    const to = this.#take(event);
    if (to === undefined) return;
    this.state = to;
    this.rev++;
    this.heard = [...this.heard, event.id].slice(-32);
  }

  /** What it becomes; undefined: it means nothing. */
  #take(event: Event): State | undefined {
    switch (event.kind) {
      case 'planned':
        if (this.looking?.round !== event.round || !this.looking.open.includes(event.site)) return undefined;
        this.looking = { ...this.looking, open: this.looking.open.filter((site) => site !== event.site) };
        return this.state;
      case 'refresh':
        this.looking ??= { round: ++this.round, open: event.sites };
        return this.state;
      case 'joined':
        return this.looking?.round === event.round ? this.#joined(event.round, event.verdict) : undefined;
      case 'approved':
        if (event.code !== this.plan?.code) return undefined;
        this.yes = event.votes.map(({ by }) => by);
        if (!event.enough) return 'waiting';
        this.looking = undefined;
        return 'approved';
      case 'voided':
        this.yes = event.votes.map(({ by }) => by);
        if (event.needs) this.wanted = event.needs.rules[0]?.votes[0]?.count ?? 0;
        this.changed = undefined;
        return 'waiting';
      case 'withdrawn':
        this.yes = event.votes.map(({ by }) => by);
        if (this.state === 'approved') this.changed = undefined;
        return 'waiting';
      case 'reasoned':
        if (this.why !== '' && this.yes.length > 0) return undefined;
        this.why = event.text;
        return 'waiting';
      case 'expired':
        return event.at >= this.until ? 'expired' : undefined;
      case 'dispatched':
        [this.wave, this.ends, this.stopping, this.blocked, this.changed] = [0, [], false, '', undefined];
        return 'running';
      case 'cancelled':
        if (this.state !== 'running') return 'cancelled';
        this.stopping = true;
        return 'cancelling';
      case 'blocked':
        if (JSON.stringify(event.by) === this.blocked) return undefined;
        this.blocked = JSON.stringify(event.by);
        return 'running';
      case 'ended':
        return this.#ended(event);
      case 'reported':
        return this.#over() ? this.#end() : undefined;
      case 'learned':
        if (!this.ends.some(({ wave, site, ending }) => wave === event.wave && site === event.site && ending === 'unknown')) return undefined;
        this.ends = this.ends.filter(({ ending }) => ending !== 'unknown');
        return this.stopping ? 'cancelling' : 'running';
      case 'marked':
        return event.as;
      case 'refused':
      case 'rejected':
        return event.kind;
      case 'rechecked':
        return 'unknown';
    }
  }

  #joined(round: number, verdict: Verdict): State {
    const before = this.state === 'waiting' ? this.plan : undefined;
    this.looking = undefined;
    this.round = Math.max(this.round, round);
    if (verdict.kind === 'refused') return before && verdict.passing ? 'waiting' : 'refused';
    if (before?.digest === verdict.plan.digest) {
      this.plan = { ...verdict.plan, code: before.code };
      return 'waiting';
    }
    if (before) this.changed = { before: before.round, voided: [...new Set([...(this.changed?.voided ?? []), ...this.yes])] };
    this.plan = verdict.plan;
    this.yes = [];
    this.wanted = verdict.kind === 'ask' ? (verdict.needs.rules[0]?.votes[0]?.count ?? 0) : 0;
    if (verdict.kind === 'ask' && !before) this.until = verdict.expiresAt;
    return verdict.kind === 'ask' ? 'waiting' : verdict.kind === 'ready' ? 'approved' : 'done';
  }

  /** The wave under way: its number, and the sites that have not ended it. */
  get under(): { readonly wave: number; readonly open: readonly string[] } | undefined {
    const now = this.plan?.waves[this.wave];
    return now && { wave: now.wave, open: now.sites.filter((name) => !this.ends.some(({ wave, site }) => wave === now.wave && site === name)) };
  }

  #over(): boolean {
    return (this.under?.open.length ?? 0) === 0;
  }

  #ended(event: Extract<Event, { kind: 'ended' }>): State | undefined {
    if (this.under?.wave !== event.wave || !this.under.open.includes(event.site)) return undefined;
    this.ends = [...this.ends, event];
    this.blocked = '';
    if (!this.#over()) return this.state;
    if (this.ends.every(({ ending }) => ending === 'changed') && (this.stopping || this.round < 20)) {
      if (this.stopping) return 'cancelled';
      this.changed = { before: this.plan?.round ?? 0, voided: this.yes };
      this.looking = { round: ++this.round, open: Object.keys(this.plan?.parts ?? {}) };
      return 'planning';
    }
    if (this.#mayGoOn()) this.wave++;
    return this.state;
  }

  /** Nobody stopped it, all that ended ended well, or no more failed than may, and there is more. */
  #mayGoOn(): boolean {
    const allowed = this.plan?.maxFail;
    const fine = this.ends.every(({ ending }) => ending === 'done' || (ending === 'failed' && allowed !== undefined));
    return !this.stopping && fine && this.ends.reduce((sum, { failed }) => sum + failed, 0) <= (allowed ?? 0) && this.wave + 1 < (this.plan?.waves.length ?? 0);
  }

  #end(): State {
    const has = (ending: string) => this.ends.some((end) => end.ending === ending);
    if (has('unknown')) return 'unknown';
    const asked = this.plan?.waves.flatMap(({ sites }) => sites).length ?? 0;
    if (this.ends.length === asked && this.ends.every(({ ending }) => ending === 'done')) return 'done';
    const early = has('stopped') || this.wave + 1 < (this.plan?.waves.length ?? 0);
    return this.stopping && early && !has('failed') && !has('robbed') ? 'cancelled' : 'failed';
  }
}
