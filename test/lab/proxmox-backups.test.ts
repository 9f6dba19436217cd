import { describe, expect, it } from 'vitest';
import { ct, door, rows, until, vm } from './pve/door.ts';

const dump = '/nodes/pve1/vzdump';
const content = '/nodes/pve1/storage/nas/content';
const old = { volid: 'nas:backup/vzdump-qemu-100-2026_01_01-00_00_00.vma.zst', vmid: 100, at: 1_767_225_600, size: 1000 };

describe('a backup', () => {
  it('locks the guest, tells how far it is, and prunes', async () => {
    const { task, cluster, call } = await door({ guests: [vm(100, { status: 'running' })], backups: [old] });
    const { end, log } = await task('POST', dump, {
      vmid: 100,
      storage: 'nas',
      compress: 'zstd',
      'notes-template': '{{guestname}} on {{node}}',
      'prune-backups': 'keep-last=1',
    });
    expect(end).toBe('OK');
    expect(log[0]).toMatch(/^INFO: starting new backup job: vzdump 100 --/);
    expect(log.filter((line) => /^INFO:\s+(\d+)% \((.+?) of (.+?)\) in (.+?), read: (.+?), write: (.+)$/.test(line)).length).toBeGreaterThan(3);
    expect(log).toContainEqual(expect.stringMatching(/^INFO: Finished Backup of VM 100 \(\d\d:\d\d:\d\d\)$/));
    expect(log).toContain(`INFO: removing backup '${old.volid}'`);
    expect(log.slice(-3)).toEqual(['INFO: Backup job finished successfully', '', 'TASK OK']);
    expect(cluster.backups()).toMatchObject([
      { vmid: 100, notes: 'vm100 on pve1', volid: expect.stringMatching(/^nas:backup\/vzdump-qemu-100-\d{4}_\d\d_\d\d-\d\d_\d\d_\d\d\.vma\.zst$/) },
    ]);
    expect(cluster.guest(100)).not.toHaveProperty('lock');
    expect(rows.parse((await call('GET', content, { content: 'backup', vmid: 100 })).data)).toMatchObject([
      { subtype: 'qemu', format: 'vma.zst', notes: 'vm100 on pve1' },
    ]);
  });

  it('fails for one guest and goes on with the next', async () => {
    const { task } = await door({ guests: [vm(100, { config: { lock: 'migrate' } }), ct(200)] });
    const { upid, end, log } = await task('POST', dump, { vmid: '100,200', storage: 'nas', remove: 0 });
    expect(upid).toContain(':vzdump::');
    expect(end).toBe('job errors');
    expect(log).toContain('ERROR: Backup of VM 100 failed - VM is locked (migrate)');
    expect(log).toContain('INFO: CT Name: ct200');
    expect(log.slice(-2)).toEqual(['INFO: Backup job finished with errors', 'TASK ERROR: job errors']);
  });

  it('can be broken off, and lets go of the lock', async () => {
    const { call, cluster, ended } = await door({ guests: [vm(100, { status: 'running' })] }, 0.3);
    const upid = String((await call('POST', dump, { vmid: 100, storage: 'nas' })).data);
    await until(() => cluster.guest(100)?.lock === 'backup');
    await call('DELETE', `/nodes/pve1/tasks/${encodeURIComponent(upid)}`);
    await until(() => cluster.guest(100)?.lock === undefined);
    expect((await ended(upid)).end).toBe('received interrupt');
    expect(cluster.backups()).toEqual([]);
  });

  it('leaves out guests of other nodes without a task', async () => {
    const { call } = await door({ guests: [vm(100, { node: 'pve2' })] });
    expect((await call('POST', dump, { vmid: 100, storage: 'nas' })).data).toBe('OK');
  });

  it('needs a storage that exists, which the task says', async () => {
    const { task } = await door({ guests: [vm(100)] });
    expect((await task('POST', dump, { vmid: 100, storage: 'nosuch' })).end).toMatch(/^could not activate storage 'nosuch': storage 'nosuch' does not exist/);
  });
});

