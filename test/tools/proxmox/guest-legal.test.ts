import { describe, expect, it } from 'vitest';
import type { Look } from '../../../src/core/command.ts';
import type { Plan } from '../../../src/core/types.ts';
import { guestPlan, planWith } from '../../../src/tools/guests.ts';
import { contractsHere } from '../../conformance/contracts.ts';
import { checkCall } from '../../conformance/schema.ts';
import { alpha, lookAt, PX3 } from '../guests-look.ts';

const there = contractsHere();

const SNAPSHOT = { name: 'fresh', snaptime: 1_799_000_000 };
const FLEET = alpha([
  { vmid: 100, node: 'pve1', name: 'on', status: 'running', config: { scsi0: 'ceph:vm-100-disk-0,size=8G', agent: '1' }, snapshots: [SNAPSHOT] },
  { vmid: 102, node: 'pve2', name: 'off', config: { scsi0: 'ceph:vm-102-disk-0,size=8G', parent: 'fresh' }, snapshots: [SNAPSHOT] },
  { vmid: 105, node: 'pve1', name: 'frozen', status: 'running', current: { qmpstatus: 'paused' } },
  { vmid: 106, node: 'pve1', name: 'base', config: { template: 1, scsi0: 'ceph:base-106-disk-0,size=8G' } },
  { vmid: 107, node: 'pve3', name: 'stuck', config: { lock: 'snapshot' } },
  { vmid: 200, node: 'pve1', type: 'lxc', name: 'con', status: 'running', config: { rootfs: 'ceph:subvol-200-disk-0,size=8G' }, snapshots: [SNAPSHOT] },
  { vmid: 202, node: 'pve3', type: 'lxc', name: 'coff', config: { rootfs: 'ceph:subvol-202-disk-0,size=8G' } },
]);
const MORE = {
  '/nodes/pve1/qemu/100/agent/get-osinfo': { result: {} },
  '/nodes/pve1/qemu/100/agent/get-host-name': { result: {} },
  '/nodes/pve1/qemu/100/agent/network-get-interfaces': { result: [] },
  '/nodes/pve1/qemu/100/pending': [],
  '/nodes/pve1/storage/ceph/content': [],
  '/cluster/nextid?vmid=150': '150',
};

type Asks = (look: Look) => Promise<Plan>;
const plain = (name: string, ...verbs: Parameters<typeof guestPlan>[3][]): [string, Asks][] =>
  verbs.map((verb) => [`${verb} ${name}`, (look) => guestPlan(look, name.startsWith('co') ? 'ct' : 'vm', name, verb)]);
