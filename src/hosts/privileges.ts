/** Privileges that commands need at a path of the permission tree: pveum(1), User Management of Proxmox Backup Server. */
export interface Need {
  readonly path: string;
  readonly privileges: readonly string[];
}

/** Commands that need the same privileges, and the role that gives them. */
export interface Family {
  readonly role: string;
  /** Commands, as they are typed. */
  readonly commands: string;
  readonly needs: readonly Need[];
  /** Privileges that some versions do not know: from this major version on, or before it. */
  readonly from?: number;
  readonly before?: number;
}

/** Least privileges on Proxmox VE, by family. Everything takes `HostlerLook`. */
export const PVE: readonly Family[] = [
  {
    role: 'HostlerLook',
    commands: 'vm|ct list/show/config, backup jobs, storage list, cluster status, node show/services/tasks, task list/log',
    needs: [
      { path: '/', privileges: ['Sys.Audit'] },
      { path: '/vms', privileges: ['VM.Audit'] },
      { path: '/storage', privileges: ['Datastore.Audit'] },
    ],
  },
  { role: 'HostlerPower', commands: 'vm|ct start/shutdown/stop/reboot/reset/suspend/resume', needs: [{ path: '/vms', privileges: ['VM.PowerMgmt'] }] },
  { role: 'HostlerSnapshot', commands: 'vm|ct snapshot/rollback/delsnapshot', needs: [{ path: '/vms', privileges: ['VM.Snapshot', 'VM.Snapshot.Rollback'] }] },
  { role: 'HostlerMigrate', commands: 'vm|ct migrate, node evacuate', needs: [{ path: '/vms', privileges: ['VM.Migrate'] }] },
  { role: 'HostlerSet', commands: 'vm|ct set', needs: [{ path: '/vms', privileges: ['VM.Config.CPU', 'VM.Config.Memory', 'VM.Config.Options'] }] },
  {
    role: 'HostlerDisk',
    commands: 'vm|ct resize, vm set --discard/--iothread',
    needs: [
      { path: '/vms', privileges: ['VM.Config.Disk'] },
      { path: '/storage', privileges: ['Datastore.AllocateSpace'] },
    ],
  },
  {
    role: 'HostlerClone',
    commands: 'vm|ct clone/destroy',
    needs: [
      { path: '/vms', privileges: ['VM.Allocate', 'VM.Clone'] },
      { path: '/storage', privileges: ['Datastore.AllocateSpace'] },
    ],
  },
  { role: 'HostlerNics', commands: 'vm|ct clone, backup restore', needs: [{ path: '/sdn', privileges: ['SDN.Use'] }], from: 8 },
  { role: 'HostlerAgent', commands: 'vm agent', needs: [{ path: '/vms', privileges: ['VM.GuestAgent.Audit', 'VM.GuestAgent.FileSystemMgmt'] }], from: 9 },
  { role: 'HostlerAgent', commands: 'vm agent', needs: [{ path: '/vms', privileges: ['VM.Monitor'] }], before: 9 },
  {
    role: 'HostlerBackup',
    commands: 'backup list/truth/run/restore/protect/prune',
    needs: [
      { path: '/vms', privileges: ['VM.Allocate', 'VM.Backup'] },
      { path: '/storage', privileges: ['Datastore.AllocateSpace'] },
    ],
  },
  {
    role: 'HostlerTest',
    commands: 'backup test',
    needs: [
      { path: '/vms', privileges: ['VM.Allocate', 'VM.Backup', 'VM.Config.Network', 'VM.Config.Options', 'VM.PowerMgmt'] },
      { path: '/storage', privileges: ['Datastore.AllocateSpace'] },
    ],
  },
  {
    role: 'HostlerStorage',
    commands: 'storage show/enable/disable/nodes, backup run --keep, backup prune STORAGE',
    needs: [{ path: '/storage', privileges: ['Datastore.Allocate'] }],
  },
  { role: 'HostlerReplicate', commands: 'cluster replicate', needs: [{ path: '/vms', privileges: ['VM.Replicate'] }], from: 9 },
  {
    role: 'HostlerVirtiofs',
    commands: 'vm virtiofs attach/detach, vm set --controller',
    needs: [
      { path: '/vms', privileges: ['VM.Config.HWType'] },
      { path: '/mapping', privileges: ['Mapping.Use'] },
    ],
    from: 8,
  },
  { role: 'HostlerNode', commands: 'node updates, task stop, net … set/remove, net pending drop', needs: [{ path: '/nodes', privileges: ['Sys.Modify'] }] },
];

