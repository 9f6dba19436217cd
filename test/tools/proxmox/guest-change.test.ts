import { describe, expect, it } from 'vitest';
import type { Look } from '../../../src/core/command.ts';
import type { Plan } from '../../../src/core/types.ts';
import { speak } from '../../../src/core/words.ts';
import type { CloneOptions, Settings } from '../../../src/tools/guests/guest.ts';
import { guestPlan, planWith } from '../../../src/tools/guests.ts';
import { sizeOf, sizeText } from '../../../src/tools/proxmox/guest-disks.ts';
import { type Answers, alpha, lookAt, no, PX3 } from '../guests-look.ts';
import { refused } from '../refused.ts';

const D = 'd'.repeat(40);
const SNAPSHOTS = [
  { name: 'fresh', snaptime: 1_799_000_000, description: '', vmstate: 0 },
  { name: 'fresher', snaptime: 1_799_500_000, parent: 'fresh', description: 'second\n', vmstate: 1 },
];
const fleet = (more: Answers = {}, quorate = 1) =>
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
        config: { scsi0: 'local-zfs:vm-101-disk-0,iothread=1,size=64G', ide2: 'none,media=cdrom', agent: '1' },
      },
      { vmid: 102, node: 'pve2', name: 'wiki', config: { scsi0: 'ceph:vm-102-disk-0,size=32G', tags: 'docs' } },
      {
        vmid: 103,
        node: 'pve3',
        name: 'runner',
        status: 'running',
        config: { scsi0: 'ceph:vm-103-disk-0,size=32G', agent: 'enabled=1' },
        snapshots: SNAPSHOTS,
      },
      {
        vmid: 104,
        node: 'pve2',
        name: 'legacy',
        config: { scsi0: 'local-zfs:vm-104-disk-0,size=16G', ide2: 'local:iso/old.iso,media=cdrom,size=600M', parent: 'fresh' },
        snapshots: SNAPSHOTS,
      },
      { vmid: 106, node: 'pve1', name: 'debian-13', config: { template: 1, scsi0: 'ceph:base-106-disk-0,size=8G' } },
      { vmid: 107, node: 'pve3', name: 'stuck', config: { lock: 'snapshot', scsi0: 'ceph:vm-107-disk-0,size=8G' } },
      { vmid: 111, node: 'pve2', name: 'vault', status: 'running', config: { protection: 1, memory: '4096' } },
      { vmid: 200, node: 'pve1', type: 'lxc', name: 'dns1', status: 'running', config: { memory: 512, rootfs: 'ceph:subvol-200-disk-0,size=8G' } },
      { vmid: 202, node: 'pve3', type: 'lxc', name: 'cron', config: { memory: 512, rootfs: 'ceph:subvol-202-disk-0,size=8G', mp0: '/srv,mp=/srv' } },
    ],
    { more, quorate },
  );

const facts = (plan: Plan) => plan.facts.map(({ what, value }) => `${speak(what, 'en')}: ${speak(value, 'en')}`);
const of = (name: string) => (name === 'dns1' || name === 'cron' ? 'ct' : 'vm');

const snapshot = (name: string, options: { name?: string; memory?: boolean; keep?: number } = {}, look: Look = lookAt(fleet())) =>
  planWith(look, of(name), name, ({ deeds }) => deeds.snapshot, { name: options.name ?? 'pre', memory: options.memory ?? false, keep: options.keep });
const rollback = (name: string, to: string, start = false, look: Look = lookAt(fleet())) =>
  planWith(look, of(name), name, ({ deeds }) => deeds.rollback, { name: to, start });
const delsnapshot = (name: string, snap: string, options: { before?: string; force?: boolean } = {}, look: Look = lookAt(fleet())) =>
  planWith(look, of(name), name, ({ deeds }) => deeds.delsnapshot, { name: snap, before: options.before, force: options.force ?? false });
