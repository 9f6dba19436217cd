import { describe, expect, it } from 'vitest';
import { Later } from '../../src/core/errors.ts';
import { parseUpid } from '../../src/core/upid.ts';
import { Fleet } from '../../src/hosts/fleet.ts';
import type { ApiAccess } from '../../src/hosts/proxmox/access.ts';
import { Api } from '../../src/hosts/proxmox/api.ts';
import { Board } from '../../src/hosts/proxmox/board.ts';
import { inMemory } from '../../src/hosts/proxmox/memory.ts';
import type { Timing } from '../../src/hosts/proxmox/timing.ts';
import { type Asked, accessTo, fileOf, type Handler, http, json, no, type Raw, servers, TOKEN } from './raw.ts';
import { type Kept, nothingKept, perform, QUICK, step } from './steps.ts';

const { open, server } = servers();
function client(access: ApiAccess, timing: Partial<Timing> = {}): Api {
  const one = new Api(access, { ...QUICK, ...timing });
  open.push(one);
  return one;
}
const running = json({ status: 'running' });
const ended = (exitstatus: string) => json({ status: 'stopped', exitstatus });
const seconds = (ms = Date.now()) => Math.floor(ms / 1000);
const upidAt = (time: number, what = 'qmreset:100') =>
  `UPID:pve1:00002932:0001FF8B:${time.toString(16).toUpperCase().padStart(8, '0')}:${what}:hostler@pve!bot:`;
const UPID = upidAt(0x6b00150e, 'vzdump:200');
const BACKUP = step('POST', '/nodes/pve1/vzdump', { params: { vmid: '200' } });
const RESET = step('POST', '/nodes/pve1/qemu/100/status/reset', { still: [{ path: '/nodes/pve1/qemu/100/config', fields: ['digest'] }] });
const posts = ({ asked }: Raw, method = 'POST') => asked.filter((one) => one.method === method).length;
const started = (task: string): Kept => {
  const kept = nothingKept();
  kept.journal[0] = { state: 'started', at: Date.now(), since: Date.now(), seen: { boot: '-', size: 0, tail: '', task } };
  return kept;
};

/** One node, whose clock is wrong by so many seconds, and its one task. */
function skewed(by: number, { task = upidAt(seconds() + by), audit = true, lost = false, status = () => ended('OK') } = {}): Handler {
  let done = false;
  return ({ method, path }, socket) => {
    if (method === 'POST') {
      done = true;
      return lost ? void socket.destroy() : json(task);
    }
    if (path.endsWith('/time')) return audit ? json({ time: seconds() + by }) : no(403, 'Permission check failed (/nodes/pve1, Sys.Audit)');
    if (path.includes('/status?') || path.endsWith('/status')) return status();
    if (path.includes('/log')) return json([{ n: 1, t: 'no content' }]);
    if (path.includes('/tasks?')) {
      const since = Number(new URL(path, 'https://x').searchParams.get('since'));
      return json(done && (parseUpid(task)?.starttime ?? 0) >= since ? [{ upid: task }] : []);
    }
    return json({ digest: 'same', version: '9.2' });
  };
}

describe('a clock that is wrong', () => {
  it.each([-600, 600])('by %i s: a task that is taken over has the time it has, not what the clocks of two servers say', async (by) => {
    // The server in front is right, and its node is not.
    let asked = 0;
    const one = await server(skewed(by, { status: () => (++asked < 3 ? running : ended('OK')) }));
    const task = upidAt(seconds() + by);
    expect(await perform(accessTo([one]), { ...RESET, timeoutMs: 60_000 }, { kept: started(task) })).toMatchObject({ kind: 'task', came: 'ok' });
    expect(posts(one, 'DELETE')).toBe(0);
  });

  it('of a node that our token may not ask is told by the node itself, where it is one of the servers', async () => {
    const before = new Date(Date.now() - 600_000).toUTCString();
    const late = (answer: string | Buffer) => Buffer.from(answer.toString('latin1').replace(/date: [^\r]*/, `date: ${before}`), 'latin1');
    const behind = skewed(-600, { audit: false, lost: true });
    const node = await server(async (asked, socket) => {
      const answer = await behind(asked, socket);
      return answer === undefined ? undefined : late(answer);
    }, 'pve1');
    const front = await server(behind, 'pve2');
    const { endpoints, ...access } = accessTo([node, front]);
    const outcome = await perform({ ...access, endpoints: endpoints.toReversed() }, RESET);
    expect(outcome).toMatchObject({ kind: 'task', came: 'ok', task: expect.stringContaining('qmreset') });
    expect(posts(front) + posts(node)).toBe(1);
  });

  it('of a node that nobody tells makes no call a second time', async () => {
    const front = await server(skewed(-600, { audit: false, lost: true }), 'pve2');
    const [{ endpoints, ...access }] = [accessTo([front])];
    const outcome = await perform({ ...access, endpoints: endpoints.map((one) => ({ ...one, node: 'pve2' })) }, RESET);
    expect(outcome).toMatchObject({ kind: 'gone' });
    expect(posts(front)).toBe(1);
  });

  it('does not shorten the search for a call that was made just now', async () => {
    // Its node is ten minutes behind the server in front: the call seems to be old.
    let looks = 0;
    const task = upidAt(seconds() - 600);
    const one = await server(({ path }) => {
      if (path.endsWith('/time')) return json({ time: seconds() - 600 });
      if (path.includes('/tasks?')) return json(++looks > 2 ? [{ upid: task }] : []);
      if (path.endsWith('/status')) return running;
      return path.includes('/log') ? json([{ n: 1, t: 'no content' }]) : json({ digest: 'same' });
    });
    const tasks = inMemory();
    const host = { name: 'alpha', site: 'east', sites: ['east'], kind: 'pve', tags: [], address: '', libvirt: '' } as const;
    const fleet = new Fleet([], [{ host, api: accessTo([one]) }], { timing: { ...QUICK, searchMs: 3000 }, tasks });
    open.push(fleet);
    await tasks.intend('T1-1-0', { clock: seconds() - 600, still: 'as it was' });
    expect(await fleet.recheck('T1-1-0', RESET, false, false)).toBeUndefined();
  });
});

