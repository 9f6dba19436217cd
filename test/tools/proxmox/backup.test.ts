import { describe, expect, it } from 'vitest';
import { archives, parseArchive, parseConfig, shelves } from '../../../src/tools/proxmox/archives.ts';
import { parseDump } from '../../../src/tools/proxmox/backup.ts';
import { parseFiles } from '../../../src/tools/proxmox/backup-files.ts';
import { parseJobs } from '../../../src/tools/proxmox/backup-jobs.ts';
import { storagesIn } from '../../../src/tools/proxmox/backup-restore.ts';
import { scratchId, unplugged } from '../../../src/tools/proxmox/backup-scratch.ts';
import { judge } from '../../../src/tools/proxmox/backup-truth.ts';
import { keepingOf, keepText, parseMarks, pruneLocally } from '../../../src/tools/proxmox/prune.ts';
import { parseResources } from '../../../src/tools/proxmox/resources.ts';

const on = { storage: 'pbs', node: 'pve1', shared: true };

describe('an archive', () => {
  it('of a backup server has what verifying found', () => {
    const row = {
      ...{
        volid: 'pbs:backup/vm/101/2026-03-11T08:51:30Z',
        content: 'backup',
        ctime: 1773219090,
        format: 'pbs-vm',
        size: '68719476736',
        subtype: 'qemu',
        vmid: '101',
      },
      ...{ notes: 'gitlab', protected: 1, verification: { state: 'failed', upid: 'UPID:pbs1:' }, encrypted: '1' },
    };
    expect(parseArchive(row, on)).toEqual([
      {
        ...{ volid: row.volid, storage: 'pbs', on: 'pve1', local: false, vmid: 101, type: 'qemu', at: 1773219090, size: 68719476736 },
        ...{ protected: true, verified: 'failed', notes: 'gitlab', encrypted: true },
      },
    ]);
  });

  it.each([
    ['pbs:backup/ct/200/2026-03-11T08:51:30Z', 'lxc', 200],
    ['local:backup/vzdump-lxc-200-2026_11_20-09_36_50.tar.zst', 'lxc', 200],
    ['nas:backup/vzdump-qemu-102-2026_11_20-09_36_50.vma.zst', 'qemu', 102],
    ['nas:backup/vzdump-mine.vma.zst', undefined, undefined],
  ])('%s tells by its name what the answer does not say', (volid, type, vmid) => {
    expect(parseArchive({ volid, ctime: 1, 'approximate-size': 7 }, on)).toMatchObject([{ type, vmid, size: 7, verified: undefined, protected: false }]);
  });

  it('without a name is none', () => {
    expect(parseArchive({ ctime: 1 }, on)).toEqual([]);
  });
});

describe('where to ask for backups', () => {
  const storage = (name: string, node: string, more: object = {}) => ({
    ...{ type: 'storage', storage: name, node, status: 'available', plugintype: 'dir', shared: 0, content: 'backup,iso' },
    ...more,
  });
  const node = (name: string, status = 'online') => ({ type: 'node', node: name, status });

  it('is one node that sees it for a shared storage, each for any other, and none that is off', () => {
    const all = parseResources([
      ...[node('pve1'), node('pve2'), node('pve3', 'offline')],
      ...['pve1', 'pve2', 'pve3'].map((name) => storage('local', name)),
      ...['pve1', 'pve2', 'pve3'].map((name) => storage('nas', name, { shared: 1, status: name === 'pve1' ? 'unknown' : 'available' })),
      storage('ceph', 'pve1', { content: 'images' }),
    ]);
    expect(shelves(all).map((shelf) => `${shelf.storage} ${shelf.node} ${shelf.active}`)).toEqual(['local pve1 true', 'local pve2 true', 'nas pve2 true']);
    const [shelf] = shelves(all);
    expect(shelf && archives(shelf, 101)).toMatchObject({ path: '/nodes/pve1/storage/local/content', params: { content: 'backup', vmid: 101 } });
  });
});

