import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FlatCard } from '../../src/core/flatten.ts';
import { startCluster } from '../../src/lab/proxmox/cluster.ts';
import type { GuestSpec, LabCluster } from '../../src/lab/proxmox/spec.ts';
import { bot } from '../support/bot.ts';

const vm = (vmid: number, name: string, more: Partial<GuestSpec> = {}): GuestSpec => ({
  ...{ vmid, type: 'qemu', node: 'n1', ...more },
  config: { name, memory: '512', scsi0: `nas:vm-${vmid}-disk-0,size=4G`, ...more.config },
});

const LONG = [...Array.from({ length: 118 }, (_, i) => `line ${i + 1}`), 'WARN: line 119', 'TASK WARNINGS: 1'];
const folder = mkdtempSync(join(tmpdir(), 'hostler-pitfalls-'));
let world: Awaited<ReturnType<typeof bot>>;
let alpha: LabCluster;
let beta: LabCluster;
beforeAll(async () => {
  beta = await startCluster(
    {
      name: 'beta',
      nodes: [{ name: 'n1' }, { name: 'n2' }],
      storages: [{ storage: 'nas', type: 'nfs', content: 'images,backup', shared: true }],
      guests: [
        vm(300, 'old box'),
        vm(301, 'half', { config: { lock: 'snapshot-delete' }, snapshots: [{ name: 'gone', at: 1_760_000_000, state: 'delete' }] }),
        vm(302, 'booting', { status: 'running', config: { agent: '1' } }),
        vm(303, 'drive', { config: { ide2: 'cdrom,media=cdrom' } }),
      ],
      tasks: [{ upid: 'UPID:n1:000028EA:0001FBF5:6B001505:vzdump:300:root@pam:', log: LONG, exitstatus: 'WARNINGS: 1', endtime: 0x6b001605 }],
      tokens: [{ id: 'hostler@pve!bot', secret: 'aaaa', privileges: { '/': ['*'] } }],
    },
    { dir: join(folder, 'beta'), pace: 0.1 },
  );
  world = await bot({
    config: (config) => ({ ...Object(config), clusters: { ...Object(config).clusters, beta: access() } }),
  });
  alpha = world.lab.cluster('alpha');
});
afterAll(async () => {
  await world.close();
  await beta.close();
  rmSync(folder, { recursive: true, force: true });
});

function access() {
  const file = join(folder, 'token');
  writeFileSync(file, 'hostler@pve!bot=aaaa\n');
  const nodes = Object.fromEntries(beta.nodes.map(({ name, port, fingerprint }) => [name, { address: '127.0.0.1', port, fingerprint }]));
  return { site: 'east', token: `file:${file}`, nodes };
}
const says = (line: string) => world.says('alice', line);
async function does(line: string): Promise<FlatCard> {
  const card = await says(line);
  return card.ticket?.state === 'waiting' ? world.presses('bob', card, 'approve') : card;
}
async function done(line: string): Promise<FlatCard> {
  const card = await does(line);
  expect(card.ticket?.state, card.text).toBe('done');
  return card;
}
/** The plan is another, and waits for new votes. */
const shownAgain =
  (card: FlatCard) =>
  ({ ticket }: FlatCard): boolean =>
    ticket?.state === 'waiting' && ticket.code !== card.ticket?.code;
const since = (cluster: LabCluster, before: number) => cluster.effects.slice(before);

