import { HostError, Later } from '../../src/core/errors.ts';
import type { Hosts, Watch } from '../../src/core/ports.ts';
import type { ApiStep, ExecStep, Outcome, Step } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';

/** How a step behaves: its exit status, and what is not known of it at first. */
export interface Nature {
  readonly code: number;
  readonly unsure: 'no' | 'gone' | 'unproven';
}

/** What is performed on a host. */
export type Performed = ExecStep | ApiStep;

interface Claim {
  state: 'running' | 'ended' | 'stopped';
  unsure: Nature['unsure'];
  left: number;
}

/** Hosts that begin what they are told at most once per claim, count what they began, and can be out of reach. */
export class FakeHosts {
  reachable = true;
  readonly claims = new Map<string, Claim>();
  /** How often each step was begun. */
  readonly begun = new Map<Performed, number>();
  readonly #natureOf: (step: Performed) => Nature;
  readonly #onBegin: (id: string) => void;

  constructor(natureOf: (step: Performed) => Nature, onBegin: (id: string) => void) {
    this.#natureOf = natureOf;
    this.#onBegin = onBegin;
  }

  /** The hosts as one worker reaches them: every call waits at its gate before and after. */
  port(gate: (what: string) => Promise<void>, mayBegin: () => boolean): Pick<Hosts, 'exec' | 'wait' | 'recheck' | 'probe'> {
    return {
      exec: (id, step, watch) => (step.kind === 'api' ? this.#call(id, step, watch, gate) : this.#exec(id, step, watch, gate, mayBegin)),
      recheck: async (id, step, stopping, begun) => {
        await gate(`ask ${id}`);
        this.#reach('unreachable', step);
        const never = !this.claims.has(id) && !begun;
        // What is called by an API cannot be kept from being called: only the lease does that.
        if (stopping || (never && step.kind === 'exec')) this.#stop(id); // asked about what was never begun, it sees to it that it never will be
        const outcome: Outcome | undefined = never && !stopping ? { kind: 'unreachable', why: step.why } : this.#outcome(id, step, stopping);
        await gate(`asked ${id}`);
        return outcome;
      },
      wait: async (_, stopped) => {
        for (let i = 0; i < 2; i++) {
          await gate('wait');
          if (stopped()) return { kind: 'skipped' };
        }
        return { kind: 'met', ms: 0 };
      },
      probe: async ({ what }) => {
        await gate('probe');
        return { what, good: true, said: '' };
      },
    };
  }

  async #exec(id: string, step: ExecStep, watch: Watch, gate: (what: string) => Promise<void>, mayBegin: () => boolean): Promise<Outcome> {
    await gate(`exec ${id}`);
    if (watch.leave.aborted || !mayBegin() || !watch.held()) throw new Later(0);
    this.#reach(watch.started ? 'lost' : 'unreachable', step);
    const mayStop = step.stop !== 'never';
    if (!this.claims.has(id) && !watch.started && !(mayStop && watch.stop.aborted)) {
      this.#onBegin(id);
      this.claims.set(id, { state: 'running', unsure: this.#natureOf(step).unsure, left: 2 });
      this.begun.set(step, (this.begun.get(step) ?? 0) + 1);
    }
    return this.#follow(id, step, watch, gate);
  }

  /** An API has no claims: who calls it twice, does it twice. Whoever comes after a lost answer finds the task. */
  async #call(id: string, step: ApiStep, watch: Watch, gate: (what: string) => Promise<void>): Promise<Outcome> {
    await gate(`call ${id}`);
    if (watch.leave.aborted) throw new Later(0);
    const isStopped = () => step.stop !== 'never' && watch.stop.aborted;
    if (!watch.started) {
      this.#reach('unreachable', step);
      if (!watch.maybeBegun || !this.claims.has(id)) {
        if (isStopped()) return watch.maybeBegun ? { kind: 'stopped', ms: 0, output: '' } : { kind: 'skipped' };
        await watch.intend({ clock: 0, still: '' });
        await gate(`send ${id}`);
        if (watch.leave.aborted || !watch.held()) throw new Later(0);
        this.#reach('unreachable', step);
        this.#onBegin(id);
        this.claims.set(id, { state: 'running', unsure: this.#natureOf(step).unsure, left: 2 });
        this.begun.set(step, (this.begun.get(step) ?? 0) + 1);
        await gate(`answer of ${id}`);
        this.#reach('lost', step);
      }
    }
    watch.progress({ boot: '-', size: 0, tail: '', task: id });
    return this.#follow(id, step, watch, gate);
  }

  async #follow(id: string, step: Performed, watch: Watch, gate: (what: string) => Promise<void>): Promise<Outcome> {
    const mayStop = step.stop !== 'never';
    for (;;) {
      await gate(`follow ${id}`);
      if (watch.leave.aborted) throw new Later(0);
      this.#reach('lost', step);
      const stopping = mayStop && watch.stop.aborted;
      if (stopping) this.#stop(id);
      else this.#goOn(id);
      const outcome = this.#outcome(id, step, stopping);
      if (outcome) {
        await gate(`end of ${id}`);
        return outcome;
      }
      watch.progress(step.kind === 'api' ? { boot: '-', size: 0, tail: '', task: id } : { boot: 'b', size: 0, tail: '' });
    }
  }

  wasBegun(step: Step | undefined): boolean {
    return (step?.kind === 'exec' || step?.kind === 'api') && this.begun.has(step);
  }

  /** What runs by itself goes on, whether anyone follows it or not. */
  goOn(): void {
    for (const id of this.claims.keys()) this.#goOn(id);
  }

  #goOn(id: string): void {
    const claim = this.claims.get(id);
    if (claim?.state === 'running' && --claim.left <= 0) claim.state = 'ended';
  }

  #stop(id: string): void {
    const claim = this.claims.get(id);
    if (!claim) this.claims.set(id, { state: 'stopped', unsure: 'no', left: 0 });
    else if (claim.state === 'running') claim.state = 'stopped';
  }

  #outcome(id: string, step: Performed, stopping: boolean): Outcome | undefined {
    const claim = this.claims.get(id);
    if (!claim) return { kind: 'gone', why: say({ en: 'nothing is known of it', zh: '' }) };
    if (claim.state === 'running') return undefined;
    const { unsure } = claim;
    claim.unsure = 'no'; // asked again, it is known
    if (unsure === 'gone' && claim.state === 'ended') return { kind: 'gone', why: say({ en: 'no trace', zh: '' }) };
    if (unsure === 'unproven' && stopping && claim.state === 'stopped') return { kind: 'unproven', alive: [], output: '' };
    return claim.state === 'stopped' ? { kind: 'stopped', ms: 0, output: '' } : { kind: 'exit', code: this.#natureOf(step).code, output: '', ms: 0 };
  }

  #reach(trouble: 'lost' | 'unreachable', step: Performed): void {
    if (!this.reachable) throw new HostError(trouble, step.on.host, say({ en: 'out of reach', zh: '' }));
  }
}
