import type { Host, Look } from '../../core/command.ts';
import { Refusal } from '../../core/errors.ts';
import { say } from '../../core/words.ts';
import { atMost } from '../at-most.ts';
import { type Dataset, datasets, type Snapshot, snapshots } from './datasets.ts';
import { type Pool, pools } from './pools.ts';

/** The pool of that name. Throws Refusal where there is none, with those there are. */
export async function poolOf(look: Look, host: Host, name: string): Promise<Pool> {
  return of(host, name, await look.read(host, pools()));
}

/** The dataset of that name, likewise. */
export async function datasetOf(look: Look, host: Host, name: string): Promise<Dataset> {
  return of(host, name, await look.read(host, datasets()));
}

/** The snapshot of that name, and those of the same dataset that are newer. */
export async function snapshotAt(look: Look, host: Host, name: string): Promise<{ snapshot: Snapshot; newer: readonly Snapshot[] }> {
  const [dataset = ''] = name.split('@');
  await datasetOf(look, host, dataset);
  const all = (await look.read(host, snapshots(dataset))).filter((one) => one.name.startsWith(`${dataset}@`));
  const snapshot = of(host, name, all);
  return { snapshot, newer: all.slice(all.indexOf(snapshot) + 1) };
}

function of<T extends { readonly name: string }>(host: Host, name: string, all: readonly T[]): T {
  const found = all.find((one) => one.name === name);
  if (found) return found;
  throw new Refusal(
    say({ en: 'there is no {name} on {host}; nothing was done', zh: '{host} 上没有 {name}；未做任何操作' }, { name, host: host.name }),
    say({ en: 'there are: {all}', zh: '现有：{all}' }, { all: atMost(all.map((one) => one.name)) }),
  );
}