const clone = (name: string, options: Partial<CloneOptions> = {}, look: Look = lookAt(fleet())) =>
  planWith(look, of(name), name, ({ deeds }) => deeds.clone, { name: 'new', id: undefined, full: false, storage: undefined, to: undefined, ...options });
const resize = (name: string, disk: string, size: string) => planWith(lookAt(fleet()), of(name), name, ({ deeds }) => deeds.resize, { disk, size });
const set = (name: string, settings: Settings, look: Look = lookAt(fleet())) => planWith(look, of(name), name, ({ deeds }) => deeds.set, settings);
const destroy = (name: string, confirm: string, look: Look = lookAt(fleet())) => planWith(look, of(name), name, ({ deeds }) => deeds.destroy, { confirm });

describe('snapshot', () => {
  it('is one call that is not broken off, and can be kept for a while', async () => {
    const plan = await snapshot('gitlab', { memory: true, keep: 86_400_000 });
    expect(plan.steps).toMatchObject([{ method: 'POST', path: '/nodes/pve1/qemu/101/snapshot', params: { snapname: 'pre', vmstate: 1 }, stop: 'never' }]);
    expect(plan.undo).toEqual({ command: 'vm delsnapshot', input: { guest: 'alpha/101', name: 'pre' } });
    expect(plan.keeps).toMatchObject([{ forMs: 86_400_000, remove: { command: 'vm delsnapshot', input: { guest: 'alpha/101', name: 'pre' } } }]);
  });
  it.each([
    ['runner', { name: 'fresh' }, {}, /already has a snapshot “fresh”/],
    ['wiki', { memory: true }, {}, /does not run.*--memory/],
    ['dns1', { memory: true }, {}, /disks only/],
    ['wiki', { name: 'current' }, {}, /keeps for itself/],
    ['wiki', { name: 'x' }, {}, /“x” is too short/],
    ['gitlab', {}, { '/nodes/pve1/qemu/101/feature': { hasFeature: 0 } }, /no snapshot of alpha\/101 can be taken.*`vm config alpha\/101`/],
    ['stuck', {}, {}, /locked \(snapshot\)/],
  ])('of %s with %o is refused', async (name, options, more, words) => expect(await refused(snapshot(name, options, lookAt(fleet(more))))).toMatch(words));

  it('are shown as a tree', async () => {
    const [table] = (await guestPlan(lookAt(fleet()), 'vm', 'runner', 'snapshots')).answer ?? [];
    const cells = table?.kind === 'table' ? table.rows.map((row) => row.map((cell) => (typeof cell === 'object' ? speak(cell, 'en') : cell))) : [];
    expect(cells).toEqual([
      ['fresh', '2027-01-03 18:13', 'no', '', ''],
      ['  fresher', '2027-01-09 13:06', 'yes', 'you are here', 'second'],
    ]);
  });
});

describe('delsnapshot', () => {
  it('says what stays', async () => {
    const plan = await delsnapshot('runner', 'fresh');
    expect(plan.steps).toMatchObject([{ method: 'DELETE', path: '/nodes/pve3/qemu/103/snapshot/fresh', params: {}, stop: 'never' }]);
    expect(facts(plan)).toContain('made from it: fresher: they stay');
    expect(plan.undo).toHaveProperty('impossible');
  });
  it('leaves one alone that was made later', async () => {
    expect(await refused(delsnapshot('runner', 'fresher', { before: new Date(1_799_400_000_000).toISOString() }))).toMatch(/no snapshot “fresher”/);
    expect((await delsnapshot('runner', 'fresher', { before: new Date(1_799_600_000_000).toISOString() })).steps).toHaveLength(1);
  });
  it('of one that was broken off says how to cure it', async () => {
    const broken = { '/nodes/pve3/qemu/103/snapshot': [{ name: 'fresh', snaptime: 5, snapstate: 'delete' }] };
    expect(await refused(delsnapshot('runner', 'fresh', {}, lookAt(fleet(broken))))).toMatch(
      /broken off \(delete\) · `vm delsnapshot alpha\/103 fresh --force`/,
    );
    const locked = { ...broken, '/nodes/pve3/qemu/103/status/current': { status: 'running', lock: 'snapshot-delete' } };
    expect(await refused(delsnapshot('runner', 'fresh', { force: true }, lookAt(fleet(locked))))).toMatch(
      /first `vm unlock alpha\/103`, then `vm delsnapshot alpha\/103 fresh --force`/,
    );
    const plan = await delsnapshot('runner', 'fresh', { force: true }, lookAt(fleet(broken)));
    expect(plan).toMatchObject({ risk: 'high', steps: [{ params: { force: 1 } }] });
  });
});

