import { anyTargets } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import type { Cell } from '../../src/core/types.ts';
import { quoted, say } from '../../src/core/words.ts';
import { answers, each, troubles } from '../../src/tools/each.ts';
import { NO, when, YES } from '../../src/tools/proxmox/archive-words.ts';
import { replicationState, replications } from '../../src/tools/proxmox/cluster-replication.ts';
import { orElse } from '../../src/tools/proxmox/cluster-view.ts';
import { resources } from '../../src/tools/proxmox/resources.ts';

/** Disks that are copied to another node on a schedule, and when that was done the last time. */
export default command({
  summary: { en: 'List replications of guests', zh: '列出客户机复制任务' },
  examples: ['cluster replication'],
  risk: 'none',
  kinds: ['pve'],
  args: { on: anyTargets() },
  async plan(_input, look) {
    const all = await each(look, async (host) => {
      const [jobs, { guests }] = await Promise.all([look.read(host, replications()), look.read(host, resources())]);
      const from = (job: (typeof jobs)[number]) => guests.find(({ vmid }) => vmid === job.guest)?.node ?? job.source;
      const nodes = [...new Set(jobs.map(from).filter(Boolean))];
      const states = new Map(await Promise.all(nodes.map(async (node) => [node, await orElse(look.read(host, replicationState(node)), undefined)] as const)));
      return jobs.map((job) => ({
        job,
        source: from(job),
        name: guests.find(({ vmid }) => vmid === job.guest)?.name,
        state: states.get(from(job))?.get(job.id),
      }));
    });
    const rows = answers(all).flatMap(({ host, value }) =>
      value.map(({ job, source, name, state }): Cell[] => [
        quoted(name === undefined ? String(job.guest) : `${name} (${job.guest})`),
        host.name,
        quoted(`${source || '?'} → ${job.target}`),
        quoted(job.schedule),
        job.disabled ? NO : YES,
        when(state?.last),
        when(state?.next),
        quoted(state?.error ?? '-'),
      ]),
    );
    const columns = [
      say({ en: 'guest', zh: '客户机' }),
      say({ en: 'cluster', zh: '集群' }),
      say({ en: 'from → to', zh: '从 → 到' }),
      say({ en: 'schedule', zh: '计划' }),
      say({ en: 'enabled', zh: '启用' }),
      say({ en: 'last (UTC)', zh: '上次（UTC）' }),
      say({ en: 'next (UTC)', zh: '下次（UTC）' }),
      say({ en: 'trouble', zh: '故障' }),
    ];
    return answer(say({ en: 'replications', zh: '复制任务' }), [{ kind: 'table', columns, rows }], { notes: troubles(all) });
  },
});
