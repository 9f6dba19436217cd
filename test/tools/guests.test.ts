import { describe, expect, it } from 'vitest';
import type { Host } from '../../src/core/command.ts';
import { Absent, Refusal } from '../../src/core/errors.ts';
import { join } from '../../src/core/join.ts';
import { planSafely } from '../../src/core/part.ts';
import { speak } from '../../src/core/words.ts';
import { findGuest, guestPlan, listPlan } from '../../src/tools/guests.ts';
import { ALPHA, alpha, lookAt } from './guests-look.ts';

const FLEET = alpha([
  { vmid: 100, node: 'pve1', name: 'web-a', status: 'running', config: { tags: 'prod;web' } },
  { vmid: 103, node: 'pve3', name: 'runner', status: 'running' },
  { vmid: 106, node: 'pve1', name: 'debian-13', config: { template: 1 } },
  { vmid: 107, node: 'pve3', name: 'stuck', config: { lock: 'snapshot' } },
  { vmid: 108, node: 'pve1', name: 'twin' },
  { vmid: 109, node: 'pve3', name: 'twin' },
  { vmid: 110, node: 'pve2' },
  { vmid: 200, node: 'pve1', type: 'lxc', name: 'dns1', status: 'running' },
]);

/** The message and hint of a refusal. */
async function said(asking: Promise<unknown>): Promise<string> {
  try {
    await asking;
  } catch (error) {
    if (error instanceof Refusal) return `${speak(error.said, 'en')} · ${error.hint ? speak(error.hint, 'en') : ''}`;
    if (error instanceof Absent) return `absent: ${speak(error.said, 'en')} · ${error.near.join(' ')}`;
    throw error;
  }
  throw new Error('was not refused');
}

describe('the one guest that is meant', () => {
  it.each([
    ['web-a', '100'],
    ['100', '100'],
    ['alpha/web-a', '100'],
    ['alpha/108', '108'],
    ['pve3/twin', '109'],
    ['pve1/108', '108'],
    ['VM 110', '110'],
    ['110', '110'],
  ])('%s', async (typed, id) => {
    const { guest, about } = await findGuest(lookAt(FLEET), 'vm', typed);
    expect(guest.id).toBe(id);
    const at = { site: 'east', host: 'alpha', name: guest.name };
    expect(about).toEqual([{ kind: 'guest', name: typed.slice(typed.indexOf('/') + 1), at, also: [id] }]);
  });

  it.each([
    ['twin', /more than one “twin”: alpha\/108 \(on pve1\), alpha\/109 \(on pve3\) · say which one, for example alpha\/108/],
    ['alpha/twin', /alpha\/108.*alpha\/109/],
    ['dns1', /dns1 on alpha\/pve1 is a container.* · use `ct …`, for example `ct show alpha\/200`/],
    ['200', /is a container/],
    ['web-b', /absent: there is no guest “web-b” · web-a/],
    ['pve2/web-a', /absent/],
  ])('%s is none', async (typed, words) => expect(await said(findGuest(lookAt(FLEET), 'vm', typed))).toMatch(words));

  it('of the other family is named as what it is', async () => {
    expect(await said(findGuest(lookAt(FLEET), 'ct', 'web-a'))).toMatch(/virtual machine, no container · use `vm …`, for example `vm show alpha\/100`/);
  });

  it('on a node that is off is refused, saying so; by a name nobody knows any more, it may come back', async () => {
    const look = () => lookAt(alpha([{ vmid: 103, node: 'pve3' }], { off: ['pve3'] }));
    expect(await said(findGuest(look(), 'vm', '103'))).toMatch(/alpha\/103: its node pve3 is offline/);
    const part = await planSafely(
      () => guestPlan(look(), 'vm', 'runner', 'start'),
      () => undefined,
    );
    expect(part).toMatchObject({ kind: 'absent', passing: true });
  });

  it('of two sites is ambiguous by the number that was typed', async () => {
    const beta: Host = { ...ALPHA, name: 'beta', site: 'west' };
    const plan = (host: Host) =>
      planSafely(
        () => guestPlan(lookAt(FLEET, { hosts: [host] }), 'vm', '110', 'start'),
        () => undefined,
      );
    const joined = join({ east: await plan(ALPHA), west: await plan(beta) });
    expect(joined.kind === 'refused' && speak(joined.message, 'en')).toMatch(/alpha\/110, beta\/110/);
  });
});

