import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { guestResults } from '../../src/core/tasklog.ts';
import { speak } from '../../src/core/words.ts';
import type { ApiAccess } from '../../src/hosts/proxmox/access.ts';
import { type LabBackupServer, startBackupServer } from '../../src/lab/proxmox/pbs/server.ts';
import { fileOf } from './raw.ts';
import { nothingKept, perform, step } from './steps.ts';

const BOT = 'hostler@pbs!bot';
let dir: string;
let server: LabBackupServer;
let access: ApiAccess;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'hostler-pbs-'));
});
afterAll(() => rmSync(dir, { recursive: true }));
beforeEach(async () => {
  server = await startBackupServer({ dir, pace: 0.001 });
  access = {
    kind: 'pbs',
    name: 'pbs1',
    token: fileOf(`${BOT}:${server.tokens[BOT]}`),
    endpoints: [{ node: 'localhost', address: '127.0.0.1', port: server.port }],
    ca: fileOf(server.ca),
  };
  return () => server.close();
});
const on = { site: 'west', host: 'pbs1' };
const verify = step('POST', '/admin/datastore/main/verify', {
  on,
  params: { 'ignore-verified': true },
  still: [{ path: '/admin/datastore/main/status', fields: ['total'] }],
});

describe('a backup server', () => {
  it('does what it is asked, and its task is followed by its own UPID', async () => {
    const kept = nothingKept();
    const outcome = await perform(access, step('POST', '/admin/datastore/main/gc', { on }), { kept });
    expect(outcome).toMatchObject({
      kind: 'task',
      came: 'ok',
      task: expect.stringMatching(/^UPID:pbs1:(?:[0-9A-F]+:){4}garbage_collection:main:hostler@pbs!bot:$/),
    });
    expect(kept.lines[1]).toMatchObject({ state: 'started', seen: { task: outcome.kind === 'task' ? outcome.task : '' } });
    expect(server.effects).toEqual(['garbage_collection main']);
  });

  it.each(['before', 'after'] as const)('carries out a call once, though its answer is lost %s that', async (when) => {
    server.fault({ method: 'POST' }, { kind: 'drop', when });
    expect(await perform(access, verify)).toMatchObject({ kind: 'task', task: expect.stringContaining(':verify:main:') });
    expect(server.effects).toEqual(['verify main']);
  });

  it('says no in plain text, which is understood', async () => {
    const outcome = await perform(access, step('POST', '/admin/datastore/nosuch/gc', { on }));
    expect(outcome).toMatchObject({ kind: 'refused' });
    expect(outcome.kind === 'refused' ? speak(outcome.why, 'en') : '').toMatch(/nosuch|lacks/);
    expect(server.effects).toEqual([]);
  });

  it('has no guests in its logs', () => expect(guestResults('2026-03-13T12:00:00Z: TASK OK')).toEqual([]));
});