/** Least privileges on Proxmox Backup Server, whose roles are fixed. */
export const PBS: readonly Family[] = [
  {
    role: 'Audit',
    commands: 'datastore list/show/snapshots/jobs',
    needs: [
      { path: '/', privileges: ['Sys.Audit'] },
      { path: '/datastore', privileges: ['Datastore.Audit'] },
    ],
  },
  {
    role: 'DatastoreAdmin',
    commands: 'datastore gc/verify/prune, backup verify',
    needs: [{ path: '/datastore', privileges: ['Datastore.Modify', 'Datastore.Prune', 'Datastore.Verify'] }],
  },
];

/** The families of a major version. */
export function familiesOf(kind: 'pve' | 'pbs', major: number): Family[] {
  return (kind === 'pve' ? PVE : PBS).filter(({ from = 0, before = Number.POSITIVE_INFINITY }) => from <= major && major < before);
}

/** Privileges that are not held at a path; `only`: the paths below it where they are. */
export interface Lack extends Need {
  readonly only: readonly string[];
}

/** What a token lacks for a family. `granted`: privileges by path, as `GET /access/permissions` gives them. */
export function lacking({ needs }: Family, granted: ReadonlyMap<string, ReadonlySet<string>>): Lack[] {
  return needs.flatMap(({ path, privileges }) => {
    const held = nearestPath(path, granted);
    const missing = privileges.filter((privilege) => !held.has(privilege));
    const below = path === '/' ? path : `${path}/`;
    const only = [...granted].flatMap(([at, some]) => (at !== path && at.startsWith(below) && missing.every((privilege) => some.has(privilege)) ? [at] : []));
    return missing.length === 0 ? [] : [{ path, privileges: missing, only }];
  });
}

/** What is held at a path: what is said of it, or of what is above it. */
function nearestPath(path: string, granted: ReadonlyMap<string, ReadonlySet<string>>): ReadonlySet<string> {
  for (let at = path; ; at = at.slice(0, Math.max(1, at.lastIndexOf('/')))) {
    const held = granted.get(at);
    if (held || at === '/') return held ?? new Set();
  }
}

/** The role that everything takes. */
const LOOK = PVE[0]?.role ?? '';

/**
 * The lines that make a user and a token with the privileges of these families: paste them on any node as root. A token has what both it and its user
 * have. Roles of a deeper path take the place of those above it, so the role for looking stands at every path (pveum(1), "Permission Management").
 */
export function pveumLines(families: readonly Family[], user = 'hostler@pve', token = 'bot'): string[] {
  const roles = new Map<string, { commands: string[]; privileges: Set<string> }>();
  const paths = new Map<string, Set<string>>();
  for (const { role, commands, needs } of families) {
    const known = roles.get(role) ?? { commands: [], privileges: new Set() };
    known.commands.push(commands);
    for (const { path, privileges } of needs) {
      for (const privilege of privileges) known.privileges.add(privilege);
      paths.set(path, (paths.get(path) ?? new Set([LOOK])).add(role));
    }
    roles.set(role, known);
  }
  return [
    `pveum user add ${user} --comment Hostler`,
    `pveum user token add ${user} ${token} --privsep 1`,
    ...[...roles].map(([role, { commands, privileges }]) => `pveum role add ${role} --privs "${[...privileges].join(' ')}"  # ${commands.join('; ')}`),
    ...[...paths].flatMap(([path, held]) => [
      `pveum acl modify ${path} --users ${user} --roles ${[...held].join(',')}`,
      `pveum acl modify ${path} --tokens '${user}!${token}' --roles ${[...held].join(',')}`,
    ]),
  ];
}

/** The same for a backup server. */
export function pbsLines(families: readonly Family[], user = 'hostler@pbs', token = 'bot'): string[] {
  return [
    `proxmox-backup-manager user create ${user}`,
    `proxmox-backup-manager user generate-token ${user} ${token}`,
    ...families.flatMap(({ role, commands, needs }) => [
      `# ${commands}`,
      ...needs.flatMap(({ path }) => [
        `proxmox-backup-manager acl update ${path} ${role} --auth-id ${user}`,
        `proxmox-backup-manager acl update ${path} ${role} --auth-id '${user}!${token}'`,
      ]),
    ]),
  ];
}
