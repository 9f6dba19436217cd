import { describe, expect, it, vi } from 'vitest';
import { parseUpid } from '../../src/core/upid.ts';
import { Api } from '../../src/hosts/proxmox/api.ts';
import { Board } from '../../src/hosts/proxmox/board.ts';
import { Budget } from '../../src/hosts/proxmox/budget.ts';
import { follow } from '../../src/hosts/proxmox/follow.ts';
import { watching } from '../support/watch.ts';
import { type Asked, accessTo, type Handler, http, json, no, servers } from './raw.ts';
import { perform, QUICK, step } from './steps.ts';

const UPID = 'UPID:pve1:00002932:0001FF8B:6B00150E:vzdump:200:hostler@pve!bot:';
const PBS_UPID = 'UPID:pbs1:000002C0:000007BA:00000001:67DE4FC4:verify:main:hostler@pbs!bot:';
const START = step('POST', '/nodes/pve1/vzdump', { params: { vmid: '200' } });

const { open, server } = servers();

/** What a node says of one task: its status, question by question, and its log as it is at the time. */
interface Life {
  readonly upid?: string;
  status(times: number): Buffer;
  readonly log?: (times: number) => readonly string[];
}
function node({ upid = UPID, status, log = () => [] }: Life): Handler {
  let asked = 0;
  return ({ method, path }) => {
    if (method === 'POST') return json(upid);
    if (path.includes('/time')) return json({ time: 0x6b00150e });
    if (path.includes('/status')) return status(++asked);
    if (!path.includes('/log')) return json([]);
    const url = new URL(path, 'https://127.0.0.1');
    const [from, most] = [Number(url.searchParams.get('start')), Number(url.searchParams.get('limit') ?? 50)];
    const lines = log(asked);
    if (lines.length === 0) return json([{ n: 1, t: 'no content' }], { total: 1 });
    return json(lines.map((t, i) => ({ n: i + 1, t })).slice(from, from + most), { total: lines.length });
  };
}
const running = json({ status: 'running' });
const ended = (exitstatus: string) => json({ status: 'stopped', exitstatus });

describe('the end of a task', () => {
  it.each([
    ['OK', 'TASK OK', { kind: 'task', came: 'ok', said: 'OK' }],
    ['WARNINGS: 2', 'TASK WARNINGS: 2', { kind: 'task', came: 'warning', said: 'WARNINGS: 2' }],
    ['job errors', 'TASK ERROR: job errors', { kind: 'task', came: 'error', said: 'job errors' }],
    ['unexpected status', 'TASK OK', { kind: 'task', came: 'ok', said: 'OK' }],
    ['unable to get last line from task log - x', 'TASK ERROR: no space left', { kind: 'task', came: 'error', said: 'no space left' }],
    ['unexpected status', 'INFO: killed', { kind: 'gone', begun: true }],
  ])('%s, with %s as its last line', async (exitstatus, last, outcome) => {
    const one = await server(node({ status: (n) => (n < 3 ? running : ended(exitstatus)), log: (n) => ['INFO: a', ...(n < 3 ? [] : [last])] }));
    expect(await perform(accessTo([one]), START)).toMatchObject(outcome);
  });

  it('is the end of the log once it is written, when it was read too early', async () => {
    const one = await server(node({ status: () => ended('unexpected status'), log: (n) => (n < 3 ? ['INFO: a'] : ['INFO: a', '', 'TASK OK']) }));
    expect(await perform(accessTo([one]), START)).toMatchObject({ kind: 'task', came: 'ok', output: 'INFO: a\n\nTASK OK' });
  });

  it('is waited for where the node does not know the task yet, and not for ever', async () => {
    const unknown = no(400, 'Parameter verification failed.', { upid: 'no such task' });
    const slow = await server(node({ status: (n) => (n < 4 ? unknown : ended('OK')) }));
    expect(await perform(accessTo([slow]), START)).toMatchObject({ kind: 'task', came: 'ok' });
    const never = await server(node({ status: () => unknown }));
    expect(await perform(accessTo([never]), START)).toMatchObject({ kind: 'gone', begun: true });
  });

  it('is waited for while the node is offline for a time', async () => {
    const one = await server(node({ status: (n) => (n > 1 && n < 6 ? http(595, 'No route to host') : n < 8 ? running : ended('OK')) }));
    expect(await perform(accessTo([one]), START)).toMatchObject({ kind: 'task', came: 'ok' });
  });

  it('of a backup server is read by its own rules', async () => {
    const lines = ['2025-09-22T14:31:04+02:00: percentage done: 50.00% (1/2 groups)', '2025-09-22T14:31:05+02:00: TASK OK'];
    const one = await server(node({ upid: PBS_UPID, status: (n) => (n < 2 ? running : ended('unexpected status')), log: () => lines }));
    const verify = step('POST', '/admin/datastore/main/verify');
    expect(await perform(accessTo([one], { kind: 'pbs' }), verify)).toMatchObject({ kind: 'task', came: 'ok', task: PBS_UPID });
    expect(one.asked.find(({ path }) => path.includes('/log'))?.path).toMatch(/^\/api2\/json\/nodes\/localhost\/tasks\/UPID%3Apbs1/);
  });
});

