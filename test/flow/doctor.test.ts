import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FlatCard } from '../../src/core/flatten.ts';
import { bot } from '../support/bot.ts';

let world: Awaited<ReturnType<typeof bot>>;
beforeAll(async () => {
  world = await bot();
});
afterAll(() => world.close());

const buttonFor = (card: FlatCard, line: string) => card.buttons.find(({ label }) => label.includes(line));

describe('doctor', () => {
  it('finds the pitfalls of every host in reach, the worst first, whatever site they are at', async () => {
    const card = await world.says('alice', 'doctor');
    expect(card.text).toMatch(/critical +pve1 +pve-firewall is meant to be off, and is active, enabled +svc mask pve-firewall pve1/);
    expect(card.text).toMatch(/warning +kvm1 +vmbr0 \(MTU 1500\) has ports of different MTU: vnet\d+ 1450, /);
    expect(card.text).toMatch(/warning +alpha +storage local-zfs is meant for pve3, where it is not active +storage nodes alpha\/local-zfs pve1 pve2/);
    expect(card.text).toMatch(/warning +pi1 +chrony is not synchronised/);
    expect(card.text).toMatch(/critical +alpha +vzdump on pve3 failed at \S+ \S+ UTC, and was not done since: job errors +task log UPID:pve3:/);
    expect(card.text).toMatch(
      /critical +pbs1 +verificationjob main:v-weekly on pbs1 failed at .* please check the log for details +datastore job run pbs1\/v-weekly/,
    );
    expect(card.text).toMatch(/east: \d+ good, \d+ skipped[\s\S]*west: \d+ good, \d+ skipped/);
    const order = [...card.text.matchAll(/^(critical|warning|notice) /gm)].map(([, word]) => word);
    expect(order).toEqual([...order].sort((a = '', b = '') => 'cwn'.indexOf(a.charAt(0)) - 'cwn'.indexOf(b.charAt(0))));
    expect(card.buttons.length).toBeLessThanOrEqual(9);
  }, 30_000);

  it('puts one right by its button, in the name of who presses, and says that it is gone', async () => {
    const fixed = async (line: string) => {
      const card = await world.says('alice', 'doctor pve1');
      const asked = await world.presses('alice', card, 'offer', {
        code: buttonFor(card, line)?.press.code ?? '?',
        until: ({ ticket }) => ticket?.state === 'waiting',
      });
      const done = await world.presses('bob', asked, 'approve', { until: ({ ticket }) => ['done', 'failed'].includes(ticket?.state ?? '') });
      expect(done.ticket?.state, done.text).toBe('done');
      return (await world.says('alice', 'doctor diff pve1')).text;
    };
    expect(await fixed('svc mask pve-firewall pve1')).toMatch(/stays +critical +pve1 +pve-firewall is meant to be off, and is active, masked/);
    expect(await fixed('svc stop pve-firewall pve1')).toMatch(/gone +critical +pve1 +pve-firewall is meant to be off/);
    expect((await world.says('alice', 'doctor diff pve1')).text).not.toMatch(/pve-firewall/);
  }, 30_000);

  it('puts a disk of a guest right, and undo takes that back', async () => {
    const card = await world.says('alice', 'doctor alpha');
    expect(card.text).toMatch(/notice +alpha +VM 110 on pve2: no discard on scsi0 +vm set alpha\/110 --discard scsi0=on/);
    const asked = await world.says('alice', 'vm set alpha/110 --discard scsi0=on', { until: ({ ticket }) => ticket?.state === 'waiting' });
    expect(asked.text).toMatch(/scsi0=off → scsi0=on/);
    const done = await world.presses('bob', asked, 'approve', { until: ({ ticket }) => ['done', 'failed'].includes(ticket?.state ?? '') });
    expect(done.ticket?.state, done.text).toBe('done');
    expect((await world.says('alice', 'doctor diff alpha')).text).toMatch(/gone +notice +alpha +VM 110/);
    const undo = await world.says('alice', `undo ${done.id}`, { until: ({ ticket }) => ticket?.state === 'waiting' });
    await world.presses('bob', undo, 'approve', { until: ({ ticket }) => ['done', 'failed'].includes(ticket?.state ?? '') });
    expect((await world.says('alice', 'doctor diff alpha')).text).toMatch(/new +notice +alpha +VM 110/);
  }, 30_000);

  it('says of a host that does not answer that it does not, and goes on with the others', async () => {
    await world.says('alice', 'doctor web1 db1');
    await world.lab.host('db1').down();
    const card = await world.says('alice', 'doctor web1 db1');
    expect(card.text).toMatch(/not asked +db1 +/);
    expect(card.text).toMatch(/notice +web1 +a reboot is asked for/);
    // What could not be asked again is neither gone nor forgotten.
    const diff = await world.says('alice', 'doctor diff web1 db1');
    expect(diff.text).toMatch(/not asked +db1/);
    expect(diff.text).not.toMatch(/gone/);
    await world.lab.host('db1').up();
  }, 40_000);

  it('offers nothing that the asker may not ask for', async () => {
    const card = await world.says('carol', 'doctor pve1');
    const labels = card.buttons.filter(({ press }) => press.action === 'offer').map(({ label }) => label);
    // Carol may look, and change nothing.
    expect(card.text).toContain('iscsi autologin pve1');
    expect(labels.filter((label) => /mask|autologin|storage nodes|vm set/.test(label))).toEqual([]);
  });

  it('lists what it checks, and refuses a check there is none of', async () => {
    const list = await world.says('alice', 'doctor --list');
    expect(list.text).toMatch(/gretap-mtu[\s\S]*1462[\s\S]*net\/ipv4\/ip_gre\.c/);
    expect((await world.says('alice', 'doctor --list --check pve-firewall')).text).not.toContain('gretap-mtu');
    expect((await world.says('alice', 'doctor web1 --check bridge-mtuu')).text).toMatch(/no check “bridge-mtuu”[\s\S]*did you mean bridge-mtu/);
    expect((await world.says('carol', 'doctor pi1 --check undervoltage')).text).toMatch(/欠压/);
  });
});
