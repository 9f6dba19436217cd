import { describe, expect, it } from 'vitest';
import { contractsHere } from './contracts.ts';
import { checkCall, undeclared } from './schema.ts';

describe.runIf(contractsHere())('a call is checked against the schemas', () => {
  const check = (method: string, path: string, params: readonly string[] = [], product: 'pve' | 'pbs' = 'pve') => checkCall({ method, path, params }, product);

  it('knows paths with values in them, whole and percent-encoded', () => {
    expect(check('POST', '/nodes/pve1/qemu/100/status/start', ['timeout'])).toEqual({ unknown: [], versions: ['9.2', '7.4'] });
    expect(check('GET', '/nodes/pve1/tasks/UPID%3Apve1%3A00000001%3A00000001%3A6B000000%3Aqmstart%3A100%3Aroot%40pam%3A/status').missingPath).toBeUndefined();
    expect(check('DELETE', '/nodes/pve1/storage/local/content/local:backup/vzdump-lxc-200.tar.zst').missingPath).toBeUndefined();
    expect(check('GET', '/nodes/pve1/qemu/')).toMatchObject({ versions: ['9.2', '7.4'] });
  });

  it('knows parameters that have a number', () => {
    expect(check('PUT', '/nodes/pve1/qemu/100/config', ['net0', 'scsi12', 'delete', 'digest']).unknown).toEqual([]);
    expect(check('POST', '/cluster/config', ['clustername', 'link3']).unknown).toEqual([]);
    expect(check('PUT', '/nodes/pve1/qemu/100/config', ['net', 'wet0']).unknown).toEqual(['net', 'wet0']);
  });

  it('says in which releases a call is known', () => {
    expect(check('POST', '/cluster/bulk-action/guest/start', ['vms'])).toEqual({ unknown: [], versions: ['9.2'] });
    expect(check('POST', '/nodes/pve1/vzdump', ['vmid', 'maxfiles'])).toEqual({ unknown: ['maxfiles'], versions: ['7.4'] });
  });

  it('finds what no release has', () => {
    expect(check('POST', '/nodes/pve1/qemu/100/status/bogus', ['x'])).toEqual({ missingPath: true, unknown: ['x'], versions: [] });
    expect(check('PATCH', '/nodes/pve1/qemu').missingPath).toBe(true);
    expect(undeclared('POST', '/nodes/pve1/qemu/100/snapshot', { snapname: 's', nosuch: 1 })).toEqual([
      'POST /nodes/pve1/qemu/100/snapshot declares no nosuch',
    ]);
    expect(undeclared('POST', '/nodes/pve1/vzdump', ['maxfiles'])).toEqual([]);
    expect(undeclared('POST', '/nosuch', [])).toHaveLength(1);
  });

  it('knows the backup server', () => {
    expect(check('POST', '/admin/datastore/main/prune', ['keep-last', 'dry-run'], 'pbs')).toEqual({ unknown: [], versions: ['4.2'] });
    expect(check('POST', '/admin/datastore/main/prune', ['keep-lest'], 'pbs').unknown).toEqual(['keep-lest']);
    expect(check('POST', '/nodes/pve1/qemu/100/status/start', [], 'pbs').missingPath).toBe(true);
  });
});
