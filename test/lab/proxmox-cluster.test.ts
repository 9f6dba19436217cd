import { describe, expect, it } from 'vitest';
import { ct, door, fields, rows, vm } from './pve/door.ts';

const start = '/nodes/pve1/qemu/100/status/start';

describe('without quorum', () => {
  it('reads, and does not write', async () => {
    const { cluster, call, no } = await door({ guests: [vm(100)] });
    cluster.quorum(false);
    expect(rows.parse((await call('GET', '/cluster/status')).data)).toContainEqual(expect.objectContaining({ type: 'cluster', quorate: 0 }));
    for (const [path, params] of [
      [start, {}],
      ['/nodes/pve1/qemu', { vmid: 150 }],
      ['/nodes/pve1/qemu/100/migrate', { target: 'pve2' }],
    ] as const)
      expect((await no('POST', path, params)).line).toBe('500 cluster not ready - no quorum?');
    expect((await no('PUT', '/nodes/pve1/qemu/100/config', { memory: 300 })).line).toMatch(
      /^500 unable to open file '\/etc\/pve\/nodes\/pve1\/qemu-server\/100\.conf\.tmp\.\d+' - Permission denied$/,
    );
    cluster.quorum(true);
    await call('POST', start);
  });

  it('is when most nodes are away', async () => {
    const { cluster, no } = await door({ guests: [vm(100)] });
    await cluster.down('pve2');
    await cluster.down('pve3');
    expect((await no('POST', start)).line).toBe('500 cluster not ready - no quorum?');
  });
});

describe('a node that is away', () => {
  it('is 595 without a body to the others, and does not listen', async () => {
    const { cluster, raw, call } = await door({ guests: [vm(100, { node: 'pve2', status: 'running' })] });
    await cluster.down('pve2');
    expect(await raw('GET', '/nodes/pve2/qemu')).toMatchObject({ status: 595, reason: 'No route to host', text: '' });
    expect((await raw('GET', '/version', { node: 'pve2' })).status).toBe(0);
    expect(rows.parse((await call('GET', '/cluster/resources', { type: 'vm' })).data)).toMatchObject([{ vmid: 100, status: 'unknown' }]);
    expect(rows.parse((await call('GET', '/nodes')).data).find(({ node }) => node === 'pve2')).toMatchObject({ status: 'offline' });
    await cluster.up('pve2');
    expect((await raw('GET', '/version', { node: 'pve2' })).status).toBe(200);
    expect((await raw('GET', '/nodes/nope/qemu')).reason).toMatch(/^hostname lookup 'nope' failed/);
  });
});

describe('permissions', () => {
  const some = { id: 'a@pve!t', secret: 'x', privileges: { '/vms/100': ['VM.Audit', 'VM.Backup'], '/storage/nas': ['Datastore.Audit'], '/vms/101': [] } };
  const none = { id: 'b@pve!t', secret: 'x', privileges: {} };

  it('filter lists without a word, and refuse changes by name', async () => {
    const { call, no } = await door({ guests: [vm(100), vm(101), ct(200)], tokens: [some, none] });
    const ids = async (path: string, token: string) =>
      rows.parse((await call('GET', path, {}, token)).data).map(({ id, vmid, storage }) => id ?? vmid ?? storage);
    expect(await ids('/nodes/pve1/qemu', some.id)).toEqual([100]);
    expect(await ids('/nodes/pve1/storage', some.id)).toEqual(['nas']);
    expect(await ids('/cluster/resources', none.id)).toEqual(['node/pve1', 'node/pve2', 'node/pve3']);
    expect(await ids('/nodes/pve1/lxc', none.id)).toEqual([]);
    expect((await no('POST', start, {}, some.id)).line).toBe('403 Permission check failed (/vms/100, VM.PowerMgmt)');
    expect((await no('POST', '/nodes/pve1/vzdump', { vmid: 100, storage: 'nas' }, some.id)).line).toBe(
      '403 Permission check failed (/storage/nas, Datastore.AllocateSpace)',
    );
    expect((await no('DELETE', '/nodes/pve1/qemu/100', {}, some.id)).line).toBe('403 Permission check failed (/vms/100, VM.Allocate)');
    expect((await call('GET', '/access/permissions', { path: '/vms/100' }, some.id)).data).toEqual({ '/vms/100': { 'VM.Audit': 1, 'VM.Backup': 1 } });
    expect(Object.keys(fields.parse((await call('GET', '/access/permissions', {}, some.id)).data))).toEqual(['/vms/100', '/storage/nas']);
  });
});

