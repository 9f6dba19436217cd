import { describe, expect, it } from 'vitest';
import { BOT, data, FULL, fields, NOON, newServer, rows, run, send, taskPath } from './pbs-wire.ts';

const TEXT = 'application/json;charset=UTF-8';

describe('the door of the practice backup server', () => {
  it('takes a colon before the secret, and an equals sign or a space before the token', async () => {
    const server = await newServer();
    const secret = server.tokens[BOT];
    for (const as of [`PBSAPIToken=${BOT}:${secret}`, `PBSAPIToken ${BOT}:${secret}`])
      expect(await data(server, 'GET', '/version', { as })).toMatchObject({ version: '4.2' });
  });

  it.each([
    ['Proxmox VE’s way', `PBSAPIToken=${BOT}=7c1f0e52-6a6b-4f0e-9a35-1d5a0b7e2c44`, 'invalid token name'],
    ['a wrong secret', `PBSAPIToken=${BOT}:nonsense`, 'invalid credentials'],
    ['an unknown token', 'PBSAPIToken=nobody@pbs!x:y', 'user account or token disabled or expired.'],
    ['no secret', `PBSAPIToken=${BOT}`, 'failed to split API token header'],
    ['another product’s word', `PVEAPIToken=${BOT}:x`, 'no authentication credentials provided.'],
    ['nothing', '', 'no authentication credentials provided.'],
  ])('refuses %s in plain text that claims to be JSON', async (_, as, why) => {
    const server = await newServer();
    expect(await send(server, 'GET', '/version', { as })).toEqual({ status: 401, type: TEXT, body: `authentication failed - ${why}` });
  });

  it('holds a 401 back', async () => {
    const server = await newServer({ pace: 0.1 });
    const order: string[] = [];
    const bad = send(server, 'GET', '/version', { as: 'PBSAPIToken=x' }).then(() => order.push('refused'));
    await send(server, 'GET', '/version').then(() => order.push('answered'));
    await bad;
    expect(order).toEqual(['answered', 'refused']);
  });

  it('answers a ping to all the world, and does not know other paths', async () => {
    const server = await newServer();
    expect(await data(server, 'GET', '/ping', { as: '' })).toEqual({ pong: true });
    expect(await send(server, 'GET', '/nosuch')).toEqual({ status: 404, type: TEXT, body: "Path '/api2/json/nosuch' not found." });
    expect((await send(server, 'POST', '/version')).status).toBe(404);
  });

  it.each([
    ['GET', '/admin/datastore/main/snapshots', { foo: '1' }, "parameter verification failed - 'foo': schema does not allow additional properties."],
    [
      'GET',
      '/admin/datastore/main/snapshots',
      { 'backup-type': 'lxc' },
      "parameter verification failed - 'backup-type': value 'lxc' is not defined in the enumeration.",
    ],
    [
      'GET',
      '/admin/datastore/main/files',
      { 'backup-type': 'vm', 'backup-id': '100' },
      "parameter verification failed - 'backup-time': parameter is missing and it is not optional.",
    ],
    ['GET', '/nodes/pve9/time', {}, "parameter verification failed - 'node': no such node 'pve9'"],
    [
      'POST',
      '/admin/datastore/main/prune',
      { 'backup-type': 'vm', 'backup-id': '101', 'keep-last': '0' },
      "parameter verification failed - 'keep-last': value must have a minimum value of 1 (got 0)",
    ],
    [
      'POST',
      '/admin/datastore/main/verify',
      { 'ignore-verified': 'maybe', 'outdated-after': 'x' },
      "parameter verification failed:\n- 'ignore-verified': Unable to parse boolean option.\n- 'outdated-after': invalid digit found in string",
    ],
    ['GET', '/admin/datastore/main/snapshots', { ns: '/west' }, "parameter verification failed - 'ns': value does not match the regex pattern"],
  ])('checks the parameters of %s %s %j', async (method, path, query, body) => {
    const server = await newServer();
    expect(await send(server, method, path, { query })).toEqual({ status: 400, type: TEXT, body });
    expect(server.effects).toEqual([]);
  });

  it('takes parameters as a form or as JSON, and nothing else', async () => {
    const server = await newServer();
    const path = '/admin/datastore/main/namespace';
    expect(await data(server, 'POST', path, { body: 'name=one' })).toBe('one');
    expect(await data(server, 'POST', path, { body: '{"name":"two","parent":"one"}', type: 'application/json' })).toBe('one/two');
    expect(await send(server, 'POST', path, { body: 'name=x', type: 'text/plain' })).toMatchObject({
      status: 400,
      body: 'unsupported content type Ok("text/plain")',
    });
    expect(server.effects).toEqual([`POST ${path}`, `POST ${path}`]);
  });

  it('says which privilege is missing only where the path does not decide it', async () => {
    const server = await newServer();
    expect(await send(server, 'POST', '/admin/datastore/cold/gc')).toMatchObject({ status: 403, body: 'permission check failed' });
    expect(await send(server, 'GET', '/admin/datastore/other/snapshots')).toMatchObject({
      status: 403,
      body: 'permission check failed - missing Datastore.Audit|Datastore.Backup on /datastore/other',
    });
    expect(await send(server, 'GET', '/admin/datastore/other/snapshots', { as: FULL })).toMatchObject({ status: 400, body: "no such datastore 'other'" });
    expect(server.effects).toEqual([]);
  });

  it('tells a token what it may do', async () => {
    const server = await newServer();
    expect(await data(server, 'GET', '/access/permissions', { query: { path: '/datastore/cold' } })).toEqual({
      '/datastore/cold': { 'Datastore.Audit': true, 'Datastore.Backup': true, 'Datastore.Prune': true },
    });
  });
});