describe('a call is never taken for another', () => {
  it('made under another token: what that one began is not seen', async () => {
    const kept = nothingKept();
    let alive = true;
    const one = await server(skewed(0));
    const dies = { kept, held: () => alive, writing: () => (alive = false) };
    await expect(perform(accessTo([one]), RESET, dies)).rejects.toBeInstanceOf(Later);
    const renamed = accessTo([one], { token: fileOf(TOKEN.replace('bot', 'bot2')) });
    expect(await perform(renamed, RESET, { kept })).toMatchObject({ kind: 'gone' });
    expect(posts(one)).toBe(0);
  });

  it('a task that was just begun is left to whoever began it and is about to say so', async () => {
    const tasks = inMemory();
    const kept: Kept = { ...nothingKept(), tasks };
    const task = upidAt(seconds());
    await tasks.intend('T2-1-0', { clock: seconds(), still: '' });
    let looks = 0;
    const one = await server(async ({ path, method }, socket) => {
      if (method === 'POST') return void socket.destroy();
      if (!path.includes('/tasks?')) return skewed(0)({ path, method } as Asked, socket);
      // The owner hears its answer after it was first seen by the other.
      if (++looks === 1) setTimeout(() => tasks.claim(`alpha ${task}`, 'T2-1-0'), 10);
      return json([{ upid: task }]);
    });
    const { still: _, ...bare } = RESET;
    expect(await perform(accessTo([one]), bare, { kept })).toMatchObject({ kind: 'gone' });
    expect(looks).toBeGreaterThan(1);
  });

  it('an answer that names a task in a way nobody can read is not done', async () => {
    const one = await server(({ method }) => (method === 'POST' ? json('UPID:pve1:odd') : json({ time: 1 })));
    expect(await perform(accessTo([one]), BACKUP)).toMatchObject({ kind: 'gone', begun: true, why: { with: { task: 'UPID:pve1:odd' } } });
  });

  it('what is known to have begun is never said not to have, though nothing of it is seen', async () => {
    const one = await server(skewed(0));
    const kept = nothingKept();
    let alive = true;
    const dies = { kept, held: () => alive, writing: () => (alive = false) };
    await expect(perform(accessTo([one]), RESET, dies)).rejects.toBeInstanceOf(Later);
    const host = { name: 'alpha', site: 'east', sites: ['east'], kind: 'pve', tags: [], address: '', libvirt: '' } as const;
    const fleet = new Fleet([], [{ host, api: accessTo([one]) }], { timing: QUICK, tasks: kept.tasks });
    open.push(fleet);
    const [line] = kept.lines;
    if (line?.state === 'intent' && line.before) await kept.tasks.intend('T1-1-0', line.before);
    expect(await fleet.recheck('T1-1-0', RESET, false, false)).toMatchObject({ kind: 'unreachable' });
    expect(await fleet.recheck('T1-1-0', RESET, false, true)).toMatchObject({ kind: 'gone' });
  });
});

