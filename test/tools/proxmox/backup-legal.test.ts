import { describe, expect, it } from 'vitest';
import protect from '../../../commands/backup/protect.ts';
import prune from '../../../commands/backup/prune.ts';
import restore from '../../../commands/backup/restore.ts';
import run from '../../../commands/backup/run.ts';
import test from '../../../commands/backup/test.ts';
import gcCommand from '../../../commands/datastore/gc.ts';
import jobRun from '../../../commands/datastore/job/run.ts';
import prunePbs from '../../../commands/datastore/prune.ts';
import verifyPbs from '../../../commands/datastore/verify.ts';
import disable from '../../../commands/storage/disable.ts';
import enable from '../../../commands/storage/enable.ts';
import nodes from '../../../commands/storage/nodes.ts';
import stop from '../../../commands/task/stop.ts';
import type { Host, Look } from '../../../src/core/command.ts';
import type { ApiRead, Plan, Read } from '../../../src/core/types.ts';
import { filesIn } from '../../../src/tools/proxmox/backup-files.ts';
import { backupJobs, notBackedUp } from '../../../src/tools/proxmox/backup-jobs.ts';
import { clusterStatus, nodeVersion, version, votes } from '../../../src/tools/proxmox/cluster.ts';
import { haAsked, haStatus } from '../../../src/tools/proxmox/cluster-ha.ts';
import { qdevice } from '../../../src/tools/proxmox/cluster-quorum.ts';
import { replicationState, replications } from '../../../src/tools/proxmox/cluster-replication.ts';
import { nodeServices } from '../../../src/tools/proxmox/node-services.ts';
import { nodeStatus } from '../../../src/tools/proxmox/node-status.ts';
import { nodeUpdates } from '../../../src/tools/proxmox/node-updates.ts';
import { allGc, serverUptime } from '../../../src/tools/proxmox/pbs.ts';
import { JOB_KINDS, runningTasks } from '../../../src/tools/proxmox/pbs-jobs.ts';
import { nodeTasks, taskLog, taskStatus } from '../../../src/tools/proxmox/task-list.ts';
import { contractsHere } from '../../conformance/contracts.ts';
import { checkCall } from '../../conformance/schema.ts';
import { type Answers, alpha, lookAt } from '../guests-look.ts';

const AT = 1_799_900_000;
const UPID = 'UPID:pve1:00002932:0001FF8B:6B00150E:vzdump:999:root@pam!full:';
const archive = (id: number, at: number, type: 'vm' | 'ct') => ({
  ...{ volid: `pbs:backup/${type}/${id}/${new Date(at * 1000).toISOString().slice(0, 19)}Z`, content: 'backup', ctime: at, size: 1, vmid: id },
});
const content = [archive(101, AT, 'vm'), archive(101, AT - 99_999, 'vm'), archive(200, AT, 'ct')];
const vm = 'agent: 1\nname: gitlab\nnet0: virtio=BC:24:11:00:01:01,bridge=vmbr0\nscsi0: ceph:vm-101-disk-0,size=64G\n';
const ct = 'hostname: dns1\nnet0: name=eth0,bridge=vmbr0\nrootfs: ceph:vm-200-disk-0,size=4G\n';
const storages = [
  { storage: 'nas', type: 'nfs', content: 'backup', digest: 'd1' },
  { storage: 'off', type: 'nfs', content: 'iso', disable: 1, digest: 'd1' },
  { storage: 'ceph', type: 'rbd', content: 'images', nodes: 'pve1', digest: 'd1' },
];
const cluster = (config: string): Answers =>
  alpha(
    [
      { vmid: 101, node: 'pve1', name: 'gitlab', status: 'stopped', config: { scsi0: 'ceph:vm-101-disk-0,size=64G' } },
      { vmid: 200, node: 'pve1', type: 'lxc', name: 'dns1', status: 'running', config: { rootfs: 'ceph:vm-200-disk-0,size=4G' } },
    ],
    {
      more: {
        '/cluster/tasks': [{ upid: UPID, node: 'pve1', type: 'vzdump', id: '999', user: 'root@pam', starttime: AT }],
        '/storage': storages,
        '/nodes/pve1/storage/pbs/content': content,
        '/nodes/pve1/vzdump/extractconfig': config,
        '/nodes/pve1/storage/pbs/prunebackups': content.map(({ volid, vmid, ctime }, i) => ({ volid, vmid, ctime, mark: i === 1 ? 'remove' : 'keep' })),
        '/nodes/pve1/storage/local/prunebackups': [],
        '/nodes/pve2/storage/local/prunebackups': [],
        '/nodes/pve3/storage/local/prunebackups': [],
      },
    },
  );
