import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FlatCard } from '../../src/core/flatten.ts';
import type { LabCluster } from '../../src/lab/index.ts';
import { bot } from '../support/bot.ts';

let world: Awaited<ReturnType<typeof bot>>;
let alpha: LabCluster;
beforeAll(async () => {
  world = await bot();
  alpha = world.lab.cluster('alpha');
});
afterAll(() => world.close());

/** Says it, has it approved where that is needed, and gives the end with what was really carried out. */
async function does(line: string): Promise<{ card: FlatCard; effects: readonly string[] }> {
  const before = alpha.effects.length;
  const asked = await world.says('alice', line);
  const card = asked.ticket?.state === 'waiting' ? await world.presses('bob', asked, 'approve') : asked;
  return { card, effects: alpha.effects.slice(before) };
}
async function done(line: string): Promise<readonly string[]> {
  const { card, effects } = await does(line);
  expect(card.ticket?.state, card.text).toBe('done');
  return effects;
}
async function refused(line: string, ...words: (string | RegExp)[]): Promise<void> {
  const before = alpha.effects.length;
  const card = await world.says('alice', line);
  expect(card.ticket?.state, card.text).toBe('refused');
  for (const word of words) expect(card.text).toMatch(word);
  expect(alpha.effects).toHaveLength(before);
}
const guest = (vmid: number) => {
  const found = alpha.guest(vmid);
  if (!found) throw new Error(`no guest ${vmid}`);
  return found;
};

describe('seeing', () => {
  it('lists libvirt’s guests and the cluster’s in one table, and containers in theirs', async () => {
    const card = await world.says('alice', 'vm list');
    const tables = card.blocks.filter((block) => block.kind === 'table');
    expect(tables).toHaveLength(1);
    for (const name of ['shop', 'mail', 'web-a', 'runner', 'VM 110'])
      expect(tables[0]?.kind === 'table' && tables[0].rows.map((row) => row[0])).toContain(name);
    expect(card.text).toMatch(/debian-13 +106 +template/);
    expect((await world.says('alice', 'vm list pve3')).text).not.toMatch(/web-a|shop/);
    expect((await world.says('alice', 'ct list')).text).toMatch(/dns1[\s\S]*proxy[\s\S]*cron/);
  });

  it('shows one guest, its settings with what waits, and its snapshots', async () => {
    expect((await world.says('alice', 'vm show web-a')).text).toMatch(/HA +started[\s\S]*ceph:vm-100-disk-0/);
    expect((await world.says('alice', 'vm config vault')).text).toMatch(/memory +2048 +4096/);
    expect((await world.says('alice', 'vm show vault')).text).toContain('memory: waits for a restart; `vm config alpha/111` shows to what');
    const same = await world.says('alice', 'vm set vault --memory 4G');
    expect(same.text).toContain('nothing to do');
    expect(same.text).toContain('memory: from the next restart on; `vm reboot alpha/111` does that');
    expect((await world.says('alice', 'vm snapshots runner')).text).toMatch(/fresh [\s\S]*\n {2}fresher .*you are here/);
    expect((await world.says('alice', 'ct show proxy')).text).toMatch(/snapshots +clean/);
    expect((await world.says('alice', 'ct config dns1')).text).toMatch(/hostname +dns1/);
    expect((await world.says('alice', 'ct snapshots proxy')).text).toContain('clean');
  });

  it('asks the agent, and says so where none answers', async () => {
    expect((await world.says('alice', 'vm agent info gitlab')).text).toContain('Debian');
    expect((await world.says('alice', 'vm agent ip web-a')).text).toMatch(/192\.0\.2\.100[\s\S]*docker0 +none/);
    await refused('vm agent ip runner', 'agent inside of alpha/103 does not answer');
    await refused('vm agent ip gpu', 'no guest agent turned on');
  });

  it('a viewer reads, in their own language, and changes nothing', async () => {
    expect((await world.says('carol', 'vm show web-a')).text).toContain('运行中');
    expect((await world.says('carol', 'vm stop web-a')).ticket?.state).toBe('refused');
  });
});

describe('naming', () => {
  it('refuses a name of two with both, as they can be typed', async () => {
    await refused('vm start twin', 'more than one “twin”', 'alpha/108', 'alpha/109');
    expect((await world.says('alice', 'vm show pve3/twin')).text).toContain('twin (109)');
  });

  it('says which family a guest is of', async () => {
    await refused('vm stop dns1', 'container', '`ct show alpha/200`');
    await refused('ct stop wiki', 'virtual machine');
    await refused('vm clone shop new', 'libvirt guest on kvm1');
  });

  it('completes what can be typed', async () => {
    const texts = (await world.client.complete('alice', 'vm start 1')).choices.map(({ text }) => text);
    expect(texts).toEqual(expect.arrayContaining(['108', '109', '110']));
  });
});

