import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bot } from '../support/bot.ts';

let world: Awaited<ReturnType<typeof bot>>;
beforeAll(async () => {
  world = await bot();
});
afterAll(() => world.close());

const alpha = () => world.lab.cluster('alpha');

describe('clusters', () => {
  it('stand among the hosts, with how many nodes are on', async () => {
    const card = await world.says('alice', 'hosts');
    expect(card.text).toMatch(/alpha\s+3 of 3 nodes\s+Proxmox VE 9\.2\.11/);
    expect(card.text).toMatch(/pbs1\s+.*Proxmox Backup Server/);
    expect(card.text).toMatch(/web1\s+\d+ \S+\s+Debian/);
  });

  it('are told by their nodes, votes and versions', async () => {
    const card = await world.says('alice', 'cluster status');
    expect(card.text).toContain('alpha: has quorum, 3 of 3 votes');
    expect(card.text).toMatch(/alpha\s+pve2\s+online\s+192\.0\.2\.62\s+1\s+9\.2\.11/);
  });

  it('say what HA looks after', async () => {
    expect((await world.says('alice', 'cluster ha')).text).toMatch(/web-a \(vm:100\)\s+alpha\s+pve1\s+started\s+started/);
  });

  it('list one node a row, and all together', async () => {
    expect((await world.says('alice', 'cluster nodes')).text).toMatch(/pve1\s+alpha\s+online\s+.*4 of 5 running/);
    expect((await world.says('alice', 'cluster resources')).text).toMatch(/all\s+alpha\s+80/);
    expect((await world.says('alice', 'cluster replication')).ticket?.state).toBe('done');
  });
});

describe('nodes', () => {
  it('are shown with services, updates and tasks', async () => {
    expect((await world.says('alice', 'node show pve1')).text).toMatch(/Proxmox VE\s+9\.2\.11/);
    expect((await world.says('alice', 'node services alpha/pve1')).text).toMatch(/pveproxy\s+active/);
    expect((await world.says('alice', 'node updates pve1')).text).toContain('pve-manager');
    const errors = await world.says('alice', 'node tasks pve3 --errors');
    expect(errors.text).toContain('FAILED: job errors');
    expect((await world.says('alice', 'node tasks pve1 --errors')).text).not.toContain('job errors');
  });

  it('go into maintenance by a shell of another, and out again', async () => {
    const card = await world.says('alice', 'node maintenance on pve1 --plan');
    expect(card.text).toContain('ha-manager crm-command node-maintenance enable pve1');
    expect(card.text).toMatch(/HA moves\s+web-a \(100\)/);
    expect(card.text).toMatch(/stay \(not under HA\)\s+gitlab \(101\)/);
    expect(card.ticket?.plan.steps[0]).toMatch(/^pve2\//);
    expect(card.text).not.toMatch(/quorum|cannot be moved|memory on/);
    const done = async (line: string) => {
      const asked = await world.says('alice', line);
      const end = asked.ticket?.state === 'waiting' ? await world.presses('bob', asked, 'approve') : asked;
      expect(end.ticket?.state, end.text).toBe('done');
      return end;
    };
    const shell = world.lab.host('pve2');
    const before = shell.effects.length;
    expect((await done('node maintenance on pve1')).text).toContain('node maintenance off alpha/pve1');
    await done('node maintenance off pve1');
    expect(shell.effects.slice(before)).toEqual(['ha-manager node-maintenance enable pve1', 'ha-manager node-maintenance disable pve1']);
  });

  it('that are off say so, and break nothing else', async () => {
    await alpha().down('pve3');
    try {
      const status = await world.says('alice', 'cluster status');
      expect(status.text).toMatch(/pve3\s+OFFLINE/);
      expect(status.text).toContain('has quorum, 2 of 3 votes');
      expect((await world.says('alice', 'cluster quorum')).text).toContain('QUORUM IS LOST (1 of 2 needed)');
      expect((await world.says('alice', 'cluster nodes')).text).toMatch(/pve3\s+alpha\s+OFFLINE/);
      expect((await world.says('alice', 'hosts alpha')).text).toContain('2 of 3 nodes');
      const show = await world.says('alice', 'node show pve3');
      expect(show.ticket?.state).toBe('refused');
      expect(show.text).toContain('node pve3 could not be asked');
      expect((await world.says('alice', 'storage list')).text).toMatch(/ceph .*pve3 node is off/);
      const two = await world.says('alice', 'node maintenance on pve2 --plan');
      expect(two.text).toMatch(/quorum +alpha would lose it without pve2[\s\S]*risk +high/);
      const off = await world.says('alice', 'node maintenance on pve3');
      expect(off.ticket?.state, off.text).toBe('refused');
      expect(off.text).toContain('node pve3 is offline: nothing can be moved off it');
    } finally {
      await alpha().up('pve3');
    }
  });
});

describe('a cluster without quorum', () => {
  it('is said to be just that, and `pvecm expected` is never spoken of', async () => {
    alpha().quorum(false);
    try {
      const texts = [await world.says('alice', 'cluster status'), await world.says('alice', 'cluster quorum')].map(({ text }) => text).join('\n');
      expect(texts).toContain('NO QUORUM');
      expect(texts).not.toContain('pvecm');
      const effects = alpha().effects.length;
      for (const line of ['backup run gitlab', 'backup restore wiki', 'storage disable nas', 'node maintenance on pve1']) {
        const card = await world.says('alice', line);
        expect(card.ticket?.state, card.text).toBe('refused');
        expect(card.text).toContain('no quorum');
      }
      expect(alpha().effects.length).toBe(effects);
    } finally {
      alpha().quorum(true);
    }
  });
});

describe('tasks', () => {
  it('are listed with a short name that can be typed', async () => {
    const list = await world.says('alice', 'task list --errors');
    expect(list.text).toContain('migration aborted');
    const [, short = ''] = /legacy \(104\).*\s([0-9A-F]{8}:[0-9A-F]{8})/.exec(list.text) ?? [];
    const log = await world.says('alice', `task log ${short}`);
    expect(log.text).toContain("can't migrate VM");
    expect(log.text).toContain('TASK ERROR: migration aborted');
    expect((await world.says('alice', `task log ${short} --lines 1`)).text).toContain('the end of 2 lines');
    expect((await world.says('alice', `task stop ${short}`)).text).toContain('it is over');
    expect((await world.says('alice', 'task log UPID:pve1:')).text).toMatch(/names \d tasks/);
    expect((await world.says('alice', 'task log UPID:pve1:FFFFFFFF')).text).toContain('there is no task');
  });

  it('that run are stopped, and seen to be', async () => {
    const backup = world.says('alice', 'backup run gitlab', { ms: 60_000 });
    await expect.poll(() => alpha().effects.filter((effect) => effect === 'vzdump 101').length).toBe(1);
    const list = await world.says('alice', 'task list --running');
    expect(list.text).not.toContain('migration aborted');
    const [, short = ''] = /gitlab \(101\).*\s([0-9A-F]{8}:[0-9A-F]{8})/.exec(list.text) ?? [];
    const card = await world.says('alice', `task stop ${short}`);
    expect(card.text).toContain('vzdump 101');
    const done = await world.presses('bob', card, 'approve');
    expect(done.ticket?.state, done.text).toBe('done');
    expect((await backup).ticket?.state).toBe('failed');
    expect(
      alpha()
        .backups()
        .filter(({ vmid, volid }) => vmid === 101 && volid.startsWith('pbs')).length,
    ).toBe(2);
  });
});
