import { apiPath } from '../../core/call.ts';
import { HostError, Later } from '../../core/errors.ts';
import type { Watch } from '../../core/ports.ts';
import { pveErrorOf } from '../../core/pveerror.ts';
import type { TaskEnd } from '../../core/tasklog.ts';
import type { ApiStep, Outcome } from '../../core/types.ts';
import type { Upid } from '../../core/upid.ts';
import { say } from '../../core/words.ts';
import { DEFAULT_LIMIT } from '../calls.ts';
import type { Api } from './api.ts';
import type { Board } from './board.ts';
import { missing, overdue, stillRuns, taskOutcome, unstopped } from './came.ts';
import { Following } from './following.ts';
import { isDefinite } from './issue.ts';
import { sleep, unless } from './pauses.ts';

/** The signals of whoever follows. */
export type Signals = Pick<Watch, 'stop' | 'leave'>;

/** Tells how far it is, and hears that it was heard of. */
export type Teller = Pick<Watch, 'progress' | 'heard'>;

/** Follows a task to its end: as it came, stopped on request, or stopped because it took too long. Throws HostError `lost` when its node was silent for too long, and Later. */
export async function follow(api: Api, board: Board, step: ApiStep, upid: Upid, began: number, watch: Signals & Teller): Promise<Outcome> {
  const { timing } = api;
  const limit = step.timeoutMs ?? DEFAULT_LIMIT;
  const task = new Following(board, upid, timing.lastLineMs);
  const mayStop = step.stop !== 'never';
  const signals = mayStop ? [watch.leave, watch.stop] : [watch.leave];
  const since = performance.now();
  // How long it has run by the clock, then by one that nobody sets.
  const start = since - Math.max(0, Date.now() - began);
  let heard = since;
  watch.progress(task.seen());
  try {
    for (let pause = timing.pollMs / 4; ; pause = Math.min(timing.pollMostMs, Math.max(timing.pollMs, pause * 1.5))) {
      await sleep(pause, ...signals);
      if (watch.leave.aborted) throw new Later(0);
      if (mayStop && watch.stop.aborted) return await stopped(api, task, began, watch.leave);
      try {
        const end = await unless(watch.leave, left, task.look());
        heard = performance.now();
        watch.heard();
        if (end) return taskOutcome(end, upid.upid, task.output, Math.round(performance.now() - start));
        watch.progress(task.seen());
      } catch (error) {
        if (!(error instanceof HostError) || api.closed) throw error;
        const isMissing = pveErrorOf(error)?.fault.kind === 'notFound';
        if (isMissing && performance.now() - heard > timing.noTaskMs) return missing();
        if (performance.now() - heard > timing.patienceMs) throw silent(error);
      }
      if (performance.now() - start > limit) return mayStop ? overdue(await stopped(api, task, began, watch.leave), limit) : stillRuns(limit);
    }
  } finally {
    task.close();
  }
}

/** Stops a task, and proves that; or says how it had ended before. Throws Later. */
export async function stopped(api: Api, task: Following, began: number, leave?: AbortSignal): Promise<Outcome> {
  const { timing } = api;
  const { upid } = task;
  const until = performance.now() + timing.stopMs;
  let asked: Asked = 'no';
  for (let pause = timing.pollMs / 4; ; pause = Math.min(timing.pollMostMs, pause * 2)) {
    const end = await unless(leave, left, insist(task));
    const ms = Date.now() - began;
    if (end) return wasStopped(end, asked) ? { kind: 'stopped', ms, output: task.output } : taskOutcome(end, upid.upid, task.output, ms);
    if (performance.now() > until) return unstopped(upid, task.output);
    if (asked === 'no' || asked === 'perhaps') asked = await ask(api, upid, asked);
    await sleep(pause, ...(leave ? [leave] : []));
    if (leave?.aborted) throw new Later(0);
  }
}

/** Whether a task heard that it is to end; `refused`: we may not ask that of it. */
type Asked = 'no' | 'perhaps' | 'heard' | 'refused';

/** It ended because it was told to, not for a reason of its own. */
function wasStopped({ came, said }: TaskEnd, asked: Asked): boolean {
  if (came === 'ok' || came === 'warning') return false;
  return asked === 'heard' || (asked === 'perhaps' && (came === 'unknown' || /interrupt/i.test(said)));
}

/** Asks a task to end, which may be done any number of times. */
async function ask(api: Api, upid: Upid, asked: Asked): Promise<Asked> {
  try {
    await api.call('DELETE', apiPath`/nodes/${api.dialect.nodeOf(upid)}/tasks/${upid.upid}`, {});
    return 'heard';
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    const no = pveErrorOf(error);
    if (no && isDefinite(no)) return asked === 'perhaps' ? asked : 'refused';
    const isHere = no === undefined ? error.trouble !== 'lost' : no.fault.kind === 'nodeUnreachable';
    return isHere ? asked : 'perhaps';
  }
}

const left = () => new Later(0);

async function insist(task: Following): Promise<TaskEnd | undefined> {
  try {
    return await task.look();
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return undefined;
  }
}

/** Nothing was heard of what was begun for too long. */
export function silent(error: HostError): HostError {
  return new HostError('lost', error.host, say({ en: 'the node does not answer: {why}', zh: '节点没有回应：{why}' }, { why: error.said }), { cause: error });
}
