import { describe, expect, it } from 'vitest';
import restore from '../../../commands/backup/restore.ts';
import run from '../../../commands/backup/run.ts';
import test from '../../../commands/backup/test.ts';
import type { Look } from '../../../src/core/command.ts';
import type { ApiStep, Plan } from '../../../src/core/types.ts';
import { speak } from '../../../src/core/words.ts';
import { type DryRun, dryFacts } from '../../../src/tools/proxmox/prune-plan.ts';
import { type Answers, alpha, lookAt } from '../guests-look.ts';

const AT = 1_799_900_000;
const volid = 'pbs:backup/vm/101/2027-01-13T22:13:20Z';
const inside = `agent: 1\nboot: order=scsi0\nmemory: 4096\nname: gitlab\nnet0: virtio=BC:24:11:00:01:01,bridge=vmbr0\nonboot: 1\nscsi0: ceph:vm-101-disk-0,size=64G\n`;
const content = [{ volid, content: 'backup', ctime: AT, size: 64 * 2 ** 30, vmid: 101, subtype: 'qemu' }];

const fleet = (more: Answers = {}) =>
  alpha(
    [
      { vmid: 101, node: 'pve1', name: 'gitlab', status: 'running', config: { scsi0: 'ceph:vm-101-disk-0,size=64G' } },
      { vmid: 200, node: 'pve2', type: 'lxc', name: 'dns1', status: 'running', config: { rootfs: 'local-zfs:subvol-200-disk-0,size=4G' } },
    ],
    { more: { '/cluster/tasks': [], '/nodes/pve1/storage/pbs/content': content, '/nodes/pve1/vzdump/extractconfig': inside, ...more } },
  );

const tested = (look: Look) => test.plan({ what: 'gitlab', from: undefined, to: undefined, storage: undefined }, look);
const calls = (plan: Plan) => plan.steps.flatMap((step): ApiStep[] => (step.kind === 'api' ? [step] : []));
const words = (plan: Plan) => plan.facts.map(({ what, value }) => `${speak(what, 'en')}: ${speak(value, 'en')}`).join('\n');

describe('backup test', () => {
  it('restores, unplugs, starts, waits, and destroys whatever happened', async () => {
    const plan = await tested(lookAt(fleet()));
    const [first, unplug, start, ...rest] = calls(plan);
    const vmid = Number(first?.params.vmid);
    expect(vmid).toBeGreaterThanOrEqual(900_000_000);
    expect(first).toMatchObject({ method: 'POST', path: '/nodes/pve1/qemu', params: { archive: volid, unique: 1 } });
    expect(first?.params).not.toHaveProperty('start');
    expect(unplug).toMatchObject({
      method: 'PUT',
      path: `/nodes/pve1/qemu/${vmid}/config`,
      params: { net0: 'virtio,bridge=vmbr0,link_down=1', onboot: 0, protection: 0 },
    });
    expect(start?.path).toBe(`/nodes/pve1/qemu/${vmid}/status/start`);
    expect(rest.map(({ method, path, always }) => [method, path, always])).toEqual([
      ['POST', `/nodes/pve1/qemu/${vmid}/status/stop`, true],
      ['DELETE', `/nodes/pve1/qemu/${vmid}`, true],
    ]);
    const waits = plan.steps.flatMap((step) => (step.kind === 'wait' && 'pick' in step.read ? [step.read.pick] : []));
    expect(waits).toEqual(['data.status', 'data.result.version']);
  });

  it('never touches a guest that is there', async () => {
    const plan = await tested(lookAt(fleet()));
    for (const { path, params } of calls(plan)) expect(`${path} ${params.vmid ?? ''}`).not.toMatch(/\b(101|200)\b/);
  });

  it.each([
    ['what it could not unplug', undefined, 'network cannot be unplugged'],
    ['a device of the node', `${inside}hostpci0: 0000:01:00\n`, 'device of its node'],
    ['a folder of the node', `${inside}mp0: /srv,mp=/srv\n`, 'folder of its node'],
    ['a hook script', `${inside}hookscript: local:snippets/x.pl\n`, 'hook script'],
    ['a template', `${inside}template: 1\n`, 'template'],
  ])('refuses %s', async (_what, config, why) => {
    await expect(tested(lookAt({ ...fleet(), '/nodes/pve1/vzdump/extractconfig': config }))).rejects.toThrow(why);
  });
});

