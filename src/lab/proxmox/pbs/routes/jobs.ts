import { demand, may, storePath } from '../access.ts';
import type { Job, JobKind } from '../job.ts';
import { jobId, optional, storeName, words } from '../kinds.ts';
import { bail } from '../refusal.ts';
import { type Answer, type Call, type Route, route } from '../route.ts';
import type { Script } from '../tasks.ts';
import { jobRow } from './configs.ts';
import { keepOf } from './marks.ts';
import { pruneAll } from './prune.ts';
import { checkSync, pullAll, workerOf } from './pull.ts';
import { lookup, namespaces } from './stores.ts';
import { verifyAll } from './verify.ts';

const SEEN: { readonly [kind in JobKind]: readonly string[] } = {
  verify: ['Datastore.Audit', 'Datastore.Verify'],
  prune: ['Datastore.Audit', 'Datastore.Modify'],
  sync: ['Datastore.Audit'],
};
const direction = { 'sync-direction': optional(words('all', 'push', 'pull')) };

/** The jobs with their last runs, and running one now. The schema says that answers nothing, and it answers a UPID. */
export const JOBS: readonly Route[] = (['verify', 'sync', 'prune'] as const).flatMap((kind) => [
  route('GET', `/admin/${kind}`, { store: optional(storeName), ...(kind === 'sync' && direction) }, (call) => ({
    data: [...call.world.jobs[kind].values()]
      .filter(({ store, ns }) => may(call.who, storePath(store, ns), ...SEEN[kind]))
      .filter(({ store }) => !call.given.has('store') || store === call.given.text('store'))
      .filter(() => call.given.text('sync-direction') !== 'push')
      .map((job) => ({ ...jobRow(job), ...lastRun(job, call) })),
  })),
  route('POST', `/admin/${kind}/{id}/run`, { id: jobId }, (call) => run(kind, call)),
]);

function lastRun(job: Job, { world }: Call) {
  const next = job.schedule === undefined ? {} : { 'next-run': world.now() - (world.now() % 3600) + (job.schedule === 'hourly' ? 3600 : 86_400) };
  return { ...(job.last && { 'last-run-upid': job.last.upid, 'last-run-state': job.last.state, 'last-run-endtime': job.last.end }), ...next };
}

const TYPES: { readonly [kind in JobKind]: readonly [section: string, type: string] } = {
  verify: ['verification', 'verificationjob'],
  sync: ['sync', 'syncjob'],
  prune: ['prune', 'prunejob'],
};

function run(kind: JobKind, call: Call): Answer {
  const id = call.given.text('id');
  const job = call.world.jobs[kind].get(id);
  const [section, type] = TYPES[kind];
  if (!job) throw bail(`no such ${section} '${id}'`);
  const ns = job.ns ?? '';
  const plan = { verify: verifyJob, sync: syncJob, prune: pruneJob }[kind](call, job, ns);
  const busy = call.tasks.all().some(({ parts, end }) => parts.type === type && parts.worker === plan.worker && end === undefined);
  if (busy) throw bail(`Unable to acquire lock "/var/lib/proxmox-backup/jobstates/${type}-${id}.json.lck" - Interrupted system call (os error 4)`);
  const done = (upid: string, state: string) => {
    job.last = { upid, state, end: call.world.now() };
  };
  return { data: call.tasks.start({ type, worker: plan.worker, user: call.who.id, run: plan.script, done }) };
}

interface Planned {
  readonly worker: string;
  script(upid: string): Script;
}

function verifyJob(call: Call, job: Job, ns: string): Planned {
  demand(call.who, storePath(job.store, ns), 'Datastore.Verify');
  const store = lookup(call, job.store, 'read');
  const options = { store, now: call.world.now, again: job.options['ignore-verified'] === false, days: count(job, 'outdated-after') };
  return {
    worker: `${job.store}:${job.id}`,
    *script(upid) {
      yield `Starting datastore verify job '${job.store}:${job.id}'`;
      yield* verifyAll({ ...options, upid, groups: namespaces(store, ns, count(job, 'max-depth')).flatMap((one) => store.groups({ ns: one })) });
    },
  };
}

function syncJob(call: Call, job: Job, ns: string): Planned {
  const owner = String(job.options.owner ?? 'root@pam');
  checkSync(call, job.store, ns, owner);
  lookup(call, job.store, 'write');
  const remote = job.options.remote;
  const pull = {
    ...(remote !== undefined && { remote: String(remote) }),
    ...{ remoteStore: String(job.options['remote-store'] ?? ''), remoteNs: String(job.options['remote-ns'] ?? ''), store: job.store, ns, owner },
  };
  return { worker: `${workerOf(pull)}:${job.id}`, script: () => pullAll(call, pull) };
}

function pruneJob(call: Call, job: Job, ns: string): Planned {
  demand(call.who, storePath(job.store, ns), 'Datastore.Modify');
  const store = lookup(call, job.store, 'write');
  const keep = keepOf({ number: (name) => count(job, name) });
  return {
    worker: ns === '' ? job.store : `${job.store}:${ns}`,
    *script() {
      yield `prune job '${job.id}'`;
      yield* pruneAll(store, { ns, depth: count(job, 'max-depth'), keep });
    },
  };
}

function count(job: Job, name: string): number | undefined {
  const value = job.options[name];
  return typeof value === 'number' ? value : undefined;
}
