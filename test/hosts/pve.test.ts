import { describe, expect, it } from 'vitest';
import { apiPath } from '../../src/core/call.ts';
import { HostError } from '../../src/core/errors.ts';
import { pveErrorOf } from '../../src/core/pveerror.ts';
import { speak } from '../../src/core/words.ts';
import type { ApiAccess } from '../../src/hosts/proxmox/access.ts';
import { Api } from '../../src/hosts/proxmox/api.ts';
import { TIMING, type Timing } from '../../src/hosts/proxmox/timing.ts';
import { accessTo, fileOf, type Handler, http, json, no, type Raw, servers, TOKEN } from './raw.ts';

const { open, server } = servers();
function api(access: ApiAccess, timing: Partial<Timing> = {}): Api {
  const one = new Api(access, { ...TIMING, ...timing });
  open.push(one);
  return one;
}
async function failure(what: Promise<unknown>): Promise<HostError> {
  const error = await what.then(
    (value) => new Error(`it answered ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof HostError) return error;
  throw error;
}
const fine: Handler = () => json({ version: '9.2.11' });

describe('who is believed', () => {
  it('sends not one byte to a server whose certificate is another, and names both', async () => {
    const one = await server(fine);
    const expected = `${'AA:'.repeat(31)}AA`;
    const access = { ...accessTo([one]), endpoints: [{ node: 'pve1', address: '127.0.0.1', port: one.port, fingerprint: expected }] };
    const error = await failure(api(access).get('/version'));
    expect(error.trouble).toBe('key');
    expect(error.message && speak(error.said, 'en')).toContain(expected);
    expect(speak(error.said, 'en')).toContain(one.fingerprint);
    expect((await failure(api(access).call('POST', '/nodes/pve1/startall', {}))).trouble).toBe('key');
    expect(one.connections()).toBeGreaterThan(0);
    expect(one.bytes()).toBe(0);
  });

  it('believes the pinned one, on every connection anew', async () => {
    const one = await server((_, socket) => {
      setTimeout(() => socket.destroy(), 5);
      return json(1);
    });
    const mine = api(accessTo([one]));
    for (let i = 0; i < 3; i++) {
      expect((await mine.get('/version')).data).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    expect(one.connections()).toBe(3);
  });

  it('believes what the authority signed for its address or its node name, and nothing else', async () => {
    const [one, other] = [await server(fine, 'pve1'), await server(fine, 'pve2')];
    const at = (raw: Raw, node: string) => [{ node, address: '127.0.0.1', port: raw.port }];
    expect((await api({ ...accessTo([]), endpoints: at(one, 'pve1'), ca: fileOf(one.cert) }).get('/version')).data).toEqual({ version: '9.2.11' });
    const strange = await failure(api({ ...accessTo([]), endpoints: at(other, 'pve2'), ca: fileOf(one.cert) }).get('/version'));
    expect(strange.trouble).toBe('key');
    const elsewhere = await failure(api({ ...accessTo([]), endpoints: at(one, 'pve9'), ca: fileOf(one.cert) }).get('/version'));
    expect(elsewhere.trouble).toBe('key');
    const system = await failure(api({ ...accessTo([]), endpoints: at(one, 'pve1') }).get('/version'));
    expect([system.trouble, speak(system.said, 'en')]).toEqual(['key', expect.stringContaining(one.fingerprint)]);
    expect(other.bytes()).toBe(0);
  });
});

describe('what is sent', () => {
  it.each([
    ['pve', TOKEN, 'PVEAPIToken=hostler@pve!bot=6f2c2a34-4a5c-4f0e-9a53-0f2d6c1f7b11'],
    ['pve', TOKEN.replace('bot=', 'bot:'), 'PVEAPIToken=hostler@pve!bot=6f2c2a34-4a5c-4f0e-9a53-0f2d6c1f7b11'],
    ['pbs', TOKEN, 'PBSAPIToken=hostler@pve!bot:6f2c2a34-4a5c-4f0e-9a53-0f2d6c1f7b11'],
    ['pbs', TOKEN.replace('bot=', 'bot:'), 'PBSAPIToken=hostler@pve!bot:6f2c2a34-4a5c-4f0e-9a53-0f2d6c1f7b11'],
  ] as const)('the token of a %s as it wants it, from %s', async (kind, text, header) => {
    const one = await server(fine);
    await api(accessTo([one], { kind, token: fileOf(text) })).get('/version');
    expect(one.asked[0]?.headers.authorization).toBe(header);
  });

  it('nothing, when the token is no token; and its text is not told', async () => {
    const one = await server(fine);
    const error = await failure(api(accessTo([one], { token: fileOf('topsecret') })).get('/version'));
    expect([error.trouble, one.connections()]).toEqual(['auth', 0]);
    expect(JSON.stringify(error.said) + error.stack).not.toContain('topsecret');
  });

  it('strictly encoded paths, queries and forms', async () => {
    const one = await server(fine);
    const mine = api(accessTo([one]));
    const upid = 'UPID:pve1:000028EA:0001FBF5:6B001505:qmstart:100:root@pam!full:';
    await mine.get(apiPath`/nodes/${'pve1'}/tasks/${upid}/log`, { start: 3, limit: 500 });
    await mine.get(apiPath`/nodes/localhost/tasks/${'UPID:pbs1:000002C0:000007BA:00000001:67DE4FC4:verificationjob:fs01\\x3av:root@pam:'}/status`);
    await mine.call('DELETE', apiPath`/nodes/pve1/storage/local/content/${'local:backup/vzdump-lxc-200.tar.zst'}`, { delay: 5 });
    await mine.call('PUT', '/nodes/pve1/qemu/100/config', {
      net0: 'virtio,bridge=vmbr0;x',
      onboot: true,
      kvm: false,
      description: 'a b+c\né',
      list: ['a=1', 'b'],
    });
    await mine.call('POST', '/nodes/pve1/qemu/100/status/start', {});
    expect(one.asked.map(({ method, path, body }) => `${method} ${path} ${body}`.trim())).toEqual([
      'GET /api2/json/nodes/pve1/tasks/UPID%3Apve1%3A000028EA%3A0001FBF5%3A6B001505%3Aqmstart%3A100%3Aroot%40pam%21full%3A/log?start=3&limit=500',
      'GET /api2/json/nodes/localhost/tasks/UPID%3Apbs1%3A000002C0%3A000007BA%3A00000001%3A67DE4FC4%3Averificationjob%3Afs01%5Cx3av%3Aroot%40pam%3A/status',
      'DELETE /api2/json/nodes/pve1/storage/local/content/local%3Abackup%2Fvzdump-lxc-200.tar.zst?delay=5',
      'PUT /api2/json/nodes/pve1/qemu/100/config net0=virtio%2Cbridge%3Dvmbr0%3Bx&onboot=1&kvm=0&description=a%20b%2Bc%0A%C3%A9&list=a%3D1&list=b',
      'POST /api2/json/nodes/pve1/qemu/100/status/start',
    ]);
    for (const { headers, method } of one.asked) {
      expect(headers['transfer-encoding']).toBeUndefined();
      expect(headers.expect).toBeUndefined();
      if (method === 'POST') expect(headers['content-length']).toBe('0');
    }
    expect(one.connections()).toBe(4);
  });
});

describe('a no', () => {
  const cases: readonly (readonly [name: string, answer: Buffer, trouble: string, kind: string, said: RegExp])[] = [
    ['an empty 401', http(401, 'No ticket'), 'auth', 'auth', /API token/],
    ['a 500 that is all reason phrase', http(500, 'VM is locked (backup)', '{"data":null}'), 'failed', 'locked', /locked \(backup\)/],
    ['a reason phrase in UTF-8', http(500, 'storage „nas“ is not online – später'), 'failed', 'other', /„nas“ is not online – später/],
    ['a missing privilege', no(403, 'Permission check failed (/vms/101, VM.Snapshot)'), 'failed', 'permission', /VM\.Snapshot on \/vms\/101/],
    ['wrong parameters', no(400, 'Parameter verification failed.', { memory: 'invalid format' }), 'failed', 'param', /memory: invalid format/],
    [
      'no quorum, in disguise',
      no(500, "unable to open file '/etc/pve/nodes/pve1/qemu-server/100.conf.tmp.11024' - Permission denied"),
      'failed',
      'noQuorum',
      /quorum/,
    ],
    [
      'the plain text of a backup server',
      http(400, 'Bad Request', 'no such datastore', 'content-type: application/json\r\n'),
      'failed',
      'notFound',
      /no such datastore/,
    ],
    ['the page of a proxy', http(502, 'Bad Gateway', '<html><body>502</body></html>'), 'failed', 'other', /Bad Gateway/],
    ['JSON that breaks off', http(500, 'got no worker upid - start worker failed', '{"data":nu'), 'failed', 'workerFailed', /too busy/],
    ['an unknown path', no(501, "Method 'GET /nosuch' not implemented"), 'failed', 'notImplemented', /does not know/],
  ];
  it.each(cases)('%s', async (_name, answer, trouble, kind, said) => {
    const one = await server(() => answer);
    const error = await failure(api(accessTo([one])).get('/x'));
    expect(error.trouble).toBe(trouble);
    expect(pveErrorOf(error)?.fault.kind).toBe(kind);
    expect(speak(error.said, 'en')).toMatch(said);
    expect(one.asked).toHaveLength(1);
  });

  it.each([
    ['garbage', 'HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n<ht>', 'failed'],
    ['a number', http(200, 'OK', '7'), 'failed'],
    ['more than anybody reads', Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\n\r\n'), Buffer.alloc(9_000_000, 32)]), 'failed'],
  ])('%s is an answer that cannot be read', async (_name, answer, trouble) => {
    const one = await server(() => answer);
    expect((await failure(api(accessTo([one])).get('/x'))).trouble).toBe(trouble);
    expect(one.asked).toHaveLength(1);
  });

  it('an answer that drips is given up in time', async () => {
    const one = await server((_, socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n');
      const drip = setInterval(() => socket.write(' '), 20);
      socket.on('close', () => clearInterval(drip));
      return undefined;
    });
    expect((await failure(api(accessTo([one]), { lookMs: 200 }).get('/x'))).trouble).toBe('timeout');
  });
});

describe('several servers', () => {
  it('any of them serves: the next is asked when one is not there, and it is remembered', async () => {
    const [gone, two] = [await server(fine), await server(fine)];
    await gone.close();
    const mine = api(accessTo([gone, two]));
    await mine.call('POST', '/nodes/pve1/startall', {});
    await mine.get('/version');
    expect(two.asked.map(({ method }) => method)).toEqual(['POST', 'GET']);
    gone.handle = () => no(500, 'it was asked');
    expect(speak((await failure(api(accessTo([gone])).get('/version'))).said, 'en')).toMatch(/refuses the connection/);
  });

  it.each([596, 599])('a read that ends as %i is asked of another; a change is not made twice', async (status) => {
    const [one, two] = [await server(() => http(status, 'Connection timed out')), await server(fine)];
    expect((await api(accessTo([one, two])).get('/nodes/pve3/status')).data).toEqual({ version: '9.2.11' });
    const error = await failure(api(accessTo([one, two])).call('POST', '/nodes/pve3/startall', {}));
    expect(pveErrorOf(error)?.fault.kind).toBe('proxyTimeout');
    expect(two.asked.map(({ method }) => method)).toEqual(['GET']);
  });

  it('595 is the word of two that a node is offline', async () => {
    const answer: Handler = () => http(595, 'No route to host');
    const servers = [await server(answer), await server(answer), await server(answer)];
    const error = await failure(api(accessTo(servers)).get('/nodes/pve9/qemu'));
    expect([error.trouble, speak(error.said, 'en')]).toEqual(['unreachable', expect.stringContaining('node pve9 is offline')]);
    expect(servers.map(({ asked }) => asked.length)).toEqual([1, 1, 0]);
  });

  it('595 is no news when the node itself answers', async () => {
    const servers = [await server(() => http(595, 'Connection refused')), await server(() => http(500, 'not this one')), await server(fine)];
    expect((await api(accessTo(servers)).get('/nodes/pve3/status')).data).toEqual({ version: '9.2.11' });
    expect(servers[1]?.asked).toEqual([]);
  });
});

describe('a connection that is closed at the moment of the next request', () => {
  async function racing() {
    const one = await server((asked, socket) => {
      if (one.asked.length === 1) return json('first');
      if (asked.connection === 1) return void socket.destroy();
      return json('again');
    });
    const mine = api(accessTo([one]));
    expect((await mine.get('/version')).data).toBe('first');
    return { one, mine };
  }
  it('is no harm to a read: it is asked again', async () => {
    const { one, mine } = await racing();
    expect((await mine.get('/version')).data).toBe('again');
    expect(one.asked.map(({ connection }) => connection)).toEqual([1, 1, 2]);
  });
  it('is never met by a change, which has a connection of its own', async () => {
    const { one, mine } = await racing();
    expect((await mine.call('POST', '/nodes/pve1/startall', {})).data).toBe('again');
    expect(one.asked.map(({ connection }) => connection)).toEqual([1, 2]);
  });
  it('with a change under way leaves it lost: it is not sent again', async () => {
    const one = await server((_, socket) => void socket.destroy());
    const other = await server(fine);
    expect((await failure(api(accessTo([one, other])).call('POST', '/nodes/pve1/startall', {}))).trouble).toBe('lost');
    expect([one.asked.length, other.asked.length]).toEqual([1, 0]);
  });
});

describe('many questions at once', () => {
  it('share a few connections, and a change that takes long keeps nobody waiting', async () => {
    const late: (() => void)[] = [];
    const one = await server(async ({ method }) => {
      if (method === 'POST') await new Promise<void>((go) => late.push(go));
      return json(1);
    });
    const mine = api(accessTo([one]));
    const changes = Array.from({ length: 12 }, () => mine.call('POST', '/nodes/pve1/startall', {}));
    await expect.poll(() => late.length).toBe(4);
    await Promise.all(Array.from({ length: 60 }, () => mine.get('/version')));
    expect(one.connections()).toBeLessThanOrEqual(12);
    const opening = setInterval(() => late.splice(0).map((go) => go()), 5);
    await Promise.all(changes);
    clearInterval(opening);
    expect(one.asked.filter(({ method }) => method === 'POST')).toHaveLength(12);
  });

  it('wait no longer than their time', async () => {
    const one = await server(() => undefined);
    const mine = api(accessTo([one]), { lookMs: 200 });
    const troubles = await Promise.all(Array.from({ length: 20 }, () => failure(mine.get('/version'))));
    expect(troubles.map(({ trouble }) => trouble)).toEqual(Array(20).fill('timeout'));
  });
});