const PBS: Host = { ...{ name: 'pbs1', site: 'east', sites: ['east'], kind: 'pbs', tags: [], address: '192.0.2.20', libvirt: '' } };
const server: Answers = {
  '/status/datastore-usage': [{ store: 'main', total: 9, used: 1, avail: 8 }],
  '/admin/gc': [],
  '/admin/datastore/main/gc': { store: 'main' },
  '/admin/datastore/main/namespace': [{ ns: '' }, { ns: 'west' }],
  '/admin/datastore/main/snapshots': [AT, AT - 99_999].map((time) => ({
    'backup-type': 'vm',
    'backup-id': '101',
    'backup-time': time,
    files: [],
    comment: 'gitlab',
  })),
  '/nodes/localhost/tasks': [],
  ...Object.fromEntries(JOB_KINDS.map((kind) => [`/admin/${kind}`, [{ id: kind, store: 'main' }]])),
};

interface Called {
  readonly method: string;
  readonly path: string;
  readonly params: readonly string[];
}

/** A look that writes down what it is asked. */
function recorded(look: Look, calls: Called[]): Look {
  return {
    ...look,
    read<T>(host: Host, question: Read<T> | ApiRead<T>): Promise<T> {
      if ('path' in question) calls.push({ method: 'GET', path: question.path, params: Object.keys(question.params ?? {}) });
      return look.read(host, question);
    },
  };
}

function stepsOf(plan: Plan): Called[] {
  return plan.steps.flatMap((step): Called[] => {
    if (step.kind === 'api') {
      const reads = [...(step.still ?? []), ...(typeof step.proof === 'object' ? [step.proof] : [])];
      return [{ method: step.method, path: step.path, params: Object.keys(step.params) }, ...reads.map(({ path }) => ({ method: 'GET', path, params: [] }))];
    }
    return step.kind === 'wait' && 'pick' in step.read ? [{ method: 'GET', path: step.read.path, params: Object.keys(step.read.params ?? {}) }] : [];
  });
}

const where = { from: undefined, to: undefined, storage: undefined };
const keep = {
  ...{ 'keep-hourly': undefined, 'keep-daily': undefined, 'keep-weekly': undefined, 'keep-monthly': undefined, 'keep-yearly': undefined },
  'keep-last': 1,
};
const kept = { ...keep, group: undefined, ns: undefined };
const back = { ...where, id: undefined, start: true, over: false, path: undefined, confirm: undefined };
const all = { storage: 'local', mode: 'suspend' as const, protect: true, notes: 'why', keep: 'keep-last=3', confirm: undefined };

