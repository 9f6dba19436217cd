import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/core/types.ts';
import { speak } from '../../../src/core/words.ts';
import { planWith } from '../../../src/tools/guests.ts';
import { migrationReport } from '../../../src/tools/proxmox/migrate-report.ts';
import { parsePreflight } from '../../../src/tools/proxmox/preflight.ts';
import { type Answers, alpha, lookAt, no } from '../guests-look.ts';
import { refused } from '../refused.ts';

const fleet = (more: Answers = {}, off: readonly string[] = []) =>
  alpha(
    [
      {
        vmid: 100,
        node: 'pve1',
        name: 'web-a',
        status: 'running',
        config: { scsi0: 'ceph:vm-100-disk-0,size=32G' },
        current: { ha: { managed: 1, state: 'started' } },
      },
      {
        vmid: 101,
        node: 'pve1',
        name: 'gitlab',
        status: 'running',
        config: { scsi0: 'local-zfs:vm-101-disk-0,size=64G', ide0: 'local-zfs:vm-101-cloudinit,media=cdrom' },
      },
      { vmid: 102, node: 'pve2', name: 'wiki', config: { scsi0: 'ceph:vm-102-disk-0,size=32G', ide2: 'none,media=cdrom' } },
      { vmid: 104, node: 'pve2', name: 'legacy', config: { scsi0: 'local-zfs:vm-104-disk-0,size=16G', ide2: 'local:iso/old.iso,media=cdrom,size=600M' } },
      { vmid: 200, node: 'pve1', type: 'lxc', name: 'dns1', status: 'running', config: { rootfs: 'ceph:subvol-200-disk-0,size=8G' } },
      { vmid: 203, node: 'pve1', type: 'lxc', name: 'bound', config: { rootfs: 'ceph:subvol-203-disk-0,size=8G', mp0: '/srv,mp=/srv' } },
    ],
    { more, off },
  );
const local = {
  local_disks: [{ volid: 'local-zfs:vm-101-disk-0', drivename: 'scsi0', size: 64 * 2 ** 30, shared: 0, cdrom: 0, is_unused: 0 }],
  local_resources: [],
  allowed_nodes: ['pve2'],
  not_allowed_nodes: { pve2: {} },
  running: 1,
};

const migrate = (name: string, to: string, options: { storage?: string; more?: Answers; off?: readonly string[] } = {}) =>
  planWith(lookAt(fleet(options.more, options.off)), name === 'dns1' || name === 'bound' ? 'ct' : 'vm', name, ({ deeds }) => deeds.migrate, {
    to,
    storage: options.storage,
  });

