import { taskNode } from '../../core/apitask.ts';
import { HostError, Later } from '../../core/errors.ts';
import type { Called, Tasks, Watch } from '../../core/ports.ts';
import { pveErrorOf } from '../../core/pveerror.ts';
import type { ApiStep, Before, Outcome } from '../../core/types.ts';
import type { Upid } from '../../core/upid.ts';
import { DEFAULT_LIMIT } from '../calls.ts';
import type { Api } from './api.ts';
import type { Board } from './board.ts';
import { doneAtOnce, gone, missing, nameless, neverBegun, stillRuns, taskOutcome } from './came.ts';
import { follow, stopped } from './follow.ts';
import { Following } from './following.ts';
import { crmOf } from './ha.ts';
import { isDefinite, issue } from './issue.ts';
import { sleep } from './pauses.ts';
import { search, taskKey } from './search.ts';
import { settled } from './settle.ts';
import { clockOf, readBefore } from './state.ts';

/** How often a call is made, when its answer was lost every time and it was seen not to have been carried out. */
const TRIES = 3;

/** What calling an API at most once takes. */
export interface CallNeeds {
  readonly api: Api;
  readonly tasks: Tasks;
  /** How often a step was called from here, by its id. */
  readonly calls: Map<string, number>;
  board(node: string): Board;
}

/** One API step, under the id by which its task is claimed. */
export class Call {
  readonly #needs: CallNeeds;
  readonly #id: string;
  readonly #step: ApiStep;

  constructor(needs: CallNeeds, id: string, step: ApiStep) {
    this.#needs = needs;
    this.#id = id;
    this.#step = step;
  }

  /**
   * Makes the call at most once, and follows it to its end; or finds out what became of it. May be called again after any failure.
   * Throws HostError `lost` when that could not be learned: call again; any other HostError: nothing was begun by this. Throws Later when it is left.
   */
  async perform(watch: Watch): Promise<Outcome> {
    if (watch.leave.aborted) throw new Later(0);
    const { tasks } = this.#needs;
    if (watch.started) {
      const upid = this.#upid(watch.task === undefined ? (await tasks.known(this.#id)).task : watch.task);
      return upid ? this.#follow(upid, await this.#begunAt(upid), watch) : missing();
    }
    if (watch.maybeBegun) return this.#resume(watch);
    return this.#isStopped(watch) ? { kind: 'skipped' } : this.#begin(watch);
  }

