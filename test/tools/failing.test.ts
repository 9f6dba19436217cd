import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Look } from '../../src/core/command.ts';
import { HostError } from '../../src/core/errors.ts';
import { PveError, type PveFault } from '../../src/core/pveerror.ts';
import type { Argv } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import { FS_SIZE } from '../../src/tools/disks/grow.ts';
import { dns, lookup } from '../../src/tools/dns.ts';
import { disks } from '../../src/tools/doctor/disks.ts';
import { vmConfigs } from '../../src/tools/doctor/guests.ts';
import { iscsiNodes, iscsiSessions } from '../../src/tools/doctor/iscsi.ts';
import { rootBackup } from '../../src/tools/doctor/rootbackup.ts';
import { system, unitOf } from '../../src/tools/doctor/system.ts';
import { iscsi, sessionOf } from '../../src/tools/iscsi.ts';
import { filesLike } from '../../src/tools/links/files.ts';
import { parseReboot } from '../../src/tools/packages/dnf.ts';
import { parseUsers } from '../../src/tools/users.ts';
import { hasSnapshot } from '../../src/tools/zfs/datasets.ts';
import { pools } from '../../src/tools/zfs/pools.ts';
import { CLUSTER, lookAtPatient } from './checks/patient.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'failing-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** A program that is found before the machine's own. */
function program(name: string, body: string): void {
  writeFileSync(join(dir, name), `#!/bin/sh\n${body}\n`);
  chmodSync(join(dir, name), 0o755);
}
function runs([name, ...args]: Argv) {
  const { status, stdout, stderr } = spawnSync(name, args, { encoding: 'utf8', env: { ...process.env, PATH: `${dir}:${process.env.PATH}` } });
  return { status, stdout, stderr };
}
const FAILS = 'echo "no such module" >&2; exit 1';

describe('a program that fails is not taken for one that has nothing to tell', () => {
  it.each<[string, Argv, string]>([
    ['pools', pools().argv, 'zpool'],
    ['targets of iSCSI', iscsi().argv, 'iscsiadm'],
    ['a session of iSCSI, for a wait', sessionOf('iqn.2002-10.com.example:raid', '192.0.2.9:3260').argv, 'iscsiadm'],
    ['a snapshot, for a wait', hasSnapshot('tank/a@b').argv, 'zfs'],
    ['what netplan says', filesLike([], 'netplan').argv, 'netplan'],
    ['the size of an ext4', FS_SIZE('ext4', '/dev/null', '/').argv, 'dumpe2fs'],
    ['the size of an XFS', FS_SIZE('xfs', '/dev/null', '/').argv, 'xfs_info'],
    ['the size of a btrfs', FS_SIZE('btrfs', '/dev/null', '/').argv, 'btrfs'],
    ['a name, in time', lookup('www.example.org').argv, 'getent'],
  ])('%s', (_what, argv, name) => {
    program(name, FAILS);
    expect(runs(argv).status).not.toBe(0);
  });

  it('but one that says that there is none is believed', () => {
    program('iscsiadm', 'echo "iscsiadm: No records found" >&2; exit 21');
    const { status, stdout } = runs(iscsi().argv);
    expect([status, iscsi().parse(stdout, 0, 0)]).toEqual([0, []]);
    expect(runs(sessionOf('iqn.2002-10.com.example:raid', '192.0.2.9:3260').argv)).toEqual({ status: 0, stdout: '', stderr: '' });
    program('zfs', `echo "cannot open 'tank/a@b': dataset does not exist" >&2; exit 1`);
    expect(runs(hasSnapshot('tank/a@b').argv)).toEqual({ status: 0, stdout: '', stderr: '' });
    program('zpool', '[ "$1" = list ] || echo "no pools available"');
    expect(pools().parse(runs(pools().argv).stdout, 0, 0)).toEqual([]);
    program('getent', 'exit 2');
    expect(lookup('www.example.org').parse(runs(lookup('www.example.org').argv).stdout, 0, 0)).toEqual([]);
  });

  it('what NetworkManager does not tell is not taken for nothing set', () => {
    program('pidof', '[ "$1" = NetworkManager ]');
    program('ip', 'echo "default via 192.0.2.1 dev eth0"');
    program('nmcli', 'case "$*" in *device*) echo 11111111-1111-4111-8111-111111111111;; *) echo "Error: timeout" >&2; exit 3;; esac');
    expect(runs(dns().argv)).toMatchObject({ status: 1, stderr: expect.stringContaining('timeout') });
  });

  it('nor in the doctor, part by part', () => {
    for (const name of ['iscsiadm', 'lvs']) program(name, FAILS);
    const found = disks().parse(runs(disks().argv).stdout, 0, 0);
    expect(() => iscsiNodes(found)).toThrow(HostError);
    expect(() => iscsiSessions(found)).toThrow(HostError);
    const silent = system().parse('== unread units\n== unread rootbackup\n', 0, 0);
    expect(() => unitOf(silent, 'fstrim.timer')).toThrow(HostError);
    expect(() => rootBackup(silent)).toThrow(HostError);
  });

  it('configs of guests that may not be read are not left out as if all were well; those that have gone are', async () => {
    const guests = {
      '/cluster/resources': [
        { type: 'node', node: 'pve1', status: 'online' },
        { type: 'qemu', vmid: 100, name: 'g', node: 'pve1', status: 'running' },
      ],
    };
    const whole = lookAtPatient(CLUSTER, guests);
    const failing = (fault: PveFault): Pick<Look, 'read'> => ({
      read: (on, question) =>
        'path' in question && question.path.endsWith('/config')
          ? Promise.reject(new HostError('failed', on.name, say({ en: 'no', zh: '否' }), { cause: new PveError(fault, 'no') }))
          : whole.read(on, question),
    });
    await expect(vmConfigs({ ...whole, ...failing({ kind: 'permission', path: '/vms/100', priv: 'VM.Audit' }) }, CLUSTER)).rejects.toThrow(HostError);
    expect(await vmConfigs({ ...whole, ...failing({ kind: 'notFound', text: 'no such guest' }) }, CLUSTER)).toEqual([]);
  });

  it('accounts, of which there is always one', () => {
    expect(() => parseUsers('== self\nroot\n== passwd\n== shadow\n')).toThrow('no account');
  });

  it('dnf says with 0 and 1 only whether a reboot is needed', () => {
    expect(['0\n', '1\n', '124\n', '3\n', ''].map(parseReboot)).toEqual([false, true, undefined, undefined, undefined]);
  });
});
