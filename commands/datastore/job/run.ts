import { word } from '../../../src/core/args.ts';
import { apiPath } from '../../../src/core/call.ts';
import { command } from '../../../src/core/command.ts';
import { Absent, Refusal } from '../../../src/core/errors.ts';
import { nearest } from '../../../src/core/nearest.ts';
import type { Risk } from '../../../src/core/types.ts';
import { list, quoted, say } from '../../../src/core/words.ts';
import { answers, each, troubles } from '../../../src/tools/each.ts';
import { when } from '../../../src/tools/proxmox/archive-words.ts';
import { named, tail } from '../../../src/tools/proxmox/cluster-guests.ts';
import { JOB_KINDS, type JobKind, pbsJobs } from '../../../src/tools/proxmox/pbs-jobs.ts';

/** A prune removes backups; a sync may remove what vanished at the other end. */
const RISKS: Readonly<Record<JobKind, Risk>> = { verify: 'low', sync: 'medium', prune: 'high' };

/** Runs a job of a backup server now, out of its turn. */
export default command({
  summary: { en: 'Run a job of a backup server now', zh: '立即运行备份服务器的任务' },
  examples: ['datastore job run v-weekly'],
  risk: 'low',
  kinds: ['pbs'],
  args: { job: word(/^([A-Za-z0-9_][A-Za-z0-9._-]*\/)?[A-Za-z0-9_][A-Za-z0-9._-]*$/, { en: 'JOB', zh: '任务' }) },
  async plan({ job: typed }, look) {
    const asked = await each(look, (host) => Promise.all(JOB_KINDS.map((kind) => look.read(host, pbsJobs(kind)))));
    const all = answers(asked).flatMap(({ host, value }) => value.flat().map((job) => ({ host, job })));
    const matching = all.filter(({ host, job }) => job.id === typed || `${host.name}/${job.id}` === typed);
    const [one, ...others] = matching;
    const notes = troubles(asked);
    if (!one)
      throw new Absent(
        say({ en: 'there is no job “{typed}”', zh: '没有任务“{typed}”' }, { typed }),
        nearest(
          typed,
          all.map(({ job }) => job.id),
        ),
        notes.length > 0,
      );
    if (others.length > 0)
      throw new Refusal(
        say({ en: 'there is more than one job “{typed}”', zh: '有多个任务“{typed}”' }, { typed }),
        say({ en: 'there is: {names}', zh: '现有：{names}' }, { names: list(matching.map(({ host, job }) => `${host.name}/${job.id} (${job.kind})`)) }),
      );
    const { host, job } = one;
    const at = look.now();
    return {
      summary: say({ en: 'run {kind} job {id} of {host} now', zh: '立即运行 {host} 的 {kind} 任务 {id}' }, { kind: job.kind, id: job.id, host: host.name }),
      steps: [
        {
          kind: 'api',
          on: { site: host.site, host: host.name, name: job.id },
          why: say({ en: 'run {kind} job', zh: '运行 {kind} 任务' }, { kind: job.kind }),
          method: 'POST',
          path: apiPath`/admin/${job.kind}/${job.id}/run`,
          params: {},
          timeoutMs: 2 * 86_400_000,
        },
      ],
      facts: [
        {
          what: say({ en: 'job', zh: '任务' }),
          value: quoted([job.kind, job.detail, job.comment].filter(Boolean).join(' · ')),
          at,
          holds: `job ${host.name} ${job.kind} ${job.id} ${job.store} ${job.ns} ${job.detail}`,
        },
        { what: say({ en: 'on', zh: '对象' }), value: `${host.name}/${job.store}${job.ns === '' ? '' : `/${job.ns}`}`, at },
        {
          what: say({ en: 'last', zh: '上次' }),
          value: say({ en: '{state}, {ended} UTC', zh: '{state}，{ended} UTC' }, { state: job.state ?? '-', ended: when(job.ended) }),
          at,
        },
      ],
      locks: [{ name: `${host.site}/${host.name}/datastore:${job.store}` }],
      risk: RISKS[job.kind],
      undo: {
        impossible:
          job.kind === 'prune'
            ? say({ en: 'removed backups cannot be brought back', zh: '删除的备份无法恢复' })
            : job.kind === 'sync'
              ? say({ en: 'what was copied stays', zh: '已复制的内容会保留' })
              : say({ en: 'verifying only reads', zh: '校验只读取数据' }),
      },
      about: [named(host, tail(typed, host))],
      notes,
    };
  },
});
