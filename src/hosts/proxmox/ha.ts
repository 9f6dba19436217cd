import { pick, textOf } from '../../core/apivalue.ts';
import { apiPath } from '../../core/call.ts';
import { HostError } from '../../core/errors.ts';
import { pveErrorOf } from '../../core/pveerror.ts';
import type { ApiStep } from '../../core/types.ts';
import type { Api } from './api.ts';

/** What the cluster's resource manager has come to with a guest: as it was asked, an error, or still at it. `said`: its state as it calls it. */
export interface Crm {
  readonly came: 'settled' | 'error' | 'busy';
  readonly said: string;
}

/** Asks once. A task of HA is over as soon as it is queued; this is what tells the truth. Throws HostError. */
export async function crmOf(api: Api, { sid, until, node }: NonNullable<ApiStep['ha']>): Promise<Crm> {
  const data = await statusOf(api);
  const entry = (Array.isArray(data) ? data : []).find((one: unknown) => textOf(pick(one, 'type')) === 'service' && textOf(pick(one, 'sid')) === sid);
  const state = textOf(pick(entry, 'crm_state')) ?? textOf(pick(entry, 'state')) ?? '';
  const at = textOf(pick(entry, 'node')) ?? '';
  const said = entry === undefined ? `${sid}: -` : `${sid}: ${state} (${at})`;
  if (state === 'error') return { came: 'error', said };
  const asked = until === 'started' ? state === 'started' : state === 'stopped' || state === 'disabled';
  if (!asked || (node !== undefined && at !== node)) return { came: 'busy', said };
  return { came: (await isRunning(api, sid, at)) === (until === 'started') ? 'settled' : 'busy', said };
}

const lately = new WeakMap<Api, { readonly at: number; pending: boolean; readonly data: Promise<unknown> }>();

/** What the manager says of all guests: asked once for all who wait. */
function statusOf(api: Api): Promise<unknown> {
  const known = lately.get(api);
  if (known && (known.pending || performance.now() - known.at < api.timing.pollMs)) return known.data;
  const data = api.get('/cluster/ha/status/current').then((answer) => answer.data);
  const asked = { at: performance.now(), pending: true, data };
  lately.set(api, asked);
  const over = () => {
    asked.pending = false;
  };
  data.then(over, over);
  return data;
}

async function isRunning(api: Api, sid: string, node: string): Promise<boolean> {
  const [type, vmid = ''] = sid.split(':');
  try {
    const { data } = await api.get(apiPath`/nodes/${node}/${type === 'ct' ? 'lxc' : 'qemu'}/${vmid}/status/current`);
    return textOf(pick(data, 'status')) === 'running';
  } catch (error) {
    // On its way from one node to another it is on neither.
    if (error instanceof HostError && pveErrorOf(error)?.fault.kind === 'notFound') return false;
    throw error;
  }
}