describe.runIf(contractsHere())('every call is declared', () => {
  const pve: readonly (readonly [string, string, (look: Look) => Promise<Plan>])[] = [
    ['backup run', vm, (look) => run.plan({ guests: ['gitlab', 'dns1'], ...all }, look)],
    ['backup restore of a machine', vm, (look) => restore.plan({ ...back, what: 'gitlab' }, look)],
    ['backup restore over a machine', vm, (look) => restore.plan({ ...back, what: 'gitlab', over: true, confirm: 'gitlab', storage: 'ceph' }, look)],
    ['backup restore of a container', ct, (look) => restore.plan({ ...back, what: 'dns1', id: '300' }, look)],
    ['backup test of a machine', vm, (look) => test.plan({ ...where, what: 'gitlab' }, look)],
    ['backup test of a container', ct, (look) => test.plan({ ...where, what: 'dns1' }, look)],
    ['backup protect', vm, (look) => protect.plan({ what: 'gitlab', from: undefined, off: false }, look)],
    ['backup prune', vm, (look) => prune.plan({ of: 'gitlab', storage: undefined, ...keep }, look)],
    ['storage disable', vm, (look) => disable.plan({ storage: 'nas' }, look)],
    ['storage enable', vm, (look) => enable.plan({ storage: 'off' }, look)],
    ['storage nodes', vm, (look) => nodes.plan({ storage: 'nas', nodes: ['pve1'] }, look)],
    ['storage nodes all', vm, (look) => nodes.plan({ storage: 'ceph', nodes: ['all'] }, look)],
    ['task stop', vm, (look) => stop.plan({ task: UPID }, look)],
  ];
  it.each(pve)('%s, in 9.2 and 7.4 alike', async (_name, config, plan) => {
    const calls: Called[] = [];
    const planned = await plan(recorded(lookAt({ ...cluster(config), '/cluster/nextid?vmid=300': '300' }), calls));
    const steps = stepsOf(planned);
    expect(steps.length).toBeGreaterThan(0);
    for (const call of [...calls, ...steps]) expect({ call, ...checkCall(call, 'pve') }).toEqual({ call, unknown: [], versions: ['9.2', '7.4'] });
  });

  const pbs: readonly (readonly [string, (look: Look) => Promise<Plan>])[] = [
    ['datastore gc', (look) => gcCommand.plan({ datastore: 'main' }, look)],
    ['datastore verify', (look) => verifyPbs.plan({ datastore: 'main', group: undefined, ns: 'west', again: true }, look)],
    ['datastore verify of a group', (look) => verifyPbs.plan({ datastore: 'main', group: { type: 'vm', id: '101' }, ns: undefined, again: false }, look)],
    ['datastore prune', (look) => prunePbs.plan({ datastore: 'main', ...kept }, look)],
    ...JOB_KINDS.map((kind) => [`datastore job run ${kind}`, (look: Look) => jobRun.plan({ job: kind }, look)] as const),
  ];
  it.each(pbs)('%s, by the backup server', async (_name, plan) => {
    const calls: Called[] = [];
    const steps = stepsOf(await plan(recorded(lookAt(server, { hosts: [PBS] }), calls)));
    expect(steps.length).toBeGreaterThan(0);
    for (const call of [...calls, ...steps]) expect({ call, ...checkCall(call, 'pbs') }).toEqual({ call, unknown: [], versions: ['4.2'] });
  });

  const shelf = { ...{ volid: 'pbs:backup/vm/101/2026-03-11T08:51:30Z', storage: 'pbs', on: 'pve1', local: false, vmid: 101, at: 1, size: 1 } };
  const one = { ...shelf, type: 'qemu' as const, protected: false, verified: undefined, notes: '', encrypted: false };
  const questions: readonly ApiRead<unknown>[] = [
    ...[
      backupJobs(),
      notBackedUp(),
      clusterStatus(),
      votes(),
      qdevice(),
      version(),
      nodeVersion('pve1'),
      replications(),
      replicationState('pve1'),
      haStatus(),
      haAsked(),
    ],
    ...[nodeStatus('pve1'), nodeServices('pve1'), nodeUpdates('pve1'), nodeTasks('pve1', { vmid: 1, errors: true, limit: 9 }), taskStatus(UPID), taskLog(UPID)],
    filesIn(one, '/etc'),
  ];
  it.each(questions.map((question) => [question.path, question] as const))('GET %s', (path, { params = {} }) => {
    expect(checkCall({ method: 'GET', path, params }, 'pve')).toEqual({ unknown: [], versions: ['9.2', '7.4'] });
  });
  it.each([allGc(), serverUptime(), runningTasks('main'), version()].map((question) => [question.path, question] as const))(
    'GET %s of a backup server',
    (path, { params = {} }) => {
      expect(checkCall({ method: 'GET', path, params }, 'pbs')).toEqual({ unknown: [], versions: ['4.2'] });
    },
  );
});