describe('rollback', () => {
  it('keeps what it is now, and can be undone by that', async () => {
    const plan = await rollback('runner', 'fresh');
    expect(plan.steps).toMatchObject([
      { path: '/nodes/pve3/qemu/103/snapshot', params: { snapname: 'before-T0123456789A' } },
      { path: '/nodes/pve3/qemu/103/snapshot/fresh/rollback', params: {}, stop: 'never' },
    ]);
    // It runs, and what is kept holds no memory: to be as it was, it is started again.
    expect(plan.undo).toEqual({ command: 'vm rollback', input: { guest: 'alpha/103', name: 'before-T0123456789A', start: true } });
    expect(facts(plan).find((fact) => fact.startsWith('goes back: '))).toMatch(/UTC: what changed since is only in before-T0123456789A$/);
    expect(facts(plan)).toContain('afterwards: it is stopped: the snapshot holds no memory');
    expect(plan.notes?.map((note) => speak(note, 'en'))).toEqual(['it is stopped by this, and stays so; with --start it is started again']);
    expect((await rollback('runner', 'fresher')).notes).toEqual([]);
    expect((await rollback('runner', 'fresh', true)).steps).toMatchObject([{}, { params: { start: 1 } }]);
  });
  it('on ZFS goes to the newest only, and cannot be undone', async () => {
    expect(await refused(rollback('legacy', 'fresh'))).toMatch(
      /local-zfs goes back to the newest snapshot only, and fresher is newer than fresh · .*`vm delsnapshot alpha\/104 fresher`/,
    );
    const plan = await rollback('legacy', 'fresher');
    expect(plan.steps).toHaveLength(1);
    expect(plan.undo).toHaveProperty('impossible');
    expect(plan.keeps).toBeUndefined();
  });
  it('of a guest that HA wants running is refused with what to do first', async () => {
    const more = { '/nodes/pve1/qemu/100/snapshot': SNAPSHOTS };
    expect(await refused(rollback('web-a', 'fresh', false, lookAt(fleet(more))))).toMatch(/HA manages alpha\/100.*`vm shutdown alpha\/100`/);
  });
});

