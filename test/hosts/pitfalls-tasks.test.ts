import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Host } from '../../src/core/command.ts';
import { isGood } from '../../src/core/journal.ts';
import type { WaitStep } from '../../src/core/types.ts';
import { Fleet } from '../../src/hosts/fleet.ts';
import type { ApiAccess } from '../../src/hosts/proxmox/access.ts';
import { startCluster } from '../../src/lab/proxmox/cluster.ts';
import type { LabCluster } from '../../src/lab/proxmox/spec.ts';
import { guestOf } from '../../src/tools/guests/proxmox.ts';
import { power } from '../../src/tools/proxmox/guest-power.ts';
import { unlock } from '../../src/tools/proxmox/guest-unlock.ts';
import { resources } from '../../src/tools/proxmox/resources.ts';
import { WORLD } from '../support/world.ts';
import { accessTo, fileOf, type Handler, json, no, type Raw, servers } from './raw.ts';
import { perform, QUICK, step } from './steps.ts';

const BOT = 'hostler@pve!bot';
const UPID = 'UPID:pve1:000028EA:0001FBF5:6B001505:vzdump:100:hostler@pve!bot:';
const START = step('POST', '/nodes/pve1/qemu/100/status/start');

const { server } = servers();

/** A node that begins a task with every POST: its end by the number of the call and of the question, undefined while it runs; and its log, 50 lines where no limit is said. */
function node(end: (call: number, times: number) => string | undefined, lines: readonly string[] = ['TASK OK']): Handler {
  let calls = 0;
  let times = 0;
  return ({ method, path }) => {
    if (method === 'POST') {
      times = 0;
      return json(UPID.replace('28EA', `28E${++calls}`));
    }
    if (path.includes('/time')) return json({ time: 0x6b001505 });
    if (path.includes('/status')) {
      const exitstatus = end(calls, ++times);
      return json(exitstatus === undefined ? { status: 'running' } : { status: 'stopped', exitstatus });
    }
    const query = new URL(path, 'https://127.0.0.1').searchParams;
    const [from, most] = [Number(query.get('start') ?? 0), Number(query.get('limit') ?? 50)];
    return json(lines.map((t, i) => ({ n: i + 1, t })).slice(from, most === 0 ? undefined : from + most));
  };
}
const posts = (one: Raw) => one.asked.filter(({ method }) => method === 'POST').length;

describe('the end of a task', () => {
  it('warnings: are a success with something to say; no exit status while it runs is no error', async () => {
    const one = await server(node((_, times) => (times < 4 ? undefined : 'WARNINGS: 3')));
    const outcome = await perform(accessTo([one]), START);
    expect(outcome).toMatchObject({ kind: 'task', came: 'warning', said: 'WARNINGS: 3' });
    expect(isGood(outcome)).toBe(true);
  });

  it('next step: nobody is told that a call is done before its task has ended', async () => {
    let over = false;
    const ends = (_: number, times: number) => {
      over = times > 5;
      return over ? 'OK' : undefined;
    };
    const one = await server(node(ends));
    await perform(accessTo([one]), START);
    expect(over).toBe(true);
  });

  it('lock timeout: a task that only waited for a lock file in vain is begun again', async () => {
    const one = await server(node((call) => (call < 2 ? "can't lock file '/var/lock/qemu-server/lock-100.conf' - got timeout" : 'OK')));
    expect(await perform(accessTo([one]), START)).toMatchObject({ kind: 'task', came: 'ok', task: expect.stringContaining('28E2') });
    expect(posts(one)).toBe(2);
  });

  it.each([
    'VM is locked (backup)',
    'cluster not ready - no quorum?',
    'VM quit/powerdown failed - got timeout',
    'checksum mismatch (file change by other user?)',
  ])('failure: “%s” is one, told as it is, and the call is not made again', async (said) => {
    const one = await server(node(() => said));
    const outcome = await perform(accessTo([one]), START);
    expect(outcome).toMatchObject({ kind: 'task', came: 'error', said });
    expect([isGood(outcome), posts(one)]).toEqual([false, 1]);
  });

  it('log: all of it is read, not the first 50 lines', async () => {
    const lines = [...Array.from({ length: 118 }, (_, i) => `INFO: line ${i + 1}`), 'WARN: something was left out', 'TASK WARNINGS: 1'];
    const one = await server(node(() => 'WARNINGS: 1', lines));
    const outcome = await perform(accessTo([one]), START);
    expect(outcome.kind === 'task' && outcome.output.split('\n')).toEqual(lines);
  });

  it('UPID: only what is one, and nothing else, is followed as a task', async () => {
    for (const answer of ['OK', `trying to acquire lock...\n${UPID}`, '', null]) {
      const one = await server(({ method, path }) => (method === 'POST' ? json(answer) : json(path.includes('/time') ? { time: 1 } : null)));
      expect(await perform(accessTo([one]), START)).toMatchObject({ kind: 'task', came: 'ok', task: '' });
      expect(one.asked.some(({ path }) => path.includes('/tasks/'))).toBe(false);
    }
  });

  it('new number: a call made again after its answer was lost leaves alone who has the number now', async () => {
    let calls = 0;
    const one = await server(({ method, path }, socket) => {
      if (method !== 'POST') return json(path.includes('/time') ? { time: 0x6b001505 } : path.includes('/config') ? { digest: 'd' } : []);
      return ++calls < 2 ? void socket.destroy() : no(500, 'unable to create VM 112: config file already exists');
    });
    const still = [{ path: '/nodes/pve1/qemu/106/config', fields: ['digest'] }];
    const outcome = await perform(accessTo([one]), step('POST', '/nodes/pve1/qemu/106/clone', { params: { newid: 112 }, still }));
    expect(outcome).toMatchObject({ kind: 'refused' });
    expect([calls, one.asked.filter(({ path }) => path.includes('/112')).length]).toEqual([2, 0]);
  });
});

