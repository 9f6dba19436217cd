import { needs, needsAny } from '../gates.ts';
import { int, text } from '../params.ts';
import { type Answer, type Ask, ok, type Route } from '../route.ts';
import { seconds } from '../world.ts';
import { shelf } from './shelf.ts';

const modify = needs('/', 'Sys.Modify');
const audit = needs('/', 'Sys.Audit');

/** What belongs to the cluster as a whole and is seldom touched. */
export const DATACENTER: readonly Route[] = [
  ...byName('/cluster/metrics/server', 'server', 'type! server! port! *'),
  {
    method: 'GET',
    path: '/cluster/jobs/schedule-analyze',
    params: { 'schedule!': text(128), iterations: int(1, 100), starttime: int() },
    run: upcoming,
  },
  ...byName('/cluster/jobs/realm-sync', 'job', 'schedule! *'),
  ...(['pci', 'usb'] as const).flatMap((kind) =>
    shelf({ path: `/cluster/mapping/${kind}`, id: 'id', modify: needsAny('/mapping', 'Mapping.Modify'), what: `${kind} mapping`, fields: 'map! *' }),
  ),
  { method: 'GET', path: '/cluster/qemu/cpu-flags', more: () => text(), run: () => ok([]) },
  ...shelf({ path: '/cluster/qemu/custom-cpu-models', id: 'cputype', modify, what: 'CPU model', fields: 'reported-model! *' }),
];

/** A list whose things are made under their own names. */
function byName(path: string, what: string, fields: string): readonly Route[] {
  const [made] = shelf({ path, id: 'id', modify, what, fields, calls: 'add' });
  const { 'id!': _, ...params } = made?.params ?? {};
  return [
    ...shelf({ path, id: 'id', audit, modify, what, fields, calls: 'list one change remove' }),
    ...(made ? [{ ...made, path: `${path}/{id}`, params }] : []),
  ];
}

function upcoming({ given }: Ask): Answer {
  const [first, count] = [given.number('starttime') ?? seconds(), given.number('iterations') ?? 10];
  const [, hour = '2', minute = '0'] = /(\d{1,2}):(\d{2})/.exec(given.text('schedule')) ?? [];
  const day = first - (first % 86_400) + Number(hour) * 3600 + Number(minute) * 60;
  return ok(Array.from({ length: count }, (_, i) => ({ timestamp: day + (i + 1) * 86_400, utc: new Date((day + (i + 1) * 86_400) * 1000).toUTCString() })));
}
