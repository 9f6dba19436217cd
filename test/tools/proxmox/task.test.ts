import { describe, expect, it } from 'vitest';
import { came, namesTask, nodeTasks, parseTasks, shortUpid, taskLog } from '../../../src/tools/proxmox/task-list.ts';

const upid = 'UPID:pve1:00002DF2:00023311:6B001592:qmshutdown:100:root@pam!full:';
const long = 'UPID:pve1:00002DA0:0002331D3:6B00158F:vzdump::root@pam:';

describe('tasks', () => {
  it('are read from every list there is: running, ended, and of a token', () => {
    const rows = [
      { upid, node: 'pve1', type: 'qmshutdown', id: '100', user: 'root@pam', tokenid: 'full', starttime: 1795167634, pid: 11762 },
      { upid: upid.replace('6B001592', '6B001591'), user: 'root@pam!full', status: 'RUNNING', starttime: 1795167633 },
      { upid: long, node: 'pve1', type: 'vzdump', id: '', user: 'root@pam', starttime: '1795167631', endtime: 1795167632, status: 'WARNINGS: 1', saved: '1' },
      { upid: 'UPID:pve1:nonsense', status: 'OK' },
    ];
    const [first, second, third, ...others] = parseTasks(rows);
    expect(others).toEqual([]);
    expect(first).toEqual({ upid, node: 'pve1', type: 'qmshutdown', id: '100', user: 'root@pam!full', start: 1795167634, end: undefined, status: '' });
    expect(second).toMatchObject({ user: 'root@pam!full', end: undefined, status: '' });
    expect(third).toMatchObject({ id: '', end: 1795167632, status: 'WARNINGS: 1' });
    expect([first, second, third].map((task) => task && came(task))).toEqual(['running', 'running', 'warning']);
  });

  it.each([
    ['OK', 'ok'],
    ['WARNINGS: 12', 'warning'],
    ['job errors', 'error'],
    ['unexpected status', 'error'],
  ])('that ended with %s came to %s', (status, how) => {
    expect(came({ end: 1, status })).toBe(how);
  });

  it('are asked for with those that run', () => {
    expect(nodeTasks('pve1', { vmid: 101, errors: true, limit: 5 })).toMatchObject({
      path: '/nodes/pve1/tasks',
      params: { source: 'all', limit: 5, vmid: 101, errors: 1 },
    });
  });
});

describe('a UPID', () => {
  it.each([
    [upid, true],
    ['UPID:pve1:00002DF2', true],
    ['pve1:00002DF2:6B001592', true],
    ['pve1:00002df2:6b001592', true],
    ['00002DF2:6B001592', true],
    ['6B001592', true],
    ['1592', false],
    ['pve2:00002DF2:6B001592', false],
    ['UPID:pve1:00002DF3', false],
  ])('%s names it: %s', (typed, does) => {
    expect(namesTask(typed, upid)).toBe(does);
  });

  it('is short by its node, process and start', () => {
    expect(shortUpid(long)).toBe('pve1:00002DA0:6B00158F');
  });
});

it('a log is asked for whole, and one that is empty is empty', () => {
  const read = taskLog(upid);
  expect(read).toMatchObject({ path: `/nodes/pve1/tasks/${encodeURIComponent(upid).replace('!', '%21')}/log`, params: { start: 0, limit: 0 } });
  expect(read.parse({ data: [{ n: 1, t: 'no content' }], total: 1 })).toEqual([]);
  expect(
    read.parse({
      data: [
        { n: 1, t: 'no content' },
        { n: 2, t: 'TASK OK' },
      ],
      total: 2,
    }),
  ).toEqual(['no content', 'TASK OK']);
});
