import { anyTargets } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import type { Block, Cell } from '../../src/core/types.ts';
import { list, type Said, say } from '../../src/core/words.ts';
import { atMost } from '../../src/tools/at-most.ts';
import { answers, each, troubles } from '../../src/tools/each.ts';
import { NO, when, YES } from '../../src/tools/proxmox/archive-words.ts';
import { type BackupJob, backupJobs, notBackedUp } from '../../src/tools/proxmox/backup-jobs.ts';
import { type Resources, resources } from '../../src/tools/proxmox/resources.ts';

/** Scheduled backups, and the guests none of them covers. */
export default command({
  summary: { en: 'List backup jobs, and guests in none', zh: '列出备份任务及未纳入任何任务的客户机' },
  examples: ['backup jobs', 'backup jobs alpha'],
  risk: 'none',
  kinds: ['pve'],
  args: { on: anyTargets() },
  async plan(_input, look) {
    const all = await each(look, (host) => Promise.all([look.read(host, backupJobs()), look.read(host, notBackedUp()), look.read(host, resources())]));
    const rows = answers(all).flatMap(({ host, value: [jobs] }) =>
      jobs.map((job): Cell[] => [job.id, job.enabled ? YES : NO, what(job), job.schedule, job.storage, job.mode, when(job.next), host.name, job.comment]),
    );
    const columns = [
      say({ en: 'job', zh: '任务' }),
      say({ en: 'enabled', zh: '启用' }),
      say({ en: 'guests', zh: '客户机' }),
      say({ en: 'schedule', zh: '计划' }),
      say({ en: 'storage', zh: '存储' }),
      say({ en: 'mode', zh: '模式' }),
      say({ en: 'next (UTC)', zh: '下次（UTC）' }),
      say({ en: 'cluster', zh: '集群' }),
      say({ en: 'comment', zh: '备注' }),
    ];
    const without = answers(all).flatMap(({ host, value: [, left, known] }): Block[] => (left.length === 0 ? [] : [uncovered(host.name, left, known)]));
    return answer(say({ en: 'backup jobs', zh: '备份任务' }), [{ kind: 'table', columns, rows }, ...without], { notes: troubles(all) });
  },
});

function what({ all, vmids, exclude, pool, node }: BackupJob): Said {
  const which = pool !== undefined ? say({ en: 'pool {pool}', zh: '资源池 {pool}' }, { pool }) : all ? say({ en: 'all', zh: '全部' }) : list(vmids);
  const but = exclude.length > 0 ? say({ en: '{which} but {exclude}', zh: '{which}，除 {exclude}' }, { which, exclude: list(exclude) }) : which;
  return node === undefined ? but : say({ en: '{but} on {node}', zh: '{node} 上的 {but}' }, { but, node });
}

function uncovered(host: string, left: readonly number[], { guests }: Resources): Block {
  const names = left.map((vmid) => `${guests.find((guest) => guest.vmid === vmid)?.name ?? '?'} (${vmid})`);
  return { kind: 'text', text: say({ en: '{host}: in no job: {names}', zh: '{host}：未纳入任何任务：{names}' }, { host, names: atMost(names) }) };
}
