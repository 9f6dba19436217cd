import type { Host, Look } from '../../core/command.ts';
import { Absent, Refusal } from '../../core/errors.ts';
import { nearest } from '../../core/nearest.ts';
import type { Lock, Target } from '../../core/types.ts';
import { list, type Said, say } from '../../core/words.ts';
import { answers, each, troubles } from '../each.ts';
import { blindTo } from './blind.ts';
import { silentNodes } from './cluster-guests.ts';
import { type Resources, resources } from './resources.ts';
import { type Sight, type Storage, sightOf, storages } from './storages.ts';

/** A storage, its cluster, and how each node sees it. */
export interface Stored {
  readonly host: Host;
  readonly all: Resources;
  readonly storage: Storage;
  readonly sight: readonly { readonly node: string; readonly sight: Sight }[];
}

/** Every storage of every cluster of the request, in two calls each. */
export async function allStorages(look: Look): Promise<{ found: Stored[]; notes: Said[] }> {
  const asked = await each(look, (host) => Promise.all([look.read(host, storages()), look.read(host, resources())]));
  const found = answers(asked).flatMap(({ host, value: [known, all] }) =>
    known.map((storage): Stored => ({ host, all, storage, sight: sightOf(storage, all) })),
  );
  const empty = answers(asked).filter(({ value: [known] }) => known.length === 0);
  const blind = await Promise.all(empty.map(({ host }) => blindTo(look, host, 'storages')));
  return {
    found: found.sort((a, b) => (`${a.host.name} ${a.storage.storage}` < `${b.host.name} ${b.storage.storage}` ? -1 : 1)),
    notes: [...troubles(asked), ...answers(asked).flatMap(({ host, value: [, all] }) => silentNodes(host, all.nodes)), ...blind.flat()],
  };
}

/** The storage typed as `ceph` or `alpha/ceph`. Throws Absent, or Refusal when two clusters have one of that name. */
export async function findStorage(look: Look, typed: string): Promise<Stored & { readonly asked: string; readonly notes: readonly Said[] }> {
  const slash = typed.indexOf('/');
  const name = typed.slice(slash + 1);
  const { found, notes } = await allStorages(look);
  const here = found.filter(({ host }) => slash < 0 || host.name === typed.slice(0, slash));
  const matching = here.filter(({ storage }) => storage.storage === name);
  const [one, ...others] = matching;
  if (one && others.length === 0) return { ...one, asked: name, notes };
  if (one) {
    throw new Refusal(
      say({ en: 'more than one cluster has a storage “{name}”', zh: '多个集群都有存储“{name}”' }, { name }),
      say({ en: 'say which: {names}', zh: '请指明：{names}' }, { names: list(matching.map(({ host }) => `${host.name}/${name}`)) }),
    );
  }
  const note = notes[0];
  throw new Absent(
    note
      ? say({ en: 'there is no storage “{typed}” on what answered; {note}', zh: '在有回应的集群上没有存储“{typed}”；{note}' }, { typed, note })
      : say({ en: 'there is no storage “{typed}”', zh: '没有存储“{typed}”' }, { typed }),
    nearest(
      name,
      here.map(({ storage }) => storage.storage),
    ),
    notes.length > 0,
  );
}

export function storageTarget({ host, storage }: Pick<Stored, 'host' | 'storage'>): Target {
  return { site: host.site, host: host.name, name: storage.storage };
}

export function storageLock({ host, storage }: Pick<Stored, 'host' | 'storage'>): Lock {
  return { name: `${host.site}/${host.name}/storage:${storage.storage}` };
}
