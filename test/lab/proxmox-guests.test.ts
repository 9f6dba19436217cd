import { describe, expect, it } from 'vitest';
import { ct, door, fields, rows, until, vm } from './pve/door.ts';

const path = '/nodes/pve1/qemu/100';

describe('locks', () => {
  it('of the config are told in the task, and at once where there is none', async () => {
    const { task, no } = await door({ guests: [vm(100, { config: { lock: 'backup' } }), ct(200, { config: { lock: 'snapshot' } })] });
    expect((await task('POST', `${path}/snapshot`, { snapname: 'one' })).end).toBe('VM is locked (backup)');
    expect((await no('PUT', `${path}/config`, { memory: 512 })).line).toBe('500 VM is locked (backup)');
    expect((await task('POST', '/nodes/pve1/lxc/200/status/start')).end).toBe('CT is locked (snapshot)');
  });

  it('of files make others wait, and then give up', async () => {
    const { call, no, task } = await door({ guests: [vm(100, { status: 'running', deaf: true }), vm(101, { flocked: true })] });
    await call('POST', `${path}/status/shutdown`, { timeout: 6000 });
    expect((await no('PUT', `${path}/config`, { memory: 512 })).line).toBe("500 can't lock file '/var/lock/qemu-server/lock-100.conf' - got timeout");
    expect((await task('POST', '/nodes/pve1/qemu/101/status/start')).end).toBe("can't lock file '/var/lock/qemu-server/lock-101.conf' - got timeout");
  });

  it('are not for tokens to set', async () => {
    const { no } = await door({ guests: [vm(100)] });
    expect((await no('PUT', `${path}/config`, { lock: 'backup' })).line).toBe("500 only root can set 'lock' config");
    expect((await no('POST', `${path}/status/start`, { skiplock: 1 })).errors).toEqual({ skiplock: 'Only root may use this option.' });
  });
});

describe('a config', () => {
  it('has a digest that says whether it is still the same', async () => {
    const { call, no, cluster } = await door({ guests: [vm(100), ct(200)] });
    const { digest } = fields.parse((await call('GET', `${path}/config`)).data);
    cluster.meddle(100, { config: { cores: 4 } });
    expect((await no('PUT', `${path}/config`, { memory: 512, digest: String(digest) })).line).toBe('500 checksum mismatch (file change by other user?)');
    expect((await no('PUT', '/nodes/pve1/lxc/200/config', { memory: 512, digest: 'old' })).message).toBe(
      'detected modified configuration - file changed by other user? Try again.\n',
    );
  });

  it('of a running guest changes at its restart', async () => {
    const { call, task, cluster } = await door({ guests: [vm(100, { status: 'running' })] });
    await call('PUT', `${path}/config`, { memory: 2048, tags: 'new', delete: 'name' });
    expect(cluster.guest(100)?.config).toMatchObject({ memory: '1024', tags: 'new' });
    expect(rows.parse((await call('GET', `${path}/pending`)).data)).toContainEqual({ key: 'memory', value: '1024', pending: '2048' });
    expect((await call('GET', `${path}/config`)).data).toMatchObject({ memory: '2048' });
    expect((await call('GET', `${path}/config`, { current: 1 })).data).toMatchObject({ memory: '1024' });
    expect((await task('POST', `${path}/status/reboot`)).end).toBe('OK');
    expect(cluster.guest(100)?.config.memory).toBe('2048');
    expect(rows.parse((await call('GET', '/cluster/resources', { type: 'vm' })).data)).toMatchObject([{ name: 'VM 100', status: 'running' }]);
  });
});