describe('migrate', () => {
  it('a running guest goes on meanwhile; HA does it, and it is seen on the other node', async () => {
    const plan = await migrate('web-a', 'alpha/pve3');
    expect(plan.steps).toMatchObject([
      {
        method: 'POST',
        path: '/nodes/pve1/qemu/100/migrate',
        params: { target: 'pve3', online: 1 },
        ha: { sid: 'vm:100', until: 'started', node: 'pve3' },
        stop: 'clean',
      },
      { kind: 'wait', always: true, read: { path: '/nodes/pve3/qemu/100/status/current', pick: 'data.status' }, until: { is: 'running' } },
    ]);
    expect(plan.undo).toEqual({ command: 'vm migrate', input: { guest: 'alpha/100', to: 'pve1' } });
    expect(plan.locks).toEqual([{ name: 'east/alpha/pve1/100' }, { name: 'east/alpha/pve3/100' }]);
    expect(plan.risk).toBe('medium');
  });
  it('local disks are copied, and a storage may be named for them', async () => {
    const plan = await migrate('gitlab', 'pve2', { more: { '/nodes/pve1/qemu/101/migrate': local } });
    expect(plan.steps).toMatchObject([{ params: { target: 'pve2', online: 1, 'with-local-disks': 1 } }, {}]);
    expect(plan.facts.map(({ value }) => speak(value, 'en'))).toContain('scsi0 (64 GiB): copied whole');
    const moved = await migrate('gitlab', 'pve3', { storage: 'ceph', more: { '/nodes/pve1/qemu/101/migrate': local } });
    expect(moved.steps).toMatchObject([{ params: { targetstorage: 'ceph' } }, {}]);
  });
  it('a container is stopped and started again; a stopped guest needs nothing', async () => {
    const ct = await migrate('dns1', 'pve2', { more: { '/nodes/pve1/lxc/200/migrate': no(501, "Method 'GET /nodes/pve1/lxc/200/migrate' not implemented") } });
    expect(ct.steps).toMatchObject([{ path: '/nodes/pve1/lxc/200/migrate', params: { target: 'pve2', restart: 1 } }, {}]);
    expect(ct.facts.map(({ value }) => speak(value, 'en'))).toContain('stopped, moved, and started again: it is down meanwhile');
    expect((await migrate('wiki', 'pve1')).steps).toMatchObject([{ params: { target: 'pve1' } }, { until: { is: 'stopped' } }]);
  });
  it('weighs the memory and the version of the target', async () => {
    const tight = await migrate('gitlab', 'pve2', { more: { '/nodes/pve1/qemu/101/migrate': local, '/nodes/pve2/version': { version: '8.4.1' } } });
    expect(tight.risk).toBe('high');
    expect(tight.facts.map(({ what, value }) => `${speak(what, 'en')}: ${speak(value, 'en')}`)).toEqual(
      expect.arrayContaining(['memory on pve2: 2.0 GiB free, 4.0 GiB needed', 'version: pve2 runs 8.4.1, older than 9.2.11']),
    );
  });

  it.each([
    ['web-a', 'pve1', {}, /is on pve1 already/],
    ['web-a', 'pve9', {}, /cluster alpha has no node “pve9”/],
    ['web-a', 'pve3', { off: ['pve3'] }, /node pve3 is offline · online are: pve1, pve2/],
    ['web-a', 'beta/pve2', {}, /not in cluster alpha/],
    ['gitlab', 'pve3', {}, /alpha\/101 cannot go to pve3: pve3 has no local-zfs · --storage puts its disks on one of: ceph/],
    ['gitlab', 'pve2', { storage: 'nosuch' }, /no storage “nosuch” on pve2 · there is: ceph, local-zfs/],
    ['legacy', 'pve1', {}, /ide2 holds local:iso\/old\.iso, which only pve2 has · take it out: `qm set 104 --ide2 none,media=cdrom`/],
    [
      'web-a',
      'pve2',
      { more: { '/nodes/pve1/qemu/100/migrate': { local_resources: ['hostpci0'], allowed_nodes: [], local_disks: [] } } },
      /uses devices of pve1 \(hostpci0\)/,
    ],
    [
      'web-a',
      'pve2',
      { more: { '/nodes/pve1/qemu/100/migrate': { 'mapped-resources': ['gpu'], 'mapped-resource-info': { gpu: {} } } } },
      /mapped devices \(gpu\) cannot go along while it runs/,
    ],
    [
      'wiki',
      'pve1',
      { more: { '/nodes/pve2/qemu/102/migrate': { allowed_nodes: ['pve3'], not_allowed_nodes: { pve1: {} } } } },
      /does not allow it to go to pve1 · it may go to: pve3/,
    ],
    [
      'wiki',
      'pve1',
      {
        more: {
          '/nodes/pve2/qemu/102/migrate': {
            allowed_nodes: [],
            not_allowed_nodes: { pve1: { 'blocking-ha-resources': [{ sid: 'vm:100', cause: 'resource-affinity' }] } },
          },
        },
      },
      /HA keeps it apart from vm:100/,
    ],
    ['bound', 'pve2', {}, /mp0 is \/srv of pve1/],
    [
      'gitlab',
      'pve2',
      { more: { '/nodes/pve1/qemu/101/migrate': { ...local, local_disks: [{ ...local.local_disks[0], referenced_in_snapshot: { snap1: 1 } }] } } },
      /runs, and has snapshots on local disks/,
    ],
    ['web-a', 'pve2', { more: { '/nodes/pve1/qemu/100/migrate': local } }, /HA manages it, and takes no local disks/],
  ])('%s to %s is refused in plain words', async (name, to, options, words) => expect(await refused(migrate(name, to, options))).toMatch(words));

  it('an answer of 7.4 for a running guest says nothing of nodes, and is no refusal', () => {
    expect(parsePreflight({ local_disks: [], local_resources: [], running: 1 }, 'pve2')).toMatchObject({ allowed: undefined, lacking: [], mapped: [] });
  });
});

describe('the report', () => {
  const failed: Outcome = { kind: 'task', came: 'error', said: 'migration problems', task: 'UPID:…', output: '', ms: 1 };
  it('goes by where the guest is', async () => {
    const plan = await migrate('wiki', 'pve1');
    const first = (outcomes: Outcome[]) => {
      const [block] = migrationReport(plan, outcomes).blocks;
      return block?.kind === 'text' ? speak(block.text, 'en') : block?.kind;
    };
    expect(first([failed, { kind: 'met', ms: 5 }])).toMatch(/on the target all the same/);
    expect(first([failed, { kind: 'timeout', afterMs: 60_000, output: '' }])).toBe('table');
    expect(
      first([
        { ...failed, came: 'ok', said: 'OK' },
        { kind: 'met', ms: 5 },
      ]),
    ).toBe('table');
  });
});
