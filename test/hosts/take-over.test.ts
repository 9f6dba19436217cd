import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Later } from '../../src/core/errors.ts';
import type { ApiStep, Outcome } from '../../src/core/types.ts';
import { Fleet } from '../../src/hosts/fleet.ts';
import type { ApiAccess } from '../../src/hosts/proxmox/access.ts';
import { inMemory } from '../../src/hosts/proxmox/memory.ts';
import { startCluster } from '../../src/lab/proxmox/cluster.ts';
import type { ClusterSpec, LabCluster } from '../../src/lab/proxmox/spec.ts';
import { fileOf } from './raw.ts';
import { nothingKept, type Process, perform, QUICK, step } from './steps.ts';

const spec: ClusterSpec = {
  name: 'alpha',
  nodes: [{ name: 'pve1' }, { name: 'pve2' }],
  storages: [{ storage: 'local', type: 'dir', content: 'images,rootdir,backup,iso' }],
  guests: [
    { vmid: 102, type: 'qemu', node: 'pve2', config: { name: 'wiki', memory: '1024', cores: 2 } },
    { vmid: 103, type: 'qemu', node: 'pve1', status: 'running', deaf: true, config: { name: 'runner', memory: '512' } },
    { vmid: 104, type: 'qemu', node: 'pve1', config: { name: 'asleep', memory: '512' } },
    { vmid: 105, type: 'qemu', node: 'pve1', config: { name: 'ha', memory: '512' } },
  ],
  // What must never be taken for a task of ours: an old one of the same kind, and one of somebody else.
  tasks: [
    { upid: 'UPID:pve2:000028EA:0001FBF5:6A001505:qmstart:102:hostler@pve!bot:', log: ['TASK OK'], exitstatus: 'OK', endtime: 0x6a001507 },
    { upid: 'UPID:pve2:000028EB:0001FBF6:7F001505:qmstart:102:root@pam:', log: ['TASK OK'], exitstatus: 'OK', endtime: 0x7f001507 },
    { upid: 'UPID:pve2:000028EC:0001FBF7:7F001505:qmstart:103:hostler@pve!bot:', log: ['TASK OK'], exitstatus: 'OK', endtime: 0x7f001507 },
    { upid: 'UPID:pve2:000028ED:0001FBF8:7F001505:qmstop:102:hostler@pve!bot:', log: ['TASK OK'], exitstatus: 'OK', endtime: 0x7f001507 },
  ],
  ha: { 'vm:105': { state: 'stopped', crm: 'stopped' } },
  tokens: [
    { id: 'hostler@pve!bot', secret: '11111111-2222-3333-4444-555555555555', privileges: { '/': ['*'] } },
    { id: 'hostler@pve!poor', secret: '99999999-2222-3333-4444-555555555555', privileges: { '/': ['VM.Audit', 'Sys.Audit'] } },
  ],
};

let dir: string;
let cluster: LabCluster;
let access: ApiAccess;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'hostler-cluster-'));
});
afterAll(() => rmSync(dir, { recursive: true }));
beforeEach(async () => {
  cluster = await startCluster(spec, { dir, pace: 0.2 });
  access = {
    kind: 'pve',
    name: 'alpha',
    token: fileOf(`hostler@pve!bot=${cluster.tokens['hostler@pve!bot']}`),
    endpoints: cluster.nodes.map(({ name, port, fingerprint }) => ({ node: name, address: '127.0.0.1', port, fingerprint })),
  };
  return () => cluster.close();
});

const still = [
  { path: '/nodes/pve2/qemu/102/config', fields: ['digest'] },
  { path: '/nodes/pve2/qemu/102/status/current', fields: ['status', 'lock'] },
];
const start = step('POST', '/nodes/pve2/qemu/102/status/start', { still });
const shutdown = step('POST', '/nodes/pve1/qemu/103/status/shutdown', { params: { timeout: 60 } });
const rename = step('PUT', '/nodes/pve2/qemu/102/config', {
  params: { name: 'wiki2' },
  still,
  proof: { path: '/nodes/pve2/qemu/102/config', has: { name: 'wiki2' } },
});
const posts = () => cluster.heard.filter(({ method }) => method === 'POST' || method === 'PUT').length;
const onTheWay = /status\/start|\/config/;
const go = (what: ApiStep, process?: Process): Promise<Outcome> => perform(access, what, process);