describe('power', () => {
  it('starts at once, asks before it stops, and takes it back', async () => {
    expect(await done('vm start wiki')).toEqual(['qmstart 102']);
    expect(await done('vm start wiki')).toEqual([]);
    const { card, effects } = await does('vm shutdown wiki');
    expect(effects).toEqual(['qmshutdown 102']);
    expect(card.text).toContain('Bob');
    expect(guest(102).status).toBe('stopped');
    const undo = await world.presses('alice', card, 'undo');
    expect((await world.sees('alice', undo.id)).ticket?.state).toBe('done');
    expect(guest(102).status).toBe('running');
    await done('vm shutdown wiki');
  });

  it('suspends a container to disk, which Proxmox calls experimental, and lets it go on', async () => {
    const plan = await world.says('alice', 'ct suspend dns1 --plan');
    expect(plan.text).toMatch(/experimental/);
    expect(plan.text).toMatch(/risk +high/);
    expect(await done('ct suspend dns1')).toEqual(['vzsuspend 200']);
    expect(await done('ct resume dns1')).toEqual(['vzresume 200']);
    expect(guest(200).status).toBe('running');
  });

  it('reboots, resets, suspends and resumes', async () => {
    expect(await done('vm reboot vault')).toEqual(['qmreboot 111']);
    expect(guest(111).config.memory).toBe('4096');
    expect(await done('vm reset gitlab')).toEqual(['qmreset 101']);
    expect((await done('vm suspend gitlab')).join()).toMatch(/^qm(pause|suspend) 101$/);
    await refused('vm reboot gitlab', 'is suspended', 'vm resume alpha/101');
    expect(await done('vm resume gitlab')).toEqual(['qmresume 101']);
    expect(await done('vm suspend gitlab --to-disk')).toEqual(['qmsuspend 101']);
    await refused('vm start gitlab', 'suspended to disk');
    expect(await done('vm resume gitlab')).toEqual(['qmresume 101']);
    expect(guest(101).status).toBe('running');
  });

  it('of containers', async () => {
    expect(await done('ct start cron')).toEqual(['vzstart 202']);
    expect(await done('ct reboot cron')).toEqual(['vzreboot 202']);
    expect(await done('ct shutdown cron')).toEqual(['vzshutdown 202']);
    expect(await done('ct stop proxy')).toEqual(['vzstop 201']);
    expect(await done('ct start proxy')).toEqual(['vzstart 201']);
  });

  it('of a guest that HA manages is over when HA has done it', async () => {
    const asked = await world.says('alice', 'vm shutdown web-a');
    expect(asked.text).toContain('from now on HA wants it stopped');
    const card = await world.presses('bob', asked, 'approve');
    expect(card.ticket?.state, card.text).toBe('done');
    expect(guest(100).status).toBe('stopped');
    expect((await does('vm start web-a')).card.ticket?.state).toBe('done');
    expect(guest(100).status).toBe('running');
  });

  it('pulls the plug only when that is asked for', async () => {
    expect(await done('vm stop runner')).toEqual(['qmstop 103']);
    expect(await done('vm start runner')).toEqual(['qmstart 103']);
  });

  it('of a guest that was changed behind our back after it was asked for is shown again', async () => {
    const card = await world.says('alice', 'vm reset gpu');
    alpha.meddle(105, { status: 'stopped' });
    const after = await world.presses('bob', card, 'approve', { until: (one) => ['refused', 'failed', 'waiting', 'done'].includes(one.ticket?.state ?? '') });
    expect(alpha.effects).not.toContain('qmreset 105');
    expect(after.ticket?.state).not.toBe('done');
    alpha.meddle(105, { status: 'running' });
  });
});