  /** Asks once what became of it; undefined while it runs. `stopping`: stops it, and proves that. Throws HostError. */
  async recheck(stopping: boolean, begun: boolean): Promise<Outcome | undefined> {
    const { api, tasks } = this.#needs;
    const known = await tasks.known(this.#id);
    const upid = this.#upid(known.task);
    if (upid) return this.#now(upid, stopping);
    // Without a word of what was before, no call was made.
    if (!known.before) return begun ? gone() : neverBegun();
    // By the clock of the node itself: others may be wrong by more than a search takes.
    const node = taskNode(this.#step.path);
    const now = node === undefined ? undefined : await clockOf(api, node);
    const age = now === undefined ? 0 : Math.max(0, now - known.before.clock);
    const forMs = Math.max(0, api.timing.searchMs - age * 1000);
    const found = await search(api, tasks, this.#id, this.#step, known.before, { forMs, rest: () => sleep(api.timing.pollMs) });
    if (found.kind === 'task') return this.#now(found.upid, stopping);
    if (found.kind === 'done') return doneAtOnce(null, 0);
    return found.kind === 'none' && !begun ? neverBegun() : gone();
  }

  async #begin(watch: Watch): Promise<Outcome> {
    const { api, tasks } = this.#needs;
    let before: Before;
    try {
      before = await readBefore(api, this.#step);
    } catch (error) {
      const no = pveErrorOf(error);
      if (no && isDefinite(no)) return { kind: 'refused', why: no.sentence() };
      // Nothing was begun, however the question was lost.
      throw error instanceof HostError && error.trouble === 'lost' ? new HostError('unreachable', error.host, error.said, { cause: error }) : error;
    }
    if (this.#isStopped(watch)) return { kind: 'skipped' }; // it may have been long until that was known
    await watch.intend(before);
    await tasks.intend(this.#id, before);
    return this.#issue(watch);
  }

  async #issue(watch: Watch): Promise<Outcome> {
    const { api, tasks, calls } = this.#needs;
    const began = Date.now();
    calls.set(this.#id, (calls.get(this.#id) ?? 0) + 1);
    const answer = await issue(api, this.#step, watch);
    if ('kind' in answer) return answer;
    const upid = typeof answer.data === 'string' ? api.dialect.parseUpid(answer.data) : undefined;
    if (!upid && isUpid(answer.data)) return nameless(String(answer.data));
    if (!upid) return settled(api, this.#step, doneAtOnce(answer.data, Date.now() - began), began, watch);
    await tasks.claim(taskKey(api, upid), this.#id);
    return this.#follow(upid, began, watch);
  }

  /** It may have been called before, and nobody heard the answer. */
  async #resume(watch: Watch): Promise<Outcome> {
    const { api, tasks, calls } = this.#needs;
    const { before } = watch;
    if (!before) return gone();
    const upid = this.#upid((await tasks.intend(this.#id, before)).task);
    if (upid) return this.#follow(upid, await this.#begunAt(upid), watch);
    const mayCall = !this.#isStopped(watch) && (calls.get(this.#id) ?? 0) < TRIES;
    if (!(this.#step.proof === 'again' && mayCall)) {
      const rest = async () => {
        await sleep(api.timing.pollMs, watch.leave);
        if (watch.leave.aborted) throw new Later(0);
      };
      const found = await search(api, tasks, this.#id, this.#step, before, { forMs: api.timing.searchMs, rest });
      watch.heard();
      if (found.kind === 'task') return this.#follow(found.upid, await this.#begunAt(found.upid), watch);
      if (found.kind === 'done') return settled(api, this.#step, doneAtOnce(null, 0), Date.now(), watch);
      if (found.kind === 'unsure') return gone();
      if (this.#isStopped(watch)) return { kind: 'stopped', ms: 0, output: '' };
      if (!mayCall) return neverBegun();
    }
    await watch.intend(before); // under a right that is proven anew
    return this.#issue(watch);
  }

  async #follow(upid: Upid, began: number, watch: Watch): Promise<Outcome> {
    const { api, board } = this.#needs;
    const outcome = await follow(api, board(api.dialect.nodeOf(upid)), this.#step, upid, began, watch);
    return settled(api, this.#step, outcome, began, watch);
  }

  /** How a task is now; undefined while it, or what it asked for, is under way. */
  async #now(upid: Upid, stopping: boolean): Promise<Outcome | undefined> {
    const { api, board } = this.#needs;
    const task = new Following(board(api.dialect.nodeOf(upid)), upid, 0);
    const began = await this.#begunAt(upid);
    try {
      const end = await task.look();
      if (!end && stopping) return await stopped(api, task, began);
      const limit = this.#step.timeoutMs ?? DEFAULT_LIMIT;
      if (!end) return this.#step.stop === 'never' && Date.now() - began > limit ? stillRuns(limit) : undefined;
      const outcome = taskOutcome(end, upid.upid, task.output, Date.now() - began);
      if (this.#step.ha === undefined || !('came' in outcome) || outcome.came === 'error') return outcome;
      return (await crmOf(api, this.#step.ha)).came === 'settled' ? outcome : undefined;
    } catch (error) {
      if (pveErrorOf(error)?.fault.kind === 'notFound') return missing();
      throw error;
    } finally {
      task.close();
    }
  }

  /** When a task was begun, by our clock in milliseconds; now, where its node's clock is not to be learned. */
  async #begunAt(upid: Upid): Promise<number> {
    const { api } = this.#needs;
    const now = await clockOf(api, api.dialect.nodeOf(upid)).catch(() => undefined);
    return now === undefined ? Date.now() : Date.now() - Math.max(0, now - upid.starttime) * 1000;
  }

  #isStopped({ stop }: Pick<Watch, 'stop'>): boolean {
    return stop.aborted && this.#step.stop !== 'never';
  }

  /** As it is claimed, or as it is written in the journal. */
  #upid(task: Called['task']): Upid | undefined {
    return task === undefined ? undefined : this.#needs.api.dialect.parseUpid(task.slice(task.lastIndexOf(' ') + 1));
  }
}

function isUpid(data: unknown): boolean {
  return typeof data === 'string' && data.startsWith('UPID:');
}