const PLANS: [string, Asks][] = [
  ...plain('on', 'show', 'config', 'snapshots', 'shutdown', 'stop', 'reboot', 'reset', 'agentInfo', 'agentIp', 'agentTrim'),
  ...plain('off', 'start'),
  ...plain('frozen', 'resume'),
  ...plain('stuck', 'unlock'),
  ...plain('con', 'show', 'snapshots', 'shutdown', 'stop', 'reboot'),
  ...plain('coff', 'start'),
  ['suspend', (look) => planWith(look, 'vm', 'on', ({ deeds }) => deeds.suspend, { toDisk: true })],
  ['snapshot', (look) => planWith(look, 'vm', 'on', ({ deeds }) => deeds.snapshot, { name: 'pre', memory: true, keep: undefined })],
  ['snapshot ct', (look) => planWith(look, 'ct', 'con', ({ deeds }) => deeds.snapshot, { name: 'pre', memory: false, keep: undefined })],
  ['rollback', (look) => planWith(look, 'vm', 'on', ({ deeds }) => deeds.rollback, { name: 'fresh', start: true })],
  ['rollback ct', (look) => planWith(look, 'ct', 'con', ({ deeds }) => deeds.rollback, { name: 'fresh', start: true })],
  ['delsnapshot', (look) => planWith(look, 'vm', 'on', ({ deeds }) => deeds.delsnapshot, { name: 'fresh', before: undefined, force: true })],
  ['delsnapshot ct', (look) => planWith(look, 'ct', 'con', ({ deeds }) => deeds.delsnapshot, { name: 'fresh', before: undefined, force: true })],
  ['clone', (look) => planWith(look, 'vm', 'off', ({ deeds }) => deeds.clone, { name: 'new', id: '150', full: true, storage: 'ceph', to: 'pve1' })],
  ['clone ct', (look) => planWith(look, 'ct', 'coff', ({ deeds }) => deeds.clone, { name: 'new', id: undefined, full: false, storage: 'ceph', to: undefined })],
  ['migrate', (look) => planWith(look, 'vm', 'on', ({ deeds }) => deeds.migrate, { to: 'pve2', storage: 'ceph' })],
  ['migrate ct', (look) => planWith(look, 'ct', 'con', ({ deeds }) => deeds.migrate, { to: 'pve2', storage: 'ceph' })],
  ['resize', (look) => planWith(look, 'vm', 'on', ({ deeds }) => deeds.resize, { disk: 'scsi0', size: '+1G' })],
  ['resize ct', (look) => planWith(look, 'ct', 'con', ({ deeds }) => deeds.resize, { disk: 'rootfs', size: '+1G' })],
  [
    'set',
    (look) => planWith(look, 'vm', 'on', ({ deeds }) => deeds.set, { memory: '1G', cores: '3', name: 'x', tags: 'a,b', onboot: 'yes', protection: 'yes' }),
  ],
  [
    'set ct',
    (look) => planWith(look, 'ct', 'con', ({ deeds }) => deeds.set, { memory: '1G', cores: 'all', name: 'x', tags: 'a', onboot: 'yes', protection: 'yes' }),
  ],
  ['destroy', (look) => planWith(look, 'vm', 'off', ({ deeds }) => deeds.destroy, { confirm: 'off' })],
  ['destroy ct', (look) => planWith(look, 'ct', 'coff', ({ deeds }) => deeds.destroy, { confirm: 'coff' })],
  ['destroy template', (look) => planWith(look, 'vm', 'base', ({ deeds }) => deeds.destroy, { confirm: 'base' })],
];

/** Only in 9.2: its absence in 7.4 is borne. */
const NEWER = /^\/nodes\/[^/]+\/lxc\/\d+\/migrate$/;

describe.skipIf(!there)('every question and call is one the API knows, in 9.2 and in 7.4', () => {
  it.each(PLANS)('%s', async (name, plan) => {
    const look = lookAt({ ...FLEET, ...MORE }, { shell: PX3 });
    const { steps } = await plan(look);
    const asked = look.asked.map((line) => ({
      method: 'GET',
      path: line.split('?')[0] ?? '',
      params: Object.fromEntries(new URLSearchParams(line.split('?')[1] ?? '')),
    }));
    const calls = steps.flatMap((step) =>
      step.kind === 'api'
        ? [
            step,
            ...(step.still ?? []).map(({ path }) => ({ method: 'GET', path, params: {} })),
            ...(typeof step.proof === 'object' ? [{ method: 'GET', path: step.proof.path, params: {} }] : []),
          ]
        : step.kind === 'wait' && 'path' in step.read
          ? [{ method: 'GET', path: step.read.path, params: {} }]
          : [],
    );
    // What cannot be taken back may take a few more questions.
    expect(look.asked.length).toBeLessThanOrEqual(name.startsWith('destroy') ? 11 : 8);
    for (const { method, path, params } of [...asked, ...calls]) {
      const { missingPath, unknown, versions } = checkCall({ method, path, params }, 'pve');
      expect({ path, missingPath, unknown }).toEqual({ path, missingPath: undefined, unknown: [] });
      expect(versions, `${method} ${path}`).toEqual(method === 'GET' && NEWER.test(path) ? ['9.2'] : ['9.2', '7.4']);
    }
  });
});