describe('a drive', () => {
  it('is allocated by its size, and kept as unused when it is taken away', async () => {
    const { call, cluster } = await door({ guests: [vm(100)] });
    await call('PUT', `${path}/config`, { scsi1: 'ceph:16,discard=on' });
    expect(cluster.guest(100)?.config.scsi1).toBe('ceph:vm-100-disk-1,discard=on,size=16G');
    await call('PUT', `${path}/config`, { delete: 'scsi1' });
    expect(cluster.guest(100)?.config).toMatchObject({ unused0: 'ceph:vm-100-disk-1' });
    expect(cluster.guest(100)?.config).not.toHaveProperty('scsi1');
  });
});

describe('snapshots', () => {
  it('are taken, gone back to and removed', async () => {
    const { task, call, cluster } = await door({ guests: [vm(100)] });
    await task('POST', `${path}/snapshot`, { snapname: 'one', description: 'first' });
    await call('PUT', `${path}/config`, { memory: 4096 });
    await task('POST', `${path}/snapshot`, { snapname: 'two' });
    expect((await task('POST', `${path}/snapshot`, { snapname: 'two' })).end).toBe("snapshot name 'two' already used");
    expect(rows.parse((await call('GET', `${path}/snapshot`)).data)).toMatchObject([
      { name: 'one', description: 'first', vmstate: 0 },
      { name: 'two', parent: 'one' },
      { name: 'current', parent: 'two', description: 'You are here!' },
    ]);
    expect((await task('POST', `${path}/snapshot/one/rollback`)).end).toBe('OK');
    expect(cluster.guest(100)).toMatchObject({ config: { memory: '1024' } });
    expect(cluster.guest(100)).not.toHaveProperty('lock');
    expect((await task('DELETE', `${path}/snapshot/one`)).end).toBe('OK');
    expect(cluster.guest(100)?.snapshots).toEqual(['two']);
    expect((await task('DELETE', `${path}/snapshot/nosuch`)).end).toBe("snapshot 'nosuch' does not exist");
  });

  it('need storage that can, and leave their lock when they are killed', async () => {
    const slow = vm(101, { status: 'running' });
    const { task, call, ended, cluster } = await door({ guests: [vm(100, { config: { scsi0: 'local:100/vm-100-disk-0.raw,size=1G' } }), slow] }, 0.5);
    expect((await task('POST', `${path}/snapshot`, { snapname: 'one' })).end).toBe('snapshot feature is not available');
    const upid = String((await call('POST', '/nodes/pve1/qemu/101/snapshot', { snapname: 'one', vmstate: 1 })).data);
    await until(() => cluster.guest(101)?.lock === 'snapshot');
    await call('DELETE', `/nodes/pve1/tasks/${encodeURIComponent(upid)}`);
    expect((await ended(upid)).end).toBe('received interrupt');
    expect((await task('POST', '/nodes/pve1/qemu/101/snapshot/one/rollback')).end).toBe('unable to rollback to incomplete snapshot (snapstate = prepare)');
    expect((await task('POST', '/nodes/pve1/qemu/101/status/stop')).end).toBe('VM is locked (snapshot)');
    // Force alone does not take off a lock; and without it half a snapshot stays.
    expect((await task('DELETE', '/nodes/pve1/qemu/101/snapshot/one', { force: 1 })).end).toBe('VM is locked (snapshot)');
    cluster.meddle(101, { lock: '' });
    expect((await task('DELETE', '/nodes/pve1/qemu/101/snapshot/one')).end).toContain('could not find any snapshots');
    expect(cluster.guest(101)).toMatchObject({ lock: 'snapshot-delete', snapshots: ['one'] });
    cluster.meddle(101, { lock: '' });
    expect((await task('DELETE', '/nodes/pve1/qemu/101/snapshot/one', { force: 1 })).end).toBe('OK');
    expect(cluster.guest(101)).toMatchObject({ snapshots: [] });
    expect(cluster.guest(101)).not.toHaveProperty('lock');
  });
});

