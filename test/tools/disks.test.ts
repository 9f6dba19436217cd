import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Host } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import { commented, offLines, parseFstab, parseVerify, sayable, uncommented, withLine, withoutLine } from '../../src/tools/disks/fstab.ts';
import { parseGrowth } from '../../src/tools/disks/grow.ts';
import { flat, parseBlkid, parseBlockDevices } from '../../src/tools/disks/lsblk.ts';
import { parseHolders, parseMountPoints, parseUsage } from '../../src/tools/disks/mounts.ts';
import { ownLine } from '../../src/tools/disks/own-line.ts';
import { parseSmart, verdict } from '../../src/tools/smart.ts';

// Recorded from util-linux 2.38.1 on a loop device, without udev: lsblk knows no file systems there, blkid does.
const LSBLK = `{
   "blockdevices": [
      {
         "name": "/dev/loop0", "pkname": null, "type": "loop", "size": 314572800, "fstype": null, "label": null, "uuid": null,
         "mountpoints": [ null ], "model": null, "serial": null, "disc-max": 4294966784, "rota": false, "ro": false, "tran": null, "fsused": null,
         "children": [
            {
               "name": "/dev/loop0p1", "pkname": "/dev/loop0", "type": "part", "size": 157286400, "fstype": null, "label": null, "uuid": null,
               "mountpoints": [ "/mnt/d" ], "model": null, "serial": null, "disc-max": 4294966784, "rota": false, "ro": false, "tran": null, "fsused": 1024
            }
         ]
      }
   ]
}

== blkid
DEVNAME=/dev/loop0p1
LABEL=data
UUID=37746492-4943-441d-8593-b13423e53190
BLOCK_SIZE=1024
TYPE=ext4
`;

describe('block devices', () => {
  it('puts together what lsblk and blkid know', () => {
    const [whole, part] = flat(parseBlockDevices(LSBLK));
    expect(whole).toMatchObject({ name: '/dev/loop0', fstype: '', mounts: [], size: 314572800, discard: true });
    expect(part).toMatchObject({
      parent: '/dev/loop0',
      fstype: 'ext4',
      label: 'data',
      uuid: '37746492-4943-441d-8593-b13423e53190',
      mounts: ['/mnt/d'],
      used: 1024,
    });
  });
  it('takes values that are all text, and one mount point, as older versions give them', () => {
    const old =
      '{"blockdevices":[{"name":"/dev/sda","type":"disk","size":"1000","rota":"1","ro":"0","disc-max":"0","mountpoint":"/","model":"DISK "}]}\n== blkid\n';
    expect(parseBlockDevices(old)[0]).toMatchObject({ size: 1000, rotates: true, readOnly: false, discard: false, mounts: ['/'], model: 'DISK' });
  });
  it('throws at what is no such thing', () => {
    expect(() => parseBlockDevices('lsblk: unknown column: FSUSED')).toThrow();
    expect(parseBlkid('').size).toBe(0);
  });
});

describe('mounts', () => {
  it('reads findmnt, and nothing where nothing is mounted', () => {
    const text =
      '{"filesystems":[{"target":"/mnt/d","source":"/dev/loop0p1","fstype":"ext4","options":"rw,relatime"},{"target":"/b","source":"/dev/vdb[/sub]","fstype":"btrfs","options":"rw"}]}';
    expect(parseMountPoints(text)).toEqual([
      { path: '/mnt/d', source: '/dev/loop0p1', type: 'ext4', options: 'rw,relatime' },
      { path: '/b', source: '/dev/vdb', type: 'btrfs', options: 'rw' },
    ]);
    expect(parseMountPoints('')).toEqual([]);
  });
  it('reads df, and says when only local file systems answered', () => {
    const text = `Filesystem     Type    1B-blocks   Used       Avail  Inodes IUsed Mounted on
/dev/vda       ext4 270553174016 27360583680 81583710208 16777216 412345 /
/dev/sda1      vfat    535805952 6275072 529530880 0 0 /boot/efi\n`;
    expect(parseUsage(text)).toMatchObject({
      partial: false,
      all: [
        { path: '/', free: 81583710208, inodesUsed: 412345 },
        { path: '/boot/efi', inodes: 0 },
      ],
    });
    expect(parseUsage(`== local only\n${text}`)).toMatchObject({ partial: true, all: [{ path: '/' }, { path: '/boot/efi' }] });
  });
  it('names who uses a file system', () => {
    expect(parseHolders('13229 sleep\n44 my program\nswap /mnt/d/swapfile\n')).toEqual({
      processes: [
        { pid: 13229, program: 'sleep' },
        { pid: 44, program: 'my program' },
      ],
      files: ['/mnt/d/swapfile'],
    });
  });
});