describe('backup restore', () => {
  const asked = { from: undefined, id: undefined, to: undefined, storage: undefined, start: false, over: false, path: undefined, confirm: undefined };

  it('sends a container’s disk where it was, and never to `local` unasked', async () => {
    const archive = { volid: 'pbs:backup/ct/200/2027-01-13T22:13:20Z', content: 'backup', ctime: AT, size: 2 ** 32, vmid: 200, subtype: 'lxc' };
    const look = (config: string | undefined) =>
      lookAt({ ...fleet({ '/nodes/pve1/storage/pbs/content': [archive] }), '/nodes/pve1/vzdump/extractconfig': config });
    const known = await restore.plan({ ...asked, what: 'dns1' }, look('hostname: dns1\nrootfs: ceph:vm-200-disk-0,size=4G\n'));
    expect(calls(known)[0]).toMatchObject({
      path: '/nodes/pve2/lxc',
      params: { vmid: 112, ostemplate: archive.volid, restore: 1, unique: 1, storage: 'ceph' },
    });
    const asItIs = await restore.plan({ ...asked, what: 'dns1' }, look(undefined));
    expect(calls(asItIs)[0]?.params.storage).toBe('local-zfs');
    expect(asItIs.notes?.map((note) => speak(note, 'en')).join()).toContain('could not be read');
  });

  it('goes only to a node that has the storages its disks need', async () => {
    const zfs = fleet({ '/nodes/pve1/vzdump/extractconfig': inside.replace('ceph', 'local-zfs') });
    await expect(restore.plan({ ...asked, what: 'gitlab', to: 'pve3' }, lookAt(zfs))).rejects.toThrow('no active storage');
    const plan = await restore.plan({ ...asked, what: 'gitlab', to: 'pve3', storage: 'ceph' }, lookAt(zfs));
    expect(calls(plan)[0]).toMatchObject({ path: '/nodes/pve3/qemu', params: { storage: 'ceph' } });
    await expect(restore.plan({ ...asked, what: 'gitlab', to: 'pve9' }, lookAt(zfs))).rejects.toThrow('has no node');
  });

  it('is a high risk beside the guest that runs, or from a damaged backup', async () => {
    expect((await restore.plan({ ...asked, what: 'gitlab' }, lookAt(fleet()))).risk).toBe('medium');
    const beside = await restore.plan({ ...asked, what: 'gitlab', start: true }, lookAt(fleet()));
    expect(beside.risk).toBe('high');
    expect(words(beside)).toContain('two with the same addresses inside');
    const damaged = fleet({ '/nodes/pve1/storage/pbs/content': [{ ...content[0], verification: { state: 'failed' } }] });
    expect((await restore.plan({ ...asked, what: 'gitlab' }, lookAt(damaged))).risk).toBe('high');
  });

  it('brings back a guest that is gone, by its number', async () => {
    const gone = alpha([], {
      more: { '/nodes/pve1/storage/pbs/content': content, '/nodes/pve1/vzdump/extractconfig': inside, '/cluster/nextid?vmid=101': '101' },
    });
    const plan = await restore.plan({ ...asked, what: '101', id: '101' }, lookAt(gone));
    expect(calls(plan)[0]?.params).toMatchObject({ vmid: 101, archive: volid });
    expect(plan.undo).toEqual({ command: 'vm destroy', input: { guest: 'alpha/101', confirm: 'gitlab' } });
  });
});

describe('backup run', () => {
  const guests = ['gitlab'];
  const mode: 'snapshot' | 'stop' = 'snapshot';
  const asked = { guests, mode, storage: undefined, protect: false, notes: undefined, keep: undefined, confirm: undefined };

  it('removes nothing unless asked, and sends no parameter that a backup server ignores', async () => {
    const [step] = calls(await run.plan(asked, lookAt(fleet())));
    expect(step?.params).toEqual({ vmid: 101, storage: 'pbs', mode: 'snapshot', remove: 0, 'notes-template': '{{guestname}}' });
    const keeping = await run.plan({ ...asked, keep: 'keep-last=3' }, lookAt(fleet()));
    expect(calls(keeping)[0]?.params).toMatchObject({ remove: 1, 'prune-backups': 'keep-last=3' });
    expect(keeping.risk).toBe('medium');
  });

  it('says what a mode costs, and weighs it', async () => {
    expect(words(await run.plan(asked, lookAt(fleet())))).toContain('no downtime');
    const stop = await run.plan({ ...asked, guests: ['dns1'], mode: 'stop', storage: 'local' }, lookAt(fleet()));
    expect(words(stop)).toContain('DOWN for the whole backup');
    expect(stop.risk).toBe('medium');
    expect(calls(stop)[0]?.params).toMatchObject({ compress: 'zstd', storage: 'local' });
    const self = await run.plan({ ...asked, mode: 'stop' }, lookAt(fleet(), { self: { host: 'alpha', guest: 'gitlab' } }));
    expect(self.risk).toBe('high');
  });

  it('refuses a guest that is being backed up already', async () => {
    const upid = 'UPID:pve1:00002932:0001FF8B:6B00150E:vzdump:101:root@pam!full:';
    const busy = fleet({ '/cluster/tasks': [{ upid, node: 'pve1', type: 'vzdump', id: '101', user: 'root@pam', starttime: AT }] });
    await expect(run.plan(asked, lookAt(busy))).rejects.toThrow('being backed up already');
  });
});

describe('a prune that leaves only damage', () => {
  const run = (mark: DryRun['mark'], verified: DryRun['verified'], at: number): DryRun => ({ name: `n${at}`, of: 'runner', at, mark, verified });
  const said = (...all: DryRun[]) => dryFacts(all, 0).map(({ what, value }) => `${speak(what, 'en')}: ${speak(value, 'en')}`)[0];
  it('says so first', () => {
    expect(said(run('remove', 'ok', 1), run('keep', 'failed', 2))).toBe('beware: runner: a sound backup goes, and what is left FAILED verification');
  });
  it.each([
    [run('remove', 'ok', 1), run('keep', 'ok', 2)],
    [run('remove', 'failed', 1), run('keep', 'failed', 2)],
    [run('remove', 'ok', 1), run('protected', undefined, 2), run('keep', 'failed', 3)],
  ])('else not', (...all) => expect(said(...all)).toMatch(/^removed/));
});

it('what weighs most is said before what is said of each guest', async () => {
  const many = Array.from({ length: 9 }, (_, i) => ({ vmid: 300 + i, node: 'pve1', name: `g${i}`, status: 'running' }));
  const answers = alpha(many, { more: { '/cluster/tasks': [] } });
  const input = {
    guests: many.map(({ name }) => name),
    storage: 'pbs',
    mode: 'stop' as const,
    protect: false,
    notes: undefined,
    keep: undefined,
    confirm: undefined,
  };
  const { facts } = await run.plan(input, lookAt(answers, { self: { host: 'alpha', guest: 'g8' } }));
  expect(facts.length).toBeGreaterThan(8);
  expect(facts[0] && speak(facts[0].what, 'en')).toBe('carries');
});
