import { may, rightsOn, storePath } from '../access.ts';
import type { Datastore } from '../datastore.ts';
import { boolean, optional, storeName } from '../kinds.ts';
import { PbsRefusal } from '../refusal.ts';
import { type Call, type Route, route } from '../route.ts';
import { gcStatus } from './gc.ts';
import { lookup } from './stores.ts';

const DAY = 86_400;

/** The datastores, and how full they are. */
export const DATASTORES: readonly Route[] = [
  route('GET', '/admin/datastore', {}, (call) => ({
    data: visible(call).map((store) => ({
      store: store.name,
      'backend-type': 'filesystem',
      'mount-status': 'nonremovable',
      ...(store.comment !== undefined && { comment: store.comment }),
      ...(store.maintenance && { maintenance: maintenanceText(store.maintenance) }),
    })),
  })),
  route('GET', '/admin/datastore/{store}/status', { store: storeName, verbose: optional(boolean) }, (call) => {
    const name = call.given.text('store');
    const held = rightsOn(call.who, storePath(name));
    const full = held.includes('Datastore.Audit') || held.includes('Datastore.Backup');
    if (!full && !held.includes('Datastore.Read')) throw new PbsRefusal(403, 'permission check failed');
    const store = lookup(call, name, 'read');
    const verbose = call.given.flag('verbose', false);
    return {
      data: {
        'backend-type': 'filesystem',
        ...(full ? { total: store.total, used: store.used, avail: store.avail } : { total: 0, used: 0, avail: 0 }),
        ...(verbose && { counts: counts(store) }),
        ...(verbose && full && { 'gc-status': gcStatus(store) }),
      },
    };
  }),
  route('GET', '/status/datastore-usage', {}, (call) => ({ data: visible(call).map((store) => usage(store, call.world.now())) })),
];

/** The maintenance mode as the config has it: `type=read-only,message=…`. */
export function maintenanceText({ type, message }: NonNullable<Datastore['maintenance']>): string {
  return message === undefined ? `type=${type}` : `type=${type},message="${message}"`;
}

function visible(call: Call): readonly Datastore[] {
  return [...call.world.datastores.values()].filter(({ name }) => may(call.who, storePath(name), 'Datastore.Audit', 'Datastore.Backup'));
}

function counts(store: Datastore) {
  const of = (type: 'vm' | 'ct' | 'host') => ({ groups: store.groups({ type }).length, snapshots: store.list({ type }).length });
  return Object.fromEntries((['ct', 'host', 'vm'] as const).map((type) => [type, of(type)] as const).filter(([, { groups }]) => groups > 0));
}

function usage(store: Datastore, now: number) {
  const common = { store: store.name, 'backend-type': 'filesystem', 'mount-status': 'nonremovable' };
  if (store.maintenance?.type === 'offline')
    return { ...common, error: `datastore '${store.name}' is unavailable: offline maintenance mode: ${store.maintenance.message ?? ''}` };
  const share = store.used / store.total;
  return {
    ...common,
    total: store.total,
    used: store.used,
    avail: store.avail,
    'gc-status': gcStatus(store),
    history: Array.from({ length: 31 }, (_, index) => Number((share - (30 - index) * 0.001).toFixed(6))),
    'history-start': now - (now % DAY) - 30 * DAY,
    'history-delta': DAY,
    'estimated-full-date': now + Math.round((1 - share) / 0.001) * DAY,
  };
}