describe('snapshots', () => {
  it('are taken, gone back to, and deleted', async () => {
    expect(await done('vm snapshot runner pre --memory --keep 1d')).toEqual(['qmsnapshot 103']);
    await refused('vm snapshot runner pre', 'already has a snapshot');
    expect((await world.says('alice', 'safety')).text).toContain('pre');
    const before = structuredClone(guest(103).config);
    const { card, effects } = await does('vm rollback runner fresher');
    expect(card.ticket?.state, card.text).toBe('done');
    expect(effects).toEqual(['qmsnapshot 103', 'qmrollback 103']);
    expect(guest(103)).toMatchObject({ status: 'stopped' });
    expect(guest(103).snapshots.some((name) => name.startsWith('before-T'))).toBe(true);
    expect(card.ticket?.plan.undo).toMatch(/vm rollback alpha\/103 before-T\w+ --start/);
    const undo = await world.presses('alice', card, 'undo');
    const end = await world.presses('bob', undo, 'approve');
    expect(end.ticket?.state, end.text).toBe('done');
    expect(guest(103)).toMatchObject({ status: 'running', config: before });
    expect(await done('vm delsnapshot runner pre')).toEqual(['qmdelsnapshot 103']);
    expect(guest(103).snapshots).not.toContain('pre');
  });

  it('of containers', async () => {
    expect(await done('ct snapshot cron pre')).toEqual(['vzsnapshot 202']);
    expect(await done('ct rollback proxy clean --start')).toEqual(['vzsnapshot 201', 'vzrollback 201']);
    expect(guest(201).status).toBe('running');
    expect(await done('ct delsnapshot cron pre')).toEqual(['vzdelsnapshot 202']);
  });

  it('on ZFS go to the newest only', async () => {
    await done('ct snapshot dns1 one');
    await done('ct snapshot dns1 two');
    await refused('ct rollback dns1 one', 'newest snapshot only', 'ct delsnapshot alpha/200 two');
    expect(await done('ct rollback dns1 two --start')).toEqual(['vzrollback 200']);
  });
});

describe('a lock that was left over', () => {
  it('stops everything, until it is taken away by root on the node', async () => {
    await refused('vm start stuck', 'locked (snapshot)', 'vm unlock alpha/107');
    const before = world.lab.host('pve3').effects.length;
    await done('vm unlock stuck');
    expect(world.lab.host('pve3').effects.slice(before)).toEqual(['qm unlock 107']);
    expect(guest(107).lock).toBeUndefined();
    expect(await done('vm start stuck')).toEqual(['qmstart 107']);
    expect(await done('vm unlock stuck')).toEqual([]);
  });

  it('of a container, likewise', async () => {
    alpha.meddle(201, { lock: 'disk' });
    const before = world.lab.host('pve2').effects.length;
    await done('ct unlock proxy');
    expect(world.lab.host('pve2').effects.slice(before)).toEqual(['pct unlock 201']);
    expect(guest(201).lock).toBeUndefined();
  });
});

describe('settings and disks', () => {
  it('are changed against what was seen, and put back by undo', async () => {
    const { card, effects } = await does('vm set wiki --memory 3G --tags docs,prod');
    expect(card.ticket?.state, card.text).toBe('done');
    expect(effects).toEqual(['PUT /nodes/pve2/qemu/102/config']);
    expect(guest(102).config).toMatchObject({ memory: '3072', tags: 'docs;prod' });
    const undo = await world.presses('alice', card, 'undo');
    const end = undo.ticket?.state === 'waiting' ? await world.presses('bob', undo, 'approve') : undo;
    expect(end.ticket?.state, end.text).toBe('done');
    expect(guest(102).config.memory).toBe('2048');
    expect(guest(102).config.tags).toBeUndefined();
    await refused('vm set wiki', '--memory');
    expect(await done('ct set dns1 --memory 1G')).toEqual(['PUT /nodes/pve1/lxc/200/config']);
  });

  it('disks grow, and never shrink', async () => {
    expect((await done('vm resize wiki scsi0 +4G')).length).toBe(1);
    expect(String(guest(102).config.scsi0)).toContain('size=20G');
    await refused('vm resize wiki scsi0 8G', 'has 20 GiB already');
    await refused('vm resize wiki scsi7 +8G', 'it has: scsi0');
    await done('ct resize dns1 rootfs 6G');
  });

  it('trims', async () => {
    expect(await done('vm agent trim web-a')).toHaveLength(1);
  });
});

