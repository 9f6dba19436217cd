import { describe, expect, it } from 'vitest';
import { type ClusterStatus, parseStatus } from '../../../src/tools/proxmox/cluster.ts';
import { manyGuests, oneGuest } from '../../../src/tools/proxmox/cluster-guests.ts';
import { parseHa } from '../../../src/tools/proxmox/cluster-ha.ts';
import { qdevice, quorumOf } from '../../../src/tools/proxmox/cluster-quorum.ts';
import { parseResources } from '../../../src/tools/proxmox/resources.ts';
import { ALPHA } from '../guests-look.ts';

describe('a cluster', () => {
  it('is read with its nodes in order', () => {
    const data = [
      { nodes: 2, quorate: 0, id: 'cluster', version: 2, type: 'cluster', name: 'labcluster' },
      { online: 0, local: 0, nodeid: 2, level: '', name: 'pve2', type: 'node', id: 'node/pve2' },
      { online: 1, id: 'node/pve1', level: '', ip: '192.0.2.11', type: 'node', name: 'pve1', nodeid: 1, local: 1 },
    ];
    expect(parseStatus(data)).toEqual({
      ...{ name: 'labcluster', quorate: false },
      nodes: [
        { name: 'pve1', online: true, ip: '192.0.2.11', local: true },
        { name: 'pve2', online: false, ip: '', local: false },
      ],
    });
  });

  it('of one node has no name, and all the quorum there is', () => {
    expect(parseStatus([{ type: 'node', name: 'solo', online: 1, ip: '192.0.2.20' }])).toMatchObject({ name: undefined, quorate: true });
  });
});

describe('quorum', () => {
  const status = (...online: readonly boolean[]): ClusterStatus => ({
    ...{ name: 'x', quorate: true },
    nodes: online.map((on, i) => ({ name: `n${i + 1}`, online: on, ip: '', local: false })),
  });
  it.each([
    ['three of three', status(true, true, true), [], { expected: 3, present: 3, needed: 2, spare: 1 }, ['n1', 'n2', 'n3']],
    ['two of three', status(true, true, false), [], { expected: 3, present: 2, needed: 2, spare: 0 }, []],
    ['two of two', status(true, true), [], { expected: 2, present: 2, needed: 2, spare: 0 }, []],
    ['four of four', status(true, true, true, true), [], { expected: 4, present: 4, needed: 3, spare: 1 }, ['n1', 'n2', 'n3', 'n4']],
    ['five of five', status(true, true, true, true, true), [], { expected: 5, present: 5, needed: 3, spare: 2 }, ['n1', 'n2', 'n3', 'n4', 'n5']],
    ['one with two votes', status(true, true, true), [['n1', 2]], { expected: 4, present: 4, needed: 3, spare: 1 }, ['n2', 'n3']],
  ] as const)('%s', (_what, cluster, byNode, sums, mayFail) => {
    const { nodes, ...rest } = quorumOf(cluster, new Map(byNode));
    expect(rest).toEqual({ ...sums, qdevice: undefined });
    expect(nodes.filter((node) => node.mayFail).map(({ name }) => name)).toEqual(mayFail);
  });
});

describe('a QDevice', () => {
  const two: ClusterStatus = { name: 'x', quorate: true, nodes: ['n1', 'n2'].map((name) => ({ name, online: true, ip: '', local: false })) };
  const read = (data: unknown) => qdevice().parse({ data });
  it('is none where nothing is said of one', () => {
    expect(read({})).toBeUndefined();
    expect(read(null)).toBeUndefined();
  });
  it.each([
    [{ State: 'Connected', Algorithm: 'Fifty-Fifty split' }, { expected: 3, present: 3, needed: 2, spare: 1 }, ['n1', 'n2']],
    [{ State: 'Disconnected', Algorithm: 'Fifty-Fifty split' }, { expected: 3, present: 2, needed: 2, spare: 0 }, []],
    [{ State: 'Connected', Algorithm: 'LMS' }, { expected: 3, present: 3, needed: 2, spare: 1 }, ['n1', 'n2']],
  ])('%o votes besides the nodes', (data, sums, mayFail) => {
    const quorum = quorumOf(two, new Map(), read(data));
    expect(quorum).toMatchObject(sums);
    expect(quorum.nodes.filter((node) => node.mayFail).map(({ name }) => name)).toEqual(mayFail);
  });
});

it('high availability is read with and without what 9.2 added', () => {
  const data = [
    { id: 'quorum', status: 'OK', quorate: 1, type: 'quorum', node: 'pve1' },
    { 'armed-state': 'standby', node: 'pve1', type: 'fencing', id: 'fencing', status: 'standby (CRM watchdog standby)' },
    { id: 'lrm:pve1', type: 'lrm', node: 'pve1', status: 'pve1 (idle)' },
    { id: 'service:vm:101', type: 'service', sid: 'vm:101', node: 'pve2', state: 'started', crm_state: 'fence', request_state: 'started' },
    { id: 'service:ct:200', type: 'service', node: 'pve1', state: 'queued' },
  ];
  expect(parseHa(data)).toEqual({
    ...{ quorate: true, armed: 'standby', fencing: 'standby (CRM watchdog standby)', master: '', lrms: [{ node: 'pve1', status: 'pve1 (idle)' }] },
    services: [
      { sid: 'ct:200', node: 'pve1', asked: '', state: 'queued' },
      { sid: 'vm:101', node: 'pve2', asked: 'started', state: 'fence' },
    ],
  });
  expect(parseHa([]).armed).toBeUndefined();
});

describe('a guest that is asked for', () => {
  const guest = (vmid: number, name: string, node: string) => ({ type: 'qemu', vmid, name, node, status: 'running' });
  const value = parseResources([guest(100, 'web', 'pve1'), guest(108, 'twin', 'pve1'), guest(109, 'twin', 'pve3'), guest(111, '100', 'pve2')]);
  const seen = { answers: [{ host: ALPHA, value }], listed: [], notes: [] };
  it.each([
    ['web', 100],
    ['alpha/web', 100],
    ['109', 109],
    ['pve3/twin', 109],
    ['alpha/108', 108],
    ['100', 100],
  ])('as %s is number %i', (typed, vmid) => {
    expect(oneGuest(seen, typed).guest.vmid).toBe(vmid);
  });

  it('by a name that two have is refused, with both; by no name of any is absent', () => {
    expect(() => oneGuest(seen, 'twin')).toThrow('more than one');
    expect(() => oneGuest(seen, 'beta/web')).toThrow('there is no guest');
    expect(() => oneGuest(seen, 'pve2/web')).toThrow('there is no guest');
  });

  it('twice is one', () => {
    expect(manyGuests(seen, ['web', '100', '109']).map(({ guest: one }) => one.vmid)).toEqual([100, 109]);
  });
});