describe('its tasks', () => {
  it('have one field more in their UPIDs, an escaped worker id, and stamps in their logs', async () => {
    const server = await newServer();
    const { upid } = await run(server, 'POST', '/admin/verify/v-weekly/run', { query: {} });
    expect(upid).toMatch(/^UPID:pbs1:[0-9A-F]{8}:[0-9A-F]{8}:[0-9A-F]{8}:[0-9A-F]{8}:verificationjob:main\\x3av\\x2dweekly:hostler@pbs!bot:$/);
    expect(await data(server, 'GET', `${taskPath(upid)}/status`)).toMatchObject({
      id: 'main:v-weekly',
      user: 'hostler@pbs',
      tokenid: 'bot',
      status: 'stopped',
    });
    const [first] = await rows(server, 'GET', `${taskPath(upid)}/log`);
    expect(first).toEqual({ n: 1, t: expect.stringMatching(/^2026-03-13T13:00:0\d\+01:00: Starting datastore verify job 'main:v-weekly'$/) });
  });

  it('give 50 lines of a log unless all are asked for, and say whether they run', async () => {
    const server = await newServer();
    const { upid } = await run(server, 'POST', '/admin/datastore/main/verify', { query: { 'ignore-verified': '0' } });
    expect(await rows(server, 'GET', `${taskPath(upid)}/log`)).toHaveLength(50);
    const all = await send(server, 'GET', `${taskPath(upid)}/log`, { query: { limit: '0', 'test-status': '1' } });
    const { total, active, data: lines } = JSON.parse(all.body);
    expect([lines.length > 50, lines.length === total, active]).toEqual([true, true, false]);
    expect(await rows(server, 'GET', `${taskPath(upid)}/log`, { query: { start: String(total), limit: '5' } })).toEqual([
      { n: total, t: expect.stringContaining(': TASK ERROR: ') },
    ]);
  });

  it('are listed newest first with their result in `status`; running ones have none', async () => {
    const server = await newServer({ pace: 1 });
    const past = await rows(server, 'GET', '/nodes/localhost/tasks');
    expect(past.map(({ worker_type }) => worker_type)).toEqual(['prunejob', 'syncjob', 'garbage_collection', 'verificationjob']);
    expect(past.at(-1)).toMatchObject({ status: 'verification failed - please check the log for details', worker_id: 'main:v-weekly' });
    const upid = String(await data(server, 'POST', '/admin/datastore/main/gc'));
    const [running, ...others] = await rows(server, 'GET', '/nodes/localhost/tasks', { query: { running: '1' } });
    expect([running?.upid, running && 'status' in running, others]).toEqual([upid, false, []]);
    expect((await rows(server, 'GET', '/nodes/localhost/tasks', { query: { statusfilter: 'error' } })).map(({ worker_id }) => worker_id)).toEqual([
      'main:v-weekly',
    ]);
  });

  it('end with an error when they are stopped', async () => {
    const server = await newServer({ pace: 0.05 });
    const upid = String(await data(server, 'POST', '/admin/datastore/main/gc'));
    expect(await send(server, 'POST', '/admin/datastore/main/gc')).toMatchObject({ status: 400, body: 'garbage collection already running' });
    expect(await data(server, 'DELETE', taskPath(upid))).toBeNull();
    await expect.poll(async () => (await fields(server, 'GET', `${taskPath(upid)}/status`)).exitstatus).toBe('abort requested - aborting task');
  });

  it('are those of others only to who may see or stop them', async () => {
    const server = await newServer({ pace: 1 });
    const upid = String(await data(server, 'POST', '/admin/datastore/main/gc', { as: FULL }));
    expect(await data(server, 'GET', `${taskPath(upid)}/status`)).toMatchObject({ status: 'running' });
    expect(await send(server, 'DELETE', taskPath(upid))).toMatchObject({ status: 400, body: 'task access not allowed' });
  });
});

