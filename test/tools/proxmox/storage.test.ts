import { describe, expect, it } from 'vitest';
import { speak } from '../../../src/core/words.ts';
import { parseResources } from '../../../src/tools/proxmox/resources.ts';
import { enablePlan } from '../../../src/tools/proxmox/storage-enable.ts';
import { nodesPlan } from '../../../src/tools/proxmox/storage-nodes.ts';
import { changeStorage, parseStorages, sightOf, storageOfVolume } from '../../../src/tools/proxmox/storages.ts';
import { ALPHA, type Answers, alpha, lookAt } from '../guests-look.ts';

const rows = [
  { storage: 'ceph', type: 'rbd', content: 'rootdir,images', pool: 'rbd', krbd: 0, digest: 'd1' },
  { storage: 'local-zfs', type: 'zfspool', content: 'images,rootdir', pool: 'rpool/data', nodes: 'pve2,pve1', digest: 'd1' },
  { storage: 'old', type: 'dir', content: 'backup', path: '/srv', disable: 1, shared: '1', password: 'no', 'encryption-key': 'no' },
  { type: 'dir' },
];

describe('a storage of storage.cfg', () => {
  const [ceph, zfs, old, ...others] = parseStorages(rows);

  it('is read whole, in one order, and never a secret of it', () => {
    expect(others).toEqual([]);
    expect(ceph).toEqual({
      ...{ storage: 'ceph', type: 'rbd', content: ['images', 'rootdir'], shared: true, disabled: false, nodes: [], digest: 'd1' },
      more: [
        ['krbd', '0'],
        ['pool', 'rbd'],
      ],
    });
    expect(zfs).toMatchObject({ shared: false, nodes: ['pve1', 'pve2'] });
    expect(old).toMatchObject({ disabled: true, shared: true, digest: undefined, more: [['path', '/srv']] });
  });

  it('is seen by each node in its own way', () => {
    const node = (name: string, status = 'online') => ({ type: 'node', node: name, status });
    const seen = (node: string, status: string) => ({ type: 'storage', storage: 'ceph', node, status });
    const all = parseResources([
      node('pve1'),
      node('pve2'),
      node('pve3'),
      node('pve4', 'offline'),
      seen('pve1', 'available'),
      seen('pve2', 'unknown'),
      seen('pve4', 'unknown'),
    ]);
    const sights = (storage: typeof ceph) => storage && sightOf(storage, all).map(({ sight }) => sight);
    expect(sights(ceph)).toEqual(['active', 'inactive', 'inactive', 'off']);
    expect(sights(zfs)).toEqual(['inactive', 'inactive', 'absent', 'absent']);
    expect(sights(old)).toEqual(['disabled', 'disabled', 'disabled', 'disabled']);
  });

  it('is changed only as long as the file is what was seen', () => {
    expect(zfs && changeStorage(zfs, { delete: 'nodes' }, { nodes: null })).toEqual({
      ...{ kind: 'api', method: 'PUT', path: '/storage/local-zfs', params: { delete: 'nodes', digest: 'd1' } },
      still: [{ path: '/storage/local-zfs', fields: ['digest'] }],
      proof: { path: '/storage/local-zfs', has: { nodes: null } },
    });
    expect(old && changeStorage(old, { disable: 1 }, { disable: '1' }).params).toEqual({ disable: 1 });
  });
});

it.each([
  ['ceph:vm-100-disk-0,size=32G', 'ceph'],
  ['file=local-zfs:vm-100-disk-0,size=1M', 'local-zfs'],
  ['volume=ceph:vm-1-disk-0,mp=/srv', 'ceph'],
  ['nas:iso/debian.iso,media=cdrom,size=700M', undefined],
  ['none,media=cdrom', undefined],
  ['/dev/disk/by-id/x,size=1G', undefined],
  ['virtio=BC:24:11:00:01:00,bridge=vmbr0', undefined],
])('the volume %s is on %s', (value, storage) => {
  expect(storageOfVolume(value)).toBe(storage);
});

describe('a plan to change a storage', () => {
  const content = (...vmids: readonly number[]) => vmids.map((vmid) => ({ volid: `ceph:vm-${vmid}-disk-0`, content: 'images', vmid, size: 1 }));
  const cluster = (more: Answers = {}, off: readonly string[] = []) =>
    alpha(
      [
        { vmid: 101, node: 'pve1', name: 'gitlab', status: 'running' },
        { vmid: 103, node: 'pve3', name: 'runner', status: 'running' },
      ],
      { off, more: { '/storage': rows, '/cluster/tasks': [], '/nodes/pve1/storage/ceph/content': content(101), ...more } },
    );
  const words = (plan: { facts: readonly { value: Parameters<typeof speak>[0] }[] }) => plan.facts.map(({ value }) => speak(value, 'en')).join('\n');

  it('names the storage’s cluster where two have one of its name', async () => {
    const beta = { ...ALPHA, name: 'beta' };
    const look = lookAt(cluster(), { hosts: [ALPHA, beta] });
    await expect(enablePlan(look, 'ceph', false)).rejects.toThrow('more than one cluster');
    expect((await enablePlan(look, 'beta/ceph', false)).steps[0]?.on.host).toBe('beta');
  });

  it('weighs what runs on it', async () => {
    const plan = await enablePlan(lookAt(cluster()), 'ceph', false);
    expect(plan.risk).toBe('high');
    expect(words(plan)).toContain('gitlab (101, running)');
    const free = await enablePlan(lookAt(cluster({ '/nodes/pve1/storage/ceph/content': [] })), 'ceph', false);
    expect(free.risk).toBe('medium');
    const busy = [{ upid: 'UPID:pve1:00002932:0001FF8B:6B00150E:vzdump:101:root@pam:', type: 'vzdump', starttime: 1 }];
    expect((await enablePlan(lookAt(cluster({ '/nodes/pve1/storage/ceph/content': [], '/cluster/tasks': busy })), 'ceph', false)).risk).toBe('high');
  });

  it('takes no guest’s disk away, and is a high risk where that cannot be known', async () => {
    await expect(nodesPlan(lookAt(cluster({ '/nodes/pve1/storage/ceph/content': content(101, 103) })), 'ceph', ['pve1', 'pve2'])).rejects.toThrow(
      'would lose a disk',
    );
    const fine = await nodesPlan(lookAt(cluster()), 'ceph', ['pve2', 'pve1', 'pve1']);
    expect(fine.risk).toBe('medium');
    expect(fine.steps[0]).toMatchObject({ params: { nodes: 'pve1,pve2', digest: 'd1' } });
    expect(fine.undo).toEqual({ command: 'storage nodes', input: { storage: 'alpha/ceph', nodes: ['all'] } });
    const blind = await nodesPlan(lookAt(cluster({}, ['pve3'])), 'ceph', ['pve1', 'pve2']);
    expect(blind.risk).toBe('high');
    expect(words(blind)).toContain('not known: pve3 is off');
  });

  it('is none where there is nothing to do, or no quorum', async () => {
    expect((await enablePlan(lookAt(cluster()), 'ceph', true)).steps).toEqual([]);
    expect((await nodesPlan(lookAt(cluster()), 'local-zfs', ['pve2', 'pve1'])).steps).toEqual([]);
    const lost = { ...cluster(), '/cluster/status': [{ type: 'cluster', name: 'alpha', quorate: 0 }] };
    await expect(enablePlan(lookAt(lost), 'ceph', false)).rejects.toThrow('no quorum');
  });
});