describe('the log', () => {
  it('is read on from where it was left, however long, and an empty one from the beginning', async () => {
    const long = Array.from({ length: 1203 }, (_, i) => `INFO: line ${i + 1}`);
    const one = await server(
      node({ status: (n) => (n < 3 ? running : ended('OK')), log: (n) => (n < 2 ? [] : n < 3 ? long.slice(0, 700) : [...long, 'TASK OK']) }),
    );
    const outcome = await perform(accessTo([one]), START);
    const lines = outcome.kind === 'task' ? outcome.output.split('\n') : [];
    expect([lines.length, lines[0], lines.at(-2), lines.at(-1)]).toEqual([1204, 'INFO: line 1', 'INFO: line 1203', 'TASK OK']);
    const starts = one.asked.flatMap(({ path }) => (path.includes('/log') ? [new URL(path, 'https://x').searchParams.get('start')] : []));
    expect(starts).toEqual(['0', '0', '500', '700', '1200']);
  });

  it('is told as it grows, with how much is done', async () => {
    const log = [
      'INFO: starting new backup job: vzdump 200',
      'INFO: Starting Backup of VM 200 (qemu)',
      'INFO:  50% (4.0 GiB of 8.0 GiB) in 3s, read: 1 MiB/s, write: 1 MiB/s',
    ];
    const one = await server(node({ status: (n) => (n < 4 ? running : ended('OK')), log: (n) => log.slice(0, n) }));
    const watch = watching();
    const mine = new Api(accessTo([one]), QUICK);
    open.push(mine);
    const upid = parseUpid(UPID);
    if (!upid) throw new Error('no UPID');
    await follow(mine, new Board(mine, 'pve1'), START, upid, Date.now(), watch);
    expect(watch.seen.at(0)).toEqual({ boot: '-', size: 0, tail: '', task: UPID });
    expect(watch.seen.at(-1)).toEqual({ boot: '-', size: Buffer.byteLength(`${log.join('\n')}\n`), tail: log.join('\n'), task: UPID, share: 0.5 });
  });

  it('keeps what became of each guest when it is too long to be kept', async () => {
    const noise = Array.from({ length: 2000 }, (_, i) => `INFO: ${'x'.repeat(60)} ${i}`);
    const one = await server(
      node({
        status: () => ended('job errors'),
        log: () => ['INFO: Finished Backup of VM 200 (00:00:01)', 'ERROR: Backup of VM 201 failed - no', ...noise, 'TASK ERROR: job errors'],
      }),
    );
    const outcome = await perform(accessTo([one]), START);
    expect(outcome.kind === 'task' && outcome.output).toMatch(/^INFO: Finished Backup of VM 200 \(00:00:01\)\nERROR: Backup of VM 201 failed - no\n…\nINFO: x/);
  });
});

