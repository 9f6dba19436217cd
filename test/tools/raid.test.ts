import { expect, it } from 'vitest';
import { parseIscsi } from '../../src/tools/iscsi.ts';
import { parseLvm } from '../../src/tools/lvm.ts';
import { parseSwaps } from '../../src/tools/mem/look.ts';
import { parseRaid } from '../../src/tools/raid.ts';
import { parsePools, sized } from '../../src/tools/zfs/pools.ts';

// Recorded from mdadm 4.2 and Linux 6.1.
const SYNC = `Personalities : [raid1] [raid6] [raid5] [raid4] 
md0 : active raid1 vdc[1] vdb[0]
      523264 blocks super 1.2 [2/2] [UU]
      [======>..............]  resync = 33.9% (178048/523264) finish=0.0min speed=178048K/sec
      
unused devices: <none>
`;
const FAILED = `Personalities : [raid1] [raid6] [raid5] [raid4] 
md0 : active raid1 vdc[1](F) vdb[0]
      523264 blocks super 1.2 [2/1] [U_]
      
unused devices: <none>
== mdadm md0
/dev/md0:
        Raid Level : raid1
             State : clean, degraded 
== other ssacli
whatever it says
`;

it('reads /proc/mdstat and mdadm --detail, and leaves other programs as they are', () => {
  expect(parseRaid(SYNC).arrays).toEqual([
    {
      name: 'md0',
      level: 'raid1',
      active: true,
      devices: ['vdc[1]', 'vdb[0]'],
      wanted: 2,
      there: 2,
      work: 'resync = 33.9% (178048/523264) finish=0.0min speed=178048K/sec',
    },
  ]);
  const failed = parseRaid(FAILED);
  expect(failed.arrays).toMatchObject([{ devices: ['vdc[1](F)', 'vdb[0]'], wanted: 2, there: 1, work: '' }]);
  expect(failed.states.get('md0')).toBe('clean, degraded');
  expect(failed.others).toEqual([{ program: 'ssacli', said: 'whatever it says' }]);
  expect(parseRaid('').arrays).toEqual([]);
});

// Recorded from open-iscsi 2.1.8 against tgt.
const SESSION = `== node 127.0.0.1:3260 iqn.2020-01.org.example:disk
node.startup = automatic
node.conn[0].startup = manual
== node 127.0.0.1:3260 iqn.2020-01.org.example:other
node.startup = manual
node.conn[0].startup = manual
== sessions
iSCSI Transport Class version 2.0-870
version 2.1.8
Target: iqn.2020-01.org.example:disk (non-flash)
	Current Portal: 127.0.0.1:3260,1
	Persistent Portal: 127.0.0.1:3260,1
		**********
		Interface:
		**********
		iSCSI Connection State: LOGGED IN
		iSCSI Session State: LOGGED_IN
		************************
		Attached SCSI devices:
		************************
		Host Number: 0	State: running
		scsi0 Channel 00 Id 0 Lun: 1
			Attached scsi disk sda		State: running
`;

it('puts records and sessions of iSCSI together', () => {
  expect(parseIscsi(SESSION)).toEqual([
    { portal: '127.0.0.1:3260', iqn: 'iqn.2020-01.org.example:disk', startup: 'automatic', connStartup: 'manual', session: 'LOGGED_IN', disks: ['/dev/sda'] },
    { portal: '127.0.0.1:3260', iqn: 'iqn.2020-01.org.example:other', startup: 'manual', connStartup: 'manual', session: undefined, disks: [] },
  ]);
  expect(parseIscsi('== sessions\n')).toEqual([]);
});

// Recorded from LVM 2.03.16.
const LVM = `  {
      "report": [ { "pv": [ {"pv_name":"/dev/loop0", "vg_name":"tvg", "pv_size":"205520896", "pv_free":"205520896", "pv_missing":""} ] } ]
  }
==
  {
      "report": [ { "vg": [ {"vg_name":"tvg", "vg_size":"205520896", "vg_free":"205520896", "vg_extent_size":"4194304", "vg_missing_pv_count":"0"} ] } ]
  }
==
  {
      "report": [ { "lv": [
        {"lv_name":"mir", "vg_name":"vg0", "lv_path":"/dev/vg0/mir", "lv_size":"41943040", "lv_attr":"mwi-a-m---", "segtype":"mirror", "copy_percent":"100.00", "lv_health_status":"", "data_percent":"", "metadata_percent":"", "devices":"mir_mimage_0(0),mir_mimage_1(0)"},
        {"lv_name":"pool", "vg_name":"vg0", "lv_path":"", "lv_size":"62914560", "lv_attr":"twi-aotz--", "segtype":"thin-pool", "copy_percent":"", "lv_health_status":"", "data_percent":"0.00", "metadata_percent":"10.94", "devices":"pool_tdata(0)"} ] } ]
  }
`;

it('reads the JSON of LVM', () => {
  const found = parseLvm(LVM);
  expect(found.physical).toMatchObject([{ name: '/dev/loop0', missing: false }]);
  expect(found.groups).toMatchObject([{ name: 'tvg', free: 205520896, extent: 4194304, missing: 0 }]);
  expect(found.volumes).toMatchObject([
    { name: 'mir', copied: 100, data: undefined },
    { name: 'pool', copied: undefined, data: 0, metadata: 10.94 },
  ]);
});

// Recorded from zfs-fuse 0.7.0, which has no -p.
const OLD = `tank\t123M\t544K\t122M\t1234567890123456789\t0%\tDEGRADED
== status
  pool: tank
 state: DEGRADED
status: One or more devices has been taken offline by the administrator.
	Sufficient replicas exist for the pool to continue functioning in a
	degraded state.
action: Online the device using 'zpool online' or replace the device with
	'zpool replace'.
 scrub: scrub completed after 0h0m with 0 errors on Sat Nov 21 21:49:53 2026
config:

	NAME        STATE     READ WRITE CKSUM
	tank        DEGRADED     0     0     0
	  mirror-0  DEGRADED     0     0     0
	    /mnt/a  ONLINE       0     0     0
	    /mnt/b  OFFLINE      0     0     0

errors: No known data errors
`;

it('reads pools of old programs, too', () => {
  expect(parsePools(OLD)).toEqual([
    {
      ...{ name: 'tank', size: 123 * 2 ** 20, used: 544 * 1024, free: 122 * 2 ** 20, fragmented: undefined, full: 0, health: 'DEGRADED' },
      status:
        'One or more devices has been taken offline by the administrator. Sufficient replicas exist for the pool to continue functioning in a degraded state.',
      action: "Online the device using 'zpool online' or replace the device with 'zpool replace'.",
      scan: 'scrub completed after 0h0m with 0 errors on Sat Nov 21 21:49:53 2026',
      errors: 'No known data errors',
      troubled: ['tank DEGRADED, read 0, write 0, checksum 0', 'mirror-0 DEGRADED, read 0, write 0, checksum 0', '/mnt/b OFFLINE, read 0, write 0, checksum 0'],
    },
  ]);
  expect(parsePools('== status\nno pools available\n')).toEqual([]);
  expect([sized('1.5G'), sized('17'), sized('-'), sized('none')]).toEqual([1.5 * 2 ** 30, 17, 0, 0]);
});

it('reads /proc/swaps', () => {
  const text = 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n/dev/loop1                              partition\t204796\t\t12\t\t-2\n/a\\040b file 4 0 5\n';
  expect(parseSwaps(text)).toEqual([
    { path: '/dev/loop1', type: 'partition', size: 204796 * 1024, used: 12 * 1024 },
    { path: '/a b', type: 'file', size: 4096, used: 0 },
  ]);
});
