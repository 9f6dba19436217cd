import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectedTask, taskNode } from '../../src/core/apitask.ts';
import { formatUpid, parsePbsUpid, parsePveUpid, parseUpid, type Upid } from '../../src/core/upid.ts';

const word = fc.stringMatching(/^[A-Za-z0-9_]{1,12}$/);
const node = fc.stringMatching(/^[A-Za-z0-9]([A-Za-z0-9-]{0,8}[A-Za-z0-9])?$/);
const user = fc.tuple(word, word, fc.option(word)).map(([name, realm, token]) => `${name}@${realm}${token === null ? '' : `!${token}`}`);
const number = fc.integer({ min: 0, max: 0xffffffff });
const common = { node, pid: number, starttime: number, type: word, user };
const pve = fc.record({
  kind: fc.constant('pve' as const),
  ...common,
  pstart: fc.integer({ min: 0, max: 0xfffffffff }),
  id: fc.stringMatching(/^[^:\s/]{0,12}$/),
});
const pbs = fc.record({
  kind: fc.constant('pbs' as const),
  ...common,
  pstart: number,
  id: fc.string({ maxLength: 12, unit: 'binary' }),
  task: fc.stringMatching(/^[0-9A-F]{8,16}$/),
});

describe('a UPID', () => {
  it('comes back as it was written, and is never taken for one of the other kind', () => {
    fc.assert(
      fc.property(fc.oneof(pve, pbs), (parts) => {
        const upid = formatUpid(parts);
        const [mine, other] = parts.kind === 'pve' ? [parsePveUpid, parsePbsUpid] : [parsePbsUpid, parsePveUpid];
        expect(mine(upid)).toEqual({ ...parts, upid });
        expect(other(upid)).toBeUndefined();
      }),
    );
  });

  it('garbage is none, and never throws', () => {
    const field = fc.oneof(fc.string(), fc.constantFrom('UPID', 'pve1', '000028EA', '6B001505', 'qmstart', '100', 'root@pam'));
    fc.assert(
      fc.property(
        fc.array(field).map((fields) => fields.join(':')),
        (text) => {
          const upid = parseUpid(text);
          if (upid) expect(text).toMatch(/^UPID:(?:[^:]*:){7,8}$/);
        },
      ),
    );
  });

  it.each<[string, Partial<Upid>]>([
    [
      'UPID:pve1:000028EA:0001FBF5:6B001505:qmstart:100:root@pam!full:',
      { kind: 'pve', node: 'pve1', starttime: 0x6b001505, type: 'qmstart', id: '100', user: 'root@pam!full' },
    ],
    ['UPID:pve1:00002964:000020128:6B001512:vzdump::root@pam:', { id: '', pstart: 0x20128 }],
    ['UPID:pve1:00002A30:00020511:6B00151C:imgdel:200@local:root@pam!full:', { id: '200@local' }],
    [
      'UPID:pbs:000002C0:000007BA:00000001:67DE4FC4:verificationjob:fs01\\x3av\\x2dee54fa7e\\x2d61f0:root@pam:',
      { kind: 'pbs', id: 'fs01:v-ee54fa7e-61f0', starttime: 0x67de4fc4, task: '00000001' },
    ],
  ])('%s', (upid, parts) => expect(parseUpid(upid)).toMatchObject(parts));
});

describe('the task that a call begins', () => {
  it.each([
    ['POST', '/nodes/pve1/qemu/100/status/start', {}, ['qmstart', 'hastart'], '100'],
    ['POST', '/nodes/pve1/lxc/200/status/shutdown', {}, ['vzshutdown', 'hastop'], '200'],
    ['POST', '/nodes/pve1/qemu/100/clone', { newid: 105 }, ['qmclone'], '100'],
    ['DELETE', '/nodes/pve1/qemu/100/snapshot/a%2Fb', {}, ['qmdelsnapshot'], '100'],
    ['POST', '/nodes/pve1/qemu', { vmid: 105, archive: 'pbs:backup/vm/100/x' }, ['qmrestore'], '105'],
    ['POST', '/nodes/pve1/vzdump', { vmid: '200,101' }, ['vzdump'], ''],
    ['POST', '/nodes/pve1/vzdump', { vmid: '200' }, ['vzdump'], '200'],
    ['DELETE', '/nodes/pve1/storage/local/content/local%3Abackup%2Fvzdump-lxc-200-nosuch.tar.zst', {}, ['imgdel'], '200@local'],
    ['DELETE', '/nodes/pve1/storage/pbs/content/pbs%3Abackup%2Fvm%2F103%2F2026-03-11T08%3A51%3A30Z', {}, ['imgdel'], '103@pbs'],
    ['PUT', '/nodes/pve1/network', {}, ['srvreload'], 'networking'],
    ['POST', '/nodes/pve1/stopall', { vms: '100' }, ['stopall'], ''],
    ['POST', '/admin/datastore/main/gc', {}, ['garbage_collection'], 'main'],
    ['POST', '/admin/verify/v-1/run', {}, ['verificationjob'], 'main:v-1'],
  ])('%s %s', (method, path, params, types, id) => {
    const task = expectedTask(method, path, params);
    expect(task?.types).toEqual(types);
    expect([task?.isId(id), task?.isId(`${id}9`)]).toEqual([true, false]);
  });

  it.each([
    ['PUT', '/nodes/pve1/qemu/100/config'],
    ['POST', '/nodes/pve1/lxc/200/template'],
    ['POST', '/cluster/ha/resources'],
    ['POST', '/nodes/pve1/qemu/100/status/constructor'],
  ])('%s %s begins none that is known', (method, path) => expect(expectedTask(method, path, {})).toBeUndefined());

  it('runs on the node that the path names', () => {
    expect([taskNode('/nodes/pve%2D1/qemu'), taskNode('/admin/datastore/main/gc'), taskNode('/cluster/backup')]).toEqual(['pve-1', 'localhost', undefined]);
  });

  const file = '../shared/contracts/recorded-http.json';
  const there = existsSync(file);
  if (!there) console.log('SKIPPED real test: ../shared/contracts is not here');
  it.runIf(there)('is the one that was recorded', () => {
    const recorded: { method: string; path: string; params?: string; body: { data?: unknown } | null }[] = JSON.parse(readFileSync(file, 'utf8'));
    const begun = recorded.flatMap(({ method, path, params = '', body }) => {
      const upid = method !== 'GET' && typeof body?.data === 'string' ? parsePveUpid(body.data) : undefined;
      const given = Object.fromEntries(params.split(' ').map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
      const encoded = path.replace('/api2/json', '').replace(/(?<=content\/).*/, encodeURIComponent);
      return upid ? [{ upid, expected: expectedTask(method, encoded, given) }] : [];
    });
    expect(begun.length).toBeGreaterThan(10);
    for (const { upid, expected } of begun) expect([expected?.types.includes(upid.type), expected?.isId(upid.id)], upid.upid).toEqual([true, true]);
  });
});
