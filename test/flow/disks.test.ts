import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bot } from '../support/bot.ts';

let world: Awaited<ReturnType<typeof bot>>;
beforeAll(async () => {
  world = await bot();
});
afterAll(() => world.close());

const says = (line: string, person = 'alice') => world.says(person, line);
const does = async (line: string) => {
  const card = await says(line);
  return card.ticket?.state === 'waiting' ? world.presses('bob', card, 'approve') : card;
};
const effects = (host: string) => world.lab.host(host).effects;

describe('disks in practice', () => {
  it('mounts for good, and what is taken back leaves nothing of it', async () => {
    const before = (await says('disk list web1')).text;
    const card = await says('disk mount web1 /dev/sdb1 /srv/data --persist');
    expect(card.text).toMatch(/new line of \/etc\/fstab.*nofail/s);
    const done = await world.presses('bob', card, 'approve');
    expect(done.ticket?.state, done.text).toBe('done');
    expect((await says('disk list web1')).text).toContain('/srv/data');
    const undone = await does(`undo ${done.id}`);
    expect(undone.ticket?.state, undone.text).toBe('done');
    expect((await says('disk list web1')).text).toBe(before);
  });

  it.each([
    ['disk format web1 /dev/sdc --type ext4 --label data --confirm /dev/sdb', '/dev/sdb'],
    ['disk format web1 /dev/sdb --type ext4 --label data --confirm /dev/sdb', 'sdb1'],
    ['disk format web1 /dev/sdx --type ext4 --label data --confirm /dev/sdx', '/dev/sda'],
    ['disk mount web1 /dev/sdc /srv/x', 'holds no file system'],
    ['disk mount web1 /dev/sdb1 /srv/www', 'mounted on /srv/www already'],
    ['disk unmount web1 /boot/efi', 'stands on'],
    ['disk mount web1 /dev/sdb1 /etc', 'stands on'],
    ['disk mount web1 /dev/sdb1 /usr --persist', 'stands on'],
    ['disk mount web1 /dev/sdb1 /root/keys --over', 'stands on'],
    ['disk mount web1 /dev/sdb1 /var/lib/hostler/revert', 'stands on'],
    ['disk grow kvm1 /srv/images', 'lvm extend'],
    ['lvm extend kvm1 vg0/images +9T', 'are needed'],
    ['lvm extend kvm1 vg0/nosuch +1G', 'vg0/images'],
    ['iscsi logout pve1 iqn.2020-01.org.example:vault 192.0.2.200', '/mnt/vault'],
    ['zfs rollback pve1 rpool/data@before --confirm rpool/data', 'says rpool/data'],
    ['zfs destroy pve1 rpool/data@nosuch --confirm rpool/data@nosuch', 'rpool/data@before'],
  ])('refuses `%s`, naming what is in the way, and does nothing', async (line, word) => {
    const hosts = ['web1', 'kvm1', 'pve1'];
    const before = hosts.map((host) => effects(host).length);
    const card = await says(line);
    expect(card.ticket?.state, card.text).toBe('refused');
    expect(card.text).toContain(word);
    expect(hosts.map((host) => effects(host).length)).toEqual(before);
  });

  it('does not take a disk away from a guest that has it as it is', async () => {
    const { files } = world.lab.host('pve1');
    const [disk] = /\/dev\/sd[a-z]/.exec((await says('iscsi logout pve1 iqn.2020-01.org.example:idle 192.0.2.200 --plan')).text) ?? [];
    files.set('/etc/pve/qemu-server/190.conf', `scsi1: ${disk},size=8G\n`);
    const card = await says('iscsi logout pve1 iqn.2020-01.org.example:idle 192.0.2.200');
    files.delete('/etc/pve/qemu-server/190.conf');
    expect([card.ticket?.state, card.text]).toEqual(['refused', expect.stringContaining(`${disk} guest /etc/pve/qemu-server/190.conf`)]);
  });

  it('answers without steps when all is so already', async () => {
    for (const line of [
      'disk mount web1 /dev/sdd1 /srv/www',
      'disk unmount web1 /srv/nothing',
      'disk grow kvm1 /var/lib/libvirt/images',
      'zfs scrub pve1 rpool --stop',
      'zfs clear pve1 rpool',
    ])
      expect((await says(line)).ticket?.state, line).toBe('done');
  });

  it('grows, formats, extends, scrubs and clears', async () => {
    for (const line of [
      'disk grow web1 /srv/www',
      'disk format web1 /dev/sdc --type ext4 --label data --confirm /dev/sdc',
      'lvm extend kvm1 vg0/images +10G',
      'zfs scrub pve1 rpool',
      'zfs clear pve1 tank',
      'iscsi login pve1 iqn.2020-01.org.example:spare 192.0.2.200',
    ]) {
      const card = await does(line);
      expect(card.ticket?.state, card.text).toBe('done');
    }
    expect(effects('web1')).toContain('growpart /dev/sdd 1');
  });

  it('says which volume takes too much, in both languages', async () => {
    expect((await says('zfs amplification pve1')).text).toMatch(/tank\/vm-230-disk-1.*⚠ 2\.37×.*RAID-Z/);
    expect((await says('zfs amplification pve1', 'carol')).text).toContain('填充');
    expect((await says('zfs list pve1')).text).toContain('⚠ 84 %');
  });

  it.each([
    ['zfs snapshot pve1 rpool/data again', 'zfs snapshots pve1'],
    ['iscsi autologin pve1 iqn.2020-01.org.example:idle on', 'iscsi show pve1'],
    ['iscsi logout pve1 iqn.2020-01.org.example:idle 192.0.2.200', 'iscsi show pve1'],
    ['disk unmount web1 /srv/www', 'disk list web1'],
  ])('`%s` and back is as before', async (line, look) => {
    const before = (await says(look)).text;
    const done = await does(line);
    expect(done.ticket?.state, done.text).toBe('done');
    expect((await says(look)).text).not.toBe(before);
    const undone = await does(`undo ${done.id}`);
    expect(undone.ticket?.state, undone.text).toBe('done');
    expect((await says(look)).text).toBe(before);
  });
});
