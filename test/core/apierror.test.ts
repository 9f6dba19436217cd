import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HostError } from '../../src/core/errors.ts';
import { classify, classifyText, PveError, pveErrorOf } from '../../src/core/pveerror.ts';
import { say, speak } from '../../src/core/words.ts';

describe('what a no means', () => {
  it.each([
    ['VM is locked (backup)', { kind: 'locked', lock: 'backup' }],
    ['CT is locked (snapshot-delete)', { kind: 'locked', lock: 'snapshot-delete' }],
    ["trying to acquire lock...\ncan't lock file '/var/lock/qemu-server/lock-100.conf' - got timeout", { kind: 'flockTimeout' }],
    ["error with cfs lock 'storage-nas': got lock request timeout", { kind: 'flockTimeout' }],
    ['checksum mismatch (file change by other user?)', { kind: 'digest' }],
    ['detected modified configuration - file changed by other user? Try again.', { kind: 'digest' }],
    ['cluster not ready - no quorum?', { kind: 'noQuorum' }],
    ["unable to open file '/etc/pve/nodes/pve1/qemu-server/100.conf.tmp.11024' - Permission denied", { kind: 'noQuorum' }],
    ["unable to open file '/var/lib/pve-manager/x' - Permission denied", { kind: 'other' }],
    [
      "Configuration file 'nodes/pve1/qemu-server/999.conf' does not exist",
      { kind: 'notFound', text: "Configuration file 'nodes/pve1/qemu-server/999.conf' does not exist" },
    ],
    ["snapshot 'nosuch' does not exist", { kind: 'notFound', text: "snapshot 'nosuch' does not exist" }],
    ["unable to create VM 101 - VM 101 already exists on node 'pve1'", { kind: 'exists' }],
    ['VM 101 already running', { kind: 'other' }],
    ['QEMU guest agent is not running', { kind: 'agent', state: 'not running' }],
    ['No QEMU guest agent configured', { kind: 'agent', state: 'not configured' }],
    ['got no worker upid - start worker failed', { kind: 'workerFailed' }],
    ["only root can set 'lock' config", { kind: 'rootOnly' }],
    [
      'permission check failed - missing Datastore.Audit|Datastore.Backup on /datastore/main',
      { kind: 'permission', path: '/datastore/main', priv: 'Datastore.Audit|Datastore.Backup' },
    ],
    ['permission check failed', { kind: 'permission', path: '', priv: '' }],
    ['Permission check failed (/vms/101, VM.Snapshot)', { kind: 'permission', path: '/vms/101', priv: 'VM.Snapshot' }],
    [
      "400 Parameter verification failed.\nvmid: type check ('integer') failed - got 'abc'\nqm start <vmid> [OPTIONS]",
      { kind: 'param', params: { vmid: "type check ('integer') failed - got 'abc'" } },
    ],
    ['400 not enough arguments\nqm start <vmid> [OPTIONS]', { kind: 'param', params: {} }],
    ["No 'get' handler defined for '/nosuch'", { kind: 'notImplemented' }],
    ['VM quit/powerdown failed - got timeout', { kind: 'other' }],
  ])('%s', (text, fault) => expect(classifyText(text).fault).toEqual(fault));

  it.each([
    [{ status: 401, reason: 'No ticket', body: '' }, 'auth'],
    [{ status: 595, reason: 'No route to host', body: '' }, 'nodeUnreachable'],
    [{ status: 596, reason: 'ssl3_get_server_certificate: certificate verify failed', body: '' }, 'proxyTimeout'],
    [{ status: 599, reason: 'Too many redirections', body: '' }, 'proxyTimeout'],
    [
      {
        status: 400,
        reason: 'Parameter verification failed.',
        body: '{"errors":{"upid":"no such task"},"message":"Parameter verification failed.\\n","data":null}',
      },
      'notFound',
    ],
    [{ status: 400, reason: 'Parameter verification failed.', body: '{"errors":{"skiplock":"Only root may use this option."},"data":null}' }, 'rootOnly'],
    [{ status: 403, reason: "URI '/access/password' not available with API token, need proper ticket.", body: '' }, 'rootOnly'],
    [{ status: 403, reason: 'Forbidden', body: 'permission check failed - missing Datastore.Audit' }, 'permission'],
    [{ status: 400, reason: 'Bad Request', body: 'detected modified configuration - file changed by other user? Try again.' }, 'digest'],
    [{ status: 500, reason: "can't lock file '/var/lock/pve-manager/x' - got timeout", body: '{"data":null}' }, 'flockTimeout'],
  ])('%o', (answer, kind) => expect(classify(answer).fault.kind).toBe(kind));

  it('never throws, and always has a sentence in both languages', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 999 }), fc.string(), fc.oneof(fc.string(), fc.json()), (status, reason, body) => {
        for (const error of [classify({ status, reason, body }), classifyText(body)]) {
          expect(speak(error.sentence(), 'en')).not.toMatch(/\{\w+\}$/);
          expect(speak(error.sentence(), 'zh')).toBeTypeOf('string');
        }
      }),
    );
  });

  it('is found behind the error of a host', () => {
    const error = new PveError({ kind: 'exists' }, 'there');
    expect(pveErrorOf(new HostError('failed', 'alpha', say({ en: 'x', zh: 'x' }), { cause: error }))).toBe(error);
    expect(pveErrorOf(new Error('x'))).toBeUndefined();
  });
});

describe('recorded answers', () => {
  const file = '../shared/contracts/recorded-http.json';
  const there = existsSync(file);
  if (!there) console.log('SKIPPED real test: ../shared/contracts is not here');
  it.runIf(there)('are all understood', () => {
    const recorded: { status: number; reason: string | null; body: unknown }[] = JSON.parse(readFileSync(file, 'utf8'));
    const bad = recorded.filter(({ status }) => status >= 300);
    expect(bad.length).toBeGreaterThan(15);
    const errors = bad.map(({ status, reason, body }) => classify({ status, reason: reason ?? '', body: body === null ? '' : JSON.stringify(body) }));
    expect(errors.filter(({ fault }) => fault.kind === 'other').map(({ message }) => message.slice(0, 42))).toEqual([
      "unable to open file '/var/lib/pve-manager/",
      "can't migrate running VM without --online",
    ]);
  });
});
