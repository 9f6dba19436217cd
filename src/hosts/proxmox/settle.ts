import { HostError, Later } from '../../core/errors.ts';
import type { ApiStep, Outcome } from '../../core/types.ts';
import { DEFAULT_LIMIT } from '../calls.ts';
import type { Api } from './api.ts';
import { unsettled } from './came.ts';
import { silent, type Teller } from './follow.ts';
import { type Crm, crmOf } from './ha.ts';
import { sleep } from './pauses.ts';

/**
 * Waits until the cluster's resource manager has done what a call asked of it; other outcomes stay what they are. It cannot be stopped: what is asked
 * of the manager is done in its own time. Throws HostError `lost` and Later.
 */
export async function settled(api: Api, step: ApiStep, outcome: Outcome, began: number, watch: Teller & { readonly leave: AbortSignal }): Promise<Outcome> {
  if (step.ha === undefined || outcome.kind !== 'task' || outcome.came === 'error') return outcome;
  const { timing } = api;
  const limit = step.timeoutMs ?? DEFAULT_LIMIT;
  // How long it has run by the clock, then by one that nobody sets.
  const start = performance.now() - Math.max(0, Date.now() - began);
  const ran = () => Math.round(performance.now() - start);
  let heard = performance.now();
  let said = step.ha.sid;
  for (let pause = timing.pollMs; ; pause = Math.min(timing.pollMostMs, pause * 1.5)) {
    try {
      const crm: Crm = await crmOf(api, step.ha);
      heard = performance.now();
      watch.heard();
      const ms = ran();
      if (crm.came === 'settled') return { ...outcome, ms };
      if (crm.came === 'error') return unsettled(outcome, crm.said, ms);
      said = crm.said;
      if (outcome.task !== '') watch.progress({ boot: '-', size: said.length, tail: `HA: ${said}`, task: outcome.task });
    } catch (error) {
      if (!(error instanceof HostError) || api.closed) throw error;
      if (performance.now() - heard > timing.patienceMs) throw silent(error);
    }
    if (ran() > limit) return unsettled(outcome, `${said}, ${Math.round(limit / 1000)} s`, ran());
    await sleep(pause, watch.leave);
    if (watch.leave.aborted) throw new Later(0);
  }
}