describe('clone', () => {
  it('of a template is linked, of a guest full, with a number that is free', async () => {
    const linked = await clone('debian-13');
    expect(linked.steps).toMatchObject([{ path: '/nodes/pve1/qemu/106/clone', params: { newid: 112, name: 'new' } }]);
    expect(linked.steps[0]).not.toHaveProperty('params.full');
    expect(linked.undo).toEqual({ command: 'vm destroy', input: { guest: 'alpha/112', confirm: 'new' } });
    expect(linked.locks).toEqual([{ name: 'east/alpha/pve1/106' }, { name: 'east/alpha/pve1/112' }]);
    const full = await clone('wiki', { storage: 'ceph', to: 'pve1', id: '150' }, lookAt(fleet({ '/cluster/nextid?vmid=150': '150' })));
    expect(full.steps).toMatchObject([{ params: { newid: 150, name: 'new', full: 1, storage: 'ceph', target: 'pve1' } }]);
    const ct = await clone('cron');
    expect(ct.steps).toMatchObject([{ path: '/nodes/pve3/lxc/202/clone', params: { newid: 112, hostname: 'new', full: 1 } }]);
  });
  it.each([
    ['debian-13', { storage: 'ceph' }, {}, /linked clone stays.*--full/],
    ['wiki', { id: '100' }, {}, /VMID 100 is taken: web-a on pve1/],
    ['wiki', { id: '300' }, { '/cluster/nextid?vmid=300': no(500, 'VM 300 already exists') }, /VMID 300 is taken/],
    ['wiki', { to: 'pve9' }, {}, /no node “pve9” · (did you mean|it has)/],
    ['wiki', { storage: 'local' }, {}, /holds no disks · there is: ceph, local-zfs/],
    ['gitlab', { to: 'pve2' }, {}, /pve2 does not see the disks/],
    ['dns1', {}, {}, /container alpha\/200 runs.*`ct shutdown alpha\/200`/],
    ['wiki', { storage: 'beta/ceph' }, {}, /not in cluster alpha/],
    ['debian-13', {}, { '/nodes/pve1/qemu/106/feature': { hasFeature: 0, nodes: [] } }, /no linked clones · --full/],
  ] as const)('of %s with %o is refused', async (name, options, more, words) =>
    expect(await refused(clone(name, options, lookAt(fleet(more))))).toMatch(words),
  );
});

describe('resize', () => {
  it('is to a size, however it was asked for', async () => {
    const plan = await resize('gitlab', 'scsi0', '+10G');
    expect(plan.steps).toMatchObject([
      {
        method: 'PUT',
        path: '/nodes/pve1/qemu/101/resize',
        params: { disk: 'scsi0', size: '74G', digest: D },
        proof: { has: { scsi0: 'local-zfs:vm-101-disk-0,iothread=1,size=74G' } },
        stop: 'never',
      },
    ]);
    expect(facts(plan)).toContain('free on local-zfs: 600 GiB');
    expect(plan.risk).toBe('medium');
    const large = await resize('gitlab', 'scsi0', '2T');
    expect([large.risk, ...facts(large)]).toEqual(expect.arrayContaining(['high', 'space on local-zfs: 600.0 GiB free, 1.9 TiB may be needed']));
    expect((await resize('dns1', 'rootfs', '1T')).steps).toMatchObject([{ path: '/nodes/pve1/lxc/200/resize', params: { size: '1T' } }]);
  });
  it.each([
    ['gitlab', 'scsi0', '64G', /has 64 GiB already: it can only grow/],
    ['gitlab', 'scsi0', '10G', /\+10G, or a size above 64 GiB/],
    ['gitlab', 'scsi9', '+1G', /no disk “scsi9” · it has: scsi0 \(64 GiB\)/],
    ['gitlab', 'ide2', '+1G', /no disk “ide2”/],
    ['gitlab', 'scsi0', '+0G', /only grow/],
  ])('of %s %s %s is refused', async (name, disk, size, words) => expect(await refused(resize(name, disk, size))).toMatch(words));
  it.each([
    ['1G', 2 ** 30],
    ['1.5G', 1.5 * 2 ** 30],
    ['528K', 528 * 1024],
    ['100', 100],
    ['x', undefined],
  ])('reads %s', (text, size) => expect(sizeOf(text)).toBe(size));
  it.each([
    [2 ** 40, '1T'],
    [1.5 * 2 ** 30, '1536M'],
    [528 * 1024, '528K'],
    [100, '100'],
  ])('writes %s', (size, text) => expect(sizeText(size)).toBe(text));
});

