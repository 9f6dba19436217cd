import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RISK_ROWS } from '../../src/core/hazards.ts';
import { assess, atLeast, type Hazard } from '../../src/core/risk.ts';
import { RISKS } from '../../src/core/types.ts';

const NOW = 1_800_000_000_000;
const DAY = 86_400_000;
const HERE: Hazard = { host: 'alpha', guest: 'web-a', vmid: 100, node: 'pve1' };

/** For every row a world in which it speaks, and what else there may be said. */
const REACHED: { readonly [row: string]: Partial<Hazard> } = {
  self: {},
  running: { wholeHost: true, running: 3 },
  'no quorum': { quorum: 'none' },
  'quorum lost': { quorum: 'lost' },
  clones: { clones: ['shop2'] },
  tasks: { tasks: ['vzdump'] },
  snapshots: { snapshots: ['fresh'] },
  'no backup': { backup: 'none' },
  'old backup': { backup: NOW - 8 * DAY },
  'backup not known': { backup: 'unknown' },
  'HA flips': { ha: { sid: 'vm:100', state: 'started', flips: 'stopped' } },
  'no room': { noRoom: { node: 'pve2', free: 1, needs: 2 } },
  tight: { tight: { node: 'pve2', free: 1, needs: 2 } },
  'no space': { noSpace: { storage: 'ceph', free: 1, needs: 2 } },
  'squeezed at once': { squeezed: { used: 2, later: false } },
  'squeezed later': { squeezed: { used: 2, later: true } },
  stuck: { stuck: ['gpu'] },
  older: { older: { node: 'pve2', version: '8.4.1', than: '9.2.11' } },
  lock: { lock: 'snapshot' },
  'local disks': { localDisks: ['scsi0'] },
  shared: { shared: { storage: 'ceph', guests: 4 } },
  HA: { ha: { sid: 'vm:100', state: 'started' } },
  backup: { backup: NOW - DAY },
};

/** Any hazard: each fact there or not. */
const hazards = fc.subarray(Object.values(REACHED)).map((some): Hazard => Object.assign({ ...HERE }, ...some));
const selves = fc.constantFrom(undefined, { host: 'alpha', guest: 'web-a' }, { host: 'alpha', guest: '100' }, { host: 'pve1' }, { host: 'kvm1', guest: 'x' });

describe('what is known of the world', () => {
  it('has a name for every row, once', () => {
    expect(RISK_ROWS.map(({ name }) => name).toSorted()).toEqual(Object.keys(REACHED).toSorted());
  });

  it.each(RISK_ROWS.map((row) => [row.name, row] as const))('%s is reached, raises as far as it says, and is silent elsewhere', (name, row) => {
    const self = name === 'self' ? { host: 'alpha', guest: 'web-a' } : undefined;
    const { risk, facts } = assess('none', { ...HERE, ...REACHED[name] }, self, NOW);
    expect(facts).toHaveLength(1);
    expect(risk).toBe(row.raises);
    expect(assess('none', HERE, undefined, NOW)).toEqual({ risk: 'none', facts: [] });
  });

  it('never lowers a risk, whatever is added', () => {
    fc.assert(
      fc.property(fc.constantFrom(...RISKS), hazards, fc.constantFrom(...Object.values(REACHED)), selves, (floor, hazard, added, self) => {
        const before = assess(floor, hazard, self, NOW).risk;
        expect(atLeast(before, floor)).toBe(true);
        // What replaces another fact of the same kind may weigh less: only what is new is added.
        const fresh = Object.fromEntries(Object.entries(added).filter(([name]) => !(name in hazard)));
        expect(atLeast(assess(floor, { ...hazard, ...fresh }, self, NOW).risk, before)).toBe(true);
      }),
    );
  });

  it('says the same of the same world, the weightiest first, and relies on nothing that goes by itself', () => {
    fc.assert(
      fc.property(hazards, selves, (hazard, self) => {
        const first = assess('low', hazard, self, NOW);
        expect(assess('low', hazard, self, NOW)).toEqual(first);
        const later = assess('low', hazard, self, NOW + 60_000);
        expect(later.facts.map(({ holds }) => holds)).toEqual(first.facts.map(({ holds }) => holds));
      }),
    );
  });

  it('puts what raises the risk before what does not', () => {
    const { facts } = assess('low', { ...HERE, ...REACHED.HA, ...REACHED.lock, ...REACHED['no backup'] }, { host: 'pve1', guest: '100' }, NOW);
    expect(facts.map(({ what }) => what.words.en)).toEqual(['carries', 'last backup', 'locked', 'HA']);
  });
});

describe('the bot itself', () => {
  const carried = (hazard: Partial<Hazard>, self: { host: string; guest?: string }) => assess('low', { host: 'alpha', ...hazard }, self, 0).risk === 'high';

  it.each<[string, Partial<Hazard>, { host: string; guest?: string }, boolean]>([
    ['its guest by name', { guest: 'bot', vmid: 120, node: 'pve1' }, { host: 'alpha', guest: 'bot' }, true],
    ['its guest by number', { guest: 'bot', vmid: 120, node: 'pve1' }, { host: 'alpha', guest: '120' }, true],
    ['its guest, known by the node', { guest: 'bot', vmid: 120, node: 'pve1' }, { host: 'pve1', guest: 'bot' }, true],
    ['its guest, known by the node’s shell', { guest: 'bot', vmid: 120, node: 'pve1', shell: 'px1' }, { host: 'px1', guest: 'bot' }, true],
    ['another guest', { guest: 'web', vmid: 121, node: 'pve1' }, { host: 'alpha', guest: 'bot' }, false],
    ['one of the same name elsewhere', { guest: 'bot', vmid: 120, node: 'pve1' }, { host: 'kvm1', guest: 'bot' }, false],
    ['its node', { node: 'pve1', wholeHost: true }, { host: 'pve1' }, true],
    ['another node', { node: 'pve2', wholeHost: true, carries: ['web', '121'] }, { host: 'alpha', guest: 'bot' }, false],
    ['the node its guest is on', { node: 'pve2', wholeHost: true, carries: ['bot', '120'] }, { host: 'alpha', guest: '120' }, true],
    ['a node, when nobody knows which', { node: 'pve2', wholeHost: true, carries: ['web'] }, { host: 'alpha' }, true],
  ])('%s', (_, hazard, self, expected) => expect(carried(hazard, self)).toBe(expected));
});