describe('a cluster', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hostler-pitfalls-'));
  const nodes = [{ name: 'pve1', shell: 'px1' }, { name: 'pve2' }];
  const host: Host = { name: 'alpha', site: 'east', sites: ['east'], kind: 'pve', tags: [], address: '', libvirt: '', nodes };
  const shell: Host = { name: 'px1', site: 'east', sites: ['east'], kind: 'linux', tags: [], address: '192.0.2.11', libvirt: '' };
  let cluster: LabCluster;
  let access: ApiAccess;
  let fleet: Fleet;
  beforeAll(async () => {
    const vm = (vmid: number, name: string, more = {}) => ({ vmid, type: 'qemu', node: 'pve1', config: { name, memory: '512', ...more } }) as const;
    cluster = await startCluster(
      {
        name: 'alpha',
        nodes: [{ name: 'pve1' }, { name: 'pve2' }],
        guests: [vm(100, 'shop'), vm(101, 'stuck', { lock: 'snapshot-delete' }), { ...vm(102, 'busy'), status: 'running' }, vm(105, 'ha')],
        ha: { 'vm:105': { state: 'stopped', crm: 'stopped' } },
        tokens: [{ id: BOT, secret: 'aaaa', privileges: { '/': ['*'] } }],
      },
      { dir: folder, pace: 0.1 },
    );
    const endpoints = cluster.nodes.map(({ name, port, fingerprint }) => ({ node: name, address: '127.0.0.1', port, fingerprint }));
    access = { kind: 'pve', name: 'alpha', token: fileOf(`${BOT}=aaaa`), endpoints };
    fleet = new Fleet([], [{ host, api: access }], { timing: QUICK });
  });
  afterAll(async () => {
    await fleet.close();
    await cluster.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const look = () => ({ ...fleet.look([host], [host, shell], WORLD) });
  async function seen(vmid: number) {
    const all = await look().read(host, resources());
    const one = all.guests.find((guest) => guest.vmid === vmid);
    if (!one) throw new Error(`no guest ${vmid}`);
    return guestOf(host, one, all);
  }

  it('success: is what the task says, not that the call was taken', async () => {
    const outcome = await perform(access, step('POST', '/nodes/pve1/qemu/102/status/start'));
    expect(outcome).toMatchObject({ kind: 'task', came: 'error', said: 'VM 102 already running' });
  });

  it('HA: the guest runs when we say so, though the task was over long before', async () => {
    const ha = { sid: 'vm:105', until: 'started' } as const;
    expect(await perform(access, step('POST', '/nodes/pve1/qemu/105/status/start', { ha }))).toMatchObject({ kind: 'task', came: 'ok' });
    expect(cluster.guest(105)?.status).toBe('running');
  });

  it('moved: a guest that “does not exist” where it was a moment ago is looked for where it is now', async () => {
    const before = await seen(100);
    cluster.meddle(100, { node: 'pve2' });
    const draft = await power(look(), before, 'start');
    const [first] = draft.steps ?? [];
    expect(first).toMatchObject({ path: '/nodes/pve2/qemu/100/status/start' });
    expect(draft.facts?.[0]?.holds).toContain('pve2');
  });

  it('unlock: is over when the lock is seen to be gone, whatever the command answered', async () => {
    const draft = await unlock(look(), await seen(101));
    const [exec, wait] = draft.steps ?? [];
    expect(exec).toMatchObject({ kind: 'exec', argv: ['qm', 'unlock', '101'], on: { host: 'px1' } });
    const waiting = (): WaitStep => {
      if (wait?.kind !== 'wait') throw new Error('nothing is waited for');
      return { ...wait, everyMs: 10, timeoutMs: 150 };
    };
    expect(await fleet.wait(waiting(), () => false)).toMatchObject({ kind: 'timeout' });
    cluster.meddle(101, { lock: '' });
    expect(await fleet.wait(waiting(), () => false)).toMatchObject({ kind: 'met' });
  });
});
