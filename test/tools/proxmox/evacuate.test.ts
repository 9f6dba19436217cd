import { describe, expect, it } from 'vitest';
import type { Look } from '../../../src/core/command.ts';
import { digest } from '../../../src/core/digest.ts';
import type { Plan } from '../../../src/core/types.ts';
import { speak } from '../../../src/core/words.ts';
import { evacuatePlan } from '../../../src/tools/proxmox/evacuate.ts';
import { assign, type Leaver, type Room } from '../../../src/tools/proxmox/evacuate-assign.ts';
import { contractsHere } from '../../conformance/contracts.ts';
import { undeclared } from '../../conformance/schema.ts';
import { ALPHA, type Answers, alpha, lookAt, no } from '../guests-look.ts';
import { refused } from '../refused.ts';

const GIB = 2 ** 30;

describe('who goes where', () => {
  const room = (node: string, free: number, promised = 0): Room => ({ node, memory: 64, used: 64 - free, promised });
  const leaver = (vmid: number, memory: number, needs = memory): Leaver => ({ vmid, memory, needs });
  const goes = (leavers: Leaver[], rooms: Room[], not: readonly string[] = []) => {
    const { goes: to, noRoom, left } = assign(leavers, rooms, (vmid, node) => !not.includes(`${vmid} ${node}`));
    return { to: Object.fromEntries(to), noRoom: [...noRoom], left: Object.fromEntries(left) };
  };
  it('the largest goes first, each where the least is promised', () =>
    expect(goes([leaver(1, 4), leaver(2, 20), leaver(3, 10)], [room('a', 40), room('b', 40, 8)])).toEqual({
      to: { 2: 'a', 3: 'b', 1: 'b' },
      noRoom: [],
      left: { a: 20, b: 26 },
    }));
  it('not where it does not fit after those before it, and nowhere when it fits nowhere', () =>
    expect(goes([leaver(1, 16), leaver(2, 12), leaver(3, 12)], [room('a', 20, 40), room('b', 18)])).toEqual({
      to: { 1: 'b', 2: 'a' },
      noRoom: [3],
      left: { a: 8, b: 2 },
    }));
  it('what is stopped needs no memory', () => expect(goes([leaver(1, 99, 0)], [room('a', 1)]).to).toEqual({ 1: 'a' }));
  it('never where it may not, and that is no lack of room', () =>
    expect(goes([leaver(1, 4), leaver(2, 4)], [room('a', 40)], ['1 a'])).toEqual({ to: { 2: 'a' }, noRoom: [], left: { a: 36 } }));
  it('is the same for the same promises, whatever is in use', () =>
    expect(goes([leaver(1, 4)], [room('a', 30), room('b', 31)]).to).toEqual(goes([leaver(1, 4)], [room('a', 31), room('b', 30)]).to));
});

/** Three nodes of 64 GiB: pve2 has 60 free, pve3 48. */
const nodes = (used: Readonly<Record<string, number>> = { pve1: 16, pve2: 4, pve3: 16 }) =>
  Object.entries(used).map(([node, gib]) => ({ id: `node/${node}`, type: 'node', node, status: 'online', maxcpu: 8, maxmem: 64 * GIB, mem: gib * GIB }));
const big = (gib: number) => ({ resource: { maxmem: gib * GIB }, current: { maxmem: gib * GIB } });

function fleet(more: Answers = {}, used?: Readonly<Record<string, number>>): Answers {
  const answers = alpha([
    {
      vmid: 100,
      node: 'pve1',
      name: 'web-a',
      status: 'running',
      config: { scsi0: 'ceph:vm-100-disk-0,size=32G' },
      current: { ha: { managed: 1, state: 'started' } },
    },
    { vmid: 101, node: 'pve1', name: 'gitlab', status: 'running', config: { scsi0: 'local-zfs:vm-101-disk-0,size=64G' }, ...big(8) },
    { vmid: 102, node: 'pve1', name: 'wiki', config: { scsi0: 'ceph:vm-102-disk-0,size=32G' } },
    { vmid: 105, node: 'pve1', name: 'gpu', status: 'running', config: { scsi0: 'ceph:vm-105-disk-0,size=32G' }, ...big(16) },
    { vmid: 200, node: 'pve1', type: 'lxc', name: 'dns1', status: 'running', config: { rootfs: 'ceph:subvol-200-disk-0,size=8G' }, ...big(1) },
    { vmid: 103, node: 'pve3', name: 'runner', status: 'running', config: { scsi0: 'ceph:vm-103-disk-0,size=32G' } },
  ]);
  const rows = Array.isArray(answers['/cluster/resources']) ? answers['/cluster/resources'] : [];
  return {
    ...answers,
    '/cluster/resources': [...rows.filter((row) => row.type !== 'node'), ...nodes(used)],
    '/cluster/config/nodes': [],
    '/cluster/config/qdevice': {},
    '/cluster/ha/status/current': [],
    '/nodes/pve1/qemu/105/migrate': { allowed_nodes: [], not_allowed_nodes: {}, local_disks: [], local_resources: ['hostpci0'] },
    '/nodes/pve1/qemu/101/migrate': {
      ...{ allowed_nodes: ['pve2'], not_allowed_nodes: {}, local_resources: [] },
      local_disks: [{ volid: 'local-zfs:vm-101-disk-0', drivename: 'scsi0', size: 64 * GIB, cdrom: 0, is_unused: 0 }],
    },
    ...more,
  };
}
const evacuate = (look: Look, node = 'pve1', options: { to?: string; all?: boolean } = {}) =>
  evacuatePlan(look, node, { to: options.to, all: options.all ?? false });
