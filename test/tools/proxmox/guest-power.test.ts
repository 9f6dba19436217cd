import { describe, expect, it } from 'vitest';
import { Refusal } from '../../../src/core/errors.ts';
import { speak } from '../../../src/core/words.ts';
import { guestPlan, planWith } from '../../../src/tools/guests.ts';
import { alpha, lookAt } from '../guests-look.ts';

const ha = (state: string) => ({ ha: { managed: 1, state } });
const fleet = (more: Parameters<typeof alpha>[0] = [], options = {}) =>
  alpha(
    [
      { vmid: 100, node: 'pve1', name: 'web-a', status: 'running', current: ha('started'), resource: { hastate: 'started' } },
      { vmid: 101, node: 'pve1', name: 'gitlab', status: 'running' },
      { vmid: 102, node: 'pve2', name: 'wiki' },
      { vmid: 120, node: 'pve1', name: 'roomy' },
      { vmid: 105, node: 'pve1', name: 'frozen', status: 'running', current: { qmpstatus: 'paused' } },
      { vmid: 106, node: 'pve1', name: 'debian-13', config: { template: 1 } },
      { vmid: 107, node: 'pve3', name: 'stuck', config: { lock: 'snapshot' } },
      { vmid: 112, node: 'pve3', name: 'asleep', config: { lock: 'suspended' } },
      { vmid: 200, node: 'pve1', type: 'lxc', name: 'dns1', status: 'running' },
      ...more,
    ],
    options,
  );

async function refused(asking: Promise<unknown>): Promise<string> {
  const error = await asking.then(
    () => undefined,
    (no: unknown) => no,
  );
  if (!(error instanceof Refusal)) throw error ?? new Error('was not refused');
  return `${speak(error.said, 'en')} · ${error.hint ? speak(error.hint, 'en') : ''}`;
}

describe('a power verb is one call', () => {
  it.each([
    // Its node has 2 GiB free, and it has 4.
    ['vm', 'wiki', 'start', '/nodes/pve2/qemu/102/status/start', {}, 'medium', 'vm shutdown'],
    ['vm', 'roomy', 'start', '/nodes/pve1/qemu/120/status/start', {}, 'low', 'vm shutdown'],
    ['vm', 'gitlab', 'shutdown', '/nodes/pve1/qemu/101/status/shutdown', { timeout: 180 }, 'medium', 'vm start'],
    ['vm', 'gitlab', 'stop', '/nodes/pve1/qemu/101/status/stop', {}, 'high', 'vm start'],
    ['vm', 'gitlab', 'reboot', '/nodes/pve1/qemu/101/status/reboot', { timeout: 180 }, 'medium', undefined],
    ['vm', 'gitlab', 'reset', '/nodes/pve1/qemu/101/status/reset', {}, 'high', undefined],
    ['vm', 'frozen', 'resume', '/nodes/pve1/qemu/105/status/resume', {}, 'low', 'vm suspend'],
    ['vm', 'asleep', 'resume', '/nodes/pve3/qemu/112/status/resume', {}, 'low', 'vm suspend'],
    ['ct', 'dns1', 'shutdown', '/nodes/pve1/lxc/200/status/shutdown', { timeout: 180 }, 'medium', 'ct start'],
    ['ct', 'dns1', 'stop', '/nodes/pve1/lxc/200/status/stop', {}, 'high', 'ct start'],
  ] as const)('%s %s %s', async (family, name, verb, path, params, risk, undo) => {
    const plan = await guestPlan(lookAt(fleet()), family, name, verb);
    expect(plan.steps).toMatchObject([{ kind: 'api', method: 'POST', path, params }]);
    expect(plan.risk).toBe(risk);
    expect('command' in plan.undo ? plan.undo.command : undefined).toBe(undo);
    expect(plan.locks).toEqual([{ name: `east/alpha/${path.split('/')[2]}/${path.split('/')[4]}` }]);
  });

  it('is made again after a lost answer only when guest and config are as they were', async () => {
    const [step] = (await guestPlan(lookAt(fleet()), 'vm', 'wiki', 'start')).steps;
    expect(step).toMatchObject({
      still: [
        { path: '/nodes/pve2/qemu/102/config', fields: ['digest'] },
        { path: '/nodes/pve2/qemu/102/status/current', fields: ['status', 'qmpstatus', 'lock'] },
      ],
    });
  });

  it('suspends in memory, or to disk', async () => {
    const suspend = (toDisk: boolean) => planWith(lookAt(fleet()), 'vm', 'gitlab', ({ deeds }) => deeds.suspend, { toDisk });
    expect((await suspend(false)).steps).toMatchObject([{ params: {} }]);
    expect((await suspend(true)).steps).toMatchObject([{ params: { todisk: 1 } }]);
    expect(await refused(planWith(lookAt(fleet()), 'vm', 'web-a', ({ deeds }) => deeds.suspend, { toDisk: true }))).toMatch(/HA manages/);
  });

  it.each([
    ['vm', 'gitlab', 'start'],
    ['vm', 'wiki', 'shutdown'],
    ['vm', 'wiki', 'stop'],
    ['vm', 'gitlab', 'resume'],
  ] as const)('%s %s %s: there already, nothing to do', async (family, name, verb) => {
    const plan = await guestPlan(lookAt(fleet()), family, name, verb);
    expect(plan).toMatchObject({ steps: [], risk: 'none' });
    expect(speak(plan.summary, 'en')).toMatch(/already .*: nothing to do/);
  });

  it.each([
    ['vm', 'wiki', 'reboot', /wiki \(102\) on alpha\/pve2 is stopped · `vm start alpha\/102` starts it/],
    ['vm', 'frozen', 'start', /is suspended · `vm resume alpha\/105`/],
    ['vm', 'stuck', 'start', /alpha\/107 is locked \(snapshot\) · .*`vm unlock alpha\/107`/],
    ['vm', 'asleep', 'start', /suspended to disk · `vm resume alpha\/112`/],
    ['vm', 'debian-13', 'start', /is a template · `vm clone alpha\/106 NAME`/],
  ] as const)('%s %s %s is refused', async (family, name, verb, words) => {
    expect(await refused(guestPlan(lookAt(fleet()), family, name, verb))).toMatch(words);
  });

  it('trusts the guest’s own node, not what the cluster last heard', async () => {
    const lagging = fleet([{ vmid: 113, node: 'pve1', name: 'late', status: 'running', resource: { status: 'stopped' } }]);
    expect((await guestPlan(lookAt(lagging), 'vm', 'late', 'start')).steps).toEqual([]);
  });

  it('follows a guest that has just moved', async () => {
    const now = fleet();
    const moved = {
      ...fleet(),
      '/cluster/resources': (Array.isArray(now['/cluster/resources']) ? now['/cluster/resources'] : []).map((row: { vmid?: number }) =>
        row.vmid === 102 ? { ...row, node: 'pve1' } : row,
      ),
    };
    let first = true;
    const look = lookAt(moved);
    const late = lookAt(now);
    const turning = {
      ...look,
      read: ((host, question) => {
        const stale = first && 'path' in question && question.path === '/cluster/resources';
        if ('path' in question && question.path === '/cluster/resources') first = false;
        return (stale ? look : late).read(host, question);
      }) satisfies typeof look.read,
    };
    expect((await guestPlan(turning, 'vm', 'wiki', 'start')).steps).toMatchObject([{ path: '/nodes/pve2/qemu/102/status/start' }]);
  });

  it('takes at most eight calls', async () => {
    const look = lookAt(fleet());
    await guestPlan(look, 'vm', 'gitlab', 'stop');
    expect(look.asked.length).toBeLessThanOrEqual(8);
  });
});

