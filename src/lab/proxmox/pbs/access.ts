import { PbsRefusal } from './refusal.ts';

/** Privileges by path, such as `/datastore/main`; the nearest path that says anything holds. `*` is all of them. */
export type Rights = { readonly [path: string]: readonly string[] };

/** A token the server knows; its id is `user@realm!name`. */
export interface Token {
  readonly id: string;
  readonly secret: string;
  readonly rights: Rights;
}

/** Whose call it is. */
export type Who = Pick<Token, 'id' | 'rights'>;

/** Every privilege of a backup server. */
export const PRIVILEGES: readonly string[] = [
  ...['Datastore.Allocate', 'Datastore.Audit', 'Datastore.Backup', 'Datastore.Modify', 'Datastore.Prune', 'Datastore.Read', 'Datastore.Verify'],
  ...['Permissions.Modify', 'Realm.Allocate', 'Remote.Audit', 'Remote.Modify', 'Remote.Read', 'Sys.Audit', 'Sys.Console', 'Sys.Modify'],
  ...['Sys.PowerManagement', 'Tape.Audit', 'Tape.Modify', 'Tape.Read', 'Tape.Write'],
];

/** The tokens of the practice server: the bot's, and one that may do all. */
export const TOKENS: readonly Token[] = [
  {
    id: 'hostler@pbs!bot',
    secret: '7c1f0e52-6a6b-4f0e-9a35-1d5a0b7e2c44',
    rights: {
      '/': ['Sys.Audit'],
      '/remote': ['Remote.Audit', 'Remote.Read'],
      '/datastore/main': ['Datastore.Audit', 'Datastore.Read', 'Datastore.Modify', 'Datastore.Verify', 'Datastore.Prune', 'Datastore.Backup'],
      '/datastore/cold': ['Datastore.Audit', 'Datastore.Backup', 'Datastore.Prune'],
    },
  },
  { id: 'root@pam!full', secret: 'b3d0c4a1-2f7e-4c58-8f1d-90e6a7b5c312', rights: { '/': ['*'] } },
];

/** The privileges that hold on a path. */
export function rightsOn(who: Who, path: string): readonly string[] {
  for (let at = path; ; at = at.slice(0, at.lastIndexOf('/')) || '/') {
    const held = who.rights[at];
    if (held) return held.includes('*') ? PRIVILEGES : held;
    if (at === '/') return [];
  }
}

/** Whether one of the privileges is held. */
export function may(who: Who, path: string, ...privileges: readonly string[]): boolean {
  const held = rightsOn(who, path);
  return privileges.some((one) => held.includes(one));
}

/** Where a namespace stands among the paths of privileges. */
export function storePath(store: string, ns = ''): string {
  return ns === '' ? `/datastore/${store}` : `/datastore/${store}/${ns}`;
}

/**
 * Whether only the caller's own groups are meant: false with one of the `full` privileges, true with one of the `own` ones.
 * Throws a 403 that names what is missing.
 */
export function onlyOwn(who: Who, store: string, ns: string, full: readonly string[], own: readonly string[]): boolean {
  const path = storePath(store, ns);
  if (may(who, path, ...full)) return false;
  if (may(who, path, ...own)) return true;
  throw new PbsRefusal(403, `permission check failed - missing ${[...full, ...own].join('|')} on ${path}`);
}

/** Throws unless the caller is the owner of a group, or the user whose token is. */
export function checkOwner(owner: string, who: Who): void {
  if (owner === who.id || owner.split('!')[0] === who.id) return;
  throw new PbsRefusal(400, `backup owner check failed (${who.id} != ${owner})`);
}

/** Throws, as jobs do, when none of the privileges is held. */
export function demand(who: Who, path: string, ...privileges: readonly string[]): void {
  if (!may(who, path, ...privileges)) throw new PbsRefusal(400, `missing permissions '${privileges.join('|')}' on '${path}'`);
}