describe('a call whose answer comes', () => {
  it('is intended, begun and ended, each on record with what it takes to go on', async () => {
    const kept = nothingKept();
    const outcome = await go(start, { kept });
    expect(outcome).toMatchObject({ kind: 'task', came: 'ok', said: 'OK', task: expect.stringMatching(/^UPID:pve2:.*:qmstart:102:hostler@pve!bot:$/) });
    const [intent, started] = kept.lines;
    expect(intent).toMatchObject({ state: 'intent', before: { clock: expect.any(Number), still: expect.stringContaining('stopped') } });
    expect(started).toMatchObject({ state: 'started', seen: { boot: '-', task: outcome.kind === 'task' ? outcome.task : '' } });
    expect(kept.lines.at(-1)).toMatchObject({ state: 'finished' });
    expect(cluster.effects).toEqual(['qmstart 102']);
  });

  it('tells why a task failed', async () => {
    expect(await go(step('DELETE', '/nodes/pve2/qemu/102/snapshot/nosuch'))).toMatchObject({
      kind: 'task',
      came: 'error',
      said: expect.stringMatching(/nosuch/),
    });
  });

  it('is done at once where no task comes back', async () => {
    expect(await go(rename)).toMatchObject({ kind: 'task', came: 'ok', task: '' });
    expect(cluster.guest(102)?.config.name).toBe('wiki2');
  });

  it.each<[string, ApiStep]>([
    ['a wrong parameter', step('POST', '/nodes/pve2/qemu/102/status/start', { params: { nosuch: 1 } })],
    ['an unknown path', step('POST', '/nodes/pve2/qemu/102/status/bogus')],
  ])('is refused for %s', async (_name, what) => {
    expect(await go(what)).toMatchObject({ kind: 'refused' });
    expect(cluster.effects).toEqual([]);
  });

  it('is refused for a missing privilege, which is named', async () => {
    const poor = { ...access, token: fileOf(`hostler@pve!poor=${cluster.tokens['hostler@pve!poor']}`) };
    const outcome = await perform(poor, start);
    expect(outcome).toMatchObject({ kind: 'refused', why: { with: { priv: 'VM.PowerMgmt', path: '/vms/102' } } });
  });
});

describe('a call whose answer is lost', () => {
  it.each([
    ['the connection breaks', { kind: 'drop', when: 'after' }],
    ['nothing comes', { kind: 'hang', when: 'after' }],
    ['the way to the node is too slow', { kind: 'answer', when: 'after', status: 596, reason: 'Connection timed out' }],
    ['the way to the node is lost', { kind: 'answer', when: 'after', status: 595, reason: 'Connection refused' }],
    ['somebody on the way speaks', { kind: 'answer', when: 'after', status: 502, reason: 'Bad Gateway', body: '<html>' }],
  ] as const)('after it was carried out is found again: %s', async (_name, fault) => {
    cluster.fault({ path: onTheWay, method: 'POST' }, fault);
    expect(await go(start)).toMatchObject({ kind: 'task', came: 'ok', task: expect.stringContaining(':qmstart:102:') });
    expect([cluster.effects, posts()]).toEqual([['qmstart 102'], 1]);
  });

  it.each([
    { kind: 'drop', when: 'before' },
    { kind: 'answer', when: 'before', status: 599, reason: 'Too many redirections' },
  ] as const)('before anything was done is made again, once: %o', async (fault) => {
    cluster.fault({ path: onTheWay, method: 'POST' }, fault);
    expect(await go(start)).toMatchObject({ kind: 'task', came: 'ok' });
    expect([cluster.effects, posts()]).toEqual([['qmstart 102'], 2]);
  });

  it('is not made again when the guest was changed meanwhile: nobody knows', async () => {
    cluster.fault({ path: onTheWay, method: 'POST' }, { kind: 'drop', when: 'before' });
    const outcome = await go(start, { log: () => cluster.meddle(102, { config: { memory: '2048' } }) });
    expect(outcome).toMatchObject({ kind: 'gone' });
    expect([cluster.effects, posts()]).toEqual([[], 1]);
  });

  it('is not made again when nobody said what must be unchanged', async () => {
    cluster.fault({ path: onTheWay, method: 'POST' }, { kind: 'drop', when: 'before' });
    expect(await go(step('POST', '/nodes/pve2/qemu/102/status/start'))).toMatchObject({ kind: 'gone' });
    expect(posts()).toBe(1);
  });

  it('is given up after three times, when it was never carried out', async () => {
    cluster.fault({ path: onTheWay, method: 'POST' }, { kind: 'drop', when: 'before' }, 9);
    expect(await go(start)).toMatchObject({ kind: 'unreachable' });
    expect([cluster.effects, posts()]).toEqual([[], 3]);
  });

  it.each(['before', 'after'] as const)('and has no task is read back: %s it was done', async (when) => {
    cluster.fault({ path: onTheWay, method: 'PUT' }, { kind: 'drop', when });
    expect(await go(rename)).toMatchObject({ kind: 'task', came: 'ok', said: 'OK' });
    expect(cluster.effects).toEqual(['PUT /nodes/pve2/qemu/102/config']);
    expect(posts()).toBe(when === 'before' ? 2 : 1);
  });

  it('and may be made any number of times is made again at once', async () => {
    cluster.fault({ path: onTheWay, method: 'PUT' }, { kind: 'drop', when: 'after' });
    const { still: _, ...bare } = rename;
    expect(await go({ ...bare, proof: 'again' })).toMatchObject({ kind: 'task', came: 'ok' });
    expect(posts()).toBe(2);
  });
});