describe('the list', () => {
  const rows = async (family: 'vm' | 'ct', on: readonly string[], answers = FLEET) => {
    const plan = await listPlan(lookAt(answers), family, on);
    const [table] = plan.answer ?? [];
    return { plan, rows: table?.kind === 'table' ? table.rows.map((row) => row.map((cell) => (typeof cell === 'object' ? speak(cell, 'en') : cell))) : [] };
  };

  it('has every guest of the family, templates and locks marked', async () => {
    expect((await rows('vm', [])).rows).toEqual([
      ['web-a', '100', 'running', 2, '4.0 GiB', 'prod web', 'alpha/pve1'],
      ['runner', '103', 'running', 2, '4.0 GiB', '', 'alpha/pve3'],
      ['debian-13', '106', 'template', 2, '4.0 GiB', '', 'alpha/pve1'],
      ['stuck', '107', 'stopped, locked (snapshot)', 2, '4.0 GiB', '', 'alpha/pve3'],
      ['twin', '108', 'stopped', 2, '4.0 GiB', '', 'alpha/pve1'],
      ['twin', '109', 'stopped', 2, '4.0 GiB', '', 'alpha/pve3'],
      ['VM 110', '110', 'stopped', 2, '4.0 GiB', '', 'alpha/pve2'],
    ]);
    expect((await rows('ct', [])).rows.map(([name]) => name)).toEqual(['dns1']);
  });

  it.each([
    [['pve3'], ['runner', 'stuck', 'twin']],
    [
      ['pve3', 'pve2'],
      ['runner', 'stuck', 'twin', 'VM 110'],
    ],
    [['alpha'], ['web-a', 'runner', 'debian-13', 'stuck', 'twin', 'twin', 'VM 110']],
    [
      ['@prod', 'pve3'],
      ['web-a', 'runner', 'debian-13', 'stuck', 'twin', 'twin', 'VM 110'],
    ],
    [['site:east'], ['web-a', 'runner', 'debian-13', 'stuck', 'twin', 'twin', 'VM 110']],
  ])('of %s', async (on, names) => expect((await rows('vm', on)).rows.map(([name]) => name)).toEqual(names));

  it('takes one call a cluster, and goes on without a node or a cluster that is off', async () => {
    const look = lookAt(FLEET);
    await listPlan(look, 'vm', []);
    expect(look.asked).toEqual(['/cluster/resources']);
    const off = await rows('vm', [], alpha([{ vmid: 103, node: 'pve3' }], { off: ['pve3'] }));
    expect(off.rows[0]?.slice(0, 3)).toEqual(['VM 103', '103', 'its node is offline']);
    expect(off.plan.notes?.map((note) => speak(note, 'en'))).toEqual(['alpha: node pve3 is offline; what runs there is not known']);
    expect((await rows('vm', [], {})).plan.notes).toHaveLength(1);
  });

  it('offers each guest by what can be typed for it', async () => {
    const { plan } = await rows('vm', []);
    expect(plan.listed?.[0]?.found.map(({ name }) => name)).toEqual(['web-a', 'runner', 'debian-13', 'stuck', '108', '109', '110', 'dns1']);
  });
});

describe('what libvirt has not', () => {
  const kvm1: Host = { ...{ name: 'kvm1', site: 'east', sites: ['east'], kind: 'libvirt', tags: [], address: '192.0.2.1', libvirt: 'qemu:///system' } };
  const virsh = 'virsh -c qemu:///system -q';
  const answers = {
    [`${virsh} list --all --uuid --name`]: '11111111-2222-3333-4444-555555555555 shop\n',
    [`${virsh} domstats --state --vcpu --balloon`]: "Domain: 'shop'\n  state.state=1\n  vcpu.current=2\n  balloon.current=1048576\n",
  };
  it('is refused with the reason', async () => {
    const look = lookAt(answers, { hosts: [kvm1] });
    expect(await said(guestPlan(look, 'vm', 'shop', 'unlock'))).toMatch(/shop is a libvirt guest on kvm1: libvirt has no locks/);
    expect(await said(guestPlan(look, 'vm', 'shop', 'agentIp'))).toMatch(/Proxmox clusters only/);
    expect((await guestPlan(look, 'vm', 'shop', 'reboot')).steps).toHaveLength(1);
  });
});