const facts = (plan: Plan) => plan.facts.map(({ what, value }) => `${speak(what, 'en')}: ${speak(value, 'en')}`);
const moves = (plan: Plan) =>
  plan.steps.flatMap((step) => (step.kind === 'api' ? [`${step.path.split('/').slice(3, 5).join('/')} ${String(step.params.target)}`] : []));

describe('a plan to evacuate', () => {
  it('moves what runs, the largest first, and names what stays', async () => {
    const plan = await evacuate(lookAt(fleet()));
    expect(moves(plan)).toEqual(['qemu/101 pve2', 'qemu/100 pve3', 'lxc/200 pve2']);
    expect(plan.steps[2]).toMatchObject({
      params: { target: 'pve3', online: 1 },
      ha: { sid: 'vm:100', until: 'started', node: 'pve3' },
      timeoutMs: 12 * 3_600_000,
    });
    expect(speak(plan.summary, 'en')).toBe('move 3 of 4 guests off pve1 of alpha');
    expect(speak(plan.summary, 'zh')).toBe('将 alpha 的 pve1 上 4 台客户机中的 3 台迁走');
    expect(plan.risk).toBe('high');
    const texts = facts(plan);
    expect(texts[0]).toMatch(/^gpu \(105\) STAYS: .*uses devices of pve1 \(hostpci0\)/);
    expect(texts).toContain('down meanwhile: dns1 (200): containers are stopped and started again');
    expect(texts.find((text) => text.startsWith('gitlab'))).toMatch(/to pve2, running: it goes on meanwhile, local disks: scsi0 \(64 GiB\)/);
    expect(texts.find((text) => text.startsWith('web-a'))).toMatch(/to pve3.*HA: managed/);
    expect(texts).toContain('memory left on pve2: 51 GiB of 64 GiB');
    expect(texts).toContain('memory left on pve3: 44 GiB of 64 GiB');
    expect(texts.at(-1)).toBe('quorum: 3 of 3 votes, 2 needed: kept if pve1 goes off');
    expect(plan.locks.map(({ name }) => name).sort()).toEqual(
      ['100', '101', '200'].flatMap((id) => [`east/alpha/pve1/${id}`, `east/alpha/${id === '100' ? 'pve3' : 'pve2'}/${id}`]).sort(),
    );
    expect('impossible' in plan.undo ? speak(plan.undo.impossible, 'en') : '').toContain(
      '`vm migrate alpha/101 pve1`, `vm migrate alpha/100 pve1`, `ct migrate alpha/200 pve1`',
    );
  });
  it('with --all takes the stopped ones, too; with --to all go to one node, or stay', async () => {
    expect(moves(await evacuate(lookAt(fleet()), 'pve1', { all: true }))).toEqual(['qemu/101 pve2', 'qemu/100 pve3', 'qemu/102 pve2', 'lxc/200 pve2']);
    const one = await evacuate(lookAt(fleet()), 'alpha/pve1', { to: 'pve3' });
    expect(moves(one)).toEqual(['qemu/100 pve3', 'lxc/200 pve3']);
    expect(facts(one).join('\n')).toMatch(/gitlab \(101\) STAYS: .*pve3 has no local-zfs/);
  });
  it('of which all go is medium', async () => {
    const plan = await evacuate(lookAt(fleet()), 'pve3');
    expect([plan.risk, speak(plan.summary, 'en'), moves(plan)]).toEqual(['medium', 'move all 1 guests off pve3 of alpha', ['qemu/103 pve2']]);
  });
  it('is the same while only loads change, and another when a guest does', async () => {
    const of = async (answers: Answers) => digest('node evacuate', { node: 'pve1' }, await evacuate(lookAt(answers)));
    const before = await of(fleet());
    expect(await of(fleet({}, { pve1: 20, pve2: 9, pve3: 9 }))).toBe(before);
    expect(await of(fleet({ '/nodes/pve1/qemu/100/config': { digest: 'e'.repeat(40), scsi0: 'ceph:vm-100-disk-0,size=32G', vmgenid: 'gen-100' } }))).not.toBe(
      before,
    );
  });
  it('asks each thing of the cluster once', async () => {
    const look = lookAt(fleet());
    await evacuate(look);
    expect(look.asked.filter((path, i) => look.asked.indexOf(path) !== i && path.startsWith('/nodes'))).toEqual([]);
  });
  it('says where the memory is not free', async () => {
    const plan = await evacuate(lookAt(fleet({}, { pve1: 16, pve2: 62, pve3: 59 })));
    expect(moves(plan)).toEqual(['qemu/100 pve3', 'lxc/200 pve2']);
    expect(facts(plan).find((text) => text.startsWith('gitlab'))).toBe('gitlab (101) STAYS: no node that may take it has 8.0 GiB of memory free');
  });
  it('of an empty node has nothing to do', async () => {
    expect(await evacuate(lookAt(fleet()), 'pve2')).toMatchObject({ steps: [], risk: 'none' });
  });

  const status = (on: readonly string[], quorate: number) => [
    { type: 'cluster', name: 'alpha', quorate },
    ...['pve1', 'pve2', 'pve3'].map((name) => ({ type: 'node', name, online: on.includes(name) ? 1 : 0 })),
  ];
  const resting = {
    '/cluster/ha/status/current': ['pve2', 'pve3'].map((node) => ({ type: 'lrm', node, status: `${node} (maintenance mode, Sat Nov 21 16:26:28 2026)` })),
  };
  it.each([
    ['pve1', { to: 'pve1' }, {}, /node they are on/],
    ['pve1', { to: 'pve9' }, {}, /no node “pve9”/],
    ['pve1', { to: 'pve2' }, resting, /pve2 is in maintenance/],
    ['pve1', {}, resting, /no other node of alpha is online and takes guests/],
    ['pve1', {}, { '/cluster/status': status(['pve1'], 0) }, /no quorum.*pve2, pve3/],
    [
      'pve3',
      {},
      { '/nodes/pve3/qemu/103/migrate': { local_resources: ['hostpci0'], allowed_nodes: [] } },
      /no guest of pve3 can be moved: runner \(103\): .*hostpci0/,
    ],
    ['pve3', {}, { '/nodes/pve3/qemu/103/config': no(500, 'not now') }, /runner \(103\): .*not now/],
  ])('%s %o is refused', async (node, options, more, words) => expect(await refused(evacuate(lookAt(fleet(more)), node, options))).toMatch(words));
  it('of more than a hundred is refused', async () => {
    const many = Array.from({ length: 101 }, (_, i) => ({ vmid: 1000 + i, node: 'pve1', name: `g${i}`, status: 'running' }));
    expect(await refused(evacuate(lookAt({ ...fleet(), ...alpha(many) })))).toMatch(/101 guests.*at most 100/);
  });
  it('of a node that is off is refused', async () => {
    expect(await refused(evacuate(lookAt(alpha([{ vmid: 103, node: 'pve3', name: 'runner', status: 'running' }], { off: ['pve3'] })), 'pve3'))).toMatch(
      /pve3 is offline/,
    );
  });
});

describe.skipIf(!contractsHere())('the calls', () => {
  it('are ones that Proxmox declares', async () => {
    const look = lookAt(fleet(), { hosts: [ALPHA] });
    const { steps } = await evacuate(look, 'pve1', { all: true });
    const calls = [
      ...look.asked.map((path) => ['GET', path.split('?')[0] ?? '', [...new URLSearchParams(path.split('?')[1]).keys()]] as const),
      ...steps.flatMap((step) => (step.kind === 'api' ? [[step.method, step.path, Object.keys(step.params)] as const] : [])),
    ];
    expect(calls.length).toBeGreaterThan(15);
    expect(calls.flatMap(([method, path, params]) => undeclared(method, path, params))).toEqual([]);
  });
});