describe('kept backups', () => {
  it('are marked before they are pruned, and protected ones stay', async () => {
    const more = [1, 2, 3].map((n) => ({ ...old, volid: old.volid.replace('00_00_00', `00_0${n}_00`), at: old.at + n * 60, protected: n === 1 }));
    const { call, task, cluster } = await door({ guests: [vm(100)], backups: [old, ...more] });
    const path = '/nodes/pve1/storage/nas/prunebackups';
    const marks = rows.parse((await call('GET', path, { 'prune-backups': 'keep-last=1' })).data).map(({ mark }) => mark);
    expect(marks.toSorted()).toEqual(['keep', 'protected', 'remove', 'remove']);
    expect((await task('DELETE', path, { 'prune-backups': 'keep-last=1' })).end).toBe('OK');
    expect(cluster.backups()).toHaveLength(2);
    expect((await task('DELETE', `${content}/${encodeURIComponent(more[0]?.volid ?? '')}`)).end).toMatch(/it's protected$/);
    await call('PUT', `${content}/${encodeURIComponent(more[0]?.volid ?? '')}`, { protected: 0, notes: 'kept\nlong' });
    expect(cluster.backups()[0]).toMatchObject({ protected: false, notes: 'kept\nlong' });
    expect((await task('DELETE', `${content}/${encodeURIComponent(more[0]?.volid ?? '')}`)).upid).toContain(':imgdel:100@nas:');
    expect(cluster.backups()).toHaveLength(1);
  });

  it('become guests again', async () => {
    const { task, no, cluster } = await door({
      guests: [vm(100), vm(101, { status: 'running' })],
      backups: [old, { ...old, volid: old.volid.replace('qemu', 'lxc').replace('vma', 'tar') }],
    });
    const restore = { archive: old.volid };
    expect((await no('POST', '/nodes/pve1/qemu', { ...restore, vmid: 100 })).line).toBe("500 unable to create VM 100 - VM 100 already exists on node 'pve1'");
    expect((await no('POST', '/nodes/pve1/qemu', { ...restore, vmid: 101, force: 1 })).line).toBe('500 unable to restore VM 101 - vm is running');
    const made = await task('POST', '/nodes/pve1/qemu', { ...restore, vmid: 150, unique: 1, start: 1 });
    expect(made.log).toContainEqual(expect.stringMatching(/^progress \d+% \(read \d+ bytes/));
    expect(cluster.guest(150)).toMatchObject({ status: 'running', config: { name: 'vm100', scsi0: 'ceph:vm-150-disk-0,size=8G' } });
    const wrong = await task('POST', '/nodes/pve1/qemu', { archive: old.volid.replace('qemu', 'lxc').replace('vma', 'tar'), vmid: 151 });
    expect(wrong.end).toContain('does not look like a QemuServer vzdump backup');
    expect(cluster.guest(151)).toMatchObject({ lock: 'create' });
  });
});

describe('backup jobs', () => {
  it('are kept, and say what they leave out', async () => {
    const { call, no } = await door({ guests: [vm(100), vm(101)] });
    await call('POST', '/cluster/backup', { id: 'nightly', vmid: '100', storage: 'nas', schedule: '02:00', 'prune-backups': 'keep-last=3' });
    expect(rows.parse((await call('GET', '/cluster/backup')).data)).toMatchObject([{ id: 'nightly', enabled: 1, 'prune-backups': { 'keep-last': '3' } }]);
    expect(rows.parse((await call('GET', '/cluster/backup-info/not-backed-up')).data)).toMatchObject([{ vmid: 101, name: 'vm101' }]);
    await call('PUT', '/cluster/backup/nightly', { all: 1, exclude: '100' });
    expect(rows.parse((await call('GET', '/cluster/backup-info/not-backed-up')).data)).toMatchObject([{ vmid: 100 }]);
    expect((await no('PUT', '/cluster/backup/nightly', { maxfiles: 3 })).errors).toHaveProperty('maxfiles');
    await call('DELETE', '/cluster/backup/nightly');
    expect((await call('GET', '/cluster/backup')).data).toEqual([]);
  });
});