describe('a worker that dies', () => {
  it('between intent and call: the next one makes the call, once', async () => {
    const kept = nothingKept();
    let alive = true;
    const died = go(start, { kept, held: () => alive, writing: () => (alive = false) });
    await expect(died).rejects.toBeInstanceOf(Later);
    expect(kept.lines.map(({ state }) => state)).toEqual(['intent']);
    expect(posts()).toBe(0);
    expect(await go(start, { kept })).toMatchObject({ kind: 'task', came: 'ok' });
    expect(cluster.effects).toEqual(['qmstart 102']);
  });

  it('in its right alone, right before the call: it makes none', async () => {
    const kept = nothingKept();
    let asked = 0;
    await expect(go(start, { kept, held: () => ++asked <= 2 })).rejects.toBeInstanceOf(Later);
    expect([kept.lines.map(({ state }) => state), asked, posts()]).toEqual([['intent'], 3, 0]);
  });

  it('between call and claim: the next one finds the task', async () => {
    const kept = nothingKept();
    const died = go(start, { kept: { ...kept, tasks: { ...kept.tasks, claim: async () => Promise.reject(new Error('killed')) } } });
    await expect(died).rejects.toThrow('killed');
    expect(kept.lines.map(({ state }) => state)).toEqual(['intent']);
    expect(await go(start, { kept })).toMatchObject({ kind: 'task', came: 'ok' });
    expect([cluster.effects, posts()]).toEqual([['qmstart 102'], 1]);
  });

  it('between claim and journal: the next one knows the task', async () => {
    const kept = nothingKept();
    const leave = new AbortController();
    const writing = ({ state }: { state: string }) => {
      if (state !== 'intent') {
        leave.abort();
        throw new Error('killed');
      }
    };
    await expect(go(start, { kept, leave: leave.signal, writing })).rejects.toThrow();
    expect(kept.lines.map(({ state }) => state)).toEqual(['intent']);
    expect(await go(start, { kept })).toMatchObject({ kind: 'task', came: 'ok' });
    expect([cluster.effects, posts()]).toEqual([['qmstart 102'], 1]);
  });

  it('in the middle of the task: the next one follows it', async () => {
    const kept = nothingKept();
    const leave = new AbortController();
    const left = go(shutdown, { kept, leave: leave.signal, writing: ({ state }) => state === 'started' && setTimeout(() => leave.abort(), 10) });
    await expect(left).rejects.toBeInstanceOf(Later);
    const stop = AbortSignal.timeout(150);
    expect(await go(shutdown, { kept, stop })).toMatchObject({ kind: 'stopped' });
    expect([cluster.effects.filter((effect) => effect.startsWith('qm')), posts()]).toEqual([['qmshutdown 103'], 1]);
  });

  it('one task is never that of two steps', async () => {
    const tasks = inMemory();
    const [one, other] = [
      { ...nothingKept(), tasks },
      { ...nothingKept(), tasks },
    ];
    const bare = step('POST', '/nodes/pve2/qemu/102/status/start');
    let alive = true;
    const die = { held: () => alive, writing: () => (alive = false) };
    await expect(go(bare, { ...die, kept: other, ticket: 'T2' })).rejects.toBeInstanceOf(Later);
    cluster.fault({ path: onTheWay, method: 'POST' }, { kind: 'drop', when: 'after' });
    const outcomes = await Promise.all([go(bare, { kept: one, ticket: 'T1' }), go(bare, { kept: other, ticket: 'T2' })]);
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['gone', 'task']);
    expect([cluster.effects, posts()]).toEqual([['qmstart 102'], 1]);
  });
});

