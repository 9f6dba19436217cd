import type { Host, Look } from '../../core/command.ts';
import { Absent, HostError, Refusal } from '../../core/errors.ts';
import { nearest } from '../../core/nearest.ts';
import type { Lock, Target } from '../../core/types.ts';
import { list, type Said, say } from '../../core/words.ts';
import { answers, each, troubles } from '../each.ts';
import { blindTo } from './blind.ts';
import { orElse } from './cluster-view.ts';
import { allGc, type Usage, usages } from './pbs.ts';
import { namespaces, type Snapshot, snapshots } from './pbs-snapshots.ts';

/** A datastore and its server. */
export interface OnServer {
  readonly host: Host;
  readonly usage: Usage;
}

/** Every datastore of every backup server of the request, two calls each. */
export async function datastores(look: Look, hosts: readonly Host[] = look.hosts): Promise<{ all: OnServer[]; notes: Said[] }> {
  const asked = await each(look, (host) => Promise.all([look.read(host, usages()), orElse(look.read(host, allGc()), undefined)]), hosts);
  const all = answers(asked).flatMap(({ host, value: [found, gcs] }) =>
    found.map((usage) => ({ host, usage: { ...usage, gc: gcs?.get(usage.store) ?? usage.gc } })),
  );
  const empty = answers(asked).filter(({ value: [found] }) => found.length === 0);
  const blind = await Promise.all(empty.map(({ host }) => blindTo(look, host, 'datastores')));
  return { all, notes: [...troubles(asked), ...blind.flat()] };
}

/** The datastore typed as `main` or `pbs1/main`. Throws Absent, or Refusal when two servers have one of that name. */
export async function findDatastore(look: Look, typed: string): Promise<OnServer & { notes: Said[] }> {
  const slash = typed.indexOf('/');
  const name = typed.slice(slash + 1);
  const { all, notes } = await datastores(look);
  const here = all.filter(({ host }) => slash < 0 || host.name === typed.slice(0, slash));
  const matching = here.filter(({ usage }) => usage.store === name);
  const [one, ...others] = matching;
  if (one && others.length === 0) return { ...one, notes };
  if (one) {
    throw new Refusal(
      say({ en: 'more than one backup server has a datastore “{name}”', zh: '多台备份服务器都有数据存储“{name}”' }, { name }),
      say({ en: 'say which: {names}', zh: '请指明：{names}' }, { names: list(matching.map(({ host }) => `${host.name}/${name}`)) }),
    );
  }
  const note = notes[0];
  throw new Absent(
    note
      ? say({ en: 'there is no datastore “{typed}” on what answered; {note}', zh: '在有回应的服务器上没有数据存储“{typed}”；{note}' }, { typed, note })
      : say({ en: 'there is no datastore “{typed}”', zh: '没有数据存储“{typed}”' }, { typed }),
    nearest(
      name,
      here.map(({ usage }) => usage.store),
    ),
    notes.length > 0,
  );
}

/** Every snapshot of a datastore, in all its namespaces or one, newest first. */
export async function allSnapshots(
  look: Look,
  host: Host,
  store: string,
  ns?: string,
  of?: { readonly type: string; readonly id: string },
): Promise<Snapshot[]> {
  const spaces = ns === undefined ? await look.read(host, namespaces(store)) : [ns];
  const found = await Promise.all(spaces.map((space) => look.read(host, snapshots(store, space, of))));
  return found.flat().sort((a, b) => b.at - a.at);
}

/** The same over every datastore; a server or datastore that cannot be asked is a note. */
export async function everySnapshot(
  look: Look,
  hosts: readonly Host[] = look.hosts,
): Promise<{ found: (Snapshot & { readonly host: Host })[]; notes: Said[] }> {
  const { all, notes } = await datastores(look, hosts);
  const more: Said[] = [];
  const found = await Promise.all(
    all.map(async ({ host, usage }) => {
      try {
        return (await allSnapshots(look, host, usage.store)).map((one) => ({ ...one, host }));
      } catch (error) {
        if (!(error instanceof HostError)) throw error;
        more.push(say({ en: '{host}/{store}: {trouble}', zh: '{host}/{store}：{trouble}' }, { host: host.name, store: usage.store, trouble: error.said }));
        return [];
      }
    }),
  );
  return { found: found.flat(), notes: [...notes, ...more] };
}

export function storeTarget({ host, usage }: OnServer): Target {
  return { site: host.site, host: host.name, name: usage.store };
}

/** The datastore alone. */
export function storeLock({ host, usage }: OnServer): Lock {
  return { name: `${host.site}/${host.name}/datastore:${usage.store}` };
}

/** `pbs1/main`. */
export function storeName({ host, usage }: OnServer): string {
  return `${host.name}/${usage.store}`;
}