describe('a server that accepts and never answers', () => {
  it('is not waited for alone: another is asked, and from then on first', async () => {
    const stuck = await server(() => undefined);
    const fine = await server(() => json('fine'));
    const mine = client(accessTo([stuck, fine]), { lookMs: 600 });
    expect((await mine.get('/version')).data).toBe('fine');
    expect((await mine.get('/version')).data).toBe('fine');
    expect([stuck.asked.length, fine.asked.length]).toEqual([1, 2]);
  });

  it('a slow one is heard, though another was asked, too', async () => {
    const slow = await server(async () => {
      await new Promise((resolve) => setTimeout(resolve, 500));
      return json('slow');
    });
    const stuck = await server(() => undefined);
    expect((await client(accessTo([slow, stuck]), { lookMs: 900 }).get('/version')).data).toBe('slow');
  });

  it('a no of the second is a no', async () => {
    const [stuck, refusing] = [await server(() => undefined), await server(() => no(403, 'Permission check failed (/x, Sys.Audit)'))];
    await expect(client(accessTo([stuck, refusing]), { lookMs: 600 }).get('/x')).rejects.toMatchObject({ trouble: 'failed' });
  });

  it('does not keep a worker from leaving', async () => {
    const one = await server(({ path }) => (path.endsWith('/time') ? json({ time: seconds() }) : undefined));
    const outcome = perform(accessTo([one]), BACKUP, { kept: started(UPID), leave: AbortSignal.timeout(200), timing: { lookMs: 600_000 } });
    await expect(outcome).rejects.toBeInstanceOf(Later);
  });
});

describe('a node that hangs behind a server that does not', () => {
  it('keeps nobody waiting who asks about something else', async () => {
    let about = 0;
    let most = 0;
    const one = await server(async ({ path }) => {
      if (!path.startsWith('/api2/json/nodes/pve3')) return json('fine');
      most = Math.max(most, ++about);
      return undefined;
    });
    const mine = client(accessTo([one]), { lookMs: 1500, pollMs: 20 });
    const board = new Board(mine, 'pve3');
    const upids = Array.from({ length: 100 }, (_, i) => parseUpid(UPID.replace('pve1', 'pve3').replace('0001FF8B', `0001${(0x1000 + i).toString(16)}`)));
    const all = Promise.allSettled(upids.flatMap((upid) => (upid ? [board.status(upid)] : [])));
    await expect.poll(() => about).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 300));
    for (let i = 0; i < 5; i++) expect((await mine.get('/version')).data).toBe('fine');
    expect(most).toBeLessThanOrEqual(3);
    expect((await all).every(({ status }) => status === 'rejected')).toBe(true);
  });
});

