import { check } from '../../core/check.ts';
import type { Host } from '../../core/command.ts';
import { say } from '../../core/words.ts';
import { found, skip } from '../doctor/verdicts.ts';
import { when } from '../proxmox/archive-words.ts';
import { blindTo } from '../proxmox/blind.ts';
import { failedTasks, isVital, thingOf } from '../proxmox/task-failed.ts';
import type { Task } from '../proxmox/task-list.ts';

/** Most that are named one by one. */
const MOST = 20;
/** Errors may be pages long. */
const LONGEST = 160;

export default check({
  title: { en: 'no task has failed', zh: '没有失败的任务' },
  why: { en: 'nobody looks at tasks of the night; a backup that failed is missed when it is needed', zh: '没有人查看夜间任务；失败的备份要到需要时才被发现' },
  source: 'Proxmox VE API and Proxmox Backup API: GET /nodes/{node}/tasks',
  appliesTo: {
    en: 'clusters and backup servers, for what ended within a day; within eight days what backups rest on',
    zh: '集群与备份服务器：一天内结束的任务，备份相关任务为八天内',
  },
  kinds: ['pve', 'pbs'],
  async examine(look, host) {
    const all = await failedTasks(look, host);
    if (!all) return skip('none of its nodes is online', '没有在线的节点');
    const [blind] = all.length === 0 ? await blindTo(look, host, host.kind === 'pbs' ? 'server tasks' : 'tasks') : [];
    if (blind) return { skipped: blind };
    const worst = all.toSorted((a, b) => Number(isVital(b)) - Number(isVital(a)) || b.start - a.start);
    const rest = worst.slice(MOST);
    return found(
      ...worst.slice(0, MOST).map((task) => ({
        name: thingOf(task),
        severity: isVital(task) ? ('critical' as const) : ('warning' as const),
        what: say(
          { en: '{task} on {node} failed at {at} UTC, and was not done since: {status}', zh: '{node} 上的 {task} 于 {at} UTC 失败，此后未成功：{status}' },
          { task: `${task.type} ${task.id}`.trim(), node: task.node, at: when(task.end), status: short(task.status) },
        ),
        ...fixOf(host, task),
      })),
      rest.length === 0
        ? undefined
        : {
            name: 'more',
            severity: rest.some(isVital) ? 'critical' : 'warning',
            what: say({ en: '{n} more tasks failed', zh: '另有 {n} 个任务失败' }, { n: rest.length }),
            ...(host.kind === 'pve' ? { fix: `task list ${host.name} --errors` } : {}),
          },
    );
  },
});

function short(status: string): string {
  if (status === '') return '?';
  return status.length > LONGEST ? `${status.slice(0, LONGEST - 1)}…` : status;
}

const NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/;

/** Does again what can be done again; of others, shows what the task has written. */
function fixOf({ name, kind }: Host, { type, id, upid }: Task): { readonly fix?: string } {
  if (kind === 'pve') {
    if (type === 'vzdump' && /^[1-9]\d{2,8}$/.test(id)) return { fix: `backup run ${name}/${id}` };
    return /^[A-Za-z0-9:@!._/\\-]+$/.test(upid) ? { fix: `task log ${upid}` } : {};
  }
  // `store`, `store:…`, and of a job, whatever stands before, its own id in the end.
  const parts = id.split(':');
  const [store = '', job = ''] = [parts[0], parts.at(-1)];
  if (type === 'verificationjob' || type === 'syncjob') return NAME.test(job) && parts.length > 1 ? { fix: `datastore job run ${name}/${job}` } : {};
  if (!NAME.test(store)) return {};
  if (type === 'garbage_collection') return { fix: `datastore gc ${name}/${store}` };
  return type.startsWith('verif') ? { fix: `datastore verify ${name}/${store}` } : {};
}