describe('a task that is to end', () => {
  it('is stopped on request, and that is seen', async () => {
    expect(await go(shutdown, { stop: AbortSignal.timeout(300) })).toMatchObject({ kind: 'stopped' });
    expect(cluster.heard.some(({ method, path }) => method === 'DELETE' && path.includes('/tasks/'))).toBe(true);
    expect(cluster.guest(103)?.status).toBe('running');
  });

  it('is stopped when it takes too long', async () => {
    expect(await go({ ...shutdown, timeoutMs: 300 })).toMatchObject({ kind: 'timeout', afterMs: 300 });
  });

  it('is left alone past the point of no return', async () => {
    const outcome = await go({ ...start, stop: 'never' }, { writing: () => undefined });
    expect(outcome).toMatchObject({ kind: 'task', came: 'ok' });
    const late = await go({ ...shutdown, stop: 'never', timeoutMs: 300 }, { ticket: 'T2' });
    expect(late).toMatchObject({ kind: 'gone', begun: true });
    expect(cluster.heard.some(({ method }) => method === 'DELETE')).toBe(false);
  });

  it('is not begun when it was stopped before', async () => {
    expect(await go(start, { stop: AbortSignal.abort() })).toEqual({ kind: 'skipped' });
    expect(posts()).toBe(0);
  });
});

describe('a guest of HA', () => {
  it('is started when its manager says so, not when the task is over', async () => {
    const what = step('POST', '/nodes/pve1/qemu/105/status/start', { ha: { sid: 'vm:105', until: 'started' } });
    expect(await go(what)).toMatchObject({ kind: 'task', came: 'ok', task: expect.stringContaining(':hastart:105:') });
    expect(cluster.guest(105)?.status).toBe('running');
  });
});

describe('a step whose outcome nobody knew, asked about once more', () => {
  const ask = async (what: ApiStep, kept = nothingKept(), stopping = false) => {
    const host = { name: 'alpha', site: 'east', sites: ['east'], kind: 'pve', tags: [], address: '', libvirt: '' } as const;
    const fleet = new Fleet([], [{ host, api: access }], { timing: QUICK, tasks: kept.tasks });
    try {
      return await fleet.recheck('T1-1-0', what, stopping, false);
    } finally {
      await fleet.close();
    }
  };
  const dead = async (what: ApiStep) => {
    const kept = nothingKept();
    await expect(go(what, { kept: { ...kept, tasks: { ...kept.tasks, claim: async () => Promise.reject(new Error('killed')) } } })).rejects.toThrow('killed');
    return kept;
  };

  it('was never begun, when nothing was intended', async () => {
    expect(await ask(start)).toMatchObject({ kind: 'unreachable' });
  });

  it('was never begun, when it was not called and all is as it was', async () => {
    const kept = nothingKept();
    await kept.tasks.intend('T1-1-0', { clock: Date.now() / 1000, still: await stillNow() });
    expect(await ask(start, kept)).toMatchObject({ kind: 'unreachable' });
    cluster.meddle(102, { config: { memory: '4096' } });
    expect(await ask(start, kept)).toMatchObject({ kind: 'gone' });
    expect(posts()).toBe(0);
  });

  it('runs, and is stopped when that was asked for', async () => {
    const kept = await dead(shutdown);
    expect(await ask(shutdown, kept)).toBeUndefined();
    expect(await ask(shutdown, kept, true)).toMatchObject({ kind: 'stopped' });
    expect(await ask(shutdown, kept)).toMatchObject({ kind: 'task', came: 'error' });
    expect(posts()).toBe(1);
  });

  it('is done, when its call is seen to be', async () => {
    const kept = nothingKept();
    await kept.tasks.intend('T1-1-0', { clock: Date.now() / 1000, still: 'before' });
    expect(await ask(rename, kept)).toMatchObject({ kind: 'gone' });
    cluster.meddle(102, { config: { name: 'wiki2' } });
    expect(await ask(rename, kept)).toMatchObject({ kind: 'task', came: 'ok' });
  });

  async function stillNow(): Promise<string> {
    const kept = nothingKept();
    let alive = true;
    await go(start, { kept, held: () => alive, writing: () => (alive = false) }).catch(() => undefined);
    const [line] = kept.lines;
    return line?.state === 'intent' ? (line.before?.still ?? '') : '';
  }
});