describe('set', () => {
  it('shows old and new, against the config that was seen, and is undone by the old', async () => {
    const plan = await set('vault', { memory: '6G', protection: 'no' });
    expect(plan.steps).toMatchObject([
      {
        method: 'PUT',
        path: '/nodes/pve2/qemu/111/config',
        params: { memory: '6144', protection: '0', digest: D },
        proof: { path: '/nodes/pve2/qemu/111/config', has: { memory: '6144', protection: '0' } },
      },
    ]);
    expect(facts(plan)).toEqual(expect.arrayContaining(['memory: 4G → 6G, after a restart', 'protection: yes → no']));
    expect(plan.undo).toEqual({ command: 'vm set', input: { guest: 'alpha/111', memory: '4G', protection: 'yes' } });
    expect(plan.notes?.map((note) => speak(note, 'en'))).toEqual(['memory: from the next restart on; `vm reboot alpha/111` does that']);
  });
  it('of less memory than is in use says so: what follows at once weighs more', async () => {
    const uses = (path: string, mem: number) => ({ [path]: { status: 'running', qmpstatus: 'running', mem, maxmem: 2 ** 32 } });
    const vm = await set('vault', { memory: '512M' }, lookAt(fleet(uses('/nodes/pve2/qemu/111/status/current', 2 ** 30))));
    expect([vm.risk, ...facts(vm)]).toEqual(expect.arrayContaining(['medium', 'memory in use: 1.0 GiB now, more than it will have']));
    const ct = await set('dns1', { memory: '100M' }, lookAt(fleet(uses('/nodes/pve1/lxc/200/status/current', 200 * 2 ** 20))));
    expect([ct.risk, ...facts(ct)]).toEqual(expect.arrayContaining(['high', 'memory in use: 200 MiB, more than it is left: processes may be killed']));
    expect((await set('dns1', { memory: '400M' }, lookAt(fleet(uses('/nodes/pve1/lxc/200/status/current', 200 * 2 ** 20))))).risk).toBe('low');
  });
  it('of what is so already says that it waits for a restart all the same', async () => {
    const more = { '/nodes/pve2/qemu/111/pending': [{ key: 'memory', value: 2048, pending: 4096 }] };
    const plan = await set('vault', { memory: '4G' }, lookAt(fleet(more)));
    expect(plan.steps).toEqual([]);
    expect(plan.notes?.map((note) => speak(note, 'en'))).toEqual(['memory: from the next restart on; `vm reboot alpha/111` does that']);
  });
  it('takes out what was not there before, and leaves alone what is so already', async () => {
    const plan = await set('wiki', { tags: '', cores: '2', onboot: 'yes' });
    expect(plan.steps).toMatchObject([{ params: { delete: 'tags', onboot: '1', digest: D }, proof: { has: { tags: null, onboot: '1' } } }]);
    expect(plan.undo).toMatchObject({ input: { tags: 'docs', onboot: 'no' } });
    expect((await set('wiki', { cores: '2' })).steps).toEqual([]);
  });
  it('writes tags as Proxmox keeps them, and names of containers as theirs', async () => {
    expect((await set('wiki', { tags: 'Prod,docs,prod' })).steps).toMatchObject([{ params: { tags: 'docs;prod' } }]);
    expect((await set('dns1', { name: 'ns1', memory: '1G', cores: 'all' })).steps).toMatchObject([
      { params: { hostname: 'ns1', memory: '1024', delete: 'cores' } },
    ]);
  });
  it('a container needs no restart, nor a guest with that hot-plugged', async () => {
    expect((await set('dns1', { memory: '1G' })).notes).toEqual([]);
    const hot = { '/nodes/pve1/qemu/101/config': { digest: D, memory: '4096', hotplug: 'disk,memory,network' } };
    expect((await set('gitlab', { memory: '6G' }, lookAt(fleet(hot)))).notes).toEqual([]);
  });
  it.each([
    ['wiki', {}, /say what is to change · .*--memory, --cores/],
    ['wiki', { tags: '-x' }, /“-x” is no legal tag/],
    ['wiki', { memory: '1M' }, /no memory size/],
    ['wiki', { cores: 'all' }, /needs a number/],
  ])('of %s to %o is refused', async (name, settings, words) => expect(await refused(set(name, settings))).toMatch(words));
  it('hides what somebody could log in with', async () => {
    const more = {
      '/nodes/pve2/qemu/102/pending': [
        { key: 'cipassword', value: '**********' },
        { key: 'sshkeys', value: 'ssh-ed25519%20AAAA' },
        { key: 'memory', value: '4096', pending: '8192' },
        { key: 'digest', value: D },
        { key: 'onboot', value: 1, delete: 1 },
      ],
    };
    const plan = await guestPlan(lookAt(fleet(more)), 'vm', 'wiki', 'config');
    const [table] = plan.answer ?? [];
    expect(table?.kind === 'table' ? table.rows.map((row) => row.map((cell) => (typeof cell === 'object' ? speak(cell, 'en') : cell))) : []).toEqual([
      ['cipassword', '(set, not shown)', ''],
      ['memory', '4096', '8192'],
      ['onboot', '1', 'taken out'],
      ['sshkeys', '(set, not shown)', ''],
    ]);
  });
});