describe('a config inside of an archive', () => {
  it('ends where its snapshots begin', () => {
    const config = parseConfig(
      '#qmdump#map:scsi0:drive-scsi0:ceph::\nname: web-a\nscsi0: ceph:vm-100-disk-0,size=32G\nide2: none,media=cdrom\n\n[fresh]\nname: other\n',
    );
    expect([...config]).toEqual([
      ['name', 'web-a'],
      ['scsi0', 'ceph:vm-100-disk-0,size=32G'],
      ['ide2', 'none,media=cdrom'],
    ]);
  });

  it('says where disks were, and not where CDs are', () => {
    const config = new Map([
      ['scsi0', 'ceph:vm-1-disk-0,size=1G'],
      ['efidisk0', 'local-zfs:vm-1-disk-1,size=1M'],
      ['ide2', 'nas:iso/x.iso,media=cdrom'],
      ['mp0', 'ceph:vm-1-disk-2,mp=/srv'],
      ['scsihw', 'virtio-scsi-single'],
      ['unused0', 'old:vm-1-disk-9'],
      ['mp1', '/srv/bind,mp=/mnt'],
    ]);
    expect(storagesIn(config)).toEqual(['ceph', 'local-zfs']);
  });
});

describe('vzdump’s log', () => {
  const container = `INFO: starting new backup job: vzdump 200 --mode stop --compress zstd --storage local
INFO: Starting Backup of VM 200 (lxc)
INFO: creating vzdump archive '/var/lib/vz/dump/vzdump-lxc-200-2026_11_20-09_36_50.tar.zst'
INFO: archive file size: 81MB
INFO: Finished Backup of VM 200 (00:00:01)
INFO: Backup job finished successfully`;
  const machine = `INFO: creating Proxmox Backup Server archive 'vm/103/2026-03-11T08:51:30Z'
INFO: 100% (8.0 GiB of 8.0 GiB) in 46s, read: 108.0 MiB/s, write: 16.0 MiB/s
INFO: transferred 8.00 GiB in 46 seconds (178.1 MiB/s)
INFO: Finished Backup of VM 103 (00:00:47)`;

  it('says what was made, how large, and how long it took', () => {
    expect(parseDump(container, 200)).toEqual({ archive: 'vzdump-lxc-200-2026_11_20-09_36_50.tar.zst', size: '81MB', took: '00:00:01', failed: undefined });
    expect(parseDump(machine, 103)).toEqual({ archive: 'vm/103/2026-03-11T08:51:30Z', size: '8.00 GiB', took: '00:00:47', failed: undefined });
  });

  it('says why it failed, and nothing it does not know', () => {
    expect(parseDump("ERROR: Backup of VM 999 failed - unable to find VM '999'", 999)).toEqual({
      archive: '',
      size: '',
      took: '',
      failed: "unable to find VM '999'",
    });
    expect(parseDump(machine, 1)).toMatchObject({ took: '' });
  });
});

describe('backup jobs', () => {
  it('are read in the shape of today, and of before 7.1', () => {
    const [now, before] = parseJobs([
      {
        id: 'nightly',
        schedule: '02:00',
        storage: 'pbs',
        all: 1,
        exclude: '105,107',
        mode: 'snapshot',
        enabled: 1,
        'next-run': 1795312800,
        'prune-backups': { 'keep-last': '7' },
      },
      { id: 'old', dow: 'sat', starttime: '03:00', vmid: '100,101', dumpdir: '/srv', enabled: '0' },
    ]);
    expect(now).toMatchObject({ all: true, exclude: ['105', '107'], enabled: true, next: 1795312800, schedule: '02:00' });
    expect(before).toMatchObject({ all: false, vmids: ['100', '101'], enabled: false, next: undefined, schedule: 'sat 03:00', storage: '/srv' });
  });
});

