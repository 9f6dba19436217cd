import { curled, type Entry, FULL, good, upid } from './shape.ts';

const VM = '/nodes/pve1/qemu/100';
const UNKNOWN = 'property is not defined in schema and the schema does not allow additional properties';
const extjs = (method: string, path: string, body: Readonly<Record<string, unknown>>, data = ''): Entry =>
  curled({ method, path: `/api2/extjs${path}`, status: 200, reason: 'OK', body }, method === 'GET' ? FULL : `${FULL} -X ${method}`, data);
const fails = (message: string, status: number | string = 500, more: object = {}) => ({ success: 0, status, message: `${message}\n`, data: null, ...more });
const json = (entry: Entry, body: unknown) => curled(entry, `${FULL} -X ${entry.method} -H Content-Type: application/json`, `-d ${JSON.stringify(body)}`);
const form = (entry: Entry, data: string) => curled(entry, `${FULL} -X ${entry.method}`, data);
const task = (type: string, method: string, path: string): Entry => good(method, path, '', upid(type, 100));

/** The same calls in other clothes: the web interface's format, JSON bodies, encoded paths and values. */
export const WIRE: readonly Entry[] = [
  extjs('GET', '/nodes/pve1/qemu/999/status/current', fails("Configuration file 'nodes/pve1/qemu-server/999.conf' does not exist")),
  extjs('POST', '/nodes/pve1/qemu/100/status/start', { success: 1, data: upid('qmstart', 100) }),
  extjs(
    'POST',
    '/nodes/pve1/qemu/100/migrate',
    fails('Parameter verification failed.', '400', { errors: { target: 'target is local node.' } }),
    '-d target=pve1',
  ),
  extjs('POST', '/nodes/pve1/qemu/100/agent/ping', fails('No QEMU guest agent configured')),
  extjs('GET', '/nodes/pve1/tasks/UPID:bogus/status', fails('Parameter verification failed.', '400', { errors: { upid: 'unable to parse worker upid' } })),
  extjs('GET', '/cluster/nextid', { success: 1, data: '100' }),
  json(task('qmsnapshot', 'POST', `${VM}/snapshot`), { snapname: 's1', description: 'a=b;c&d', vmstate: false }),
  json(good('PUT', `${VM}/config`, '', null), { memory: 300, onboot: true, description: 'x=1' }),
  json(
    {
      method: 'PUT',
      path: `${VM}/config`,
      status: 400,
      reason: 'Parameter verification failed.',
      body: { data: null, message: 'Parameter verification failed.\n', errors: { nosuch: UNKNOWN } },
    },
    { nosuch: 1 },
  ),
  json(good('POST', '/nodes/pve1/vzdump', '', upid('vzdump', '')), { vmid: '100,200', storage: 'local', mode: 'stop' }),
  form(good('PUT', `${VM}/config`, '', null), '--data-urlencode net0=virtio=BC:24:11:00:00:01,bridge=vmbr0'),
  form(good('PUT', `${VM}/config`, '', null), '--data-urlencode description=100% sure & more; yes'),
  form(task('qmsnapshot', 'POST', `${VM}/snapshot`), '-d snapname=s1 --data-urlencode description=vor dem Umbau'),
  curled(good('GET', `/nodes/pve1/tasks/${encodeURIComponent(upid('qmstart', 100))}/log?start=0&limit=1`, '', [{ n: 1, t: 'TASK OK' }], { total: 1 }), FULL),
  curled(
    good('DELETE', '/nodes/pve1/storage/local/content/local%3Abackup%2Fvzdump-qemu-100-2026_11_20-09_36_50.vma.zst', '', upid('imgdel', '100@local')),
    `${FULL} -X DELETE`,
  ),
  curled(good('GET', '/access/users/ops%40pve/token', '', [{ tokenid: 'bot', privsep: 1, expire: 0 }]), FULL),
];
