import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/core/types.ts';
import { speak } from '../../../src/core/words.ts';
import { replicatePlan } from '../../../src/tools/proxmox/replicate.ts';
import { contractsHere } from '../../conformance/contracts.ts';
import { undeclared } from '../../conformance/schema.ts';
import { type Answers, alpha, lookAt } from '../guests-look.ts';
import { refused } from '../refused.ts';

const job = (target: string, more: object = {}) => ({
  id: `101-${target.at(-1)}`,
  guest: 101,
  jobnum: 0,
  source: 'pve1',
  target,
  type: 'local',
  schedule: '*/15',
  ...more,
});
const fleet = (jobs: readonly object[], more: Answers = {}, off: readonly string[] = []) =>
  alpha(
    [
      { vmid: 101, node: 'pve1', name: 'gitlab', status: 'running', config: { scsi0: 'local-zfs:vm-101-disk-0,size=64G' } },
      { vmid: 107, node: 'pve3', name: 'stuck', config: { lock: 'snapshot' } },
    ],
    {
      off,
      more: {
        '/cluster/replication': [...jobs, { ...job('pve1'), id: '107-0', guest: 107, target: 'pve1' }],
        '/nodes/pve1/replication': [{ id: '101-2', last_sync: 1_799_999_000, next_sync: 1_800_000_900, fail_count: 1, error: 'no route' }],
        ...more,
      },
    },
  );
const facts = (plan: Plan) => plan.facts.map(({ what, value }) => `${speak(what, 'en')}: ${speak(value, 'en')}`);

describe('a plan to replicate', () => {
  it('is a call that may be made again, and three looks at what came of it', async () => {
    const plan = await replicatePlan(lookAt(fleet([job('pve2')])), 'gitlab');
    expect(plan.steps).toMatchObject([
      { kind: 'api', method: 'POST', path: '/nodes/pve1/replication/101-2/schedule_now', params: {}, proof: 'again' },
      { kind: 'wait', read: { path: '/nodes/pve1/replication/101-2/status', pick: 'data.last_try' }, until: { isNot: '0' } },
      { kind: 'wait', read: { pick: 'data.pid' }, until: { is: '' } },
      { kind: 'wait', read: { pick: 'data.fail_count' }, until: { is: '0' } },
    ]);
    expect(facts(plan)).toContain('replication 101-2: to pve2, else */15, last 16 min ago, FAILED: no route');
    expect(plan).toMatchObject({ risk: 'low', locks: [{ name: 'east/alpha/pve1/101' }], undo: { impossible: {} } });
  });
  it('takes every job that can be, and names the others', async () => {
    const plan = await replicatePlan(lookAt(fleet([job('pve2'), job('pve3', { disable: 1 })])), 'alpha/101');
    expect(plan.steps.flatMap((step) => (step.kind === 'api' ? [step.path] : []))).toEqual(['/nodes/pve1/replication/101-2/schedule_now']);
    expect(plan.notes?.map((note) => speak(note, 'en'))).toEqual(['101-3 to pve3 is disabled']);
  });
  it.each([
    ['gitlab', [], [], /gitlab has no replication · `cluster replication`/],
    ['gitlab', [job('pve2', { disable: 1 })], [], /no replication of gitlab can be done now: 101-2 to pve2 is disabled/],
    ['gitlab', [job('pve3')], ['pve3'], /101-3: node pve3 is not online/],
    ['gitlab', [job('pve2')], ['pve1'], /gitlab is on node pve1, which is not online/],
    ['stuck', [], [], /locked \(snapshot\)/],
  ])('%s with %o is refused', async (name, jobs, off, words) => expect(await refused(replicatePlan(lookAt(fleet(jobs, {}, off)), name))).toMatch(words));
});

describe.skipIf(!contractsHere())('the calls', () => {
  it('are ones that Proxmox declares', async () => {
    const look = lookAt(fleet([job('pve2')]));
    const { steps } = await replicatePlan(look, 'gitlab');
    const wrong = [
      ...look.asked.flatMap((path) => undeclared('GET', path.split('?')[0] ?? '', [...new URLSearchParams(path.split('?')[1]).keys()])),
      ...steps.flatMap((step) => {
        if (step.kind === 'api') return undeclared(step.method, step.path, step.params);
        return step.kind === 'wait' && 'path' in step.read ? undeclared('GET', step.read.path, []) : [];
      }),
    ];
    expect(wrong).toEqual([]);
  });
});
