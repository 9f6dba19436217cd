import { describe, expect, it } from 'vitest';
import type { Cell, Plan } from '../../../src/core/types.ts';
import { speak } from '../../../src/core/words.ts';
import { virtiofsAttach, virtiofsDetach, virtiofsList } from '../../../src/tools/proxmox/virtiofs.ts';
import { shareOf } from '../../../src/tools/proxmox/virtiofs-reads.ts';
import { contractsHere } from '../../conformance/contracts.ts';
import { undeclared } from '../../conformance/schema.ts';
import { type Answers, alpha, lookAt } from '../guests-look.ts';
import { refused } from '../refused.ts';

const D = 'd'.repeat(40);
const full = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`virtiofs${i}`, `dirid=d${i}`]));
const fleet = (more: Answers = {}) =>
  alpha(
    [
      { vmid: 102, node: 'pve2', name: 'wiki', config: {} },
      { vmid: 103, node: 'pve1', name: 'runner', status: 'running', config: { virtiofs0: 'media,expose-acl=1', virtiofs2: 'dirid=old' } },
      { vmid: 104, node: 'pve1', name: 'full', config: full },
      { vmid: 105, node: 'pve1', name: 'double', config: { virtiofs0: 'dirid=media', virtiofs1: 'dirid=media' } },
      { vmid: 106, node: 'pve1', name: 'image', config: { template: 1 } },
      { vmid: 107, node: 'pve1', name: 'stuck', config: { lock: 'backup' } },
      { vmid: 200, node: 'pve1', type: 'lxc', name: 'dns1', config: {} },
    ],
    {
      more: {
        '/cluster/mapping/dir': [
          { id: 'scratch', map: ['path=/srv/scratch,node=pve1'] },
          { id: 'media', map: ['node=pve1,path=/srv/media', 'node=pve2,path=/mnt/media'], checks: [{ severity: 'warning', message: 'nothing much' }] },
          { id: 'broken', map: ['node=pve1,path=/gone'], checks: [{ severity: 'error', message: "Path '/gone' does not exist\n" }] },
        ],
        ...more,
      },
    },
  );
const at = (more: Answers = {}) => lookAt(fleet(more));
const facts = (plan: Plan) => plan.facts.map(({ what, value }) => `${speak(what, 'en')}: ${speak(value, 'en')}`);

describe('attach', () => {
  it('takes the first free index, against the config that was seen, and is undone by detach', async () => {
    const plan = await virtiofsAttach(at(), 'runner', 'scratch');
    expect(plan.steps).toMatchObject([
      {
        ...{ method: 'PUT', path: '/nodes/pve1/qemu/103/config', params: { virtiofs1: 'dirid=scratch,cache=auto', digest: D } },
        proof: { path: '/nodes/pve1/qemu/103/config', has: { virtiofs1: 'dirid=scratch,cache=auto' } },
      },
    ]);
    expect(facts(plan)).toEqual(
      expect.arrayContaining([
        'directory: scratch is /srv/scratch on pve1',
        'with it: cannot be moved while it runs, suspended, or snapshotted with its memory',
        'stopped, it may go to: no other node: only this one has the directory',
        'takes effect: PENDING until its next restart',
      ]),
    );
    expect(plan.undo).toEqual({ command: 'vm virtiofs detach', input: { guest: 'alpha/103', dir: 'scratch' } });
    expect(plan.notes?.map((note) => speak(note, 'en'))).toEqual(['`vm reboot alpha/103` brings it into effect']);
  });
  it('to a stopped guest waits for nothing', async () => {
    const plan = await virtiofsAttach(at(), 'wiki', 'media');
    expect(plan.steps).toMatchObject([{ params: { virtiofs0: 'dirid=media,cache=auto' } }]);
    expect(facts(plan).join('\n')).not.toContain('PENDING');
    expect(facts(plan)).toContain('directory: media is /mnt/media on pve2');
  });
  it('of what it has is nothing to do', async () => expect((await virtiofsAttach(at(), 'runner', 'media')).steps).toEqual([]));
  it.each([
    ['dns1', 'media', {}, /is a container/],
    ['wiki', 'scratch', {}, /“scratch” has no path on pve2, only on pve1 · on pve2 there is: media/],
    ['wiki', 'nosuch', {}, /no directory “nosuch”.* · on pve2 there is: media/],
    ['wiki', 'nosuch', { '/cluster/mapping/dir': [] }, /web interface/],
    ['stuck', 'broken', {}, /not right on pve1: Path '\/gone' does not exist/],
    ['full', 'media', {}, /10 directories already.*`vm virtiofs detach alpha\/104 DIR`/],
    ['image', 'media', {}, /is a template/],
    ['stuck', 'media', {}, /locked \(backup\)/],
    ['wiki', 'media', { '/nodes/pve2/version': { version: '8.3.5' } }, /pve2 runs Proxmox VE 8\.3\.5.*8\.4/],
    ['wiki', 'media', { '/nodes/pve2/version': { version: '7.4-16' } }, /no shared directories/],
  ])('to %s of %s is refused', async (name, dir, more, words) => expect(await refused(virtiofsAttach(at(more), name, dir))).toMatch(words));
  it('is there from 8.4 on', async () => {
    expect((await virtiofsAttach(at({ '/nodes/pve2/version': { version: '8.4.0' } }), 'wiki', 'media')).steps).toHaveLength(1);
  });
});

