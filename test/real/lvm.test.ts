import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ssh } from '../../src/hosts/ssh.ts';
import { hostOf, type RealBot, realBot } from '../support/real/bot.ts';
import { needs } from '../support/real/have.ts';
import { BOOT_MS, BUILD_MS, startVm, VM, type Vm } from '../support/real/vm.ts';

// One boot for all that asks for a kernel of its own: device-mapper, md, iSCSI, ext4 that grows while it is mounted, swap and KSM.
describe.skipIf(!needs(VM))('storage and memory of a machine with a kernel of its own', { timeout: 120_000 }, () => {
  let vm: Vm;
  let bot: RealBot;
  let ssh: Ssh;
  const there = async (script: string) => {
    const done = await ssh.exec(['sh', '-c', `{ ${script}; } 2>&1`], { timeoutMs: 60_000, cap: 200_000 });
    return done.kind === 'exit' ? done.stdout.trim() : JSON.stringify(done);
  };
  const says = (line: string) => bot.says('alice', line, { ms: 60_000 });
  const does = async (line: string) => {
    const card = await says(line);
    if (card.ticket?.state !== 'waiting') return card;
    const until = ({ ticket }: typeof card) => ['done', 'failed', 'unknown'].includes(ticket?.state ?? '');
    await bot.presses('bob', card, 'approve', { until: () => true });
    return bot.sees('alice', card.id, until, 60_000);
  };
  /** Does it, looks, takes it back, and looks whether all is as it was. */
  const thereAndBack = async (line: string, look: string) => {
    const before = await there(look);
    const done = await does(line);
    expect(done.ticket?.state, done.text).toBe('done');
    const between = await there(look);
    const undone = await does(`undo ${done.id}`);
    expect(undone.ticket?.state, undone.text).toBe('done');
    expect(await there(look)).toBe(before);
    return between;
  };

  beforeAll(async () => {
    vm = await startVm({ disks: 4, udev: true, modules: ['dm-mod', 'dm-mirror', 'dm-thin-pool', 'raid1', 'iscsi_tcp'] });
    ssh = vm.ssh();
    await there(`pvcreate -q /dev/vdb /dev/vdc; vgcreate -q vg0 /dev/vdb /dev/vdc; lvcreate -q -y -n data -L 64M vg0; lvcreate -q -y -m1 --type mirror -n twice -L 32M vg0
      lvcreate -q -y --type thin-pool -L 32M -n pool vg0; mkfs.ext4 -q /dev/vg0/data; mkdir -p /srv/data; mount /dev/vg0/data /srv/data; touch /etc/fstab`);
    bot = await realBot({ real: hostOf(vm) });
  }, BUILD_MS + BOOT_MS);
  afterAll(async () => {
    await bot?.close();
    await vm?.close();
  });

  it('extends a volume with the file system on it, never beyond the room there is', async () => {
    const shown = await says('lvm show real');
    expect(shown.text).toMatch(/vg0\/twice.*mirror.*100 %/);
    expect(shown.text).toMatch(/vg0\/pool.*thin-pool/);
    expect((await says('lvm extend real vg0/data +10G')).text).toContain('are needed');
    const grown = await does('lvm extend real vg0/data +64M');
    expect(grown.ticket?.state, grown.text).toBe('done');
    expect(await there('lvs --noheadings --units m --nosuffix -o lv_size vg0/data')).toBe('128.00');
    expect(Number(await there('df --output=size -BM /srv/data | tail -n 1 | tr -d " M"'))).toBeGreaterThan(100);
    const parted = await says('disk format real /dev/vdb --type ext4 --label x --confirm /dev/vdb');
    expect(parted.ticket?.state).toBe('refused');
    expect(parted.text).toContain('LVM2_member');
  });

  it('sees an array whole, and degraded', async () => {
    await there('mdadm --create /dev/md0 --run --level=1 --raid-devices=2 --metadata=1.2 --assume-clean /dev/vdd /dev/vde');
    expect((await says('raid show real')).text).toMatch(/md0.*raid1.*(clean|active)/);
    expect((await says('disk format real /dev/vdd --type ext4 --label x --confirm /dev/vdd')).text).toContain('linux_raid_member');
    await there('mdadm /dev/md0 --fail /dev/vde');
    const card = await says('raid show real');
    expect(card.text).toContain('degraded: 1 of 2');
    expect(card.text).toContain('(F)');
    await there('mdadm --stop /dev/md0; mdadm --zero-superblock /dev/vdd /dev/vde; wipefs -qa /dev/vdd /dev/vde');
  });

  it('logs in to a target and out of it, sets both settings, and keeps a session whose disk is mounted', async () => {
    await there(`tgtd; truncate -s 64M /root/lun; o='--lld iscsi --mode'; tgtadm $o target --op new --tid 1 -T iqn.2020-01.org.example:disk
      tgtadm $o logicalunit --op new --tid 1 --lun 1 -b /root/lun; tgtadm $o target --op bind --tid 1 -I ALL; iscsid`);
    const target = 'iqn.2020-01.org.example:disk';
    const done = await does(`iscsi login real ${target} 127.0.0.1`);
    expect(done.ticket?.state, done.text).toBe('done');
    const look = `iscsiadm -m node -T ${target} -p 127.0.0.1:3260 -o show | grep -E 'startup ='`;
    expect(await thereAndBack(`iscsi autologin real ${target} on`, look)).toBe('node.startup = automatic\nnode.conn[0].startup = automatic');
    const shown = await says('iscsi show real');
    expect(shown.text).toMatch(/iqn.2020-01.org.example:disk.*open.*stays away.*\/dev\/sda 64 MiB/);
    await there('mkfs.ext4 -q /dev/sda; mkdir -p /srv/lun; mount /dev/sda /srv/lun');
    const refused = await says(`iscsi logout real ${target} 127.0.0.1`);
    expect(refused.ticket?.state).toBe('refused');
    expect(refused.text).toContain('/srv/lun');
    await there('umount /srv/lun');
    const out = await does(`iscsi logout real ${target} 127.0.0.1`);
    expect(out.ticket?.state, out.text).toBe('done');
    expect(await there('iscsiadm -m session')).toContain('No active sessions');
  });

  it('adds swap and removes it, turns it off and on, and leaves fstab as it was', async () => {
    const look = 'cut -d" " -f1 /proc/swaps; cat /etc/fstab; ls /swap* 2>/dev/null';
    const between = await thereAndBack('mem swap add real 32M --path /swap1', look);
    expect(between).toContain('/swap1 none swap sw,nofail 0 0');
    await does('mem swap add real 32M --path /swap1');
    const off = await thereAndBack('mem swap off real', look);
    expect(off).toContain('#off by hostler# /swap1');
    expect((await says('mem show real')).text).toContain('/swap1');
  });

  it('sets swappiness and KSM, keeps them over a reboot when told to, and takes both back', async () => {
    const swappiness = 'cat /proc/sys/vm/swappiness; cat /etc/sysctl.d/99-hostler-swappiness.conf';
    expect(await thereAndBack('mem swappiness real 10', swappiness)).toMatch(/^10\n.*vm\.swappiness = 10/s);
    const ksm = 'cat /sys/kernel/mm/ksm/run /sys/kernel/mm/ksm/pages_to_scan';
    expect(await thereAndBack('mem ksm real on --pages 250', ksm)).toBe('1\n250');
    expect((await says('mem ksm real on --persist')).text).toContain('not run by systemd');
    expect((await does('mem ksm real unmerge')).ticket?.state).toBe('done');
  });

  it('does not pretend where the kernel has no zswap', async () => {
    const card = await says('mem zswap real on');
    expect(card.ticket?.state).toBe('refused');
    expect(card.text).toContain('has no zswap');
  });
});
