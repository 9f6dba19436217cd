import { startCluster } from '../../src/lab/proxmox/cluster.ts';
import { ask, type Door, send } from './ask.ts';
import { differences } from './compare.ts';
import type { Answer, Exchange } from './exchange.ts';
import { faultOf, remarksOf } from './faults.ts';
import { SECRET } from './states/access.ts';
import { type State, stateFor } from './states.ts';

/** What became of one exchange. `recorder`: the recording machine was at fault, so there is nothing to be like. */
export interface Replayed {
  readonly index: number;
  readonly method: string;
  readonly path: string;
  readonly verdict: 'same' | 'different' | 'recorder';
  readonly reason: string;
}
export interface Options {
  /** Where certificates are kept between clusters. */
  readonly dir: string;
  /** The node the recording was made on. */
  readonly home: string;
}

/** Brings a fresh practice cluster into the state an exchange implies, asks it the same, and compares. Never throws. */
export async function replay(exchange: Exchange, { dir, home }: Options): Promise<Replayed> {
  const { index, method, path } = exchange;
  const about = { index, method, path };
  const fault = faultOf(exchange);
  if (fault !== undefined) return { ...about, verdict: 'recorder', reason: fault };
  try {
    const wrong = differences(exchange, await answered(exchange, stateFor(exchange, home), dir));
    if (wrong.length > 0) return { ...about, verdict: 'different', reason: wrong.join('; ') };
    return { ...about, verdict: 'same', reason: remarksOf(exchange).join('; ') };
  } catch (error) {
    return { ...about, verdict: 'different', reason: `could not be replayed: ${error instanceof Error ? error.message : String(error)}` };
  }
}

const ROOT = { authorization: `PVEAPIToken=root@pam!full=${SECRET}` };
const FORM = { ...ROOT, 'content-type': 'application/x-www-form-urlencoded' };

async function answered(exchange: Exchange, { spec, home, draft }: State, dir: string): Promise<Answer> {
  const cluster = await startCluster(spec, { dir, pace: 0.001 });
  try {
    const door: Door = { port: cluster.nodes.find(({ name }) => name === home)?.port ?? 0, ca: cluster.ca };
    for (const { method, path, params } of draft.preludes) {
      const form = new URLSearchParams(params).toString();
      const [query, body] = method === 'DELETE' ? [form === '' ? '' : `?${form}`, undefined] : ['', form];
      const done = await send(door, method, `/api2/json${path}${query}`, body === undefined ? ROOT : FORM, body);
      if (done.status !== 200) throw new Error(`${method} ${path} (${form}), which must be done first, is ${done.status} ${done.reason}`);
    }
    const { proxied } = draft;
    if (proxied !== undefined) cluster.fault({ path: /^\/nodes\// }, { kind: 'answer', when: 'before', ...proxied });
    return await ask(door, draft.digestOf === undefined ? exchange : await withDigest(door, exchange, draft.digestOf));
  } finally {
    await cluster.close();
  }
}

/** A digest that was right then is put right for now. */
async function withDigest(door: Door, exchange: Exchange, path: string): Promise<Exchange> {
  const { body } = await send(door, 'GET', `/api2/json${path}`, ROOT);
  const digest = /"digest":"([^"]+)"/.exec(JSON.stringify(body))?.[1];
  const then = exchange.params.digest;
  if (digest === undefined || then === undefined) return exchange;
  const swap = (text: string) => text.replaceAll(encodeURIComponent(then), digest);
  return { ...exchange, query: swap(exchange.query), body: exchange.body && { ...exchange.body, text: swap(exchange.body.text) } };
}