describe('a call that is refused because something was busy', () => {
  it.each(["can't lock file '/var/lock/qemu-server/lock-100.conf' - got timeout", 'got no worker upid - start worker failed'])(
    'is made again: %s',
    async (why) => {
      let calls = 0;
      const handle = node({ status: () => ended('OK') });
      const one = await server((asked, socket) => (asked.method === 'POST' && ++calls < 3 ? no(500, why) : handle(asked, socket)));
      expect(await perform(accessTo([one]), START)).toMatchObject({ kind: 'task', came: 'ok' });
      calls = -9;
      expect(await perform(accessTo([one]), START)).toMatchObject({ kind: 'refused' });
      expect(calls).toBe(-6);
    },
  );

  it.each(['VM is locked (backup)', 'cluster not ready - no quorum?'])('is not for another reason: %s', async (why) => {
    const one = await server(({ method }) => (method === 'POST' ? no(500, why) : json({ time: 1 })));
    expect(await perform(accessTo([one]), START)).toMatchObject({ kind: 'refused' });
    expect(one.asked.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  it('never reached a node that is offline: nothing was done', async () => {
    const handler: Handler = ({ path, method }) => (path.includes('/time') && method === 'GET' ? json({ time: 1 }) : http(595, 'No route to host'));
    const one = await server(handler);
    const mine = new Api(accessTo([one]), QUICK);
    open.push(mine);
    const { issue } = await import('../../src/hosts/proxmox/issue.ts');
    await expect(issue(mine, START, watching())).rejects.toMatchObject({ trouble: 'unreachable' });
  });
});

describe('many tasks on one node', () => {
  it('are followed by one list of those that run, not by a question each', async () => {
    const upids = Array.from({ length: 60 }, (_, i) => UPID.replace('0001FF8B', `0001${(0x1000 + i).toString(16).toUpperCase()}`));
    let over = false;
    const list = ({ path }: Asked) => path.includes('/tasks?');
    const one = await server((asked) => {
      if (list(asked)) return json(over ? [] : upids.map((upid) => ({ upid, status: 'RUNNING', user: 'hostler@pve!bot' })));
      if (asked.path.includes('/log')) return json([{ n: 1, t: 'no content' }]);
      return over ? ended('OK') : running;
    });
    const mine = new Api(accessTo([one]), QUICK);
    open.push(mine);
    const board = new Board(mine, 'pve1');
    const all = upids.map(parseUpid).filter((upid) => upid !== undefined);
    // Every task is asked about four times, as its follower does.
    for (let round = 0; round < 4; round++) for (const upid of all) expect(await board.status(upid)).toEqual({ running: true });
    const each = one.asked.filter((asked) => !list(asked)).length;
    expect(each).toBeLessThanOrEqual(4 + 2); // the first few, before they were many
    over = true;
    const fresh = new Board(mine, 'pve1');
    const ends = [];
    for (const upid of all.slice(0, 6)) ends.push(await fresh.status(upid));
    expect(ends).toEqual(Array(6).fill({ running: false, exitstatus: 'OK' }));
  });

  it('are not believed to have ended because a list does not name them', async () => {
    const one = await server(({ path }) => (path.includes('/tasks?') ? json([]) : running));
    const mine = new Api(accessTo([one]), QUICK);
    open.push(mine);
    const board = new Board(mine, 'pve1');
    for (let i = 0; i < 6; i++) {
      const upid = parseUpid(UPID.replace('0001FF8B', `0001000${i}`));
      if (upid) expect(await board.status(upid)).toEqual({ running: true });
    }
  });
});

describe('the requests of all tasks on a node', () => {
  it('are ten a second, after the first few, in the order they were wanted', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'] });
    try {
      const budget = new Budget(10);
      const done: number[] = [];
      const all = Array.from({ length: 40 }, (_, i) => budget.use(async () => void done.push(i)));
      expect(budget.busy).toBe(true);
      await vi.advanceTimersByTimeAsync(0);
      expect(done.length).toBeLessThanOrEqual(6);
      await vi.advanceTimersByTimeAsync(1000);
      expect(done.length).toBeLessThanOrEqual(16);
      await vi.advanceTimersByTimeAsync(3000);
      await Promise.all(all);
      expect(done).toEqual(Array.from({ length: 40 }, (_, i) => i));
      await vi.advanceTimersByTimeAsync(1000);
      expect(budget.busy).toBe(false);
    } finally {
      vi.useRealTimers();
    }
  });

  it('go on when the clock is set back meanwhile', async () => {
    const budget = new Budget(100);
    const real = Date.now;
    await budget.use(async () => undefined);
    vi.spyOn(Date, 'now').mockImplementation(() => real() - 3_600_000);
    try {
      expect(budget.busy).toBe(false);
      for (let i = 0; i < 7; i++) await budget.use(async () => undefined);
    } finally {
      vi.restoreAllMocks();
    }
  });
});

describe('HA', () => {
  const ha = (service: object, status: string): Handler => {
    const handle = node({ upid: UPID.replace('vzdump:200', 'hastart:105'), status: () => ended('OK') });
    return (asked, socket) => {
      if (asked.path.endsWith('/cluster/ha/status/current'))
        return json([
          { type: 'quorum', id: 'quorum' },
          { type: 'service', id: 'service:vm:105', sid: 'vm:105', ...service },
        ]);
      return asked.path.endsWith('/qemu/105/status/current') ? json({ status }) : handle(asked, socket);
    };
  };
  const start = step('POST', '/nodes/pve1/qemu/105/status/start', { ha: { sid: 'vm:105', until: 'started' } });
  it('is not over when its task is: an error of the manager is one', async () => {
    const one = await server(ha({ state: 'error', node: 'pve1' }, 'stopped'));
    expect(await perform(accessTo([one]), start)).toMatchObject({ kind: 'task', came: 'error', said: 'HA: vm:105: error (pve1)' });
  });
  it('has a limit of its own', async () => {
    const one = await server(ha({ state: 'started', node: 'pve1' }, 'stopped'));
    const outcome = await perform(accessTo([one]), { ...start, timeoutMs: 300 });
    expect(outcome).toMatchObject({ kind: 'task', came: 'error', said: expect.stringMatching(/^HA: vm:105: started \(pve1\), 0 s$/) });
  });
});