describe('detach', () => {
  it('takes it out by its index, is undone by attach, and says what that loses', async () => {
    const plan = await virtiofsDetach(at(), 'runner', 'media');
    expect(plan.steps).toMatchObject([{ method: 'PUT', params: { delete: 'virtiofs0', digest: D }, proof: { has: { virtiofs0: null } } }]);
    expect(plan.undo).toEqual({ command: 'vm virtiofs attach', input: { guest: 'alpha/103', dir: 'media' } });
    expect(plan.notes?.map((note) => speak(note, 'en'))).toContain('undo attaches it without its options: expose-acl=1');
  });
  it('of a directory the cluster has no more is possible; of one of two by its index', async () => {
    expect((await virtiofsDetach(at(), 'runner', 'old')).steps).toMatchObject([{ params: { delete: 'virtiofs2' } }]);
    expect((await virtiofsDetach(at(), 'double', 'virtiofs1')).steps).toMatchObject([{ params: { delete: 'virtiofs1' } }]);
  });
  it.each([
    ['runner', 'scratch', /no directory “scratch” · it has: media, old/],
    ['wiki', 'media', /it has none; `vm virtiofs list alpha\/102`/],
    ['double', 'media', /more than once · say which: virtiofs0, virtiofs1/],
    ['dns1', 'media', /is a container/],
  ])('from %s of %s is refused', async (name, dir, words) => expect(await refused(virtiofsDetach(at(), name, dir))).toMatch(words));
});

describe('list', () => {
  it('says what it has, what waits, and what there is besides', async () => {
    const pending = [
      { key: 'virtiofs0', value: 'dirid=media,cache=auto', delete: 1 },
      { key: 'virtiofs2', value: 'dirid=old' },
      { key: 'virtiofs3', pending: 'dirid=scratch' },
    ];
    const { answer } = await virtiofsList(at({ '/nodes/pve1/qemu/103/pending': pending }), 'runner');
    const [table] = answer ?? [];
    const text = (cell: Cell) => (typeof cell === 'object' ? speak(cell, 'en') : String(cell));
    expect(table?.kind === 'table' ? table.rows.map((row) => row.map(text)) : []).toEqual([
      ['media', '/srv/media', 'until the next restart', 'virtiofs0 cache=auto', ''],
      ['old', 'not on pve1', 'yes', 'virtiofs2', ''],
      ['scratch', '/srv/scratch', 'from the next restart on', 'virtiofs3', ''],
      ['broken', '/gone', 'no', '', "Path '/gone' does not exist"],
    ]);
  });
  it.each([
    ['media,cache=always', { id: 'media', options: ['cache=always'] }],
    ['cache=never,dirid=media', { id: 'media', options: ['cache=never'] }],
  ])('reads %s', (value, share) => expect(shareOf('virtiofs0', value)).toEqual({ key: 'virtiofs0', ...share }));
});

describe.skipIf(!contractsHere())('the calls', () => {
  it('are ones that Proxmox declares', async () => {
    const look = at({ '/nodes/pve2/qemu/102/pending': [] });
    const plans = [await virtiofsAttach(look, 'wiki', 'media'), await virtiofsDetach(look, 'runner', 'media'), await virtiofsList(look, 'wiki')];
    const wrong = [
      ...look.asked.flatMap((path) => undeclared('GET', path.split('?')[0] ?? '', [...new URLSearchParams(path.split('?')[1]).keys()])),
      ...plans.flatMap(({ steps }) => steps.flatMap((step) => (step.kind === 'api' ? undeclared(step.method, step.path, step.params) : []))),
    ];
    expect(look.asked).toContain('/cluster/mapping/dir?check-node=pve2');
    expect(wrong).toEqual([]);
  });
});