describe('tasks', () => {
  it('warnings: a task that ends with some is done, and says so', async () => {
    const card = await done('vm start drive');
    expect(card.text).toContain('done with warnings');
    expect(card.text).toContain('WARNINGS: 1');
    expect(beta.guest(303)?.status).toBe('running');
  });

  it('next step: is begun only when the task before it has ended', async () => {
    const before = alpha.effects.length;
    await done('vm rollback runner fresher');
    expect(since(alpha, before)).toEqual(['qmsnapshot 103', 'qmrollback 103']);
    const calls = alpha.heard.filter(
      ({ path, method }) => path.startsWith('/nodes/pve3/') && (method === 'POST' || /tasks\/UPID.*:qmsnapshot:.*status/.test(path)),
    );
    expect(calls.map(({ method }) => method).join(' ')).toMatch(/^POST( GET)+ POST$/);
  });

  it('parallel: of two requests about one guest the second begins nothing before the first has ended', async () => {
    const cards = await Promise.all(['vm reboot gitlab', 'vm reset gitlab'].map(says));
    const ends = await Promise.all(cards.map((card) => world.presses('bob', card, 'approve')));
    expect(ends.map(({ ticket }) => ticket?.state)).toEqual(['done', 'done']);
    const about = alpha.heard.flatMap(({ method, path }) => {
      const verb = (method === 'POST' ? /101\/status\/(reboot|reset)$/ : /:qm(reboot|reset):101:/).exec(path)?.[1];
      return verb === undefined ? [] : [verb];
    });
    expect(about.filter((verb, i) => verb !== about[i - 1])).toHaveLength(2);
  });

  it('long call: an answer lost to a 596 is looked for, and nothing is done twice', async () => {
    const before = alpha.effects.length;
    alpha.fault({ method: 'POST', path: /110\/status\/start/ }, { kind: 'answer', when: 'after', status: 596, reason: 'Connection timed out' });
    await done('vm start alpha/110');
    expect(since(alpha, before)).toEqual(['qmstart 110']);
  });

  it('task log: is shown whole, not its first 50 lines', async () => {
    const { text } = await says('task log n1:000028EA:6B001505 --lines 200');
    expect(text).toContain('line 51');
    expect(text).toContain('WARN: line 119');
  });
});

describe('guests', () => {
  it('new number: two clones at once get two, and one that was taken meanwhile is left alone', async () => {
    const clones = await Promise.all([done('vm clone debian-13 first'), done('vm clone debian-13 second')]);
    expect(clones).toHaveLength(2);
    const made = [112, 113].map((vmid) => alpha.guest(vmid)?.config.name);
    expect(made.toSorted()).toEqual(['first', 'second']);
    const before = [alpha.effects.length, alpha.guest(112)] as const;
    const taken = { kind: 'answer', when: 'before', status: 500, reason: 'unable to create VM 114: config file already exists' } as const;
    alpha.fault({ method: 'POST', path: /106\/clone/ }, taken);
    const card = await does('vm clone debian-13 third');
    expect([card.ticket?.state, since(alpha, before[0])]).toEqual(['failed', []]);
    expect(card.text).toContain('there is one already');
    expect(alpha.guest(112)).toEqual(before[1]);
  });

  it('another guest: of the same number is not what was approved', async () => {
    const card = await says('vm reset gpu');
    const own = String(alpha.guest(105)?.config.vmgenid);
    alpha.meddle(105, { config: { vmgenid: '00000000-0000-0000-0000-000000000105' } });
    expect((await world.presses('bob', card, 'approve', { until: shownAgain(card) })).ticket?.state).toBe('waiting');
    expect(alpha.effects).not.toContain('qmreset 105');
    alpha.meddle(105, { config: { vmgenid: own } });
  });

  it('moved: one that went to another node after it was asked for is shown again there', async () => {
    const card = await says('vm reset vault');
    expect(card.ticket?.plan.steps.join()).toContain('pve2');
    alpha.meddle(111, { node: 'pve1' });
    const again = await world.presses('bob', card, 'approve', { until: shownAgain(card) });
    expect(again.ticket?.plan.steps.join()).toContain('/nodes/pve1/qemu/111');
    expect(alpha.effects).not.toContain('qmreset 111');
    const end = await world.presses('bob', again, 'approve');
    expect([end.ticket?.state, alpha.effects.at(-1)]).toEqual(['done', 'qmreset 111']);
  });

  it('HA: it is over when the guest is off, not when the request is queued', async () => {
    const asked = await says('vm shutdown web-a');
    expect(asked.text).toContain('from now on HA wants it stopped');
    const end = await world.presses('bob', asked, 'approve');
    expect([end.ticket?.state, alpha.guest(100)?.status], end.text).toEqual(['done', 'stopped']);
    await done('vm start web-a');
    expect(alpha.guest(100)?.status).toBe('running');
  });

  it('agent: while it boots that is said, and an interface without addresses is no error', async () => {
    const booting = await says('vm agent ip booting');
    expect(booting.ticket?.state).toBe('refused');
    expect(booting.text).toContain('still booting');
    expect((await says('vm agent ip web-a')).text).toMatch(/docker0 +none/);
  });

  it('snapshot delete: what one that was broken off left behind is seen, and cured in order', async () => {
    expect((await says('vm snapshots half')).text).toMatch(/gone .*broken off \(delete\)/);
    const before = beta.effects.length;
    for (const line of ['vm start half', 'vm snapshot half new']) {
      const card = await says(line);
      expect([card.ticket?.state, card.text]).toEqual(['refused', expect.stringContaining('locked (snapshot-delete)')]);
    }
    expect((await says('vm delsnapshot half gone --force')).text).toContain('first `vm unlock beta/301`');
    beta.meddle(301, { lock: '' });
    expect((await says('vm delsnapshot half gone')).text).toContain('`vm delsnapshot beta/301 gone --force`');
    expect(since(beta, before)).toEqual([]);
    await done('vm delsnapshot half gone --force');
    expect(beta.guest(301)?.snapshots).toEqual([]);
  });

  it('root only: a lock is taken away by root on the node, an option of root is never sent, and a no for that reason says so', async () => {
    const before = alpha.heard.length;
    const card = await done('vm unlock stuck');
    expect(world.lab.host('pve3').effects.at(-1)).toBe('qm unlock 107');
    expect(alpha.heard.slice(before).filter(({ method }) => method !== 'GET')).toEqual([]);
    expect(card.ticket?.plan.steps.join()).not.toMatch(/skiplock|pvesh/);
    const set = await says('vm set wiki --cores 3');
    expect(set.ticket?.plan.steps.join()).toMatch(/pvesh set \S+ --cores 3 --digest [0-9a-f]{40}\)$/);
    alpha.fault({ method: 'PUT', path: /102\/config/ }, { kind: 'answer', when: 'before', status: 500, reason: "only root can set 'args' config" });
    const end = await world.presses('bob', set, 'approve');
    expect([end.ticket?.state, end.text]).toEqual(['failed', expect.stringContaining('only root may do this, never an API token')]);
  });

  it('lists: a name with spaces, none at all, and a guest that is off are read as they are', async () => {
    const { text } = await says('vm list');
    expect(text).toMatch(/old box +300 +stopped/);
    expect(text).toMatch(/VM 110 +110 +/);
    expect((await says('vm show beta/300')).text).toContain('old box');
  });

  it('types: a number and its text are the same setting', async () => {
    for (const memory of [2048, '2048']) {
      alpha.meddle(102, { config: { memory, cores: String(2) } });
      expect((await says('vm set wiki --memory 2G --cores 2')).text).toContain('nothing to do');
    }
  });
});