describe('making and unmaking', () => {
  it('clones a template, and destroys the clone only under its own name', async () => {
    const { card, effects } = await does('vm clone debian-13 shop2');
    expect(card.ticket?.state, card.text).toBe('done');
    expect(effects).toEqual(['qmclone 106']);
    expect(guest(112).config.name).toBe('shop2');
    await refused('vm destroy shop2 --confirm shop', '--confirm says “shop”', 'shop2');
    const form = await world.says('alice', 'vm destroy shop2');
    expect(form.buttons.flatMap(({ asks = [] }) => asks.map(({ name }) => name))).toContain('confirm');
    expect(await done('vm destroy shop2 --confirm shop2')).toEqual(['qmdestroy 112']);
    expect(alpha.guest(112)).toBeUndefined();
  });

  it('refuses what runs or is protected', async () => {
    await refused('vm destroy gitlab --confirm gitlab', 'not stopped');
    await done('vm stop vault');
    await refused('vm destroy vault --confirm vault', 'protected', '--protection no');
    await done('vm start vault');
  });

  it('shows the backup that would be left', async () => {
    const plan = await world.says('alice', 'vm destroy wiki --confirm wiki --plan');
    expect(plan.text).toMatch(/last backup/);
  });

  it('clones a container in full', async () => {
    await refused('ct clone proxy copy', 'only a stopped one');
    expect(await done('ct clone cron cron2 --id 300')).toEqual(['vzclone 202']);
    expect(guest(300).config.hostname).toBe('cron2');
    await refused('ct clone cron cron3 --id 300', 'VMID 300 is taken');
    expect(await done('ct destroy 300 --confirm cron2')).toEqual(['vzdestroy 300']);
  });
});

describe('migration', () => {
  it('is refused in plain words where it cannot be', async () => {
    await refused('vm migrate legacy pve1', 'ide2 holds local:iso', 'qm set 104');
    await refused('vm migrate gpu pve2', 'hostpci0');
    await refused('vm migrate gitlab pve3', 'pve3 has no local-zfs', '--storage');
    await refused('vm migrate wiki pve2', 'on pve2 already');
    const card = await world.says('alice', 'vm migrate wiki pve1 --plan');
    expect(card.text).toMatch(/preflight +may go to .*pve1.*; no local disks; no devices of its node/);
  });

  it('of a running guest, by HA, with its disks, of a stopped one, and of a container', async () => {
    expect((await does('vm migrate web-a pve2')).card.ticket?.state).toBe('done');
    expect(guest(100)).toMatchObject({ node: 'pve2', status: 'running' });
    const { card } = await does('vm migrate gitlab pve3 --storage ceph');
    expect(card.ticket?.state, card.text).toBe('done');
    expect(guest(101).node).toBe('pve3');
    const back = await world.presses('alice', card, 'undo');
    expect((await world.presses('bob', back, 'approve')).ticket?.state).toBe('done');
    expect(guest(101).node).toBe('pve1');
    await done('vm migrate alpha/108 pve2');
    expect(guest(108).node).toBe('pve2');
    await done('ct migrate proxy pve1');
    expect(guest(201)).toMatchObject({ node: 'pve1', status: 'running' });
  });
});

describe('trouble', () => {
  it('a node that is off is said, and breaks nothing else', async () => {
    await alpha.down('pve3');
    const list = await world.says('alice', 'vm list');
    expect(list.mood).toBe('good');
    expect(list.text).toContain('node pve3 is offline');
    expect(list.text).toMatch(/VM 103 +103 +its node is offline/);
    await refused('vm start 103', 'its node pve3 is offline');
    await refused('vm start runner', 'no guest “runner”', 'pve3 is offline');
    await refused('vm migrate wiki pve3', 'node pve3 is offline');
    expect(await done('vm start wiki')).toEqual(['qmstart 102']);
    await alpha.up('pve3');
  });

  it('an answer that is lost is no reason to do it twice, nor to leave it undone', async () => {
    alpha.fault({ method: 'PUT', path: /qemu\/102\/config/ }, { kind: 'drop', when: 'after' });
    expect(await done('vm set wiki --onboot yes')).toEqual(['PUT /nodes/pve2/qemu/102/config']);
    alpha.fault({ method: 'POST', path: /qemu\/109\/status\/start/ }, { kind: 'drop', when: 'after' });
    expect(await done('vm start alpha/109')).toEqual(['qmstart 109']);
  });

  it('a task that fails is shown with its end', async () => {
    alpha.fault(
      { method: 'POST', path: /status\/reset/ },
      { kind: 'answer', when: 'before', status: 500, reason: 'got no worker upid - start worker failed' },
      9,
    );
    const { card, effects } = await does('vm reset alpha/109');
    expect(effects).toEqual([]);
    expect(card.ticket?.state).toBe('failed');
    expect(card.text).toContain('too busy');
  });

  it('without quorum says so before anything is tried', async () => {
    alpha.quorum(false);
    // What HA is to want of it would have to be written down.
    await refused('vm stop web-a', 'no quorum');
    await refused('vm start alpha/110', 'no quorum');
    await refused('vm set wiki --cores 3', 'no quorum');
    alpha.quorum(true);
  });
});
