import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bot } from '../support/bot.ts';

let world: Awaited<ReturnType<typeof bot>>;
beforeAll(async () => {
  world = await bot();
});
afterAll(() => world.close());

const alpha = () => world.lab.cluster('alpha');
const backupsOf = (vmid: number) =>
  alpha()
    .backups()
    .filter((one) => one.vmid === vmid);
const heard = (method: string, path: RegExp) => alpha().heard.filter((one) => one.method === method && path.test(one.path));

describe('backup run', () => {
  it('adds an archive and says which, and never prunes', async () => {
    const before = backupsOf(101).map(({ volid }) => volid);
    const card = await world.says('alice', 'backup run gitlab');
    expect(card.ticket?.state, card.text).toBe('done');
    expect(alpha().effects.filter((effect) => effect.startsWith('vzdump'))).toEqual(['vzdump 101']);
    const after = backupsOf(101).map(({ volid }) => volid);
    expect(after).toEqual(expect.arrayContaining(before));
    const [made] = after.filter((volid) => !before.includes(volid));
    expect(made).toMatch(/^pbs:backup\/vm\/101\//);
    expect(card.text).toContain(made?.replace('pbs:backup/', ''));
    expect(card.ticket?.plan.steps.join()).toContain('--remove 0');
  });

  it('goes to each guest’s own node, protected where asked', async () => {
    const card = await world.says('alice', 'backup run web-a proxy --storage nas --protect --notes "before the upgrade"');
    expect(card.ticket?.state, card.text).toBe('done');
    expect(heard('POST', /vzdump$/).map(({ path }) => path)).toEqual(expect.arrayContaining(['/nodes/pve1/vzdump', '/nodes/pve2/vzdump']));
    for (const vmid of [100, 201]) {
      const made = backupsOf(vmid).find(({ volid }) => volid.startsWith('nas:'));
      expect(made).toMatchObject({ protected: true, notes: 'before the upgrade' });
    }
  });

  it('is made once although the answer was lost', async () => {
    const count = () => alpha().effects.filter((effect) => effect === 'vzdump 102').length;
    alpha().fault({ method: 'POST', path: /vzdump$/ }, { kind: 'drop', when: 'after' });
    const card = await world.says('alice', 'backup run wiki --storage nas');
    expect(card.ticket?.state, card.text).toBe('done');
    expect(count()).toBe(1);
  });

  it('says of each guest what it came to', async () => {
    alpha().meddle(108, { lock: 'migrate' });
    const card = await world.says('alice', 'backup run alpha/108');
    expect(card.text).toContain('twin is locked (migrate)');
    alpha().fault(
      { method: 'POST', path: /\/nodes\/pve3\/vzdump$/ },
      { kind: 'answer', when: 'before', status: 500, reason: 'cluster not ready - no quorum?' },
    );
    const three = await world.says('alice', 'backup run proxy cron dns1 --storage pbs');
    expect(three.ticket?.state, three.text).toBe('failed');
    expect(three.text).toMatch(/proxy\s+ct\/201\/\S+\s+\S/);
    expect(three.text).toMatch(/alpha\/cron\s+back up to pbs\s+refused/);
    expect(three.text).toMatch(/dns1\s+ct\/200\/\S+\s+\S/);
  });

  it('refuses a guest that is locked, one that is not there, and a storage that takes none', async () => {
    const effects = alpha().effects.length;
    expect((await world.says('alice', 'backup run stuck')).text).toContain('is locked (snapshot)');
    expect((await world.says('alice', 'backup run gitlab nosuch')).text).toContain('there is no guest “nosuch”');
    expect((await world.says('alice', 'backup run gitlab --storage ceph')).text).toContain('these do: local, nas, pbs');
    expect((await world.says('alice', 'backup run twin')).text).toContain('alpha/109 (pve3)');
    expect(alpha().effects.length).toBe(effects);
  });
});

describe('backup restore', () => {
  it('makes a new guest beside the old one, and can be undone', async () => {
    const before = alpha().guest(102);
    const card = await world.says('alice', 'backup restore wiki --id 302');
    expect(card.ticket?.state, card.text).toBe('waiting');
    const done = await world.presses('bob', card, 'approve');
    expect(done.ticket?.state, done.text).toBe('done');
    expect(alpha().guest(102)).toEqual(before);
    expect(alpha().guest(302)?.status).toBe('stopped');
    expect(alpha().guest(302)?.config.net0).not.toBe(before?.config.net0);
    const undo = await world.says('alice', `undo ${card.id}`);
    const gone = await world.presses('bob', undo, 'approve');
    expect(gone.ticket?.state, gone.text).toBe('done');
    expect(alpha().guest(302)).toBeUndefined();
    expect(alpha().guest(102)).toEqual(before);
  });

  it('refuses a number that is taken', async () => {
    expect((await world.says('alice', 'backup restore wiki --id 101')).text).toContain('101 is gitlab on pve1');
  });

  it('destroys a guest only when it is stopped and its name is typed once more', async () => {
    expect((await world.says('alice', 'backup restore wiki --over')).ticket?.state).toBe('refused');
    expect((await world.says('alice', 'backup restore wiki --over --confirm gitlab')).text).toContain('its name must be typed once more');
    expect((await world.says('alice', 'backup restore gitlab --over --confirm gitlab')).text).toContain('only a stopped guest');
    alpha().meddle(102, { config: { description: 'since the backup' } });
    const card = await world.says('alice', 'backup restore wiki --over --confirm wiki');
    expect(card.ticket?.state, card.text).toBe('waiting');
    expect(card.text).toMatch(/risk +high/);
    const done = await world.presses('bob', card, 'approve');
    expect(done.ticket?.state, done.text).toBe('done');
    expect(alpha().effects.at(-1)).toBe('qmrestore 102');
    expect(alpha().guest(102)?.config.description).toBeUndefined();
  });

  it('puts nothing in place of a guest that is protected, nor a damaged backup unless that one is named', async () => {
    alpha().meddle(103, { status: 'stopped' });
    const damaged = await world.says('alice', 'backup restore runner --over --confirm runner');
    expect(damaged.ticket?.state, damaged.text).toBe('refused');
    expect(damaged.text).toMatch(/newest backup \(\S+\) FAILED verification/);
    const list = await world.says('alice', 'backup list runner');
    const [, short = ''] = / (vm\/103\/20\S+)/.exec(list.text) ?? [];
    const named = await world.says('alice', `backup restore ${short} --over --confirm runner --plan`);
    expect(named.text).toMatch(/verified: FAILED[\s\S]*snapshots lost +fresh, fresher[\s\S]*risk +high/);
    alpha().meddle(111, { status: 'stopped' });
    expect((await world.says('alice', 'backup restore vault --over --confirm vault')).text).toMatch(/vault is protected\n`vm set alpha\/111 --protection no`/);
    alpha().meddle(111, { status: 'running' });
    alpha().meddle(103, { status: 'running' });
  });

  it('does not promise that a guest it starts can be destroyed as it runs', async () => {
    const card = await world.says('alice', 'backup restore wiki --id 303 --start --plan');
    expect(card.text).toMatch(/undo +no: it runs then: `vm stop alpha\/303`, then `vm destroy alpha\/303`/);
  });
});

describe('backup prune', () => {
  it('removes exactly what its card shows', async () => {
    const made = await world.says('alice', 'backup run dns1');
    expect(made.ticket?.state, made.text).toBe('done');
    const card = await world.says('alice', 'backup prune dns1 --storage pbs --keep-last 1');
    expect(card.ticket?.state, card.text).toBe('waiting');
    const onPbs = () => backupsOf(200).filter(({ volid }) => volid.startsWith('pbs:'));
    const old = onPbs()
      .sort((a, b) => b.at - a.at)
      .slice(1);
    expect(old.length).toBeGreaterThan(1);
    for (const { at } of old) expect(card.text).toContain(new Date(at * 1000).toISOString().slice(0, 16).replace('T', ' '));
    const done = await world.presses('bob', card, 'approve');
    expect(done.ticket?.state, done.text).toBe('done');
    expect(onPbs().length).toBe(1);
    expect(onPbs().some(({ volid }) => old.some((one) => one.volid === volid))).toBe(false);
    expect(backupsOf(200).some(({ volid }) => volid.startsWith('local:'))).toBe(true);
  });

  it('asks anew when something else would go by now', async () => {
    const card = await world.says('alice', 'backup prune gitlab --storage pbs --keep-last 1');
    expect(card.ticket?.state, card.text).toBe('waiting');
    const [newest] = backupsOf(101).sort((a, b) => b.at - a.at);
    const protect = await world.says('alice', `backup protect ${newest?.volid}`);
    expect(protect.ticket?.state, protect.text).toBe('done');
    const count = backupsOf(101).length;
    const again = await world.presses('bob', card, 'approve');
    expect(again.ticket?.state).toBe('waiting');
    expect(again.ticket?.code).not.toBe(card.ticket?.code);
    expect(backupsOf(101).length).toBe(count);
  });

  it('refuses to be told nothing to keep', async () => {
    expect((await world.says('alice', 'backup prune gitlab')).text).toContain('say what to keep');
  });
});

describe('backup protect', () => {
  it('is undone by its reverse', async () => {
    const card = await world.says('alice', 'backup protect proxy --from pbs:backup/ct/201 --plan');
    expect(card.ticket?.state, 'an end of a volume id is meant, not its start').toBe('refused');
    const [volid] = backupsOf(201).flatMap((one) => (one.volid.startsWith('pbs:') ? [one.volid] : []));
    const isProtected = () => backupsOf(201).find((one) => one.volid === volid)?.protected === true;
    const done = await world.says('alice', `backup protect ${volid}`);
    expect(done.ticket?.state, done.text).toBe('done');
    expect(isProtected()).toBe(true);
    const undo = await world.says('alice', `undo ${done.id}`);
    const undone = await world.presses('bob', undo, 'approve');
    expect(undone.ticket?.state, undone.text).toBe('done');
    expect(isProtected()).toBe(false);
  });
});

describe('backup test', () => {
  const scratch = () => alpha().effects.filter((effect) => / 9\d{8}$/.test(effect) || /\/9\d{8}\//.test(effect));

  it('restores to a scratch guest, unplugs it before it starts, and leaves nothing behind', async () => {
    await world.says('alice', 'backup run 110');
    const card = await world.says('alice', 'backup test 110');
    const done = await world.presses('bob', card, 'approve');
    expect(done.ticket?.state, done.text).toBe('done');
    const verbs = scratch().map((effect) => effect.replace(/9\d{8}/, 'N'));
    expect(verbs).toEqual(['qmrestore N', 'PUT /nodes/pve2/qemu/N/config', 'qmstart N', 'qmstop N', 'qmdestroy N']);
    const [, id] = / (9\d{8})$/.exec(scratch()[0] ?? '') ?? [];
    expect(alpha().guest(Number(id))).toBeUndefined();
    expect(alpha().guest(110)?.status).toBe('stopped');
  });

  it('destroys it also when it does not start', async () => {
    const before = scratch().length;
    alpha().fault(
      { method: 'POST', path: /\/qemu\/9\d{8}\/status\/start$/ },
      { kind: 'answer', when: 'before', status: 500, reason: 'no space left on device' },
    );
    const card = await world.says('alice', 'backup test 110');
    const failed = await world.presses('bob', card, 'approve');
    expect(failed.ticket?.state, failed.text).toBe('failed');
    expect(scratch().slice(before).at(-1)).toMatch(/^qmdestroy 9/);
  });

  it('shows files inside of a backup', async () => {
    expect((await world.says('alice', 'backup files gitlab')).text).toContain('drive-scsi0.img.fidx/');
    expect((await world.says('alice', 'backup files proxy /root.pxar.didx/etc')).text).toContain('hostname');
    expect((await world.says('alice', 'backup files wiki --from 2026-01-01')).text).toContain('wiki has no backup “2026-01-01”');
  });
});

describe('backup verify', () => {
  it('has the backup server read the backups, and truth knows of it', async () => {
    const card = await world.says('alice', 'backup verify 200 --again');
    expect(card.ticket?.state, card.text).toBe('done');
    expect(world.lab.backupServer('pbs1').effects.filter((effect) => effect.startsWith('verif')).length).toBeGreaterThan(0);
    const truth = await world.says('alice', 'backup truth');
    expect(truth.text).toMatch(/dns1 \(200\)\s+alpha\s+\S+ \S+\s+(?!never)\S+ \S+\s+yes\s+good/);
    expect(truth.text).toMatch(/runner \(103\).*newest FAILED verification/);
    expect(truth.text).toMatch(/gpu \(105\)\s+alpha\s+never\s+never\s+NO\s+no backup/);
  });
});

describe('a node that is off', () => {
  it('leaves lists whole but for what is on it, and backups of its guests refused', async () => {
    await alpha().down('pve3');
    try {
      const list = await world.says('alice', 'backup list 103');
      expect(list.ticket?.state, list.text).toBe('done');
      expect(list.text).toContain('node pve3 is');
      expect(list.text).toMatch(/ vm\/103\/20/);
      const run = await world.says('alice', 'backup run 103');
      expect(run.text).toContain('is on node pve3, which is not online');
      // Its name is on the node that is off: what is not known is not said not to be there.
      expect((await world.says('alice', 'backup run runner')).text).toContain('on what answered');
      const jobs = await world.says('alice', 'backup jobs');
      expect(jobs.text).toContain('nightly');
    } finally {
      await alpha().up('pve3');
    }
  });
});
