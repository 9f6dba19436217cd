import { BOT, curled, type Entry, FULL, good, no, wrong } from './shape.ts';

const COOKIE = '-H Cookie: PVEAuthCookie=<ticket>';
const VERSION = { version: '9.2.11', release: '9.2', repoid: '0000000000000000' };
const bare = (method: string, path: string, status: number, reason: string, options: string, data = ''): Entry =>
  curled({ method, path, status, reason, body: null }, options, data);

/** Who one is, what HTTP does, and nodes that do not answer. */
export const ACCESS: readonly Entry[] = [
  bare('GET', '/version', 401, 'No ticket', '-k'),
  bare('GET', '/nodes', 401, 'Authentication failed!', '-H Authorization: PVEAPIToken=root@pam!full=wrong'),
  bare('GET', '/nodes', 401, 'Authentication failed!', '-H Authorization: PVEAPIToken=nobody@pve!x=1234'),
  bare('PUT', '/nodes/pve1/qemu/100/config', 401, 'Permission denied - invalid csrf token', `${COOKIE} -X PUT`, '-d memory=300'),
  bare(
    'PUT',
    '/nodes/pve1/qemu/100/config',
    401,
    'Permission denied - invalid csrf token',
    `${COOKIE} -H CSRFPreventionToken: 6B001389:bad -X PUT`,
    '-d memory=300',
  ),
  curled(good('GET', '/version', '', VERSION), COOKIE),
  curled(good('PUT', '/nodes/pve1/qemu/100/config', '', null), `${COOKIE} -H CSRFPreventionToken: <csrf> -X PUT`, '-d memory=300'),
  curled(good('GET', '/version', '', VERSION), '-H Authorization: PVEAPIToken root@pam!full=<secret>'),
  curled(good('GET', '/version', '', VERSION), BOT),
  {
    method: 'POST',
    path: '/api2/json/access/ticket',
    curl: '-d username=root@pam --data-urlencode password=it is = secret https://192.0.2.11:8006/api2/json/access/ticket',
    status: 200,
    reason: 'OK',
    body: {
      data: {
        username: 'root@pam',
        ticket: 'PVE:root@pam:6B001389::x',
        CSRFPreventionToken: '6B001389:x',
        cap: { vms: { 'VM.Audit': 1 }, nodes: { 'Sys.Audit': 1 }, storage: {}, dc: {}, access: {} },
      },
    },
  },
  wrong('POST', '/access/ticket', 'username=ops@pve', { password: 'property is missing and it is not optional' }),
  curled(
    no('PUT', '/access/password', '', 403, "URI '/access/password' not available with API token, need proper ticket."),
    `${FULL} -X PUT`,
    '-d userid=ops@pve&password=secret123',
  ),
  curled(good('GET', '/access/permissions', '', { '/vms/100': { 'VM.Audit': 1, 'VM.PowerMgmt': 1 } }), BOT),
  curled(good('GET', '/access/permissions?path=/vms/100', '', { '/vms/100': { 'VM.Audit': 1 } }), BOT),
  bare('HEAD', '/version', 501, "method 'HEAD' not available", `${FULL} -I`),
  {
    method: 'GET',
    path: '/nosuch',
    params: '',
    status: 501,
    reason: "Method 'GET /nosuch' not implemented",
    body: { data: null, message: "Method 'GET /nosuch' not implemented" },
  },
  {
    method: 'DELETE',
    path: '/nodes/pve1/version',
    params: '',
    status: 501,
    reason: "Method 'DELETE /nodes/pve1/version' not implemented",
    body: { data: null, message: "Method 'DELETE /nodes/pve1/version' not implemented" },
  },
  curled(
    {
      method: 'PUT',
      path: '/api2/extjs/nodes/pve1/qemu/100/config',
      status: 200,
      reason: 'OK',
      body: {
        success: 0,
        status: '400',
        message: 'Parameter verification failed.\n',
        errors: { nosuch: 'property is not defined in schema and the schema does not allow additional properties' },
        data: null,
      },
    },
    `${FULL} -X PUT`,
    '-d nosuch=1',
  ),
  curled({ method: 'GET', path: '/api2/extjs/version', status: 200, reason: 'OK', body: { success: 1, data: VERSION } }, FULL),
  curled(
    {
      method: 'POST',
      path: '/nodes/pve1/qemu/100/config',
      status: 200,
      reason: 'OK',
      body: { data: 'UPID:pve1:00007A67:000168D6:6B00138C:qmconfig:100:root@pam!full:' },
    },
    `${FULL} -X POST -H Content-Type: application/json`,
    '-d {"net0":"virtio,bridge=vmbr0","kvm":false}',
  ),
  { method: 'POST', path: '/nodes/pve2/qemu/102/status/start', params: '', status: 595, reason: 'No route to host', body: null },
  { method: 'GET', path: '/nodes/pve2/tasks', params: 'limit=5', status: 595, reason: 'Connection refused', body: null },
  { method: 'GET', path: '/nodes/pve2/storage', params: '', status: 596, reason: 'Connection timed out', body: null },
  no('GET', '/nodes/nope/qemu', '', 500, "hostname lookup 'nope' failed - failed to get address info for: nope: Name or service not known"),
];