describe('unlock', () => {
  it('is done by root on the node, and then seen', async () => {
    const plan = await guestPlan(lookAt(fleet(), { shell: PX3 }), 'vm', 'stuck', 'unlock');
    expect(plan.steps).toMatchObject([
      { kind: 'wait', on: { site: 'east', host: 'alpha' }, wave: 1, until: { is: 'snapshot' } },
      { kind: 'exec', on: { site: 'west', host: 'px3' }, wave: 2, argv: ['qm', 'unlock', '107'] },
      {
        kind: 'wait',
        on: { site: 'east', host: 'alpha' },
        wave: 3,
        read: { path: '/nodes/pve3/qemu/107/status/current', pick: 'data.lock' },
        until: { isNot: 'snapshot' },
      },
    ]);
    expect(plan.facts.map(({ holds }) => holds)).toContain('locked alpha 107 snapshot');
    expect(plan.touches).toEqual(['alpha']);
  });
  it.each([
    [{}, false, /the API cannot unlock.*root on pve3/],
    [{ '/nodes/pve3/tasks': [{ type: 'qmsnapshot', id: '107', status: 'RUNNING' }] }, true, /by what runs: qmsnapshot 107 \(pve3\) · wait/],
  ])('is refused (%o)', async (more, shell, words) =>
    expect(await refused(guestPlan(lookAt(fleet(more), shell ? { shell: PX3 } : {}), 'vm', 'stuck', 'unlock'))).toMatch(words),
  );
  it('sees what holds the lock elsewhere: a clone by its source, a migration by where it began', async () => {
    const by = (lock: string, task: unknown) =>
      refused(
        guestPlan(
          lookAt(fleet({ '/nodes/pve3/qemu/107/status/current': { status: 'stopped', lock }, '/nodes/pve1/tasks': [task] }), { shell: PX3 }),
          'vm',
          'stuck',
          'unlock',
        ),
      );
    expect(await by('clone', { type: 'qmclone', id: '102', status: 'RUNNING' })).toMatch(/by what runs: qmclone 102 \(pve1\)/);
    expect(await by('migrate', { type: 'qmigrate', id: '107', status: 'RUNNING' })).toMatch(/by what runs: qmigrate 107 \(pve1\)/);
  });
  it('does not say that nothing runs where tasks cannot be read', async () => {
    const plan = await guestPlan(lookAt(fleet({ '/nodes/pve1/tasks': no(403, 'Permission check failed') }), { shell: PX3 }), 'vm', 'stuck', 'unlock');
    expect(plan.risk).toBe('high');
    expect(facts(plan)).toContain('what runs: not known: the tasks of pve1 cannot be read');
  });
  it('of a node without a host says what is missing, and of a free guest that there is nothing to do', async () => {
    const locked = { '/nodes/pve2/qemu/102/status/current': { status: 'stopped', lock: 'backup' } };
    expect(await refused(guestPlan(lookAt(fleet(locked)), 'vm', 'wiki', 'unlock'))).toMatch(/give node pve2 a `host:`/);
    expect((await guestPlan(lookAt(fleet()), 'vm', 'wiki', 'unlock')).steps).toEqual([]);
  });
});