describe('fstab', () => {
  const table = '# /etc/fstab\nUUID=1 / ext4 errors=remount-ro 0 1\n/swapfile none swap sw 0 0\n';
  it('gets a line and loses it, and is as it was', () => {
    const line = ownLine('2', '/srv/data', 'ext4', 'defaults');
    expect(line).toBe('UUID=2 /srv/data ext4 defaults,nofail 0 2');
    expect(withoutLine(withLine(table, line), line)).toBe(table);
    expect(ownLine('2', '/x', 'xfs', 'noatime,nofail')).toBe('UUID=2 /x xfs noatime,nofail 0 0');
    expect(withLine('no newline', 'line')).toBe('no newline\nline\n');
  });
  it('takes lines out of use so that only these come back', () => {
    const swap = parseFstab(table).filter(({ type }) => type === 'swap');
    const off = commented(
      `${table}# /other none swap sw 0 0\n`,
      swap.map(({ text }) => text),
    );
    expect(parseFstab(off)).toHaveLength(1);
    expect(offLines(off)).toMatchObject([{ source: '/swapfile' }]);
    expect(uncommented(off, ({ type }) => type === 'swap')).toBe(`${table}# /other none swap sw 0 0\n`);
  });
  it('is as it was after any way there and back, whatever stands in it', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9/=#.-]{1,8}$/);
    const line = fc.oneof(
      fc.constant(''),
      fc.constant('# a comment'),
      fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(' ')),
      word.map((name) => `/${name} none swap sw 0 0`),
    );
    const anyTable = fc.array(line, { maxLength: 8 }).map((lines) => lines.map((one) => `${one}\n`).join(''));
    fc.assert(
      fc.property(anyTable, fc.uuid(), (text, id) => {
        const added = ownLine(id, `/srv/${id}`, 'ext4', 'defaults');
        expect(withoutLine(withLine(text, added), added)).toBe(text);
        const swap = parseFstab(text).filter(({ type }) => type === 'swap');
        const off = commented(
          text,
          swap.map((one) => one.text),
        );
        expect(parseFstab(off).some(({ type }) => type === 'swap')).toBe(false);
        expect(uncommented(off, ({ type }) => type === 'swap')).toBe(text);
      }),
    );
  });
  it('counts what findmnt finds wrong', () => {
    expect(parseVerify('Success, no errors or warnings detected\n').errors).toBe(0);
    expect(parseVerify('\n0 parse errors, 2 errors, 0 warnings\n/mnt/zz\n').errors).toBe(2);
    expect(parseVerify('findmnt: /mnt/tab: parse error at line 1 -- ignored\n\n1 parse error, 0 errors, 0 warnings\n').errors).toBe(1);
  });
});

describe('growpart', () => {
  it('tells what would change', () => {
    const said = 'CHANGE: partition=1 start=2048 old: size=307200 end=309247 new: size=612319 end=614366\n# === old sfdisk -d ===\n';
    expect(parseGrowth(said)).toMatchObject({ grows: true, from: 307200, to: 612319 });
    expect(parseGrowth('NOCHANGE: partition 1 is size 612319. it cannot be grown\n')).toMatchObject({ grows: false, to: 612319 });
    expect(() => parseGrowth('FAILED: failed to find partition')).toThrow('FAILED');
  });
});

describe('SMART', () => {
  it('reads what smartctl 7.3 says of an ATA and an NVMe disk', () => {
    // Recorded from the disks that QEMU emulates; white space left out.
    const found = parseSmart(readFileSync(join(import.meta.dirname, 'disks.smart.txt'), 'utf8'));
    expect(found).toMatchObject([
      { device: '/dev/sda', model: 'QEMU HARDDISK', passed: true, celsius: 31, hours: 1, reallocated: 0, exit: 0 },
      { device: '/dev/nvme0n1', model: 'QEMU NVMe Ctrl', passed: true, celsius: 50, hours: 0, reallocated: 0, worn: 0, exit: 0 },
    ]);
    expect(found.map((one) => verdict(one).words.en)).toEqual(['good', 'good']);
  });
  it('takes a disk without it for what it is', () => {
    const none = `{"json_format_version":[1,0],"smartctl":{"version":[7,3],"messages":[{"string":"/dev/loop0: Unable to detect device type","severity":"error"}],"exit_status":1}}`;
    const [found] = parseSmart(`== /dev/loop0\n${none}\n\n`);
    expect(found).toMatchObject({ device: '/dev/loop0', passed: undefined, exit: 1, said: ['/dev/loop0: Unable to detect device type'] });
    expect(found && verdict(found).words.en).toBe('no SMART');
    expect(parseSmart('== /dev/sda\n\n')[0]).toMatchObject({ exit: -1 });
  });
  it.each([
    [{ exit: 0, passed: true }, 'good'],
    [{ exit: 8, passed: false }, '⚠ FAILING'],
    [{ exit: 64, passed: true }, 'good; errors in its log'],
    [{ exit: 0, passed: true, pending: 3 }, '⚠ bad sectors'],
    [{ exit: 16, passed: true }, '⚠ below its threshold'],
    [{ exit: 2, passed: undefined }, 'no SMART'],
  ])('reads the bits of the exit status: %o', (given, words) => {
    const whole = {
      device: '',
      model: '',
      celsius: undefined,
      hours: undefined,
      reallocated: undefined,
      pending: undefined,
      worn: undefined,
      said: [],
      ...given,
    };
    expect(verdict(whole).words.en).toBe(words);
  });
});

describe('a table of file systems that holds a password', () => {
  const host: Host = { name: 'web1', site: 'east', sites: ['east'], kind: 'linux', tags: [], address: '192.0.2.21', libvirt: '' };
  it.each(['//nas/x /mnt cifs user=a,password=b 0 0\n', '//nas/x /mnt cifs pass=b\n'])('is not written: %j', (text) => {
    expect(() => sayable(host, text)).toThrow(Refusal);
  });
  it.each(['//nas/x /mnt cifs credentials=/root/nas 0 0\n', '# was: //nas/x /mnt cifs password=b\n', '//nas/x /mnt cifs password= 0 0\n'])(
    'else it is: %j',
    (text) => {
      expect(sayable(host, text)).toBe(text);
    },
  );
});
