import { apiPath } from '../../src/core/call.ts';
import { command } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import type { Risk } from '../../src/core/types.ts';
import { quoted, say } from '../../src/core/words.ts';
import { ago } from '../../src/tools/proxmox/archive-words.ts';
import { named } from '../../src/tools/proxmox/cluster-guests.ts';
import { findTask, upid } from '../../src/tools/proxmox/task-find.ts';
import { came, shortUpid } from '../../src/tools/proxmox/task-list.ts';
import { endWords } from '../../src/tools/proxmox/task-table.ts';

/** What stopping a task half-way can leave behind, by the task's type: a locked guest, a half guest, a storage in between. */
const RISKS: readonly (readonly [RegExp, Risk])[] = [
  [/^(vncproxy|vncshell|spiceproxy|termproxy|qmshutdown|vzshutdown|aptupdate|vzdump|verif)/, 'medium'],
  [/./, 'high'],
];

/** Stops a task that runs, and sees that it is stopped. */
export default command({
  summary: { en: 'Stop a running task', zh: '停止正在运行的任务' },
  examples: ['task stop UPID:pve2:00000002'],
  risk: 'medium',
  kinds: ['pve'],
  args: { task: upid() },
  async plan({ task: typed }, look) {
    const { host, task, notes } = await findTask(look, typed);
    const about = [named(host, typed)];
    if (came(task) !== 'running') {
      throw new Refusal(
        say({ en: 'it is over: {end}', zh: '任务已结束：{end}' }, { end: endWords(task) }),
        say({ en: '`task log {short}` shows what it has written', zh: '可用 `task log {short}` 查看其输出' }, { short: shortUpid(task.upid) }),
        about,
      );
    }
    const on = { site: host.site, host: host.name, name: `${task.type} ${task.id}`.trim() };
    const path = apiPath`/nodes/${task.node}/tasks/${task.upid}`;
    const at = look.now();
    return {
      summary: say({ en: 'stop {what} on {node} of {host}', zh: '停止 {host} 节点 {node} 上的 {what}' }, { what: on.name, node: task.node, host: host.name }),
      steps: [
        { kind: 'api', on, why: say({ en: 'stop', zh: '停止' }), method: 'DELETE', path, params: {}, proof: 'again' },
        {
          kind: 'wait',
          on,
          why: say({ en: 'until it is stopped', zh: '直到停止' }),
          read: { path: `${path}/status`, pick: 'data.status' },
          until: { is: 'stopped' },
          everyMs: 1000,
          timeoutMs: 120_000,
        },
      ],
      facts: [
        { what: say({ en: 'task', zh: '任务' }), value: quoted(on.name), at, holds: `task ${host.name} ${task.upid} running` },
        { what: say({ en: 'by', zh: '发起者' }), value: quoted(task.user), at },
        { what: say({ en: 'started', zh: '开始' }), value: ago(task.start, at), at },
        {
          what: say({ en: 'left behind', zh: '遗留' }),
          value: say({ en: 'it may leave a lock or half a result; its log says', zh: '可能留下锁或半成品；请看其日志' }),
          at,
        },
      ],
      locks: [{ name: `${host.site}/${host.name}/task:${task.upid.replaceAll('/', '_')}` }],
      risk: RISKS.find(([type]) => type.test(task.type))?.[1] ?? 'high',
      undo: { impossible: say({ en: 'a task that was stopped has to be asked for again', zh: '停止的任务需要重新发起' }) },
      about,
      notes,
    };
  },
});
