import { describe, expect, it } from 'vitest';
import { ct, door, FULL, fields, rows, vm } from './pve/door.ts';

const up = { status: 'running' } as const;
const says = { ...up, agent: {}, config: { agent: '1' } };

describe('what is seldom asked', () => {
  it('finds the base of a linked clone among the volumes', async () => {
    const { task, call } = await door({ guests: [vm(106, { template: true, config: { scsi0: 'ceph:base-106-disk-0,size=8G' } })] });
    await task('POST', '/nodes/pve1/qemu/106/clone', { newid: 121 });
    const all = rows.parse((await call('GET', '/nodes/pve1/storage/ceph/content', { content: 'images', vmid: 121 })).data);
    expect(all).toMatchObject([{ volid: 'ceph:base-106-disk-0/vm-121-disk-0', parent: 'base-106-disk-0@__base__' }]);
  });

  it('pauses in memory under another name than to disk, and containers too', async () => {
    const { task, cluster } = await door({ guests: [vm(100, up), ct(200, up)] });
    await task('POST', '/nodes/pve1/qemu/100/status/suspend');
    expect(cluster.guest(100)?.status).toBe('paused');
    await task('POST', '/nodes/pve1/qemu/100/status/resume');
    await task('POST', '/nodes/pve1/qemu/100/status/suspend', { todisk: 1 });
    expect(cluster.guest(100)).toMatchObject({ status: 'stopped', lock: 'suspended' });
    await task('POST', '/nodes/pve1/lxc/200/status/suspend');
    await task('POST', '/nodes/pve1/lxc/200/status/resume');
    expect(cluster.effects).toEqual(['qmpause 100', 'qmresume 100', 'qmsuspend 100', 'vzsuspend 200', 'vzresume 200']);
  });

  it('takes guests off for a backup that asks for it, and puts them on again', async () => {
    const { task, cluster } = await door({ guests: [vm(100, up), ct(200, up)] });
    const { end, log } = await task('POST', '/nodes/pve1/vzdump', { vmid: '100,200', storage: 'nas', mode: 'stop' });
    expect(end).toBe('OK');
    expect(log.filter((line) => line === 'INFO: stopping virtual guest')).toHaveLength(2);
    expect([100, 200].map((vmid) => cluster.guest(vmid)?.status)).toEqual(['running', 'running']);
  });

  it('does many guests at once, each with a task of its own', async () => {
    const { task, cluster } = await door({ guests: [vm(100), vm(101, { node: 'pve2' }), ct(200, up)] });
    await task('POST', '/cluster/bulk-action/guest/start', { vms: 100 });
    expect(cluster.effects).toContain('qmstart 100');
    await task('POST', '/nodes/pve1/migrateall', { target: 'pve3' });
    expect([100, 101, 200].map((vmid) => cluster.guest(vmid)?.node)).toEqual(['pve3', 'pve2', 'pve3']);
    expect(cluster.effects).toEqual(expect.arrayContaining(['migrateall', 'qmigrate 100', 'vzmigrate 200']));
    await task('POST', '/nodes/pve3/suspendall');
    expect(cluster.guest(100)?.status).toBe('stopped');
  });

  it('moves a drive, and keeps the old one unless it is told not to', async () => {
    const { task, cluster, no } = await door({ guests: [vm(100, up)] });
    expect((await task('POST', '/nodes/pve1/qemu/100/move_disk', { disk: 'scsi0', storage: 'zfs' })).end).toBe('OK');
    expect(cluster.guest(100)?.config).toMatchObject({ scsi0: 'zfs:vm-100-disk-0,size=8G', unused0: 'ceph:vm-100-disk-0' });
    await task('POST', '/nodes/pve1/qemu/100/move_disk', { disk: 'scsi0', storage: 'ceph', delete: 1 });
    expect(Object.keys(cluster.guest(100)?.config ?? {}).filter((key) => key.startsWith('unused'))).toEqual(['unused0']);
    expect((await no('POST', '/nodes/pve1/qemu/100/move_disk', { disk: 'scsi9', storage: 'zfs' })).line).toBe("500 disk 'scsi9' does not exist");
  });

  it('runs commands within a guest whose agent answers only', async () => {
    const { call, no } = await door({ guests: [vm(100, says), vm(101, { ...up, config: { agent: '1' } }), vm(102, up)] });
    const { pid } = fields.parse((await call('POST', '/nodes/pve1/qemu/100/agent/exec', { command: '/bin/true' })).data);
    expect((await call('GET', '/nodes/pve1/qemu/100/agent/exec-status', { pid: Number(pid) })).data).toMatchObject({ exited: 1, exitcode: 0 });
    expect((await no('POST', '/nodes/pve1/qemu/101/agent/exec', { command: '/bin/true' })).line).toBe('500 QEMU guest agent is not running');
    expect((await no('POST', '/nodes/pve1/qemu/102/agent/set-user-password', { username: 'a', password: 'bcdefg' })).line).toBe(
      '500 No QEMU guest agent configured',
    );
  });
});

