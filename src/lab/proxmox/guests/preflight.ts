import { allowedOn, type Guest, type World } from '../world.ts';
import { disksOf } from './disks.ts';
import { localDevices, localDisks } from './migrate.ts';

/** What `GET …/migrate` says of a move before it is begun. It knows storage.cfg only, so a move to an allowed node can still fail. */
export function preflight(world: World, guest: Guest): { readonly [field: string]: unknown } {
  const others = [...world.nodes.keys()].filter((name) => name !== guest.node);
  if (guest.type === 'lxc') return { running: guest.status === 'stopped' ? 0 : 1, 'allowed-nodes': others, 'not-allowed-nodes': {} };
  const running = guest.status !== 'stopped';
  const lacking = new Map(others.map((node) => [node, running ? [] : lacks(world, guest, node)]));
  return {
    running: running ? 1 : 0,
    allowed_nodes: others.filter((node) => lacking.get(node)?.length === 0),
    not_allowed_nodes: Object.fromEntries([...lacking].map(([node, missing]) => [node, missing.length > 0 ? { unavailable_storages: missing } : {}])),
    local_disks: localDisks(world, guest).map(({ key, volid, size }) => ({
      ...{ volid, drivename: key, size, cdrom: 0, is_attached: 1, is_cloudinit: 0, is_tpmstate: 0, is_unused: 0, is_vmstate: 0, replicate: 1, shared: 0 },
      ...(guest.snapshots.length > 0 ? { referenced_in_snapshot: Object.fromEntries(guest.snapshots.map(({ name }) => [name, 1])) } : {}),
    })),
    local_resources: localDevices(guest),
    'mapped-resources': [],
    'mapped-resource-info': {},
    'has-dbus-vmstate': 1,
  };
}

function lacks(world: World, guest: Guest, node: string): readonly string[] {
  const names = disksOf(guest.type, guest.config).flatMap(({ storage }) => storage ?? []);
  return [...new Set(names)].filter((name) => {
    const found = world.storages.get(name);
    return !found || !allowedOn(found, node);
  });
}
