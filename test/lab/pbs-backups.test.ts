import { describe, expect, it } from 'vitest';
import type { LabBackupServer } from '../../src/lab/proxmox/pbs/server.ts';
import { CLUSTER_TOKEN, type Datastore, filesOf } from '../../src/lab/proxmox/pbs/world.ts';
import { data, FULL, fields, NOON, newServer, rows, run, send } from './pbs-wire.ts';

const MAIN = '/admin/datastore/main';

function store(server: LabBackupServer, name = 'main'): Datastore {
  const found = server.world.datastores.get(name);
  if (!found) throw new Error(`no datastore ${name}`);
  return found;
}

/** The query that names the newest or, from the end, another snapshot of a group. */
function snapshot(server: LabBackupServer, type: 'vm' | 'ct' | 'host', id: string, nth = 0, ns = '') {
  const found = store(server).list({ ns, type, id })[nth];
  if (!found) throw new Error(`no such snapshot of ${type}/${id}`);
  return { 'backup-type': type, 'backup-id': id, 'backup-time': String(found.time), ...(ns !== '' && { ns }) };
}

describe('snapshots and groups of the practice backup server', () => {
  it('are of one namespace only; a namespace that is not there is empty', async () => {
    const server = await newServer();
    const root = await rows(server, 'GET', `${MAIN}/snapshots`);
    expect(new Set(root.map((row) => `${row['backup-type']}/${row['backup-id']}`))).toEqual(
      new Set(['vm/100', 'vm/101', 'vm/102', 'vm/103', 'vm/111', 'ct/200', 'ct/201']),
    );
    expect((await rows(server, 'GET', `${MAIN}/snapshots`, { query: { ns: 'west' } })).map((row) => row['backup-id'])).toEqual(['fs01', 'fs01']);
    expect(await rows(server, 'GET', `${MAIN}/snapshots`, { query: { ns: 'nowhere' } })).toEqual([]);
    expect(await rows(server, 'GET', `${MAIN}/namespace`)).toEqual([{ ns: '' }, { ns: 'west' }]);
  });

  it('have files as objects in the one list and as names in the other, and a verification only where there was one', async () => {
    const server = await newServer();
    const query = { 'backup-type': 'vm', 'backup-id': '101' };
    const list = await rows(server, 'GET', `${MAIN}/snapshots`, { query });
    expect(list.map(({ verification }) => verification)).toEqual([{ state: 'ok', upid: expect.stringMatching(/^UPID:pbs1:/) }, undefined]);
    expect(list[0]?.files).toContainEqual({ filename: 'qemu-server.conf.blob', size: 487, 'crypt-mode': 'none' });
    const groups = await rows(server, 'GET', `${MAIN}/groups`);
    expect(groups.find((row) => row['backup-id'] === '101')).toMatchObject({
      'backup-count': 2,
      'last-backup': list[1]?.['backup-time'],
      owner: CLUSTER_TOKEN,
      files: ['qemu-server.conf.blob', 'drive-scsi0.img.fidx', 'index.json.blob', 'client.log.blob'],
    });
  });

  it('keep what is protected', async () => {
    const server = await newServer();
    const query = snapshot(server, 'vm', '111');
    expect(await send(server, 'DELETE', `${MAIN}/snapshots`, { query })).toMatchObject({ status: 400, body: 'cannot remove protected snapshot' });
    expect(await data(server, 'GET', `${MAIN}/protected`, { query })).toBe(true);
    expect(await data(server, 'PUT', `${MAIN}/protected`, { query: { ...query, protected: '0' } })).toBeNull();
    expect(await data(server, 'DELETE', `${MAIN}/snapshots`, { query })).toBeNull();
    expect(store(server).list({ id: '111' })).toEqual([]);
    expect(await send(server, 'DELETE', `${MAIN}/snapshots`, { query })).toMatchObject({
      status: 400,
      body: expect.stringContaining('No such file or directory'),
    });
    expect(server.effects).toEqual([`PUT ${MAIN}/protected`, `DELETE ${MAIN}/snapshots`]);
  });

  it('of a group go together, but for the protected ones', async () => {
    const server = await newServer();
    const [newest] = [snapshot(server, 'vm', '101')];
    await data(server, 'PUT', `${MAIN}/protected`, { query: { ...newest, protected: '1' } });
    const query = { 'backup-type': 'vm', 'backup-id': '101' };
    expect(await send(server, 'DELETE', `${MAIN}/groups`, { query })).toMatchObject({
      status: 400,
      body: 'group only partially deleted due to protected snapshots',
    });
    expect(store(server).list({ id: '101' })).toHaveLength(1);
    expect(await data(server, 'DELETE', `${MAIN}/groups`, { query: { ...query, 'error-on-protected': '0' } })).toEqual({
      'protected-snapshots': 1,
      'removed-groups': 0,
      'removed-snapshots': 0,
    });
  });

  it('belong to one owner, whom others are told', async () => {
    const server = await newServer();
    const query = { 'backup-type': 'vm', 'backup-id': '101', 'keep-last': '1' };
    expect(await send(server, 'POST', '/admin/datastore/cold/prune', { query })).toMatchObject({
      status: 400,
      body: 'backup owner check failed (hostler@pbs!bot != root@pam)',
    });
    const change = { 'backup-type': 'vm', 'backup-id': '101', 'new-owner': 'nobody@pbs!x' };
    expect(await send(server, 'POST', `${MAIN}/change-owner`, { query: change })).toMatchObject({
      body: "API token 'nobody@pbs!x' is inactive or non-existent",
    });
    await data(server, 'POST', `${MAIN}/change-owner`, { query: { ...change, 'new-owner': 'hostler@pbs!bot' } });
    expect(
      new Set(
        store(server)
          .list({ id: '101' })
          .map(({ owner }) => owner),
      ),
    ).toEqual(new Set(['hostler@pbs!bot']));
    const made = { ns: '', type: 'vm', id: '101', time: NOON, size: 1, owner: CLUSTER_TOKEN, protected: false, files: filesOf('vm', 1) } as const;
    expect(() => store(server).add(made)).toThrow(`backup owner check failed (${CLUSTER_TOKEN} != hostler@pbs!bot)`);
    expect(() => store(server).add({ ...made, owner: 'hostler@pbs!bot', time: 1 })).toThrow('backup timestamp is older than last backup.');
  });

  it('have notes, of which the list has the first line', async () => {
    const server = await newServer();
    const query = snapshot(server, 'vm', '100');
    await data(server, 'PUT', `${MAIN}/notes`, { query, body: new URLSearchParams({ notes: 'first\nsecond' }).toString() });
    expect(await data(server, 'GET', `${MAIN}/notes`, { query })).toBe('first\nsecond');
    expect((await rows(server, 'GET', `${MAIN}/snapshots`, { query: { 'backup-id': '100' } }))[0]?.comment).toBe('first');
    const group = { 'backup-type': 'vm', 'backup-id': '100' };
    await data(server, 'PUT', `${MAIN}/group-notes`, { query: { ...group, notes: 'whole group' } });
    expect((await rows(server, 'GET', `${MAIN}/groups`)).find((row) => row['backup-id'] === '100')?.comment).toBe('whole group');
  });

  it('can be looked into by base64 paths where there is a catalog', async () => {
    const server = await newServer();
    const query = snapshot(server, 'ct', '200');
    const [archive] = await rows(server, 'GET', `${MAIN}/catalog`, { query: { ...query, filepath: '/' } });
    expect(archive).toEqual({ filepath: Buffer.from('/root.pxar.didx').toString('base64'), text: 'root.pxar.didx', type: 'd', leaf: false });
    const top = await rows(server, 'GET', `${MAIN}/catalog`, { query: { ...query, filepath: String(archive?.filepath) } });
    expect(top.map(({ text, type }) => [text, type])).toEqual([
      ['etc', 'd'],
      ['srv', 'd'],
      ['var', 'd'],
    ]);
    const [site] = await rows(server, 'GET', `${MAIN}/catalog`, { query: { ...query, filepath: String(top[1]?.filepath) } });
    expect(site).toMatchObject({ text: 'site.conf', type: 'f', leaf: true, size: 1804 });
    expect((await send(server, 'GET', `${MAIN}/catalog`, { query: { ...snapshot(server, 'vm', '100'), filepath: '/' } })).status).toBe(400);
    expect(await send(server, 'GET', `${MAIN}/catalog`, { query: { ...query, filepath: '/srv/site.conf' } })).toMatchObject({
      status: 400,
      body: expect.stringContaining('base64'),
    });
    expect(await rows(server, 'GET', `${MAIN}/files`, { query })).toHaveLength(5);
  });

  it('go with their namespace only when that is said', async () => {
    const server = await newServer();
    const path = `${MAIN}/namespace`;
    expect(await send(server, 'DELETE', path, { query: { ns: 'west' } })).toMatchObject({
      status: 400,
      body: 'only partially deleted due to existing groups but `delete-groups` not true',
    });
    expect(await data(server, 'DELETE', path, { query: { ns: 'west', 'delete-groups': '1' } })).toBeNull();
    expect(await rows(server, 'GET', path)).toEqual([{ ns: '' }]);
  });
});