describe('moving', () => {
  const iso = { scsi0: 'zfs:vm-100-disk-0,size=1G', ide2: 'local:iso/x.iso,media=cdrom' };

  it('checks what it knows at once, and the rest in the task', async () => {
    const guests = [
      vm(100, { config: iso }),
      vm(101, { status: 'running' }),
      vm(102, { config: { scsi0: 'zfs:vm-102-disk-0,size=1G' } }),
      vm(103, { config: { hostpci0: '01:00' } }),
    ];
    const { no, task, call, cluster } = await door({ guests });
    expect((await no('POST', `${path}/migrate`, { target: 'pve1' })).errors).toEqual({ target: 'target is local node.' });
    expect((await no('POST', `${path}/migrate`, { target: 'pve9' })).line).toBe("500 no such cluster node 'pve9'");
    expect((await no('POST', '/nodes/pve1/qemu/101/migrate', { target: 'pve2' })).line).toBe("500 can't migrate running VM without --online");
    expect((await call('GET', `${path}/migrate`, { target: 'pve2' })).data).toMatchObject({
      running: 0,
      allowed_nodes: ['pve2', 'pve3'],
      local_disks: [{ drivename: 'scsi0', volid: 'zfs:vm-100-disk-0', size: 2 ** 30 }],
    });
    const cdrom = await task('POST', `${path}/migrate`, { target: 'pve2' });
    expect(cdrom.end).toBe('migration aborted');
    expect(cdrom.log.join('\n')).toMatch(/local cdrom image[\s\S]*TASK ERROR: migration aborted$/);
    expect((await task('POST', '/nodes/pve1/qemu/102/migrate', { target: 'pve3' })).log.join('\n')).toContain("could not activate storage 'zfs'");
    expect((await task('POST', '/nodes/pve1/qemu/103/migrate', { target: 'pve2' })).log.join('\n')).toContain('local devices: hostpci0');
    expect(cluster.guest(100)).toMatchObject({ node: 'pve1' });
    expect(cluster.guest(100)).not.toHaveProperty('lock');
  });

  it('takes the guest along, running or not', async () => {
    const { task, no, cluster } = await door({ guests: [vm(100, { status: 'running' }), ct(200, { status: 'running' })] });
    const { end, log } = await task('POST', `${path}/migrate`, { target: 'pve2', online: 1 });
    expect(end).toBe('OK');
    expect(log.at(-2)).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d migration finished successfully \(duration \d\d:\d\d:\d\d\)$/);
    expect(cluster.guest(100)).toMatchObject({ node: 'pve2', status: 'running' });
    expect((await no('GET', `${path}/status/current`)).line).toBe("500 Configuration file 'nodes/pve1/qemu-server/100.conf' does not exist");
    expect((await no('POST', '/nodes/pve1/lxc/200/migrate', { target: 'pve2' })).line).toContain("can't migrate running container");
    expect((await task('POST', '/nodes/pve1/lxc/200/migrate', { target: 'pve2', restart: 1 })).end).toBe('OK');
    expect(cluster.guest(200)).toMatchObject({ node: 'pve2', status: 'running' });
  });

  it('and power of what HA manages is only asked for', async () => {
    const { task, cluster, call } = await door({ guests: [vm(100, { status: 'running' })], ha: { 'vm:100': { state: 'started' } } });
    const stopped = await task('POST', `${path}/status/stop`);
    expect(stopped).toMatchObject({ upid: expect.stringContaining(':hastop:100:'), end: 'OK', log: ['Requesting HA stop for VM 100', 'TASK OK'] });
    await until(() => cluster.guest(100)?.status === 'stopped');
    const service = async () => rows.parse((await call('GET', '/cluster/ha/status/current')).data).find(({ sid }) => sid === 'vm:100');
    expect(await service()).toMatchObject({ request_state: 'stopped', crm_state: 'stopped' });
    expect((await task('POST', `${path}/status/start`)).upid).toContain(':hastart:100:');
    await until(() => cluster.guest(100)?.status === 'running');
    expect((await task('POST', `${path}/migrate`, { target: 'pve3', online: 1 })).upid).toContain(':hamigrate:100:');
    await until(() => cluster.guest(100)?.node === 'pve3');
    await until(() => cluster.world.tasks.every(({ exitstatus }) => exitstatus !== undefined));
    expect(await service()).toMatchObject({ request_state: 'started', crm_state: 'started', node: 'pve3' });
  });
});

