import { checkOwner, onlyOwn, type Who } from '../access.ts';
import type { Datastore } from '../datastore.ts';
import type { Given } from '../parameters.ts';
import { bail } from '../refusal.ts';
import type { Call } from '../route.ts';
import type { BackupType, GroupId, SnapshotId } from '../snapshot.ts';

/** The datastore of that name; throws when there is none, or when its maintenance mode is against it. */
export function lookup(call: Call, name: string, operation: 'read' | 'write'): Datastore {
  const store = call.world.datastores.get(name);
  if (!store) throw bail(`no such datastore '${name}'`);
  const mode = store.maintenance;
  if (mode && (mode.type === 'offline' || operation === 'write'))
    throw bail(`datastore '${name}' is unavailable: ${mode.type} maintenance mode: ${mode.message ?? ''}`);
  return store;
}

/** What full access and access to one's own groups take; and what is to be done with the datastore. */
export interface Needs {
  readonly full: readonly string[];
  readonly own: readonly string[];
  readonly operation: 'read' | 'write';
}

/** The datastore for a call about one group: privileges first, so that nobody learns what exists; then the owner. */
export function storeOfGroup(call: Call, group: GroupId, { full, own, operation }: Needs): Datastore {
  const name = call.given.text('store');
  const limited = onlyOwn(call.who, name, group.ns, full, own);
  const store = lookup(call, name, operation);
  if (limited) checkOwner(ownerOf(store, group), call.who);
  return store;
}

/** The owner of a group; throws when there is no such group. */
export function ownerOf(store: Datastore, { ns, type, id }: GroupId): string {
  const [first] = store.list({ ns, type, id });
  if (!first) throw bail('ENOENT: No such file or directory');
  return first.owner;
}

/** Whether somebody sees a group: all of them, or it is theirs. */
export function sees(who: Who, limited: boolean, owner: string): boolean {
  return !limited || owner === who.id || owner.split('!')[0] === who.id;
}

/** The group a call names. */
export function groupOf(given: Given): GroupId {
  return { ns: given.text('ns'), type: typeOf(given.text('backup-type')), id: given.text('backup-id') };
}

/** The snapshot a call names. */
export function snapshotOf(given: Given): SnapshotId {
  return { ...groupOf(given), time: given.number('backup-time') ?? 0 };
}

/** Narrows a text that has passed its check. */
export function typeOf(text: string): BackupType {
  return text === 'ct' || text === 'host' ? text : 'vm';
}

/** Whether a namespace is another one or below it, at most so many levels. */
export function within(ns: string, top: string, depth: number): boolean {
  if (ns === top) return true;
  const below = top === '' ? ns : ns.startsWith(`${top}/`) ? ns.slice(top.length + 1) : '';
  return below !== '' && below.split('/').length <= depth;
}

/** All namespaces of a datastore from one downwards, itself among them, in order. */
export function namespaces(store: Datastore, top: string, depth = 7): readonly string[] {
  return ['', ...store.namespaces].filter((ns) => within(ns, top, depth)).toSorted();
}

/** `datastore 'main', root namespace`, as logs say it. */
export function placeText(store: string, ns: string): string {
  return ns === '' ? `datastore '${store}', root namespace` : `datastore '${store}', namespace '${ns}'`;
}