describe('clusters', () => {
  it('offline: one node that is off breaks nothing else, whichever it is, and is no trouble with the token', async () => {
    for (const node of ['pve1', 'pve3']) {
      await alpha.down(node);
      const list = await says('vm list');
      await alpha.up(node);
      expect([list.ticket?.state, list.text]).toEqual(['done', expect.stringContaining(`node ${node} is offline`)]);
      expect(list.text).toMatch(/wiki +102/);
      expect(list.text).not.toContain('token');
    }
  });

  it('backups: a storage that does not show them is not one without them', async () => {
    const no = { kind: 'answer', when: 'before', status: 403, reason: 'Permission check failed (/storage/pbs, Datastore.AllocateSpace)' } as const;
    alpha.fault({ method: 'GET', path: /storage\/pbs\/content/ }, no);
    const { text } = await says('backup list');
    expect(text).toMatch(/backups on pbs \(\S+\) are missing: .*lacks Datastore.AllocateSpace on \/storage\/pbs/);
    const line = 'vm destroy alpha/108 --confirm 108 --plan';
    expect((await says(line)).text).toContain('none found');
    alpha.fault({ method: 'GET', path: /storage\/pbs\/content/ }, no, 9);
    expect((await says(line)).text).toContain('not known: it could not be read');
  });

  it('digest: what somebody else changed meanwhile is shown again, and not overwritten', async () => {
    const card = await says('vm set wiki --memory 3G');
    alpha.meddle(102, { config: { description: 'hands off' } });
    const again = await world.presses('bob', card, 'approve', { until: shownAgain(card) });
    expect(again.ticket?.state).toBe('waiting');
    expect(alpha.guest(102)?.config.memory).not.toBe('3072');
  });

  it('tickets: nobody ever asks for one', () => {
    expect(alpha.heard.length).toBeGreaterThan(100);
    expect([...alpha.heard, ...beta.heard].filter(({ path }) => path.startsWith('/access'))).toEqual([]);
  });
});
