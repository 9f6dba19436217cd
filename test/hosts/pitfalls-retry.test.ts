import { describe, expect, it } from 'vitest';
import type { Host } from '../../src/core/command.ts';
import { pveErrorOf } from '../../src/core/pveerror.ts';
import type { ApiStep, WaitStep } from '../../src/core/types.ts';
import { say, speak } from '../../src/core/words.ts';
import { Fleet } from '../../src/hosts/fleet.ts';
import { Api } from '../../src/hosts/proxmox/api.ts';
import { accessTo, type Handler, http, json, no, type Raw, servers } from './raw.ts';
import { perform, QUICK, step } from './steps.ts';

const UPID = 'UPID:pve1:000028EA:0001FBF5:6B001505:qmstart:100:hostler@pve!bot:';
const START = step('POST', '/nodes/pve1/qemu/100/status/start', { still: [{ path: '/nodes/pve1/qemu/100/config', fields: ['digest'] }] });
const SET = step('PUT', '/nodes/pve1/qemu/100/config', { params: { cores: 2 }, still: START.still ?? [] });

const { open, server } = servers();
function api(servers: readonly Raw[]): Api {
  const one = new Api(accessTo(servers), QUICK);
  open.push(one);
  return one;
}
/** What one call in a row comes to; `drop`: the connection is cut. */
type Answered = Buffer | 'drop' | 'hang';
/** A node whose first calls come to this, the others to a task that ends well; and its tasks. */
function node(
  first: readonly Answered[],
  tasks: readonly string[] = [],
  status: (times: number) => Buffer = () => json({ status: 'stopped', exitstatus: 'OK' }),
): Handler {
  let [calls, times] = [0, 0];
  return ({ method, path }, socket) => {
    if (method === 'POST' || method === 'PUT') {
      const answer = first[calls++] ?? json(method === 'POST' ? UPID : null);
      if (answer === 'drop') socket.destroy();
      return typeof answer === 'string' ? undefined : answer;
    }
    if (path.includes('/time')) return json({ time: 0x6b001505 });
    if (path.includes('/tasks?')) return json(tasks.map((upid) => ({ upid })));
    if (path.includes('/tasks/') && path.includes('/status')) return status(++times);
    return path.includes('/config') ? json({ digest: 'd' }) : json([{ n: 1, t: 'no content' }]);
  };
}
const calls = (one: Raw) => one.asked.filter(({ method }) => method !== 'GET').length;
const FLOCK = "can't lock file '/var/lock/qemu-server/lock-100.conf' - got timeout";
const CFS = "error with cfs lock 'storage-nas': got lock request timeout";
const NO_WORKER = 'got no worker upid - start worker failed';

describe('is tried again', () => {
  it.each([
    ['flock timeout', FLOCK],
    ['flock timeout, told with what went before', `trying to acquire lock...\n${FLOCK}`],
    ['cfs lock timeout', CFS],
    ['no worker', NO_WORKER],
  ])('%s: a call that found it busy, three times at most', async (_name, why) => {
    for (const what of [START, SET]) {
      const one = await server(node([no(500, why), no(500, why)]));
      expect(await perform(accessTo([one]), what)).toMatchObject({ kind: 'task', came: 'ok' });
      expect(calls(one)).toBe(3);
      const never = await server(node(Array(9).fill(no(500, why))));
      expect(await perform(accessTo([never]), what)).toMatchObject({ kind: 'refused' });
      expect(calls(never)).toBe(3);
    }
  });

  it.each<[string, Answered]>([
    ['595', http(595, 'No route to host')],
    ['596', http(596, 'Connection timed out')],
    ['599', http(599, 'Too many redirections')],
    ['a reset', 'drop'],
  ])('%s: a read, at another node, or once more where there is none', async (_name, first) => {
    const bad: Handler = (_, socket) => (first === 'drop' ? void socket.destroy() : Buffer.from(first));
    const [one, two] = [await server(bad), await server(() => json('fine'))];
    expect((await api([one, two]).get('/nodes/pve3/qemu')).data).toBe('fine');
    expect([one.asked.length, two.asked.length]).toEqual([1, 1]);
    let times = 0;
    const alone = await server((asked, socket) => (++times < 2 ? bad(asked, socket) : json('fine')));
    expect((await api([alone]).get('/nodes/pve3/qemu')).data).toBe('fine');
    times = -9;
    await expect(api([alone]).get('/nodes/pve3/qemu')).rejects.toThrow();
    expect(times).toBe(-7);
  });

  it('no such task: a task that is not there yet, for a while', async () => {
    const unknown = no(400, 'Parameter verification failed.', { upid: 'no such task' });
    const ended = json({ status: 'stopped', exitstatus: 'OK' });
    const soon = await server(node([], [], (times) => (times < 4 ? unknown : ended)));
    expect(await perform(accessTo([soon]), START)).toMatchObject({ kind: 'task', came: 'ok' });
    const never = await server(node([], [], () => unknown));
    expect(await perform(accessTo([never]), START)).toMatchObject({ kind: 'gone', begun: true });
    expect([calls(soon), calls(never)]).toEqual([1, 1]);
  });

  it('agent: a wait goes on while it does not run, until its time is over', async () => {
    let times = 0;
    const one = await server(() => (++times < 5 ? no(500, 'QEMU guest agent is not running') : json({ result: 'up' })));
    const host: Host = { name: 'alpha', site: 'east', sites: ['east'], kind: 'pve', tags: [], address: '', libvirt: '' };
    const fleet = new Fleet([], [{ host, api: accessTo([one]) }], { timing: QUICK });
    open.push(fleet);
    const wait: WaitStep = {
      ...{ kind: 'wait', on: { site: 'east', host: 'alpha' }, why: say({ en: 'wait', zh: '等待' }), until: { is: 'up' }, everyMs: 5 },
      read: { path: '/nodes/pve1/qemu/100/agent/get-host-name', pick: 'data.result' },
    };
    expect(await fleet.wait(wait, () => false)).toMatchObject({ kind: 'met' });
    expect(times).toBe(5);
    times = -9999;
    expect(await fleet.wait({ ...wait, timeoutMs: 60 }, () => false)).toMatchObject({ kind: 'timeout' });
  });
});