describe('faults', () => {
  it('lose the question or the answer, as often as was said', async () => {
    const { cluster, raw } = await door({ guests: [vm(100)] });
    cluster.fault({ method: 'POST', path: /\/start$/ }, { kind: 'drop', when: 'before' });
    expect((await raw('POST', start)).status).toBe(0);
    expect(cluster.effects).toEqual([]);
    cluster.fault({ path: /\/start$/ }, { kind: 'drop', when: 'after' });
    expect((await raw('POST', start)).status).toBe(0);
    expect(cluster.effects).toEqual(['qmstart 100']);
    cluster.fault({ method: 'GET' }, { kind: 'answer', when: 'before', status: 596, reason: 'Connection timed out' }, 2);
    expect(await raw('GET', '/version')).toMatchObject({ status: 596, reason: 'Connection timed out', text: '' });
    expect((await raw('GET', '/version')).status).toBe(596);
    expect((await raw('GET', '/version')).status).toBe(200);
    expect(cluster.heard.map(({ path, status }) => `${path} ${status}`).slice(0, 3)).toEqual([`${start} 0`, `${start} 0`, '/version 596']);
  });
});

describe('the network', () => {
  const path = '/nodes/pve1/network';

  it('is staged, shown as a difference, and applied as a whole', async () => {
    const { call, task, cluster, no } = await door();
    expect(await call('GET', path)).not.toHaveProperty('changes');
    await call('POST', path, { iface: 'vmbr1', type: 'bridge', cidr: '198.51.100.1/24', autostart: 1 });
    await call('PUT', `${path}/vmbr0`, { type: 'bridge', cidr: '192.0.2.11/24', mtu: 9000 });
    const { changes } = await call('GET', path);
    expect(changes).toMatch(/^--- \/etc\/network\/interfaces\n\+\+\+ \/etc\/network\/interfaces\.new\n@@ -\d+,\d+ \+\d+,\d+ @@\n/);
    expect(changes?.split('\n').filter((line) => /^[+-][^+-]/.test(line))).toEqual([
      '+\tmtu 9000',
      '+auto vmbr1',
      '+iface vmbr1 inet static',
      '+\taddress 198.51.100.1/24',
      '+\tbridge-ports none',
      '+\tbridge-stp off',
      '+\tbridge-fd 0',
    ]);
    expect((await task('PUT', path)).upid).toContain(':srvreload:networking:');
    expect(await call('GET', path)).not.toHaveProperty('changes');
    expect(cluster.effects).toContain('srvreload networking');
    await call('DELETE', `${path}/vmbr1`);
    await call('DELETE', path);
    expect(rows.parse((await call('GET', path)).data).map(({ iface }) => iface)).toContain('vmbr1');
    expect(await no('POST', path, { iface: 'eno9', type: 'bridge', address: '999.1.1.1' })).toMatchObject({
      errors: { address: 'invalid format - value does not look like a valid IPv4 address\n', netmask: "missing property required by 'address'" },
    });
  });
});

describe('the rest of a cluster', () => {
  it('changes what HA manages', async () => {
    const { call, no } = await door({ guests: [vm(100)] });
    expect(rows.parse((await call('GET', '/cluster/ha/status/current')).data)).toEqual([
      { id: 'quorum', node: 'pve1', quorate: 1, status: 'OK', type: 'quorum' },
      { 'armed-state': 'standby', id: 'fencing', node: 'pve1', status: 'standby (CRM watchdog standby)', type: 'fencing' },
    ]);
    await call('POST', '/cluster/ha/resources', { sid: 'vm:100', state: 'stopped', comment: 'x' });
    expect((await no('POST', '/cluster/ha/resources', { sid: '100' })).line).toContain('already defined');
    await call('PUT', '/cluster/ha/resources/vm:100', { state: 'ignored', delete: 'comment' });
    const [row] = rows.parse((await call('GET', '/cluster/ha/resources')).data);
    expect(row).toMatchObject({ sid: 'vm:100', type: 'vm', state: 'ignored', digest: expect.stringMatching(/^[0-9a-f]{40}$/) });
    expect(row).not.toHaveProperty('comment');
    await call('DELETE', '/cluster/ha/resources/vm:100');
    expect((await call('GET', '/cluster/ha/resources')).data).toEqual([]);
  });

  it('changes storages, services and many guests at once', async () => {
    const { call, task, cluster } = await door({ guests: [vm(100, { config: { onboot: 1 } }), vm(101)] });
    await call('PUT', '/storage/nas', { nodes: 'pve1', disable: 1 });
    expect(rows.parse((await call('GET', '/cluster/resources', { type: 'storage' })).data).map(({ storage }) => storage)).not.toContain('nas');
    await call('PUT', '/storage/nas', { delete: 'nodes,disable' });
    expect((await call('GET', '/storage/nas')).data).not.toHaveProperty('nodes');
    expect((await task('POST', '/nodes/pve1/services/cron/stop')).end).toBe('OK');
    expect((await call('GET', '/nodes/pve1/services/cron/state')).data).toMatchObject({ state: 'dead' });
    expect((await task('POST', '/nodes/pve1/startall')).end).toBe('OK');
    expect([100, 101].map((vmid) => cluster.guest(vmid)?.status)).toEqual(['running', 'stopped']);
    expect((await task('POST', '/nodes/pve1/stopall', { vms: '100', timeout: 5 })).end).toBe('OK');
    expect(cluster.effects.filter((one) => one.startsWith('qm'))).toEqual(['qmstart 100', 'qmshutdown 100']);
    expect((await call('GET', '/cluster/nextid')).data).toBe('102');
  });
});
