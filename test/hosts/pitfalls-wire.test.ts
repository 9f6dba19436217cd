import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { Host } from '../../src/core/command.ts';
import { HostError } from '../../src/core/errors.ts';
import { pveErrorOf } from '../../src/core/pveerror.ts';
import { speak } from '../../src/core/words.ts';
import { Fleet } from '../../src/hosts/fleet.ts';
import type { ApiAccess } from '../../src/hosts/proxmox/access.ts';
import { Api } from '../../src/hosts/proxmox/api.ts';
import { inMemory } from '../../src/hosts/proxmox/memory.ts';
import { guestConfig } from '../../src/tools/proxmox/guest-reads.ts';
import { resources } from '../../src/tools/proxmox/resources.ts';
import { WORLD } from '../support/world.ts';
import { accessTo, fileOf, type Handler, http, json, type Raw, servers, TOKEN } from './raw.ts';
import { perform, QUICK, step } from './steps.ts';

const { open, server } = servers();
function api(access: ApiAccess, timing = {}): Api {
  const one = new Api(access, { ...QUICK, ...timing });
  open.push(one);
  return one;
}
async function failure(what: Promise<unknown>): Promise<HostError> {
  const error: unknown = await what.then(
    () => new Error('it answered'),
    (reason: unknown) => reason,
  );
  if (error instanceof HostError) return error;
  throw error;
}
const HOST: Host = { name: 'alpha', site: 'east', sites: ['east'], kind: 'pve', tags: [], address: '', libvirt: '' };
const fine: Handler = () => json({ version: '9.2.11' });

describe('connections', () => {
  it('keep-alive: we hang up before a server does that hangs up after 5 s', async () => {
    let first = '';
    const one = await server((_, socket) => {
      socket.setTimeout(5000, () => {
        first ||= 'server';
        socket.end();
      });
      socket.on('end', () => (first ||= 'client'));
      return json(1);
    });
    await api(accessTo([one])).get('/version');
    await expect.poll(() => first, { timeout: 10_000 }).toBe('client');
  }, 15_000);

  it('keep-alive: a change never goes over a connection that was idle', async () => {
    const one = await server(fine);
    const mine = api(accessTo([one]));
    await mine.get('/version');
    for (const method of ['POST', 'PUT', 'DELETE'] as const) await mine.call(method, '/nodes/pve1/startall', {});
    expect(one.asked.map(({ connection }) => connection)).toEqual([1, 2, 3, 4]);
  });

  it('offline: a node that says nothing at all is left for the next, and is not asked first again', async () => {
    const silent = createServer((socket) => void socket.resume());
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    open.push({ close: () => new Promise((resolve) => silent.close(() => resolve())) });
    const address = silent.address();
    const one = await server(fine);
    const access = accessTo([one]);
    const gone = { node: 'pve0', address: '127.0.0.1', port: typeof address === 'object' && address ? address.port : 0, fingerprint: 'AA' };
    const mine = api({ ...access, endpoints: [gone, ...access.endpoints] }, { connectMs: 150 });
    let tried = 0;
    silent.on('connection', () => tried++);
    for (let i = 0; i < 3; i++) expect((await mine.get('/version')).data).toEqual({ version: '9.2.11' });
    expect([tried, one.asked.length]).toEqual([1, 3]);
  });
});

