import { may, storePath } from '../access.ts';
import { boolean, depth, namespace, nsPart, optional, storeName } from '../kinds.ts';
import { bail, PbsRefusal } from '../refusal.ts';
import { type Route, route } from '../route.ts';
import { lookup, namespaces, within } from './stores.ts';

/** Namespaces: the list, making and deleting them. */
export const NAMESPACES: readonly Route[] = [
  route('GET', '/admin/datastore/{store}/namespace', { store: storeName, parent: optional(namespace), 'max-depth': optional(depth) }, (call) => {
    const { given, who } = call;
    const name = given.text('store');
    const store = lookup(call, name, 'read');
    const seen = (ns: string) => may(who, storePath(name, ns), 'Datastore.Audit', 'Datastore.Backup', 'Datastore.Modify');
    if (!seen(given.text('parent'))) throw new PbsRefusal(403, 'permission check failed');
    return {
      data: namespaces(store, given.text('parent'), given.number('max-depth'))
        .filter(seen)
        .map((ns) => ({ ns })),
    };
  }),
  route('POST', '/admin/datastore/{store}/namespace', { store: storeName, name: nsPart, parent: optional(namespace) }, (call) => {
    const { given, who } = call;
    const [name, parent] = [given.text('store'), given.text('parent')];
    if (!may(who, storePath(name, parent), 'Datastore.Modify')) throw missing(name, parent);
    const store = lookup(call, name, 'write');
    if (parent !== '' && !store.namespaces.has(parent)) throw bail(`cannot create new namespace, parent ${parent} doesn't already exists`);
    const ns = parent === '' ? given.text('name') : `${parent}/${given.text('name')}`;
    if (ns.split('/').length > 7) throw bail(`namespace depth of ${ns.split('/').length} exceeds maximum of 7`);
    const idle = store.namespaces.has(ns);
    store.namespaces.add(ns);
    return { data: ns, ...(idle && { idle }) };
  }),
  route(
    'DELETE',
    '/admin/datastore/{store}/namespace',
    { store: storeName, ns: namespace, 'delete-groups': optional(boolean), 'error-on-protected': optional(boolean) },
    (call) => {
      const { given, who } = call;
      const [name, ns] = [given.text('store'), given.text('ns')];
      if (ns === '') throw bail('cannot delete root namespace!');
      const parent = ns.slice(0, Math.max(0, ns.lastIndexOf('/')));
      if (!may(who, storePath(name, parent), 'Datastore.Modify')) throw missing(name, parent);
      const store = lookup(call, name, 'write');
      const below = [...store.namespaces].filter((one) => within(one, ns, 7));
      const all = below.flatMap((one) => store.list({ ns: one }));
      const groups = given.flag('delete-groups', false);
      if (groups) for (const one of all) if (!one.protected) store.remove(one);
      const used = new Set(below.flatMap((one) => store.list({ ns: one })).map((one) => one.ns));
      // A namespace stays for what is still in it or below it.
      for (const one of below) if (![...used].some((other) => within(other, one, 7))) store.namespaces.delete(one);
      if (used.size > 0 && !groups) throw bail('only partially deleted due to existing groups but `delete-groups` not true');
      if (used.size > 0 && given.flag('error-on-protected', true)) throw bail('group only partially deleted due to protected snapshots');
      return { data: null };
    },
  ),
];

function missing(store: string, ns: string): PbsRefusal {
  return new PbsRefusal(403, `permission check failed - missing Datastore.Modify on ${storePath(store, ns)}`);
}