describe('people, tokens and pools', () => {
  it('makes a token that works, and has no rights of its own', async () => {
    const { call, cluster } = await door({ guests: [vm(100)], passwords: { 'ops@pve': 'secret' } });
    const made = fields.parse((await call('POST', '/access/users/ops@pve/token/ci', { privsep: 1 })).data);
    expect(made).toMatchObject({ 'full-tokenid': 'ops@pve!ci', info: { privsep: '1' } });
    const token = cluster.world.tokens.find(({ id }) => id === 'ops@pve!ci');
    expect(token?.secret).toBe(made.value);
    expect((await call('GET', '/access/users/ops@pve/token')).data).toMatchObject([{ tokenid: 'ci', privsep: 1 }]);
    await call('DELETE', '/access/users/ops@pve/token/ci');
    expect(cluster.world.tokens.map(({ id }) => id)).toEqual([FULL]);
  });

  it('backs up the guests of a pool', async () => {
    const { call, task, no } = await door({ guests: [vm(100), vm(101)] });
    await call('POST', '/pools', { poolid: 'prod' });
    await call('PUT', '/pools/prod', { vms: '101' });
    expect(fields.parse((await call('GET', '/pools/prod')).data)).toMatchObject({ members: [{ vmid: 101, type: 'qemu' }] });
    expect((await task('POST', '/nodes/pve1/vzdump', { pool: 'prod', storage: 'nas' })).log.join('\n')).toContain('Starting Backup of VM 101 (qemu)');
    expect((await no('DELETE', '/pools/prod')).line).toBe("500 delete pool failed: pool 'prod' is not empty");
  });
});

describe('configuration', () => {
  it('is kept as it is told, until there is no quorum', async () => {
    const { call, no, cluster } = await door();
    await call('POST', '/cluster/firewall/rules', { action: 'ACCEPT', type: 'in', dport: 22 });
    await call('POST', '/cluster/firewall/rules', { action: 'DROP', type: 'in' });
    expect((await call('GET', '/cluster/firewall/rules')).data).toMatchObject([
      { pos: 0, action: 'DROP' },
      { pos: 1, action: 'ACCEPT', dport: '22' },
    ]);
    await call('POST', '/storage', { storage: 'more', type: 'dir', path: '/x', content: 'backup' });
    expect(rows.parse((await call('GET', '/nodes/pve1/storage', { storage: 'more' })).data)).toHaveLength(1);
    await call('DELETE', '/storage/more');
    expect((await no('GET', '/nodes/pve1/storage', { storage: 'more' })).errors).toEqual({ storage: 'No such storage.' });
    cluster.quorum(false);
    expect((await no('POST', '/pools', { poolid: 'x' })).line).toMatch(/no quorum/);
  });

  it('lists what is in a directory of the API', async () => {
    const { call } = await door();
    expect((await call('GET', '/nodes/pve1/tasks/UPID:pve1:00000001:00000001:6B000000:qmstart:100:root@pam:')).data).toEqual([
      { name: 'log' },
      { name: 'status' },
    ]);
    expect((await call('GET', '/')).data).toContainEqual({ subdir: 'nodes' });
  });

  it('can have a task whose end was read too early, and a snapshot that was never completed', async () => {
    const upid = 'UPID:pve1:00000001:00000001:6B000000:qmstart:100:root@pam:';
    const { call } = await door({
      guests: [
        vm(100, { config: { lock: 'snapshot', scsi0: 'ceph:vm-100-disk-0,size=1G' }, snapshots: [{ name: 'half', at: 1_795_167_260, state: 'prepare' }] }),
      ],
      tasks: [{ upid, log: ['TASK OK'], exitstatus: 'OK', misread: true }],
    });
    expect((await call('GET', `/nodes/pve1/tasks/${encodeURIComponent(upid)}/status`)).data).toMatchObject({ exitstatus: 'unexpected status' });
    expect((await call('GET', '/nodes/pve1/tasks')).data).toMatchObject([{ upid, status: 'OK' }]);
    const [half, here] = rows.parse((await call('GET', '/nodes/pve1/qemu/100/snapshot')).data);
    expect(half).toMatchObject({ name: 'half', snapstate: 'prepare' });
    expect(here).not.toHaveProperty('parent');
  });
});