describe('a guest that HA manages', () => {
  it('is over when the CRM has come to rest, and the card says what HA wants from then on', async () => {
    const plan = await guestPlan(lookAt(fleet()), 'vm', 'web-a', 'shutdown');
    expect(plan.steps).toMatchObject([{ ha: { sid: 'vm:100', until: 'stopped' }, timeoutMs: 900_000 }]);
    expect(plan.facts.map(({ holds }) => holds)).toContain('ha vm:100 started stopped');
    const start = await guestPlan(lookAt(fleet([{ vmid: 120, node: 'pve2', name: 'api', current: ha('stopped') }])), 'vm', 'api', 'start');
    expect(start.steps).toMatchObject([{ ha: { sid: 'vm:120', until: 'started' } }]);
    expect(start.risk).toBe('medium');
  });

  it('and ignores is not managed', async () => {
    const ignored = fleet([{ vmid: 122, node: 'pve2', name: 'left', current: ha('ignored') }]);
    expect((await guestPlan(lookAt(ignored), 'vm', 'left', 'start')).steps[0]).not.toHaveProperty('ha');
  });

  it('in error heeds nothing, and is refused with the cure', async () => {
    const given = fleet([{ vmid: 121, node: 'pve2', name: 'given-up', current: ha('error') }]);
    expect(await refused(guestPlan(lookAt(given), 'vm', 'given-up', 'start'))).toMatch(/HA has given up.*ha-manager set vm:121 --state disabled/);
  });
});

describe('what a plan relies on', () => {
  const holds = async (answers = fleet(), verb: 'stop' | 'start' = 'stop') =>
    (await guestPlan(lookAt(answers), 'vm', 'gitlab', verb)).facts.flatMap((fact) => fact.holds ?? []);

  it('is stable, and has no times, loads or ages in it', async () => {
    const busy = fleet();
    const other = {
      ...busy,
      '/nodes/pve1/qemu/101/status/current': { status: 'running', qmpstatus: 'running', mem: 123, uptime: 99, cpu: 0.9, ha: { managed: 0 } },
    };
    expect(await holds(other)).toEqual(await holds());
    expect(await holds()).toEqual(['guest alpha qemu 101 pve1 gen-101', 'state alpha 101 running -']);
  });

  it('is refused without quorum where the cluster would refuse it, and said where not', async () => {
    const mute = fleet([], { quorate: 0 });
    expect(await refused(guestPlan(lookAt(mute), 'vm', 'wiki', 'start'))).toMatch(/no quorum/);
    expect(await holds(mute)).toContain('quorum alpha none');
  });

  it('names the bot itself and what runs there', async () => {
    const plan = await guestPlan(
      lookAt(
        {
          ...fleet(),
          '/nodes/pve1/tasks': [
            { type: 'vzdump', id: '101', upid: 'x', status: 'RUNNING' },
            { type: 'qmstart', id: '100' },
            { type: 'vncproxy', id: '101' },
          ],
        },
        { self: { host: 'alpha', guest: '101' } },
      ),
      'vm',
      'gitlab',
      'reboot',
    );
    expect(plan.risk).toBe('high');
    expect(plan.facts.map(({ what, value }) => `${speak(what, 'en')}: ${speak(value, 'en')}`)).toEqual([
      'guest: gitlab (101) on alpha/pve1',
      'state: running',
      'carries: this bot itself runs here',
      'running tasks: vzdump: may be broken off by this',
    ]);
  });

  it('is planned all the same when what is only good to know cannot be read', async () => {
    const { '/cluster/status': _, '/nodes/pve1/tasks': __, ...rest } = fleet();
    expect(await holds(rest)).toEqual(['guest alpha qemu 101 pve1 gen-101', 'state alpha 101 running -']);
  });
});