describe('a log', () => {
  const logOf =
    (count: number, asked: { pages: number }): Handler =>
    ({ path, method }) => {
      if (method === 'POST') return json(UPID);
      if (path.endsWith('/time')) return json({ time: 0x6b00150e });
      if (!path.includes('/log')) return path.endsWith('/status') ? ended('OK') : json([]);
      asked.pages++;
      const url = new URL(path, 'https://x');
      const [start, limit] = [Number(url.searchParams.get('start')), Number(url.searchParams.get('limit'))];
      const lines = Array.from({ length: Math.max(0, Math.min(limit, count - start)) }, (_, i) => ({ n: start + i + 1, t: `INFO: line ${start + i + 1}` }));
      return json(lines, { total: count });
    };

  it('of any length is read in a bounded number of pages, its end for certain', async () => {
    const asked = { pages: 0 };
    const one = await server(logOf(1_000_000, asked));
    const outcome = await perform(accessTo([one]), BACKUP);
    expect(outcome).toMatchObject({ kind: 'task', came: 'ok' });
    expect(outcome.kind === 'task' && outcome.output.split('\n').at(-1)).toBe('INFO: line 1000000');
    expect(asked.pages).toBeLessThanOrEqual(60);
  });

  it('that never ends does not keep the end of its task from being told', async () => {
    const asked = { pages: 0 };
    const one = await server(logOf(Number.MAX_SAFE_INTEGER, asked));
    expect(await perform(accessTo([one]), BACKUP)).toMatchObject({ kind: 'task', came: 'ok' });
  });

  it.each([
    ['too long to be read', Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\n\r\n'), Buffer.alloc(9_000_000, 32)])],
    ['no JSON', http(200, 'OK', '<html>')],
  ])('%s, does not either', async (_name, page) => {
    let pages = 0;
    const fine = logOf(700, { pages: 0 });
    const one = await server((asked, socket) => (asked.path.includes('/log') && ++pages === 1 ? page : fine(asked, socket)));
    const outcome = await perform(accessTo([one]), BACKUP);
    expect(outcome).toMatchObject({ kind: 'task', came: 'ok', output: expect.stringContaining('INFO: line 700') });
  });
});

describe('a task that is to be stopped', () => {
  const stopping = (stop: (times: number) => Buffer | undefined, end: (stops: number) => string | undefined): Handler => {
    let stops = 0;
    return ({ method, path }, socket) => {
      if (method === 'POST') return json(UPID);
      if (method === 'DELETE') return stop(++stops) ?? void socket.destroy();
      if (path.endsWith('/time')) return json({ time: 0x6b00150e });
      if (path.endsWith('/status')) return end(stops) === undefined ? running : ended(end(stops) ?? '');
      return path.includes('/log') ? json([{ n: 1, t: 'no content' }]) : json([]);
    };
  };
  const stop = () => AbortSignal.timeout(150);

  it('and may not be by us ends as it ends', async () => {
    let since = 0;
    const handle = stopping(
      () => no(403, 'Permission check failed (/nodes/pve1, Sys.Modify)'),
      (stops) => (stops > 0 && ++since > 2 ? 'disk full' : undefined),
    );
    expect(await perform(accessTo([await server(handle)]), BACKUP, { stop: stop() })).toMatchObject({ kind: 'task', came: 'error', said: 'disk full' });
  });

  it('on a node that is offline for a moment is asked again', async () => {
    const handle = stopping(
      (times) => (times < 3 ? http(595, 'No route to host') : json(null)),
      (stops) => (stops > 2 ? 'received interrupt' : undefined),
    );
    expect(await perform(accessTo([await server(handle)]), BACKUP, { stop: stop() })).toMatchObject({ kind: 'stopped' });
  });

  it('is stopped, when it heard that and the answer was lost', async () => {
    const handle = stopping(
      () => undefined,
      (stops) => (stops > 0 ? 'received interrupt' : undefined),
    );
    expect(await perform(accessTo([await server(handle)]), BACKUP, { stop: stop() })).toMatchObject({ kind: 'stopped' });
  });
});

describe('a guest of HA', () => {
  it('whose manager is silent after the call is no guest of which nothing was asked', async () => {
    const one = await server(({ method, path }) => {
      if (method === 'POST') return json(null);
      return path.endsWith('/time') ? json({ time: 1 }) : http(595, 'No route to host');
    });
    const what = step('POST', '/nodes/pve1/qemu/105/status/start', { ha: { sid: 'vm:105', until: 'started' } });
    const ended = perform(accessTo([one]), what, {
      timing: { patienceMs: 100, lookMs: 200 },
      stop: AbortSignal.timeout(1000),
      leave: AbortSignal.timeout(2500),
    });
    await expect(ended).rejects.toBeInstanceOf(Later);
    expect(posts(one)).toBe(1);
  });
});

describe('a change', () => {
  it.each(['{}', '[]'])('that is answered by no word of Proxmox is looked for, not believed: %s', async (body) => {
    const one = await server(({ method, path }) => (method === 'POST' ? http(200, 'OK', body) : path.endsWith('/time') ? json({ time: seconds() }) : json([])));
    expect(await perform(accessTo([one]), BACKUP)).toMatchObject({ kind: 'gone' });
  });

  it('that was cancelled while it was read how things are is not made', async () => {
    const stop = new AbortController();
    const one = await server(({ path }) => {
      stop.abort();
      return path.endsWith('/time') ? json({ time: seconds() }) : json(UPID);
    });
    expect(await perform(accessTo([one]), BACKUP, { stop: stop.signal })).toEqual({ kind: 'skipped' });
    expect(posts(one)).toBe(0);
  });

  it('that stood in line has its whole time for its answer', async () => {
    const one = await server(async () => {
      await new Promise((resolve) => setTimeout(resolve, 500));
      return json(null);
    });
    const mine = client(accessTo([one]), { callMs: 700 });
    const calls = await Promise.allSettled(Array.from({ length: 8 }, () => mine.call('POST', '/nodes/pve1/startall', {})));
    expect(calls.map(({ status }) => status)).toEqual(Array(8).fill('fulfilled'));
  });
});

describe('what is left behind', () => {
  it('is no connection when the authority cannot be read', async () => {
    let closed = 0;
    const one = await server(() => json(1));
    const { createServer } = await import('node:net');
    const plain = createServer(
      (socket) =>
        void socket
          .resume()
          .on('close', () => closed++)
          .on('error', () => undefined),
    );
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    const at = plain.address();
    const port = typeof at === 'object' && at ? at.port : 0;
    const access = {
      ...accessTo([one]),
      endpoints: [{ node: 'pve1', address: '127.0.0.1', port }],
      ca: fileOf('-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n'),
    };
    await expect(client(access).get('/version')).rejects.toMatchObject({ name: 'HostError' });
    await expect.poll(() => closed).toBeGreaterThan(0);
    plain.close();
  });
});
