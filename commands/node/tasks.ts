import { z } from 'zod';
import { node as nodeName, vmid } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import { say } from '../../src/core/words.ts';
import { blindTo } from '../../src/tools/proxmox/blind.ts';
import { orElse } from '../../src/tools/proxmox/cluster-view.ts';
import { findNode, offline } from '../../src/tools/proxmox/nodes.ts';
import { resources } from '../../src/tools/proxmox/resources.ts';
import { nodeTasks } from '../../src/tools/proxmox/task-list.ts';
import { taskTable } from '../../src/tools/proxmox/task-table.ts';

/** Most rows of the table. */
const MOST = 40;

/** The tasks of one node, those that run and those that ended, newest first. */
export default command({
  summary: { en: 'List tasks of a node', zh: '列出节点的任务' },
  examples: ['node tasks pve1', 'node tasks pve1 --errors', 'node tasks pve1 --guest 101'],
  risk: 'none',
  kinds: ['pve'],
  args: { node: nodeName() },
  options: {
    /** What did not end well, warnings, too. */
    errors: z.boolean().default(false),
    guest: vmid().optional(),
  },
  async plan({ node: typed, errors, guest }, look) {
    const { host, node } = findNode(look, typed);
    const asked = { errors, vmid: guest === undefined ? undefined : Number(guest), limit: MOST };
    const [{ tasks, total }, all] = await Promise.all([
      look.read(host, nodeTasks(node, asked)).catch((error: unknown) => offline(node, error)),
      orElse(look.read(host, resources()), undefined),
    ]);
    const shown = tasks.map((task) => ({ ...task, cluster: host.name, guest: all?.guests.find(({ vmid: id }) => String(id) === task.id)?.name }));
    const notes =
      (total ?? 0) > shown.length
        ? [say({ en: 'the newest {n} of {total}', zh: '共 {total} 个，仅显示最新 {n} 个' }, { n: shown.length, total: total ?? 0 })]
        : shown.length === 0
          ? await blindTo(look, host, 'tasks')
          : [];
    return answer(say({ en: 'tasks of {node}', zh: '{node} 的任务' }, { node }), [taskTable(shown, look.now())], { notes });
  },
});
