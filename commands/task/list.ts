import { z } from 'zod';
import { cluster } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import { say } from '../../src/core/words.ts';
import { answers, each, troubles } from '../../src/tools/each.ts';
import { blindTo } from '../../src/tools/proxmox/blind.ts';
import { orElse } from '../../src/tools/proxmox/cluster-view.ts';
import { resources } from '../../src/tools/proxmox/resources.ts';
import { came, clusterTasks } from '../../src/tools/proxmox/task-list.ts';
import { type Shown, taskTable } from '../../src/tools/proxmox/task-table.ts';

/** Most rows of the table. */
const MOST = 40;

/** The newest tasks of every cluster. */
export default command({
  summary: { en: 'List recent tasks of clusters', zh: '列出集群最近的任务' },
  examples: ['task list', 'task list alpha --errors', 'task list --running'],
  risk: 'none',
  kinds: ['pve'],
  args: { cluster: cluster().optional() },
  options: {
    /** What did not end well, warnings, too. */
    errors: z.boolean().default(false),
    running: z.boolean().default(false),
  },
  async plan({ errors, running }, look) {
    const all = await each(look, (host) => Promise.all([look.read(host, clusterTasks()), orElse(look.read(host, resources()), undefined)]));
    const tasks = answers(all)
      .flatMap(({ host, value: [found, known] }) =>
        found.map((task): Shown => ({ ...task, cluster: host.name, guest: known?.guests.find(({ vmid }) => String(vmid) === task.id)?.name })),
      )
      .filter((task) => (!errors || ['error', 'warning'].includes(came(task))) && (!running || came(task) === 'running'))
      .sort((a, b) => b.start - a.start);
    const empty = answers(all).filter(({ value: [found] }) => found.length === 0);
    const blind = await Promise.all(empty.map(({ host }) => blindTo(look, host, 'tasks')));
    const cut = tasks.length > MOST ? [say({ en: 'the newest {most} of {n}', zh: '共 {n} 个，仅显示最新 {most} 个' }, { most: MOST, n: tasks.length })] : [];
    return answer(say({ en: 'tasks', zh: '任务' }), [taskTable(tasks.slice(0, MOST), look.now())], {
      notes: [...cut, ...troubles(all), ...blind.flat()],
    });
  },
});
