import { describe, expect, it } from 'vitest';
import { speak } from '../../../src/core/words.ts';
import { groupsNamed } from '../../../src/tools/proxmox/datastore-verify.ts';
import { fullWords, gcWords } from '../../../src/tools/proxmox/datastore-words.ts';
import { parseGc, parseUsage } from '../../../src/tools/proxmox/pbs.ts';
import { parsePbsJobs } from '../../../src/tools/proxmox/pbs-jobs.ts';
import { namespaces, parseSnapshots, snapshotName, snapshots } from '../../../src/tools/proxmox/pbs-snapshots.ts';
import { ALPHA } from '../guests-look.ts';

describe('a snapshot', () => {
  const row = {
    'backup-id': '103',
    'backup-time': 1742550846,
    'backup-type': 'vm',
    comment: 'pfsense\nmore',
    owner: 'a@pbs!b',
    protected: false,
    size: 34359739369,
  };
  it('is read with its files as objects or as names', () => {
    const files = [{ filename: 'qemu-server.conf.blob', size: 487 }, { filename: 'index.json.blob' }];
    const [one] = parseSnapshots([{ ...row, files, verification: { state: 'ok', upid: 'UPID:x' } }], 'main', 'west');
    expect(one).toEqual({
      ...{ store: 'main', ns: 'west', type: 'vm', id: '103', at: 1742550846, size: 34359739369, owner: 'a@pbs!b', notes: 'pfsense' },
      ...{ protected: false, verified: 'ok', whole: true },
    });
    expect(one && snapshotName(one)).toBe('west:vm/103/2025-03-21T09:54:06Z');
    expect(parseSnapshots([{ ...row, files: ['qemu-server.conf.blob', 'index.json.blob'] }], 'main', '')).toMatchObject([{ whole: true, verified: undefined }]);
  });

  it('without its manifest is not whole', () => {
    expect(parseSnapshots([{ ...row, files: ['drive-scsi0.img.fidx'] }], 'main', '')).toMatchObject([{ whole: false }]);
    expect(parseSnapshots([{ 'backup-id': '1' }], 'main', '')).toEqual([]);
  });

  it('is asked for by its group and namespace; the root has none', () => {
    expect(snapshots('main', 'a/b', { type: 'vm', id: '1' })).toMatchObject({
      path: '/admin/datastore/main/snapshots',
      params: { ns: 'a/b', 'backup-type': 'vm', 'backup-id': '1' },
    });
    expect(snapshots('main', '').params).toEqual({});
    expect(namespaces('main').parse({ data: [{ ns: 'west' }, { ns: '' }] })).toEqual(['', 'west']);
    expect(namespaces('main').parse({ data: [] })).toEqual(['']);
  });

  it('belongs to a guest by its number, or by the name in its notes', () => {
    const [usage] = parseUsage({ store: 'main' });
    const all = parseSnapshots(
      [
        { ...row, comment: '' },
        { ...row, 'backup-time': 1, comment: 'web' },
        { ...row, 'backup-id': '7', comment: 'other' },
      ],
      'main',
      '',
    );
    const named = (typed: string) =>
      usage ? groupsNamed({ host: ALPHA, usage }, all, typed).map(({ of, snapshots: found }) => `${of?.type}/${of?.id} ${found.length}`) : [];
    expect([named('103'), named('web'), named('alpha/web'), named('10')]).toEqual([['vm/103 2'], ['vm/103 2'], ['vm/103 2'], []]);
  });
});

describe('a datastore', () => {
  it('is read also when it is broken', () => {
    expect(
      parseUsage({
        store: 'main',
        total: 100,
        used: '40',
        avail: 60,
        'estimated-full-date': 1900000000,
        'gc-status': { 'removed-bytes': 5, 'pending-bytes': 7 },
      }),
    ).toMatchObject([{ store: 'main', total: 100, used: 40, avail: 60, full: 1900000000, gc: { removed: 5, pending: 7, state: undefined } }]);
    expect(parseUsage({ store: 'gone', avail: -1, error: 'unable to open' })).toMatchObject([{ avail: 0, error: 'unable to open', gc: undefined }]);
    expect(parseUsage({})).toEqual([]);
  });

  it('tells when it is full, and how its garbage is', () => {
    const now = 1_800_000_000_000;
    const said = [fullWords(undefined, now), fullWords(1_799_999_999, now), fullWords(1_800_864_000, now)].map((words) => speak(words, 'en'));
    expect(said).toEqual(['not known yet', 'not filling up', 'in 10 days']);
    const gc = (more: object) => speak(gcWords(parseGc({ 'removed-bytes': 2 ** 30, ...more }), now), 'en');
    expect(gc({})).toBe('never seen');
    expect(gc({ 'last-run-state': 'OK', 'last-run-endtime': 1_799_996_400 })).toBe('60 min ago, 1.0 GiB removed');
    expect(gc({ 'last-run-state': 'no space', 'last-run-endtime': 1_799_996_400 })).toContain('FAILED: no space');
  });
});

it('jobs say what they keep, and where they copy from', () => {
  expect(parsePbsJobs([{ id: 'p', store: 'main', schedule: 'daily', 'keep-last': 3, 'keep-daily': '7', disable: true }], 'prune')).toMatchObject([
    { id: 'p', detail: 'keep-daily=7 keep-last=3', disabled: true, state: undefined },
  ]);
  expect(
    parsePbsJobs([{ id: 's', store: 'cold', remote: 'offsite', 'remote-store': 'main', 'last-run-state': 'OK', 'last-run-endtime': 5 }], 'sync'),
  ).toMatchObject([{ detail: 'offsite:main', state: 'OK', ended: 5, ns: '', schedule: '' }]);
});