describe('copies and ends', () => {
  it('makes full copies of guests and linked ones of templates', async () => {
    const template = vm(106, { template: true, config: { scsi0: 'ceph:base-106-disk-0,size=8G' } });
    const { task, no, cluster } = await door({ guests: [vm(100), template] });
    expect((await no('POST', `${path}/clone`, { newid: 106 })).line).toBe('500 unable to create VM 106: config file already exists');
    expect((await no('POST', `${path}/clone`, { newid: 120, full: 0 })).line).toContain('Linked clone feature is not supported');
    const full = await task('POST', `${path}/clone`, { newid: 120, name: 'copy' });
    expect(full.log).toContain('create full clone of drive scsi0 (ceph:vm-100-disk-0)');
    expect(cluster.guest(120)?.config).toMatchObject({ name: 'copy', scsi0: 'ceph:vm-120-disk-0,size=8G' });
    expect(cluster.guest(120)?.config.net0).not.toBe(cluster.guest(100)?.config.net0);
    expect((await task('POST', '/nodes/pve1/qemu/106/clone', { newid: 121 })).log).toContain('create linked clone of drive scsi0 (ceph:base-106-disk-0)');
    expect(cluster.guest(121)?.config).not.toHaveProperty('template');
    expect(cluster.guest(121)?.config.scsi0).toBe('ceph:base-106-disk-0/vm-121-disk-0,size=8G');
    expect((await task('DELETE', '/nodes/pve1/qemu/106')).end).toBe("base volume 'ceph:base-106-disk-0' is still in use by linked cloned");
  });

  it('grows drives in a task, which says when there is none', async () => {
    const { task, cluster } = await door({ guests: [vm(100)] });
    expect((await task('PUT', `${path}/resize`, { disk: 'scsi9', size: '+1G' })).end).toBe("disk 'scsi9' does not exist");
    expect((await task('PUT', `${path}/resize`, { disk: 'scsi0', size: '+2G' })).end).toBe('OK');
    expect((await task('PUT', `${path}/resize`, { disk: 'scsi0', size: '1G' })).end).toBe('shrinking disks is not supported');
    expect(cluster.guest(100)?.config.scsi0).toBe('ceph:vm-100-disk-0,size=10G');
  });

  it('destroys what is stopped and not protected', async () => {
    const { task, no, cluster } = await door({ guests: [vm(100), vm(101, { status: 'running' }), vm(102, { config: { protection: 1 } })] });
    expect((await no('DELETE', '/nodes/pve1/qemu/101')).line).toBe('500 VM 101 is running - destroy failed');
    expect((await no('DELETE', '/nodes/pve1/qemu/102')).line).toBe("500 can't remove VM 102 - protection mode enabled");
    expect((await task('DELETE', path, { purge: 1 })).end).toBe('OK');
    expect(cluster.guest(100)).toBeUndefined();
  });

  it('asks the agent, where there is one', async () => {
    const guests = [
      vm(100),
      vm(101, { status: 'running', config: { agent: '1' } }),
      vm(102, { status: 'running', config: { agent: '1' }, agent: { addresses: ['192.0.2.7'] } }),
    ];
    const { no, call } = await door({ guests });
    expect((await no('POST', `${path}/agent/ping`)).line).toBe('500 No QEMU guest agent configured');
    expect((await no('POST', '/nodes/pve1/qemu/101/agent/ping')).line).toBe('500 QEMU guest agent is not running');
    expect(JSON.stringify((await call('GET', '/nodes/pve1/qemu/102/agent/network-get-interfaces')).data)).toContain('"192.0.2.7"');
  });
});
