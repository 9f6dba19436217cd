import { PRIVILEGES } from './permissions.ts';

const only = (pattern: RegExp) => PRIVILEGES.filter((one) => pattern.test(one));

/** The roles every installation has, with their privileges. */
export const ROLES: { readonly [role: string]: readonly string[] } = {
  Administrator: PRIVILEGES,
  NoAccess: [],
  PVEAdmin: PRIVILEGES.filter((one) => !/^(Permissions\.Modify|Sys\.(PowerMgmt|Modify|Incoming|AccessNetwork)|Realm\.Allocate)$/.test(one)),
  PVEAuditor: only(/\.Audit$/),
  PVEDatastoreAdmin: only(/^Datastore\./),
  PVEDatastoreUser: ['Datastore.AllocateSpace', 'Datastore.Audit'],
  PVEMappingAdmin: only(/^Mapping\./),
  PVEMappingAuditor: ['Mapping.Audit'],
  PVEMappingUser: ['Mapping.Audit', 'Mapping.Use'],
  PVEPoolAdmin: only(/^Pool\./),
  PVEPoolUser: ['Pool.Audit'],
  PVESDNAdmin: only(/^SDN\./),
  PVESDNUser: ['SDN.Audit', 'SDN.Use'],
  PVESysAdmin: only(/^Sys\.(Audit|Console|Syslog)$/),
  PVETemplateUser: ['VM.Audit', 'VM.Clone'],
  PVEUserAdmin: ['Group.Allocate', 'Realm.AllocateUser', 'User.Modify'],
  PVEVMAdmin: only(/^VM\./),
  PVEVMUser: only(/^VM\.(Audit|Backup|Config\.(CDROM|Cloudinit)|Console|GuestAgent\.Audit|PowerMgmt)$/),
};
