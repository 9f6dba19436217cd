import { BOT, curled, type Entry, good, no, upid, wrong } from './shape.ts';

const LIST = '/nodes/pve1/tasks';
interface Told {
  readonly type: string;
  readonly id: string;
  readonly at: number;
  readonly status?: string;
}

function task({ type, id, at, status }: Told): Readonly<Record<string, unknown>> {
  const start = at.toString(16).toUpperCase().padStart(8, '0');
  const name = `UPID:pve1:00002932:0001FF8B:${start}:${type}:${id}:root@pam!full:`;
  const parts = { upid: name, node: 'pve1', pid: 10546, pstart: 130955, starttime: at, type, id };
  return status === undefined
    ? { ...parts, user: 'root@pam!full', status: 'RUNNING' }
    : { ...parts, user: 'root@pam', tokenid: 'full', endtime: at + 3, status };
}
const T = 1795167500;
const [OK, WARN, BAD, RUNS] = [
  task({ type: 'qmstart', id: '100', at: T, status: 'OK' }),
  task({ type: 'qmstart', id: '100', at: T + 10, status: 'WARNINGS: 1' }),
  task({ type: 'vzdump', id: '200', at: T + 20, status: 'job errors' }),
  task({ type: 'qmshutdown', id: '100', at: T + 30 }),
];
const one = upid('qmstart', 100);
const path = (name: string) => `${LIST}/${name}`;
const fields = { upid: one, node: 'pve1', pid: 10474, pstart: 129013, starttime: 1795167493, type: 'qmstart', id: '100', user: 'root@pam', tokenid: 'full' };

/** Tasks: lists with each filter, status, log, stop. */
export const TASKS: readonly Entry[] = [
  good('GET', LIST, '', [BAD, WARN, OK], { total: 3 }),
  good('GET', LIST, 'errors=1', [BAD, WARN], { total: 2 }),
  good('GET', LIST, 'statusfilter=ok', [OK], { total: 1 }),
  good('GET', LIST, 'statusfilter=error', [BAD], { total: 1 }),
  good('GET', LIST, 'statusfilter=warning,error', [BAD, WARN], { total: 2 }),
  good('GET', LIST, 'typefilter=vzdump', [BAD], { total: 1 }),
  good('GET', LIST, 'vmid=100', [WARN, OK], { total: 2 }),
  good('GET', LIST, `since=${T + 5}`, [BAD, WARN], { total: 2 }),
  good('GET', LIST, `until=${T + 5}`, [OK], { total: 1 }),
  good('GET', LIST, 'limit=2', [BAD, WARN], { total: 40 }),
  good('GET', LIST, 'start=1 limit=1', [WARN], { total: 3 }),
  good('GET', LIST, 'userfilter=root@pam', [BAD, OK], { total: 2 }),
  good('GET', LIST, 'source=all', [RUNS, BAD], { total: 2 }),
  good('GET', LIST, 'source=active', [RUNS], { total: 1 }),
  good('GET', LIST, 'vmid=999', [], { total: 0 }),
  curled(good('GET', LIST, '', [], { total: 0 }), BOT),
  wrong('GET', LIST, 'limit=abc', { limit: "type check ('integer') failed - got 'abc'" }),
  good('GET', path(`${one}/status`), '', { ...fields, status: 'stopped', exitstatus: 'OK' }),
  good('GET', path(`${one}/status`), '', { ...fields, status: 'stopped', exitstatus: 'WARNINGS: 2' }),
  good('GET', path(`${one}/status`), '', { ...fields, status: 'stopped', exitstatus: 'VM is locked (backup)' }),
  good('GET', path(`${one}/status`), '', { ...fields, status: 'running' }),
  good('GET', path(`${one}/log`), '', [{ n: 1, t: 'no content' }], { total: 1 }),
  good(
    'GET',
    path(`${one}/log`),
    'limit=0',
    [
      { n: 1, t: 'WARN: no physical CD-ROM available, ignoring' },
      { n: 2, t: 'TASK WARNINGS: 1' },
    ],
    { total: 2 },
  ),
  good(
    'GET',
    path(`${one}/log`),
    'start=48 limit=2',
    [
      { n: 49, t: 'INFO: line 49' },
      { n: 50, t: 'INFO: line 50' },
    ],
    { total: 120 },
  ),
  good(
    'GET',
    path(`${one}/log`),
    '',
    Array.from({ length: 50 }, (_, i) => ({ n: i + 1, t: `INFO: line ${i + 1}` })),
    { total: 120 },
  ),
  wrong('GET', '/nodes/pve2/tasks/'.concat(one, '/log'), '', { upid: 'no such task' }),
  wrong('DELETE', path('UPID:garbage'), '', { upid: 'unable to parse worker upid' }),
  good('DELETE', path(one), '', null),
  curled(no('GET', path(`${one}/status`), '', 403, 'Permission check failed (/nodes/pve1, Sys.Audit)'), BOT),
  curled(no('DELETE', path(one), '', 403, 'Permission check failed (/nodes/pve1, Sys.Modify)'), `${BOT} -X DELETE`),
  good('GET', '/cluster/tasks', '', [
    {
      upid: one,
      node: 'pve1',
      starttime: 1795167493,
      type: 'qmstart',
      id: '100',
      user: 'root@pam',
      tokenid: 'full',
      endtime: 1795167494,
      status: 'OK',
      saved: '1',
    },
  ]),
];
