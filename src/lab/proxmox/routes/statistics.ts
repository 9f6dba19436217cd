import { needs, needsAny } from '../gates.ts';
import { oneOf, text } from '../params.ts';
import { type Ask, ok, type Route } from '../route.ts';
import { seconds } from '../world.ts';

const audit = needs('/nodes/{node}', 'Sys.Audit');
const node = '/nodes/{node}';

/** Figures over time. */
export const STATISTICS: readonly Route[] = [...(['rrd', 'rrddata'] as const).flatMap((what): readonly Route[] => statistics(what))];

/** Figures of a node, a storage or a guest over time; here they only begin. */
function statistics(what: 'rrd' | 'rrddata'): readonly Route[] {
  const times = ['hour', 'day', 'week', 'month', 'year'];
  const params = {
    cf: oneOf('AVERAGE', 'MAX'),
    ...(what === 'rrd' ? { 'ds!': text() } : {}),
  };
  const places = [
    [node, audit],
    [`${node}/qemu/{vmid}`, needs('/vms/{vmid}', 'VM.Audit')],
    [`${node}/lxc/{vmid}`, needs('/vms/{vmid}', 'VM.Audit')],
    [`${node}/storage/{storage}`, needsAny('/storage/{storage}', 'Datastore.Audit', 'Datastore.AllocateSpace')],
  ] as const;
  return places.map(([path, gate]) => ({
    method: 'GET',
    path: `${path}/${what}`,
    gate,
    params: { ...params, 'timeframe!': oneOf(...times, ...(path === node ? ['decade'] : [])) },
    run: what === 'rrd' ? picture : points,
  }));
}

function picture(ask: Ask) {
  return ok({ filename: `/var/cache/pve-manager/${ask.at.name}.png` });
}

function points({ text: given }: Ask) {
  const [loc, last] = [{ hour: 60, day: 1800, week: 10_800, month: 43_200, year: 604_800 }[given('timeframe')] ?? 604_800, seconds()];
  const values = { cpu: 0.02, maxcpu: 4, mem: 2 ** 30, maxmem: 2 ** 32, disk: 0, maxdisk: 2 ** 34, netin: 900, netout: 500, diskread: 0, diskwrite: 0 };
  return ok(Array.from({ length: 70 }, (_, i) => ({ time: last - (last % loc) - (69 - i) * loc, ...values })));
}