describe('is never tried again by itself', () => {
  const lost: [string, Answered][] = [
    ['595', http(595, 'Connection refused')],
    ['596', http(596, 'Connection timed out')],
    ['599', http(599, 'Too many redirections')],
    ['a reset', 'drop'],
    ['silence', 'hang'],
  ];
  const bare = (what: ApiStep): ApiStep => {
    const { still: _, ...rest } = what;
    return rest;
  };
  it.each(lost)('%s: a change that is not known to be harmless twice: nobody knows what became of it', async (_name, first) => {
    for (const what of [bare(START), bare(SET), SET]) {
      const one = await server(node([first]));
      expect(await perform(accessTo([one]), what, { timing: { callMs: 300 } })).toMatchObject({ kind: 'gone' });
      expect(calls(one)).toBe(1);
    }
  });

  it.each(lost)('%s: a change whose task is found; it is looked for before anything else', async (_name, first) => {
    const one = await server(node([first], [UPID]));
    expect(await perform(accessTo([one]), START, { timing: { callMs: 300 } })).toMatchObject({ kind: 'task', came: 'ok', task: UPID });
    expect(calls(one)).toBe(1);
  });

  it('596: a change that has no task is made again only after tasks were looked for, and all is as it was', async () => {
    const one = await server(node([http(596, 'Connection timed out')]));
    expect(await perform(accessTo([one]), START)).toMatchObject({ kind: 'task', came: 'ok' });
    const what = one.asked.map(({ method, path }) =>
      method === 'POST' ? 'call' : path.includes('/tasks?') ? 'tasks' : path.includes('/config') ? 'still' : '',
    );
    expect(what.filter((word, i) => word !== '' && word !== what[i - 1]).join(' ')).toMatch(/^still call tasks .*still call$|^still call (tasks )+still call$/);
  });

  it.each([
    ['403', no(403, 'Permission check failed (/vms/100, VM.PowerMgmt)'), 'permission', /lacks VM\.PowerMgmt on \/vms\/100/],
    ['400', no(400, 'Parameter verification failed.', { cores: 'value must have a maximum value of 128' }), 'param', /cores: value must have/],
    ['401', http(401, 'Authentication failed!'), 'auth', /API token/],
    ['digest', no(500, 'checksum mismatch (file change by other user?)'), 'digest', /changed by somebody else meanwhile; look at it and ask again/],
    ['digest', no(500, 'detected modified configuration - file changed by other user? Try again.'), 'digest', /changed by somebody else/],
    ['no quorum', no(500, 'cluster not ready - no quorum?'), 'noQuorum', /no quorum/],
    ['no quorum', no(500, "unable to open file '/etc/pve/nodes/pve1/qemu-server/100.conf.tmp.11024' - Permission denied"), 'noQuorum', /no quorum/],
    ['root only', no(500, "only root can set 'lock' config"), 'rootOnly', /only root/],
    ['any other 500', no(500, 'something is wrong'), 'other', /something is wrong/],
  ] as const)('%s: a call, nor a read, that was answered with it', async (_name, answer, kind, words) => {
    for (const what of [START, SET]) {
      const one = await server(node(Array(9).fill(answer)));
      const outcome = await perform(accessTo([one]), what);
      expect(outcome.kind === 'refused' && speak(outcome.why, 'en')).toMatch(words);
      expect(calls(one)).toBe(1);
    }
    const [one, two] = [await server(() => answer), await server(() => json(1))];
    const error: unknown = await api([one, two])
      .get('/x')
      .catch((reason: unknown) => reason);
    expect([pveErrorOf(error)?.fault.kind, one.asked.length, two.asked.length]).toEqual([kind, 1, 0]);
  });
});
