import { apiPath } from '../../core/call.ts';
import { HostError } from '../../core/errors.ts';
import { pveErrorOf } from '../../core/pveerror.ts';
import { logLines } from '../../core/tasklog.ts';
import type { Params } from '../../core/types.ts';
import type { Upid } from '../../core/upid.ts';
import { say } from '../../core/words.ts';
import { Slots } from '../slots.ts';
import type { Answer, Api } from './api.ts';
import { Budget } from './budget.ts';

/** Requests a second for all tasks that are followed on one node. */
const PER_SECOND = 10;
/** Questions about one node that are on their way at once: one that hangs must not take all connections of the server that answers for it. */
const AT_ONCE = 2;
/** So many tasks are asked about one by one; more by one list of all that run. */
const FEW = 4;
/** Every so often a task is asked about itself, though the list says that it runs. */
const EACH = 12;
/** Lines of a log that are read at once. */
const PAGE = 500;
const LONGEST_LIST = 1000;

/** What a task says of itself. */
export type TaskStatus = { readonly running: true } | { readonly running: false; readonly exitstatus: string };

/** The tasks of one node that are followed: all together they ask no more than the node can bear. */
export class Board {
  readonly #api: Api;
  readonly #node: string;
  readonly #budget = new Budget(PER_SECOND);
  readonly #line = new Slots(AT_ONCE);
  readonly #asked = new Map<string, number>();
  #running: { readonly at: number; pending: boolean; readonly list: Promise<ReadonlySet<string>> } | undefined;

  constructor(api: Api, node: string) {
    this.#api = api;
    this.#node = node;
  }

  /** Whether what is not needed at once had better not be asked. */
  get busy(): boolean {
    return this.#budget.busy;
  }

  /** How a task is. Throws HostError; its cause is a PveError `notFound` when the node knows no such task. */
  async status({ upid }: Upid): Promise<TaskStatus> {
    // Each has another turn, so that they do not come all at once.
    const times = (this.#asked.get(upid) ?? -(this.#asked.size % EACH)) + 1;
    this.#asked.set(upid, times);
    const isTurn = times > 0 && times % EACH === 0;
    // The list is only believed in what it says to run; of all else each task is asked about itself.
    if (this.#asked.size > FEW && (await this.#runs(upid)) && !isTurn) return { running: true };
    const { data } = await this.#ask(apiPath`/nodes/${this.#node}/tasks/${upid}/status`);
    const status = field(data, 'status');
    const end = field(data, 'exitstatus');
    return status === 'stopped' || end !== '' ? { running: false, exitstatus: end } : { running: true };
  }

  /** The lines of a task's log after the first `start`, at most a page; `more`: there is another; `total`: how many there are, where that is said. Throws HostError. */
  async log({ upid }: Upid, start: number): Promise<{ readonly lines: readonly string[]; readonly more: boolean; readonly total: number | undefined }> {
    const { data, total } = await this.#ask(apiPath`/nodes/${this.#node}/tasks/${upid}/log`, { start, limit: PAGE });
    const { first, lines } = logLines(data);
    return { lines: lines.slice(Math.max(0, start + 1 - first)), more: lines.length >= PAGE, total };
  }

  /** A task is followed no more. */
  forget({ upid }: Upid): void {
    this.#asked.delete(upid);
  }

  async #runs(upid: string): Promise<boolean> {
    const known = this.#running;
    const isFresh = known !== undefined && (known.pending || performance.now() - known.at < this.#api.timing.pollMs);
    return (isFresh ? known.list : this.#list()).then(
      (set) => set.has(upid),
      (error: unknown) => {
        // A list that is refused is no word about this task.
        if (error instanceof HostError && pveErrorOf(error)) return false;
        throw error;
      },
    );
  }

  /** Asks for the list, once for all who wait for it. */
  #list(): Promise<ReadonlySet<string>> {
    const list = this.#ask(apiPath`/nodes/${this.#node}/tasks`, { ...this.#api.dialect.running, limit: LONGEST_LIST }).then(({ data }) => {
      const rows: unknown[] = Array.isArray(data) ? data : [];
      return new Set(rows.flatMap((row) => (field(row, 'endtime') === '' && /^(|running)$/i.test(field(row, 'status')) ? [field(row, 'upid')] : [])));
    });
    const running = { at: performance.now(), pending: true, list };
    this.#running = running;
    const over = () => {
      running.pending = false;
    };
    list.then(over, over);
    return list;
  }

  #ask(path: string, params?: Params): Promise<Answer> {
    return this.#budget.use(() => {
      const until = performance.now() + this.#api.timing.lookMs;
      return this.#line.use(() => {
        if (performance.now() > until) throw this.#stuck();
        return this.#api.get(path, params);
      });
    });
  }

  #stuck(): HostError {
    const said = say({ en: 'node {node} does not answer: others wait for it, too', zh: '节点 {node} 没有回应：其他询问也在等待' }, { node: this.#node });
    return new HostError('timeout', this.#api.access.name, said);
  }
}

function field(row: unknown, name: string): string {
  const value = typeof row === 'object' && row !== null && Object.hasOwn(row, name) ? Reflect.get(row, name) : undefined;
  return value === undefined || value === null ? '' : String(value);
}