describe('pruning', () => {
  const group = { 'backup-type': 'vm', 'backup-id': '101' };

  it('says what it would do, and changes nothing', async () => {
    const server = await newServer();
    const marks = await rows(server, 'POST', `${MAIN}/prune`, { query: { ...group, 'keep-last': '1', 'dry-run': '1' } });
    expect(marks.map(({ keep }) => keep)).toEqual([false, true]);
    expect(store(server).list({ id: '101' })).toHaveLength(2);
    expect(server.effects).toEqual([]);
  });

  it('answers the marks at once, or a UPID when a task is asked for', async () => {
    const server = await newServer();
    const marks = await rows(server, 'POST', `${MAIN}/prune`, { query: { ...group, 'keep-last': '1' } });
    expect(marks.map(({ keep }) => keep)).toEqual([false, true]);
    expect(store(server).list({ id: '101' })).toHaveLength(1);
    const { log, state } = await run(server, 'POST', `${MAIN}/prune`, {
      query: { 'backup-type': 'ct', 'backup-id': '200', 'keep-last': '1', 'use-task': '1' },
    });
    expect([state, log.at(0), log.filter((line) => line.startsWith('remove '))]).toEqual([
      'OK',
      'retention options: --keep-last 1',
      [expect.stringMatching(/^remove ct\/200\//)],
    ]);
    expect(server.effects).toEqual(['prune main::vm/101', 'prune main::ct/200']);
  });

  it('keeps all when nothing is to be kept, and what is protected always', async () => {
    const server = await newServer();
    await rows(server, 'POST', `${MAIN}/prune`, { query: group });
    expect(store(server).list({ id: '101' })).toHaveLength(2);
    await data(server, 'PUT', `${MAIN}/protected`, { query: { ...snapshot(server, 'vm', '101', 1), protected: '1' } });
    const marks = await rows(server, 'POST', `${MAIN}/prune`, { query: { ...group, 'keep-last': '1' } });
    expect(marks.map(({ keep, protected: kept }) => [keep, kept])).toEqual([
      [true, true],
      [true, false],
    ]);
  });

  it('keeps the newest of each period, by the server’s own calendar', async () => {
    const server = await newServer();
    const main = store(server);
    // 22:30 and 23:30 UTC of one day: the second is the next day where the server is.
    const times = ['2026-01-05T22:30:00Z', '2026-01-05T23:30:00Z', '2026-01-06T12:00:00Z', '2026-01-08T12:00:00Z'].map((at) => Date.parse(at) / 1000);
    for (const time of times) main.seed({ ns: '', type: 'host', id: 'p', time, size: 10, owner: 'root@pam', protected: false, files: [] });
    const query = { 'backup-type': 'host', 'backup-id': 'p', 'dry-run': '1' };
    const kept = async (keep: Record<string, string>) =>
      (await rows(server, 'POST', `${MAIN}/prune`, { query: { ...query, ...keep } })).map((mark) => mark.keep);
    expect(await kept({ 'keep-daily': '3' })).toEqual([true, false, true, true]);
    expect(await kept({ 'keep-weekly': '2' })).toEqual([false, false, false, true]);
    main.seed({ ns: '', type: 'host', id: 'p', time: Date.parse('2026-01-08T11:00:00Z') / 1000, size: 10, owner: 'root@pam', protected: false, files: [] });
    // The day of the last one is covered already, so that the day before it counts.
    expect(await kept({ 'keep-last': '1', 'keep-daily': '1' })).toEqual([false, false, true, false, true]);
  });

  it('of a whole datastore is a task', async () => {
    const server = await newServer();
    const { log } = await run(server, 'POST', `${MAIN}/prune-datastore`, { query: { 'keep-last': '1', 'max-depth': '0' } });
    expect(log[0]).toBe("Starting datastore prune on datastore 'main', root namespace, max-depth 0");
    expect(
      store(server)
        .list({ ns: '' })
        .map(({ id }) => id),
    ).toEqual(['200', '201', '100', '101', '102', '103', '111']);
    expect(store(server).list({ ns: 'west' })).toHaveLength(2);
  });

  it('of a group that is not there is refused without a reason', async () => {
    const server = await newServer();
    expect(await send(server, 'POST', `${MAIN}/prune`, { query: { ...group, 'backup-id': '999', 'keep-last': '1' } })).toMatchObject({
      status: 400,
      body: 'ENOENT: No such file or directory',
    });
  });
});

describe('verifying', () => {
  const FAILED = 'verification failed - please check the log for details';

  it('skips what was verified before, also what has failed', async () => {
    const server = await newServer();
    const { state, log } = await run(server, 'POST', `${MAIN}/verify`);
    expect(state).toBe('OK');
    expect(log.filter((line) => line.startsWith('SKIPPED')).some((line) => line.includes('vm/103'))).toBe(true);
    expect(
      store(server)
        .list()
        .every(({ verification }) => verification !== undefined),
    ).toBe(true);
  });

  it('names what has failed, and ends with an error', async () => {
    const server = await newServer();
    const { state, log } = await run(server, 'POST', `${MAIN}/verify`, { query: { 'ignore-verified': '0' } });
    expect(state).toBe(FAILED);
    expect(log.slice(-3)).toEqual([
      'Failed to verify the following snapshots/groups:',
      expect.stringMatching(/^\tvm\/103\/2026-03-11T/),
      `TASK ERROR: ${FAILED}`,
    ]);
  });

  it('takes those verified long ago again', async () => {
    const server = await newServer();
    await run(server, 'POST', `${MAIN}/verify`, { query: { 'outdated-after': '30' } });
    expect(store(server).list({ id: '111' })[0]?.verification?.time).toBeGreaterThanOrEqual(NOON);
    expect(store(server).list({ id: '100' })[0]?.verification?.time).toBeLessThan(NOON);
  });

  it('can be of one snapshot', async () => {
    const server = await newServer();
    const query = snapshot(server, 'vm', '101');
    const { state, upid } = await run(server, 'POST', `${MAIN}/verify`, { query });
    expect([state, upid.split(':')[6]]).toEqual(['OK', 'verify_snapshot']);
    expect(store(server).list({ id: '101' })[0]?.verification).toMatchObject({ state: 'ok', upid });
    expect(await send(server, 'POST', `${MAIN}/verify`, { query: { 'backup-id': '101' } })).toMatchObject({
      status: 400,
      body: 'parameters do not specify a backup group or snapshot',
    });
  });
});

describe('garbage collection', () => {
  it('gives space back only after more than a day', async () => {
    const server = await newServer();
    const main = store(server);
    await rows(server, 'POST', `${MAIN}/prune`, { query: { 'backup-type': 'vm', 'backup-id': '101', 'keep-last': '1' } });
    const before = main.used;
    const first = await run(server, 'POST', `${MAIN}/gc`);
    expect(first.log).toContain('Removed garbage: 60 GiB');
    expect(first.log.find((line) => line.startsWith('Pending removals: '))).toMatch(/^Pending removals: 18.4 GiB \(in \d+ chunks\)$/);
    expect(main.used).toBe(before - 60 * 2 ** 30);
    // The rest was last touched 20 hours before noon: 24 hours and 2 minutes are not enough, 7 are.
    server.world.advance(4 * 3600 + 120);
    expect((await run(server, 'POST', `${MAIN}/gc`)).log).toContain('Removed chunks: 0');
    server.world.advance(300);
    await run(server, 'POST', `${MAIN}/gc`);
    expect(await fields(server, 'GET', `${MAIN}/gc`)).toMatchObject({ 'pending-bytes': 0, 'last-run-state': 'OK', store: 'main' });
    expect(server.effects.filter((one) => one === 'garbage_collection main')).toHaveLength(3);
  });

  it('is seen in the usage', async () => {
    const server = await newServer();
    const [main, cold] = await rows(server, 'GET', '/status/datastore-usage');
    expect([main?.store, cold?.store]).toEqual(['main', 'cold']);
    expect(Number(main?.used) + Number(main?.avail)).toBe(main?.total);
    expect(await fields(server, 'GET', `${MAIN}/status`, { query: { verbose: '1' } })).toMatchObject({
      counts: { vm: { groups: 5, snapshots: 6 }, ct: { groups: 2, snapshots: 3 }, host: { groups: 1, snapshots: 2 } },
      'gc-status': { 'pending-bytes': 60 * 2 ** 30 },
    });
  });
});

describe('jobs', () => {
  it('have their last runs, and run with a UPID although none is promised', async () => {
    const server = await newServer();
    expect(await rows(server, 'GET', '/admin/verify')).toEqual([
      expect.objectContaining({ id: 'v-weekly', 'last-run-state': expect.stringContaining('failed') }),
    ]);
    await run(server, 'POST', '/admin/prune/p-daily/run');
    const sync = await run(server, 'POST', '/admin/sync/s-offsite/run');
    expect([sync.state, sync.upid.split(':')[6]]).toEqual(['OK', 'syncjob']);
    expect(store(server).list({ ns: 'west' })).toHaveLength(3);
    const [job] = await rows(server, 'GET', '/admin/sync', { query: { store: 'main' } });
    expect(job).toMatchObject({ 'last-run-upid': sync.upid, 'last-run-state': 'OK' });
    expect(await rows(server, 'GET', '/config/verify')).toEqual([expect.not.objectContaining({ 'last-run-upid': expect.anything() })]);
  });

  it('are refused to who may not', async () => {
    const server = await newServer();
    expect(await send(server, 'POST', '/admin/sync/s-cold/run')).toMatchObject({
      status: 400,
      body: "permission check failed, 'hostler@pbs!bot' is missing access",
    });
    expect(await send(server, 'POST', '/admin/verify/nosuch/run')).toMatchObject({ status: 400, body: "no such verification 'nosuch'" });
    expect((await run(server, 'POST', '/admin/sync/s-cold/run', { as: FULL })).state).toBe('OK');
  });

  it('fail in the task when the other side is silent', async () => {
    const server = await newServer();
    server.world.remotes.set('offsite', { name: 'offsite', host: '198.51.100.40', auth: 'sync@pbs!pbs1', silent: true });
    const { state } = await run(server, 'POST', '/pull', { body: 'store=main&ns=west&remote=offsite&remote-store=west' });
    expect(state).toMatch(/^error trying to connect/);
    expect(JSON.stringify(await data(server, 'GET', '/config/remote'))).not.toContain('password');
  });

  it('cannot write to a datastore under maintenance', async () => {
    const server = await newServer();
    store(server).maintenance = { type: 'read-only', message: 'moving disks' };
    expect(await send(server, 'POST', `${MAIN}/gc`)).toMatchObject({
      status: 400,
      body: "datastore 'main' is unavailable: read-only maintenance mode: moving disks",
    });
    expect(await rows(server, 'GET', `${MAIN}/snapshots`)).toHaveLength(9);
  });
});