describe('a practice backup server in a test’s hands', () => {
  it('hears what is asked of it and can go wrong before and after', async () => {
    const server = await newServer();
    const path = '/admin/datastore/main/namespace';
    server.fault({ method: 'POST', path: /namespace$/ }, { kind: 'drop', when: 'before' });
    await expect(send(server, 'POST', path, { body: 'name=one' })).rejects.toThrow();
    expect(server.world.datastores.get('main')?.namespaces.has('one')).toBe(false);
    server.fault({ method: 'POST' }, { kind: 'drop', when: 'after' });
    await expect(send(server, 'POST', path, { body: 'name=one' })).rejects.toThrow();
    expect(server.world.datastores.get('main')?.namespaces.has('one')).toBe(true);
    server.fault({}, { kind: 'answer', when: 'before', status: 503, reason: 'busy' });
    expect(await send(server, 'GET', '/version')).toMatchObject({ status: 503, body: 'busy' });
    expect(server.heard.map(({ method, path: heard, status }) => [method, heard, status])).toEqual([
      ['POST', path, 0],
      ['POST', path, 0],
      ['GET', '/version', 503],
    ]);
  });

  it('goes away and comes back at the same place', async () => {
    const server = await newServer();
    await server.down();
    await expect(send(server, 'GET', '/version')).rejects.toThrow(/ECONNREFUSED/);
    await server.up();
    expect((await send(server, 'GET', '/version')).status).toBe(200);
  });

  it('has the certificate that its fingerprint says', async () => {
    const server = await newServer();
    const [cert] = await rows(server, 'GET', '/nodes/localhost/certificates/info', { as: FULL });
    expect(cert?.fingerprint).toBe(server.fingerprint.toLowerCase());
    expect(await data(server, 'GET', '/nodes/localhost/status')).toMatchObject({ info: { fingerprint: server.fingerprint.toLowerCase() } });
    expect(await data(server, 'GET', '/nodes/localhost/time')).toEqual({
      time: expect.closeTo(NOON, -2),
      localtime: expect.closeTo(NOON + 3600, -2),
      timezone: 'Etc/GMT-1',
    });
  });
});
