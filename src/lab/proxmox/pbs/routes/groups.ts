import { onlyOwn } from '../access.ts';
import { authId, boolean, namespace, optional, storeName } from '../kinds.ts';
import { bail, PbsRefusal } from '../refusal.ts';
import { type Route, route } from '../route.ts';
import { GROUP } from './shared.ts';
import { groupOf, lookup, ownerOf, sees, storeOfGroup } from './stores.ts';

/** Groups of snapshots: the list, deleting one with all it holds, and its owner. */
export const GROUPS: readonly Route[] = [
  route('GET', '/admin/datastore/{store}/groups', { store: storeName, ns: optional(namespace) }, (call) => {
    const { given, who } = call;
    const ns = given.text('ns');
    const limited = onlyOwn(who, given.text('store'), ns, ['Datastore.Audit'], ['Datastore.Backup']);
    const store = lookup(call, given.text('store'), 'read');
    const groups = store.groups({ ns }).filter(([{ owner }]) => sees(who, limited, owner));
    return {
      data: groups.map((group) => {
        const [newest] = group;
        const [comment] = store.groupNotes(newest).split('\n');
        return {
          'backup-type': newest.type,
          'backup-id': newest.id,
          'backup-count': group.length,
          'last-backup': newest.time,
          files: newest.files.map(({ filename }) => filename),
          owner: newest.owner,
          ...(comment && { comment }),
        };
      }),
    };
  }),
  route('DELETE', '/admin/datastore/{store}/groups', { ...GROUP, 'error-on-protected': optional(boolean) }, (call) => {
    const group = groupOf(call.given);
    const store = storeOfGroup(call, group, { full: ['Datastore.Modify'], own: ['Datastore.Prune'], operation: 'write' });
    const all = store.list(group);
    if (all.length === 0) throw bail('ENOENT: No such file or directory');
    const kept = all.filter((one) => one.protected);
    for (const one of all) if (!one.protected) store.remove(one);
    if (kept.length > 0 && call.given.flag('error-on-protected', true)) throw bail('group only partially deleted due to protected snapshots');
    return { data: { 'protected-snapshots': kept.length, 'removed-groups': kept.length === 0 ? 1 : 0, 'removed-snapshots': all.length - kept.length } };
  }),
  route('POST', '/admin/datastore/{store}/change-owner', { ...GROUP, 'new-owner': authId }, (call) => {
    const { given, who } = call;
    const group = groupOf(given);
    const limited = onlyOwn(who, given.text('store'), group.ns, ['Datastore.Modify'], ['Datastore.Backup']);
    const store = lookup(call, given.text('store'), 'write');
    const owner = ownerOf(store, group);
    const next = given.text('new-owner');
    // Without Modify, a user may only hand over between himself and his own tokens.
    const own = [owner, next].every((id) => id === who.id || id.split('!')[0] === who.id) && (owner.includes('!') || next.includes('!'));
    if (limited && !own) throw new PbsRefusal(401, `${who.id} does not have permission to change owner of backup group '${group.type}/${group.id}' to ${next}`);
    if (!call.known(next)) throw bail(`${next.includes('!') ? 'API token' : 'user'} '${next}' is inactive or non-existent`);
    for (const one of store.list(group)) store.edit(one, { owner: next });
    return { data: null };
  }),
];
