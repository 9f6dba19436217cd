import { HostError, Later } from '../../core/errors.ts';
import type { Watch } from '../../core/ports.ts';
import { type PveError, pveErrorOf } from '../../core/pveerror.ts';
import type { ApiStep, Outcome } from '../../core/types.ts';
import { say } from '../../core/words.ts';
import { type Answer, type Api, nodeOf } from './api.ts';
import { sleep } from './pauses.ts';

/** How often a call is made that is refused because something was busy: nothing was begun then. */
const TRIES = 3;

/** Makes a call: its answer, or what a no came to. Throws HostError: `lost` when the call may have been carried out, any other when it was not made; Later when it may not be made. */
export async function issue(api: Api, step: ApiStep, watch: Watch): Promise<Answer | Extract<Outcome, { kind: 'refused' }>> {
  const may = () => {
    if (watch.leave.aborted || !watch.held()) throw new Later(watch.leave.aborted ? 0 : 1000);
  };
  for (let times = 1; ; times++) {
    try {
      const answer = await api.call(step.method, step.path, step.params, may);
      watch.heard();
      return answer;
    } catch (error) {
      const no = pveErrorOf(error);
      if (no === undefined || !(error instanceof HostError)) throw error;
      if (!isDefinite(no)) throw (await isOffline(api, step, no)) ? error : lost(error);
      watch.heard();
      const busy = no.fault.kind === 'flockTimeout' || no.fault.kind === 'workerFailed';
      if (!busy || times >= TRIES || watch.stop.aborted) return { kind: 'refused', why: no.sentence() };
      await sleep(api.timing.busyMs * times, watch.leave, watch.stop);
    }
  }
}

/** A no by whoever would have done it, before anything was done. A word of somebody on the way is none. */
export function isDefinite({ status, fault }: PveError): boolean {
  return fault.kind !== 'nodeUnreachable' && fault.kind !== 'proxyTimeout' && status >= 400 && status <= 501 && status !== 408;
}

/** Nobody had a connection to the node, and nobody gets one: nothing arrived there. */
async function isOffline(api: Api, { path }: ApiStep, no: PveError): Promise<boolean> {
  const node = nodeOf(path);
  if (no.fault.kind !== 'nodeUnreachable' || node === undefined) return false;
  return api.get(`/nodes/${encodeURIComponent(node)}/version`).then(
    () => false,
    (error: unknown) => pveErrorOf(error)?.fault.kind === 'nodeUnreachable',
  );
}

function lost(error: HostError): HostError {
  return new HostError('lost', error.host, say({ en: 'the answer was lost: {why}', zh: '回答丢失：{why}' }, { why: error.said }), { cause: error });
}
