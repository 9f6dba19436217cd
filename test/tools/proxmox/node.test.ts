import { describe, expect, it } from 'vitest';
import { parseNodeStatus } from '../../../src/tools/proxmox/node-status.ts';
import { parseUpdates } from '../../../src/tools/proxmox/node-updates.ts';
import { findNode } from '../../../src/tools/proxmox/nodes.ts';
import { ALPHA, lookAt } from '../guests-look.ts';

describe('a node', () => {
  const common = {
    ...{ cpu: 0.25, uptime: '86400', loadavg: ['1.5', '1.0', '0.5'], cpuinfo: { cpus: 32, model: 'EPYC' } },
    ...{ memory: { total: 100, used: '25' }, rootfs: { total: 10, used: 5 }, pveversion: 'pve-manager/9.2.11/0000000000000000' },
  };
  it('says its kernel as 9 does, and as 7.4 did', () => {
    expect(parseNodeStatus({ ...common, 'current-kernel': { release: '6.14.11-4-pve' } })).toEqual({
      ...{ cpu: 0.25, cpus: 32, model: 'EPYC', load: '1.5 1.0 0.5', memory: 100, memoryUsed: 25, root: 10, rootUsed: 5, uptime: 86400 },
      ...{ kernel: '6.14.11-4-pve', version: '9.2.11' },
    });
    expect(parseNodeStatus({ ...common, kversion: 'Linux 5.15.107-1-pve #1 SMP' }).kernel).toBe('5.15.107-1-pve');
    expect(parseNodeStatus(null).version).toBe('');
  });

  it('is found by its name, with its cluster where two have one of it', () => {
    const beta = { ...ALPHA, name: 'beta', nodes: [{ name: 'pve1' }, { name: 'b2' }] };
    const look = lookAt({}, { hosts: [ALPHA, beta] });
    expect(findNode(look, 'b2')).toMatchObject({ host: { name: 'beta' }, node: 'b2' });
    expect(findNode(look, 'beta/pve1')).toMatchObject({ host: { name: 'beta' }, node: 'pve1' });
    expect(() => findNode(look, 'pve1')).toThrow('more than one cluster');
    expect(() => findNode(look, 'alpha/b2')).toThrow('there is no node');
  });
});

it('updates tell kernels, and fixes of Debian’s', () => {
  const row = (Package: string, Version: string, Origin = 'Debian') => ({ Package, Version, OldVersion: '1', Origin });
  const updates = parseUpdates([
    row('proxmox-kernel-6.14', '6.14.11-5', 'Proxmox'),
    row('openssl', '3.5.1-1+deb13u1'),
    row('bash', '5.2.37-2'),
    row('linux-image-amd64', '6.12.48-1', 'Debian-Security'),
    row('libc6', '2.41-12~deb13u2'),
  ]);
  expect(updates.filter(({ kernel }) => kernel).map(({ name }) => name)).toEqual(['linux-image-amd64', 'proxmox-kernel-6.14']);
  expect(updates.filter(({ fix }) => fix).map(({ name }) => name)).toEqual(['libc6', 'linux-image-amd64', 'openssl']);
});
