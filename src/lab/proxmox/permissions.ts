import { forbidden } from './refused.ts';

/** Privileges by path; a deeper path replaces what it would inherit. */
export type Rights = { readonly [path: string]: readonly string[] };

/** Who makes a call. `id` is the user, or the token as `user@realm!name`. */
export interface Who {
  readonly id: string;
  readonly user: string;
  readonly token?: string;
  readonly rights: Rights;
}

/** Whether somebody has a privilege on a path. */
export function may(who: Who, path: string, privilege: string): boolean {
  const held = rightsOn(who, path);
  return held.includes('*') || held.includes(privilege);
}

/** The privileges that hold on a path: those of the nearest path above it that says anything. */
export function rightsOn(who: Who, path: string): readonly string[] {
  for (let at = path; ; at = at.slice(0, at.lastIndexOf('/')) || '/') {
    const held = who.rights[at];
    if (held) return held;
    if (at === '/') return [];
  }
}

/** Throws the 403 that names path and privilege. */
export function demand(who: Who, path: string, privilege: string): void {
  if (!may(who, path, privilege)) throw forbidden(path, privilege);
}

/** Throws unless one of the privileges is held on the path; the message names them all. */
export function demandAny(who: Who, path: string, privileges: readonly string[]): void {
  if (!privileges.some((one) => may(who, path, one))) throw forbidden(path, privileges.join('|'));
}

/** Every privilege there is, for those who have all. */
export const PRIVILEGES: readonly string[] = [
  ...['Datastore.Allocate', 'Datastore.AllocateSpace', 'Datastore.AllocateTemplate', 'Datastore.Audit'],
  ...['Group.Allocate', 'Mapping.Audit', 'Mapping.Modify', 'Mapping.Use', 'Permissions.Modify', 'Pool.Allocate', 'Pool.Audit', 'Realm.Allocate'],
  ...['Realm.AllocateUser', 'SDN.Allocate', 'SDN.Audit', 'SDN.Use', 'Sys.AccessNetwork', 'Sys.Audit', 'Sys.Console', 'Sys.Incoming', 'Sys.Modify'],
  ...['Sys.PowerMgmt', 'Sys.Syslog', 'User.Modify', 'VM.Allocate', 'VM.Audit', 'VM.Backup', 'VM.Clone', 'VM.Config.CDROM', 'VM.Config.CPU'],
  ...['VM.Config.Cloudinit', 'VM.Config.Disk', 'VM.Config.HWType', 'VM.Config.Memory', 'VM.Config.Network', 'VM.Config.Options', 'VM.Console'],
  ...['VM.GuestAgent.Audit', 'VM.GuestAgent.FileRead', 'VM.GuestAgent.FileSystemMgmt', 'VM.GuestAgent.FileWrite', 'VM.GuestAgent.Unrestricted'],
  ...['VM.Migrate', 'VM.PowerMgmt', 'VM.Replicate', 'VM.Snapshot', 'VM.Snapshot.Rollback'],
];

/** The privileges on a path, each with 1 for `propagates`. */
export function granted(who: Who, path: string): { readonly [privilege: string]: 1 } {
  const held = rightsOn(who, path);
  return Object.fromEntries((held.includes('*') ? PRIVILEGES : held).map((one) => [one, 1]));
}
