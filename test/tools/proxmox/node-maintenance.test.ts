import { describe, expect, it } from 'vitest';
import { speak } from '../../../src/core/words.ts';
import { lrmWord } from '../../../src/tools/proxmox/lrm-word.ts';
import { maintenancePlan } from '../../../src/tools/proxmox/node-maintenance.ts';
import { roomElsewhere } from '../../../src/tools/proxmox/node-room.ts';
import { parseResources } from '../../../src/tools/proxmox/resources.ts';
import { type Answers, alpha, lookAt, PX3 } from '../guests-look.ts';

const GIB = 2 ** 30;
const HA = '/cluster/ha/status/current';
const managed = (...sids: string[]) => sids.map((sid) => ({ type: 'service', sid, node: 'pve1', state: 'started' }));
const guests = [
  { vmid: 100, node: 'pve1', name: 'web-a', status: 'running', config: { scsi0: 'ceph:vm-100-disk-0,size=32G' } },
  { vmid: 101, node: 'pve1', name: 'gitlab', status: 'running', config: { scsi0: 'local-zfs:vm-101-disk-0,size=64G' } },
] as const;
const plan = async (more: Answers, self?: { host: string; guest?: string }, on = true) => {
  const fleet = alpha(guests, { more: { [HA]: managed('vm:100'), ...more } });
  const made = await maintenancePlan(lookAt(fleet, { shell: PX3, ...(self ? { self } : {}) }), 'pve1', on);
  return { risk: made.risk, facts: made.facts.map(({ what, value }) => `${speak(what, 'en')}: ${speak(value, 'en')}`) };
};
const voters = (online: Readonly<Record<string, 0 | 1>>) => [
  { type: 'cluster', name: 'alpha', quorate: 1 },
  ...Object.entries(online).map(([name, on]) => ({ type: 'node', name, online: on })),
];

describe('a node that goes into maintenance', () => {
  it('is no more than medium where the others can do without it', async () => {
    const { risk, facts } = await plan({});
    expect(risk).toBe('medium');
    expect(facts).toEqual(expect.arrayContaining(['HA moves: web-a (100)', 'stay (not under HA): gitlab (101)']));
    expect(facts.join()).not.toMatch(/quorum|cannot be moved|memory on/);
  });

  it('that quorum needs is named first', async () => {
    const { risk, facts } = await plan({ '/cluster/status': voters({ pve1: 1, pve2: 0, pve3: 1 }) });
    expect([risk, facts[0]]).toEqual(['high', 'quorum: alpha would lose it without pve1']);
    // Its votes count, not the nodes.
    const heavy = await plan({ '/cluster/config/nodes': [{ node: 'pve1', quorum_votes: 3 }, { node: 'pve2' }, { node: 'pve3' }] });
    expect(heavy.facts[0]).toBe('quorum: alpha would lose it without pve1');
  });

  it('names guests that HA cannot take off it: by their disks, and by their devices', async () => {
    expect(await plan({ [HA]: managed('vm:100', 'vm:101') })).toMatchObject({
      risk: 'high',
      facts: expect.arrayContaining(['cannot be moved: gitlab (101): disks or devices of this node']),
    });
    const devices = await plan({ '/nodes/pve1/qemu/100/migrate': { local_resources: ['hostpci0'] } });
    expect(devices.facts).toContain('cannot be moved: web-a (100): disks or devices of this node');
  });

  it('says when it carries the bot, whether HA moves it or not', async () => {
    for (const guest of ['web-a', '101']) expect((await plan({}, { host: 'alpha', guest })).facts).toContain('carries: this bot itself runs here');
    expect((await plan({}, { host: 'alpha', guest: 'elsewhere' })).risk).toBe('medium');
  });

  it('coming back costs nothing', async () => {
    const { risk, facts } = await plan({ '/cluster/status': voters({ pve1: 1, pve2: 0, pve3: 1 }) }, undefined, false);
    expect(risk).toBe('medium');
    expect(facts.join()).not.toMatch(/would lose/);
  });
});

describe('room on the other nodes', () => {
  const node = (name: string, free: number) => ({ type: 'node', node: name, status: 'online', maxmem: 64 * GIB, mem: (64 - free) * GIB });
  const guest = (vmid: number, memory: number) => ({ type: 'qemu', vmid, node: 'pve1', status: 'running', maxmem: memory * GIB });
  const room = (free: readonly number[], needs: readonly number[]) => {
    const all = parseResources([node('pve1', 0), ...free.map((n, i) => node(`pve${i + 2}`, n)), ...needs.map((n, i) => guest(100 + i, n))]);
    const { noRoom } = roomElsewhere({ all, moved: all.guests, others: free.map((_, i) => `pve${i + 2}`) });
    return noRoom && [noRoom.node, noRoom.free / GIB, noRoom.needs / GIB];
  };
  it.each([
    ['enough', [8, 8], [8, 4, 4], undefined],
    ['too little in all', [4, 4], [8, 4], ['pve2, pve3', 8, 12]],
    ['enough in all, not in one', [8, 8], [12], ['pve2', 8, 12]],
    ['nothing to move', [0, 0], [], undefined],
    ['nowhere to go', [], [1], ['-', 0, 1]],
  ])('%s', (_, free, needs, expected) => expect(room(free, needs)).toEqual(expected));
});

it.each([
  ['pve1 (active, Sat Nov 21 16:26:28 2026)', 'active'],
  ['pve3 (old timestamp - dead?, Sat Nov  1 06:29:06 2026)', 'old timestamp - dead?'],
  ['pve1 (idle)', 'idle'],
  ['something else', 'something else'],
])('%s is said as %s', (status, word) => expect(lrmWord(status)).toBe(word));