describe('who we are', () => {
  it('tickets: every request has the token alone: no cookie, no CSRF header, no login', async () => {
    const one = await server(fine);
    const mine = api(accessTo([one]));
    await mine.get('/version');
    for (const method of ['POST', 'PUT', 'DELETE'] as const) await mine.call(method, '/nodes/pve1/startall', {});
    expect(one.asked).toHaveLength(4);
    for (const { headers, path } of one.asked) {
      expect(headers.authorization).toBe(`PVEAPIToken=${TOKEN}`);
      expect([headers.cookie, headers.csrfpreventiontoken, path.includes('/access/')]).toEqual([undefined, undefined, false]);
    }
  });

  it('separator: a backup server gets `:` before the secret and a cluster `=`, whichever was written down', async () => {
    for (const text of [TOKEN, TOKEN.replace('=', ':')])
      for (const [kind, header] of [['pve', `PVEAPIToken=${TOKEN}`] as const, ['pbs', `PBSAPIToken=${TOKEN.replace('=', ':')}`] as const]) {
        const one = await server(fine);
        await api(accessTo([one], { kind, token: fileOf(text) })).get('/version');
        expect(one.asked[0]?.headers.authorization).toBe(header);
      }
  });

  it.each(['No ticket', 'Authentication failed!', 'invalid token value!', "no such token 'bot' for user 'hostler@pve'"])(
    'empty 401: “%s” is a failure that names the token, asked once',
    async (reason) => {
      const [one, two] = [await server(() => http(401, reason)), await server(fine)];
      const mine = api(accessTo([one, two]));
      for (const what of [mine.get('/cluster/resources'), mine.call('POST', '/nodes/pve1/vzdump', {})]) {
        const error = await failure(what);
        expect([error.trouble, speak(error.said, 'en')]).toEqual(['auth', expect.stringContaining('API token')]);
      }
      expect(await perform(accessTo([one, two]), step('POST', '/nodes/pve1/vzdump'))).toMatchObject({ kind: 'refused' });
      expect([one.asked.map(({ method }) => method), two.asked]).toEqual([['GET', 'POST', 'GET'], []]);
    },
  );

  it('offline: 595 is a node that is off, never a wrong token', async () => {
    const one = await server(() => http(595, 'No route to host'));
    const error = await failure(api(accessTo([one])).get('/nodes/pve3/qemu'));
    expect([error.trouble, pveErrorOf(error)?.fault]).toEqual(['unreachable', { kind: 'nodeUnreachable', node: 'pve3' }]);
  });
});

describe('clock skew', () => {
  const clock = Math.floor(Date.now() / 1000) - 3600;
  const upid = (at: number) => `UPID:pve1:000028EA:0001FBF5:${at.toString(16).toUpperCase()}:qmstart:100:hostler@pve!bot:`;
  const START = step('POST', '/nodes/pve1/qemu/100/status/start');
  const still = [{ path: '/nodes/pve1/qemu/100/config', fields: ['digest'] }];
  /** A node an hour behind: the answers to changes are lost; its tasks by the number of the question, and how often one still runs. */
  const late = (tasks: (times: number) => readonly string[], runs = 0): Promise<Raw> => {
    let [listed, asked] = [0, 0];
    return server(({ method, path }, socket) => {
      if (method === 'POST') return void socket.destroy();
      if (method === 'DELETE') return json(null);
      if (path.includes('/time')) return json({ time: clock });
      if (path.includes('/tasks?')) return json(tasks(++listed).map((one) => ({ upid: one })));
      if (path.includes('/status')) return json(++asked <= runs ? { status: 'running' } : { status: 'stopped', exitstatus: 'OK' });
      return json(path.includes('/config') ? { digest: 'd' } : [{ n: 1, t: 'no content' }]);
    });
  };

  it('the node’s own clock, an hour behind, tells which task is ours', async () => {
    const one = await late(() => [upid(clock - 600), upid(clock + 1)]);
    expect(await perform(accessTo([one]), START)).toMatchObject({ kind: 'task', came: 'ok', task: upid(clock + 1) });
    const since = one.asked.flatMap(({ path }) => /since=(\d+)/.exec(path)?.[1] ?? []);
    expect(new Set(since)).toEqual(new Set([String(clock - 2)]));
  });

  it('a task that was found is not taken for an hour old, and stopped for that', async () => {
    const one = await late(() => [upid(clock)], 4);
    expect(await perform(accessTo([one]), START)).toMatchObject({ kind: 'task', came: 'ok' });
    expect(one.asked.filter(({ method }) => method === 'DELETE')).toEqual([]);
  });

  it('a call is not taken for an hour old, and given up without its task being waited for', async () => {
    const one = await late((times) => (times < 3 ? [] : [upid(clock)]));
    const tasks = inMemory();
    await tasks.intend('T1-1-0', { clock, still: '[["/nodes/pve1/qemu/100/config",{"digest":"d"}]]' });
    const fleet = new Fleet([], [{ host: HOST, api: accessTo([one]) }], { timing: QUICK, tasks });
    open.push(fleet);
    expect(await fleet.recheck('T1-1-0', { ...START, still }, false, false)).toMatchObject({ kind: 'task', came: 'ok' });
  });
});