describe('pruning', () => {
  it('takes what is asked, in one order', () => {
    expect(keepText(keepingOf({ 'keep-daily': 7, 'keep-last': 3, 'keep-other': 1, 'keep-weekly': undefined }))).toBe('keep-last=3,keep-daily=7');
    expect(keepText({})).toBe('');
  });

  it('reads marks, and none it does not know', () => {
    const rows = [
      { volid: 'a', mark: 'keep', ctime: 2, vmid: 1, type: 'qemu' },
      { volid: 'b', mark: 'protected', ctime: '1' },
      { volid: 'c', mark: 'maybe' },
    ];
    expect(parseMarks(rows)).toEqual([
      { volid: 'a', mark: 'keep', at: 2, vmid: 1 },
      { volid: 'b', mark: 'protected', at: 1, vmid: undefined },
    ]);
  });

  const at = (iso: string) => Date.parse(iso) / 1000;
  const group = (...days: readonly string[]) => days.map((day) => ({ at: at(day.replace('!', '')), protected: day.endsWith('!'), day }));
  it.each([
    ['keeps the newest', { last: 2 }, ['2026-11-03T01:00Z', '2026-11-02T01:00Z'], ['2026-11-01T01:00Z']],
    ['keeps the newest of each day', { daily: 2 }, ['2026-11-03T05:00Z', '2026-11-02T05:00Z'], ['2026-11-03T01:00Z', '2026-11-01T05:00Z']],
    ['does not count a protected one', { last: 1 }, ['2026-11-02T01:00Z'], ['2026-11-01T01:00Z'], ['2026-11-03T01:00Z!']],
    [
      'lets a later rule take what the one before left',
      { last: 1, daily: 1 },
      ['2026-11-03T05:00Z', '2026-11-02T05:00Z'],
      ['2026-11-03T01:00Z', '2026-11-01T01:00Z'],
    ],
    ['counts weeks from Monday, over the end of a year', { weekly: 2 }, ['2027-01-03T01:00Z', '2026-12-27T01:00Z'], ['2026-12-31T01:00Z', '2026-12-26T01:00Z']],
    ['keeps one of each month and year', { monthly: 1, yearly: 1 }, ['2026-11-03T01:00Z', '2025-11-03T01:00Z'], ['2026-10-03T01:00Z', '2024-11-03T01:00Z']],
  ])('%s', (_what, keeping, keep, remove, kept: readonly string[] = []) => {
    const marked = pruneLocally(group(...keep, ...remove, ...kept), keeping);
    const of = (mark: string) => marked.filter((one) => one.mark === mark).map(({ day }) => day);
    expect({ keep: of('keep').sort(), remove: of('remove').sort(), protected: of('protected') }).toEqual({
      keep: [...keep].sort(),
      remove: [...remove].sort(),
      protected: kept,
    });
  });
});

describe('how well a guest is backed up', () => {
  const now = 100 * 86_400;
  const ago = (days: number, verified?: 'ok' | 'failed') => ({ at: now - days * 86_400, verified });
  it.each([
    ['none', [], true, 'none', undefined, undefined],
    ['the newest is damaged', [ago(1, 'failed'), ago(2, 'ok')], true, 'failed', 1, 2],
    ['old', [ago(9, 'ok')], true, 'old', 9, 9],
    ['never verified', [ago(1), ago(2)], true, 'unproven', 1, undefined],
    ['in no job', [ago(1), ago(3, 'ok')], false, 'jobless', 1, 3],
    ['good', [ago(3, 'ok'), ago(1)], true, 'good', 1, 3],
    ['good as far as is known', [ago(1, 'ok')], undefined, 'good', 1, 1],
  ] as const)('%s', (_what, found, covered, worry, last, verified) => {
    const days = (at: number | undefined) => (at === undefined ? undefined : (now - at) / 86_400);
    const { last: seen, verified: proven, ...rest } = judge(found, covered, now);
    expect({ worry: rest.worry, last: days(seen), verified: days(proven) }).toEqual({ worry, last, verified });
  });
});

describe('a scratch guest', () => {
  it('has no network before its first start', () => {
    const config = new Map([
      ['net0', 'virtio=BC:24:11:00:01:00,bridge=vmbr0,firewall=1'],
      ['net1', 'e1000=BC:24:11:00:01:01,bridge=vmbr1,link_down=0,tag=7'],
      ['net10', 'name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:02:00,ip=192.0.2.200/24,type=veth'],
      ['netmask', 'x'],
    ]);
    expect(unplugged(config)).toEqual({
      net0: 'virtio,bridge=vmbr0,firewall=1,link_down=1',
      net1: 'e1000,bridge=vmbr1,tag=7,link_down=1',
      net10: 'name=eth0,bridge=vmbr0,ip=192.0.2.200/24,type=veth,link_down=1',
    });
  });

  it('has a number of its own request, within what is legal', () => {
    const ids = Array.from({ length: 200 }, (_, i) => scratchId(`T${i}`));
    expect(new Set(ids).size).toBe(200);
    expect(ids.every((id) => id >= 900_000_000 && id <= 999_999_999)).toBe(true);
    expect(scratchId('T1')).toBe(scratchId('T1'));
  });
});

it('lists files with folders first', () => {
  const rows = [
    { text: 'b.txt', leaf: 1, size: 5, mtime: 9, filepath: 'L2I=', type: 'f' },
    { text: 'etc', leaf: 0, filepath: 'L2V0Yw==', type: 'd' },
  ];
  expect(parseFiles(rows)).toEqual([
    { name: 'etc', folder: true, size: undefined, at: undefined },
    { name: 'b.txt', folder: false, size: 5, at: 9 },
  ]);
});
