import { taskNode } from '../../core/apitask.ts';
import { pick, textOf } from '../../core/apivalue.ts';
import { apiPath } from '../../core/call.ts';
import { canonical } from '../../core/digest.ts';
import { HostError } from '../../core/errors.ts';
import { pveErrorOf } from '../../core/pveerror.ts';
import type { ApiStep, Before } from '../../core/types.ts';
import type { Api } from './api.ts';

/** How things are before a call: the clock of the node that will have its task, and what must be unchanged for it to be made again. Throws HostError. */
export async function readBefore(api: Api, step: ApiStep): Promise<Before> {
  const node = taskNode(step.path);
  const clock = node === undefined ? undefined : await clockOf(api, node);
  const still = await readStill(api, step);
  if (clock !== undefined) return { clock, still };
  // By another's clock its tasks may be overlooked: then nothing is ever as it was, and the call is not made again.
  return { clock: (await api.get('/version')).at, still: node === undefined ? still : `${OTHER_CLOCK} ${still}` };
}
const OTHER_CLOCK = 'by another clock';

/** Who we are, and the values of a step's `still`, always written the same: what another token began is not seen by ours. What is not there is null. Throws HostError. */
export async function readStill(api: Api, { still = [] }: ApiStep): Promise<string> {
  const read = await Promise.all(still.map(async ({ path, fields }) => [path, await values(api, path, fields)] as const));
  return canonical([api.tokenId, ...read]);
}

/** Whether what a step's call does is seen to be done. Throws HostError. */
export async function isProven(api: Api, { proof }: ApiStep): Promise<boolean> {
  if (proof === undefined || proof === 'again') return false;
  const data = await dataOf(api, proof.path);
  // What is not there, or has just moved to another node, proves nothing: least of all that a field is gone.
  if (data === undefined) return false;
  const seen = fieldsOf(data, Object.keys(proof.has));
  return Object.entries(proof.has).every(([field, value]) => seen[field] === value);
}

async function values(api: Api, path: string, fields: readonly string[]): Promise<Readonly<Record<string, string | null>>> {
  return fieldsOf(await dataOf(api, path), fields);
}

/** The data at a path; undefined when it is not there. */
async function dataOf(api: Api, path: string): Promise<unknown> {
  try {
    return (await api.get(path)).data ?? null;
  } catch (error) {
    if (pveErrorOf(error)?.fault.kind !== 'notFound') throw error;
    return undefined;
  }
}

function fieldsOf(data: unknown, fields: readonly string[]): Readonly<Record<string, string | null>> {
  return Object.fromEntries(fields.map((field) => [field, textOf(pick(data, field)) ?? null]));
}

/** A node's clock in seconds since the epoch; where our token may not ask for it, by the head of an answer of the node itself. Undefined where nobody tells it. Throws HostError. */
export async function clockOf(api: Api, node: string): Promise<number | undefined> {
  try {
    const { data } = await api.get(apiPath`/nodes/${node}/time`);
    const time = Number(textOf(pick(data, 'time')));
    if (Number.isFinite(time) && time > 0) return time;
  } catch (error) {
    if (!(error instanceof HostError) || pveErrorOf(error)?.fault.kind !== 'permission') throw error;
  }
  const own = api.access.endpoints.find((endpoint) => endpoint.node === node);
  if (!own) return undefined;
  return api.get('/version', {}, { at: own }).then(
    ({ at }) => at,
    (error: unknown) => {
      if (!(error instanceof HostError)) throw error;
      return undefined;
    },
  );
}