describe('what is sent and read', () => {
  it('sshkeys: what is encoded already arrives encoded, with %20 and %2F', async () => {
    const one = await server(fine);
    const sshkeys = encodeURIComponent('ssh-ed25519 AAAA/b+c= ops@example.org\n');
    await api(accessTo([one])).call('PUT', '/nodes/pve1/qemu/100/config', { sshkeys, name: 'a b' });
    const body = one.asked[0]?.body ?? '';
    expect(body).toContain('%2520AAAA%252Fb%252Bc%253D');
    // As Proxmox takes a form apart: at `&` and `;`, then at every `=`.
    const pairs = body.split(/[&;]/).map((pair) => pair.split('='));
    expect(pairs).toEqual([
      ['sshkeys', expect.any(String)],
      ['name', 'a%20b'],
    ]);
    expect(decodeURIComponent(pairs[0]?.[1] ?? '')).toBe(sshkeys);
  });

  it('types: texts, numbers and booleans mean the same wherever they stand', async () => {
    const guest = { type: 'qemu', vmid: 100, node: 'pve1', name: 'shop', status: 'stopped', template: 0, maxmem: 2048, maxcpu: 2, uptime: 0 };
    const storage = { type: 'storage', storage: 'nas', node: 'pve1', shared: 1, content: 'backup', maxdisk: 10, disk: 5, status: 'available' };
    const texts = (row: object) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, String(value)]));
    const seen = [];
    for (const rows of [
      [guest, storage],
      [texts(guest), texts(storage)],
      [
        { ...guest, vmid: '100', template: false },
        { ...storage, shared: true },
      ],
    ]) {
      const one = await server(() => json(rows));
      const fleet = new Fleet([], [{ host: HOST, api: accessTo([one]) }], { timing: QUICK });
      open.push(fleet);
      seen.push(await fleet.look([HOST], [HOST], WORLD).read(HOST, resources()));
    }
    expect(seen[0]?.guests[0]).toMatchObject({ vmid: 100, template: false, memory: 2048 });
    expect(seen[0]?.storages[0]).toMatchObject({ shared: true, total: 10 });
    expect([seen[1], seen[2]]).toEqual([seen[0], seen[0]]);
    expect(guestConfig({ node: 'pve1', type: 'qemu', vmid: 100 }).parse({ data: null })).toEqual({ digest: '', values: {} });
  });

  it('types: a value that became a text is no reason not to make a call again', async () => {
    let posts = 0;
    let asked = 0;
    const one = await server(({ method, path }, socket) => {
      if (method === 'POST') return ++posts < 2 ? void socket.destroy() : json(null);
      if (path.includes('/config')) return json(++asked % 2 === 0 ? { memory: '512', onboot: true } : { memory: 512, onboot: 1 });
      return path.includes('/time') ? json({ time: 1_790_000_000 }) : json([]);
    });
    const still = [{ path: '/nodes/pve1/qemu/100/config', fields: ['memory', 'onboot'] }];
    expect(await perform(accessTo([one]), step('POST', '/nodes/pve1/qemu/100/status/start', { still }))).toMatchObject({ kind: 'task', came: 'ok' });
    expect([posts, asked]).toEqual([2, 2]);
  });
});