describe('destroy', () => {
  const backups = (...rows: unknown[]) => ({ '/nodes/pve1/storage/pbs/content': rows, '/nodes/pve2/storage/pbs/content': rows });
  it('says what is lost, and from what it could be restored', async () => {
    const one = { volid: 'pbs:backup/vm/102/2027-01-10T00:00:00Z', vmid: 102, ctime: 1_799_900_000, subtype: 'qemu', size: 5 };
    const look = lookAt(fleet(backups(one)));
    const plan = await destroy('wiki', 'wiki', look);
    expect(plan.steps).toMatchObject([{ method: 'DELETE', path: '/nodes/pve2/qemu/102', params: { purge: 1 }, stop: 'never' }]);
    expect(plan.risk).toBe('high');
    expect(facts(plan)).toEqual(expect.arrayContaining(['last backup: 27 h old', 'disks lost: ceph:vm-102-disk-0']));
    expect('impossible' in plan.undo && speak(plan.undo.impossible, 'en')).toMatch(/pbs:backup\/vm\/102/);
    expect(plan.notes).toEqual([]);
    // Numbers are used again.
    const other = await destroy('wiki', 'wiki', lookAt(fleet(backups({ ...one, notes: 'shop' }))));
    expect(other.notes?.map((note) => speak(note, 'en'))).toEqual(['the notes of its last backup say “shop”: is that this guest?']);
    expect(look.asked.length).toBeLessThanOrEqual(10);
  });
  it('names what goes with it: unused volumes, HA, replications, jobs that list it', async () => {
    const plan = await destroy(
      'wiki',
      'wiki',
      lookAt(
        fleet({
          '/nodes/pve2/qemu/102/config': { digest: 'd', name: 'wiki', scsi0: 'ceph:vm-102-disk-0,size=16G', unused0: 'local-zfs:vm-102-disk-7' },
          '/nodes/pve2/qemu/102/status/current': { status: 'stopped', qmpstatus: 'stopped', ha: { managed: 1, state: 'stopped' } },
          '/nodes/pve2/qemu/102/snapshot': [{ name: 'orphan', snaptime: 5 }, { name: 'current' }],
          '/cluster/replication': [{ id: '102-0', guest: 102, target: 'pve1' }],
          '/cluster/backup': [
            { id: 'nightly', vmid: '101,102' },
            { id: 'other', vmid: '101' },
          ],
        }),
      ),
    );
    expect(facts(plan)).toEqual(
      expect.arrayContaining([
        'snapshots lost: orphan',
        'disks lost: ceph:vm-102-disk-0, local-zfs:vm-102-disk-7',
        'taken out of: HA (vm:102), replication to pve1, backup job nightly',
      ]),
    );
  });
  it('without a backup says so; what cannot be read is not known, and no reason to refuse', async () => {
    const none = await destroy('wiki', '102');
    expect(facts(none)).toContain('last backup: none found: it could not be restored');
    const unread = await destroy(
      'wiki',
      'wiki',
      lookAt(fleet({ '/nodes/pve1/storage/pbs/content': no(500, 'timeout'), '/nodes/pve2/storage/pbs/content': no(500, 'timeout') })),
    );
    expect(facts(unread)).toContain('last backup: not known: it could not be read');
  });
  it('of a template names the guests that stand on it; of a guest its snapshots', async () => {
    const more = {
      '/nodes/pve1/storage/ceph/content?content=images': [
        { volid: 'ceph:vm-102-disk-0', vmid: 102, parent: 'base-106-disk-0@__base__' },
        { volid: 'ceph:base-106-disk-0', vmid: 106 },
      ],
    };
    expect(facts(await destroy('debian-13', 'debian-13', lookAt(fleet(more))))).toContain('linked clones: wiki stand on its disks');
    expect(facts(await destroy('legacy', 'legacy'))).toContain('snapshots lost: fresh, fresher');
  });
  it.each([
    ['wiki', 'Wiki', /--confirm says “Wiki”, but this is wiki \(102\) · .*--confirm wiki/],
    ['wiki', '101', /--confirm says “101”/],
    ['gitlab', 'gitlab', /not stopped · `vm shutdown alpha\/101` first/],
    ['vault', 'vault', /not stopped/],
    ['stuck', 'stuck', /locked/],
  ])('of %s confirmed as %s is refused', async (name, confirm, words) => expect(await refused(destroy(name, confirm))).toMatch(words));
  it('of a protected guest names the way out', async () => {
    const more = { '/nodes/pve2/qemu/111/status/current': { status: 'stopped' } };
    expect(await refused(destroy('vault', 'vault', lookAt(fleet(more))))).toMatch(/protected · `vm set alpha\/111 --protection no`/);
  });
});

