import { anyTargets } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import type { Cell } from '../../src/core/types.ts';
import { quoted, type Said, say } from '../../src/core/words.ts';
import { answers, each, troubles } from '../../src/tools/each.ts';
import { when } from '../../src/tools/proxmox/archive-words.ts';
import { JOB_KINDS, type PbsJob, pbsJobs } from '../../src/tools/proxmox/pbs-jobs.ts';

/** Sync, prune and verify jobs of backup servers, and how the last run of each went. */
export default command({
  summary: { en: 'List jobs of backup servers', zh: '列出备份服务器的任务' },
  examples: ['datastore jobs', 'datastore jobs pbs1'],
  risk: 'none',
  kinds: ['pbs'],
  args: { on: anyTargets() },
  async plan(_input, look) {
    const all = await each(look, (host) => Promise.all(JOB_KINDS.map((kind) => look.read(host, pbsJobs(kind)))));
    const rows = answers(all).flatMap(({ host, value }) =>
      value
        .flat()
        .map((job): Cell[] => [
          job.id,
          job.kind,
          `${host.name}/${job.store}${job.ns === '' ? '' : `/${job.ns}`}`,
          job.disabled ? say({ en: 'disabled', zh: '已禁用' }) : quoted(job.schedule || '-'),
          came(job.state),
          when(job.ended),
          when(job.next),
          short([job.detail, job.comment].filter(Boolean).join(' · ')),
        ]),
    );
    const columns = [
      say({ en: 'job', zh: '任务' }),
      say({ en: 'kind', zh: '类型' }),
      say({ en: 'on', zh: '对象' }),
      say({ en: 'schedule', zh: '计划' }),
      say({ en: 'last result', zh: '上次结果' }),
      say({ en: 'ended (UTC)', zh: '结束（UTC）' }),
      say({ en: 'next (UTC)', zh: '下次（UTC）' }),
      say({ en: 'detail', zh: '详情' }),
    ];
    return answer(say({ en: 'jobs of backup servers', zh: '备份服务器的任务' }), [{ kind: 'table', columns, rows }], {
      notes: [...answers(all).flatMap(({ value }) => value.flat().flatMap(failed)), ...troubles(all)],
    });
  },
});

/** Why a job failed is said above the table, which has no room for it. */
function failed({ id, state }: PbsJob): Said[] {
  if (state === undefined || state === 'OK' || state.startsWith('WARNINGS')) return [];
  return [say({ en: '{id} failed: {state}', zh: '{id} 失败：{state}' }, { id, state })];
}

function short(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

function came(state: string | undefined): Said {
  if (state === undefined) return say({ en: 'never ran', zh: '从未运行' });
  return state === 'OK' ? say({ en: 'ok', zh: '成功' }) : state.startsWith('WARNINGS') ? quoted(state) : say({ en: 'FAILED', zh: '失败' });
}
