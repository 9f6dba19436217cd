import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ct, door, fields, rows, until, vm } from './pve/door.ts';

const start = '/nodes/pve1/qemu/100/status/start';
const upidOf = (data: unknown) => z.string().parse(data);
const at = (upid: string, node = 'pve1') => `/nodes/${node}/tasks/${encodeURIComponent(upid)}`;

describe('a task', () => {
  it('has a UPID and runs', async () => {
    const { call } = await door({ guests: [vm(100, { status: 'running', deaf: true })] });
    const upid = upidOf((await call('POST', '/nodes/pve1/qemu/100/status/shutdown', { timeout: 6000 })).data);
    expect(upid).toMatch(/^UPID:pve1:[0-9A-F]{8}:[0-9A-F]{8,9}:[0-9A-F]{8}:qmshutdown:100:root@pam!full:$/);
    const running = fields.parse((await call('GET', `${at(upid)}/status`)).data);
    expect(running).toMatchObject({ status: 'running', type: 'qmshutdown', id: '100', user: 'root@pam', tokenid: 'full', node: 'pve1' });
    expect(running).not.toHaveProperty('exitstatus');
    expect((await call('GET', `${at(upid)}/log`)).data).toEqual([{ n: 1, t: 'no content' }]);
    expect(rows.parse((await call('GET', '/nodes/pve1/tasks', { source: 'active' })).data)).toMatchObject([{ user: 'root@pam!full', status: 'RUNNING' }]);
    expect((await call('GET', '/nodes/pve1/tasks')).total).toBe(0);
  });

  it('ends, and is listed then', async () => {
    const { task, call, cluster } = await door({ guests: [vm(100)] });
    const { upid, end, log } = await task('POST', start);
    expect([end, log]).toEqual(['OK', ['TASK OK']]);
    expect(rows.parse((await call('GET', '/nodes/pve1/tasks')).data)).toMatchObject([{ upid, status: 'OK', user: 'root@pam', tokenid: 'full' }]);
    expect(rows.parse((await call('GET', '/cluster/tasks')).data)).toMatchObject([{ upid, status: 'OK', saved: '1' }]);
    expect(cluster.effects).toEqual(['qmstart 100']);
    expect(cluster.guest(100)?.status).toBe('running');
  });

  it('is where what is wrong with the guest shows', async () => {
    const { task } = await door({
      guests: [vm(100, { status: 'running' }), vm(101, { config: { lock: 'backup' } }), vm(102, { config: { ide2: 'cdrom,media=cdrom' } })],
    });
    expect(await task('POST', start)).toMatchObject({ end: 'VM 100 already running', log: ['TASK ERROR: VM 100 already running'] });
    expect((await task('POST', '/nodes/pve1/qemu/101/status/start')).end).toBe('VM is locked (backup)');
    expect(await task('POST', '/nodes/pve1/qemu/102/status/start')).toMatchObject({
      end: 'WARNINGS: 1',
      log: ['WARN: no physical CD-ROM available, ignoring', 'TASK WARNINGS: 1'],
    });
  });

  it('is known on its own node only', async () => {
    const { task, no } = await door({ guests: [vm(100)] });
    const { upid } = await task('POST', start);
    expect(await no('GET', `${at(upid, 'pve2')}/status`)).toMatchObject({ line: '400 Parameter verification failed.', errors: { upid: 'no such task' } });
    expect(await no('GET', '/nodes/pve1/tasks/UPID:bogus/status')).toMatchObject({ errors: { upid: 'unable to parse worker upid' } });
  });

  it('can be stopped, as often as one likes', async () => {
    const { call, ended, cluster } = await door({ guests: [vm(100, { status: 'running', deaf: true })] });
    const upid = upidOf((await call('POST', '/nodes/pve1/qemu/100/status/shutdown', { timeout: 6000 })).data);
    for (const _ of [1, 2]) expect((await call('DELETE', at(upid))).data).toBeNull();
    expect(await ended(upid)).toEqual({ end: 'received interrupt', log: ['TASK ERROR: received interrupt'] });
    expect(cluster.guest(100)?.status).toBe('running');
    await until(() => cluster.world.flocks.size === 0);
  });

  it('gives its log in pieces of fifty lines unless asked otherwise', async () => {
    const log = [...Array.from({ length: 70 }, (_, n) => `line ${n + 1}`), 'TASK OK'];
    const upid = 'UPID:pve1:00000010:00000020:6B000000:vzdump::root@pam:';
    const { call } = await door({ tasks: [{ upid, log, exitstatus: 'OK' }] });
    expect(rows.parse((await call('GET', `${at(upid)}/log`)).data)).toHaveLength(50);
    expect(await call('GET', `${at(upid)}/log`, { start: 69, limit: 5 })).toEqual({
      data: [
        { n: 70, t: 'line 70' },
        { n: 71, t: 'TASK OK' },
      ],
      total: 71,
    });
    expect(rows.parse((await call('GET', `${at(upid)}/log`, { limit: 0 })).data)).toHaveLength(71);
  });
});

describe('lists of tasks', () => {
  const ends = ['OK', 'WARNINGS: 2', 'job errors', 'unexpected status', undefined];
  const tasks = ends.map((exitstatus, n) => ({
    upid: `UPID:pve1:0000001${n}:00000020:6B00000${n}:${n === 0 ? 'qmstart:100' : 'vzdump:200'}:root@pam:`,
    log: [],
    ...(exitstatus === undefined ? {} : { exitstatus }),
  }));

  it('are filtered', async () => {
    const { call } = await door({ tasks, guests: [ct(200)] });
    const statuses = async (params: Record<string, string | number>) =>
      rows.parse((await call('GET', '/nodes/pve1/tasks', params)).data).map(({ status }) => status);
    expect(await statuses({})).toEqual(['unexpected status', 'job errors', 'WARNINGS: 2', 'OK']);
    expect(await statuses({ errors: 1 })).toEqual(['unexpected status', 'job errors', 'WARNINGS: 2']);
    expect(await statuses({ statusfilter: 'ok,unknown' })).toEqual(['unexpected status', 'OK']);
    expect(await statuses({ source: 'all' })).toEqual(['RUNNING', 'unexpected status', 'job errors', 'WARNINGS: 2', 'OK']);
    expect(await statuses({ typefilter: 'qmstart' })).toEqual(['OK']);
    expect(await statuses({ vmid: 200, limit: 1, start: 1 })).toEqual(['job errors']);
    expect(await statuses({ since: 0x6b000001, until: 0x6b000002 })).toEqual(['job errors', 'WARNINGS: 2']);
    expect(await call('GET', '/nodes/pve1/tasks', { limit: 1 })).toMatchObject({ total: 4 });
  });

  it('show a token its own tasks only, without a word', async () => {
    const own = { id: 'a@pve!t', secret: 'x', privileges: { '/vms': ['VM.PowerMgmt'] } };
    const { call, no, ended } = await door({ tasks, guests: [vm(100)], tokens: [own] });
    expect(await call('GET', '/nodes/pve1/tasks', {}, own.id)).toEqual({ data: [], total: 0 });
    expect((await no('GET', `${at(tasks[0]?.upid ?? '')}/log`, {}, own.id)).line).toBe('403 Permission check failed (/nodes/pve1, Sys.Audit)');
    const upid = upidOf((await call('POST', start, {}, own.id)).data);
    await ended(upid);
    expect(rows.parse((await call('GET', '/nodes/pve1/tasks', {}, own.id)).data).map((row) => row.upid)).toEqual([upid]);
  });
});