describe('the agent', () => {
  const inside = {
    '/nodes/pve1/qemu/101/agent/get-host-name': { result: { 'host-name': 'gitlab.example.org' } },
    '/nodes/pve1/qemu/101/agent/get-osinfo': { result: { 'pretty-name': 'Debian GNU/Linux 13', 'kernel-release': '6.12.0' } },
    '/nodes/pve1/qemu/101/agent/network-get-interfaces': {
      result: [
        { name: 'lo', 'ip-addresses': [{ 'ip-address': '127.0.0.1', prefix: 8 }] },
        { name: 'eth0', 'hardware-address': 'bc:24:11:00:00:01', 'ip-addresses': [{ 'ip-address': '192.0.2.50', prefix: 24, 'ip-address-type': 'ipv4' }] },
        { name: 'wg0' },
      ],
    },
  };
  it('tells the system, and the addresses, also of interfaces without any', async () => {
    const info = await guestPlan(lookAt(fleet(inside)), 'vm', 'gitlab', 'agentInfo');
    expect(JSON.stringify(info.answer)).toMatch(/gitlab\.example\.org.*Debian GNU\/Linux 13/);
    const [table] = (await guestPlan(lookAt(fleet(inside)), 'vm', 'gitlab', 'agentIp')).answer ?? [];
    expect(table?.kind === 'table' && table.rows.map((row) => row.map((cell) => (typeof cell === 'object' ? speak(cell, 'en') : cell)))).toEqual([
      ['lo', '127.0.0.1/8', ''],
      ['eth0', '192.0.2.50/24', 'bc:24:11:00:00:01'],
      ['wg0', 'none', ''],
    ]);
  });
  it('trims, which may be done twice', async () => {
    const plan = await guestPlan(lookAt(fleet(inside)), 'vm', 'gitlab', 'agentTrim');
    expect(plan).toMatchObject({ risk: 'low', steps: [{ method: 'POST', path: '/nodes/pve1/qemu/101/agent/fstrim', params: {}, proof: 'again' }] });
  });
  it.each([
    ['vault', {}, /has no guest agent turned on · install qemu-guest-agent|no guest agent turned on/],
    ['gitlab', { '/nodes/pve1/qemu/101/agent/network-get-interfaces': no(500, 'QEMU guest agent is not running') }, /does not answer · is it still booting/],
    ['gitlab', { '/nodes/pve1/qemu/101/status/current': { status: 'stopped' } }, /does not run.*`vm start alpha\/101`/],
  ])('of %s that cannot be asked says why (%o)', async (name, more, words) =>
    expect(await refused(guestPlan(lookAt(fleet(more)), 'vm', name, 'agentIp'))).toMatch(words),
  );
});
