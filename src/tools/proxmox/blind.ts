import { apiPath } from '../../core/call.ts';
import type { Host, Look } from '../../core/command.ts';
import { HostError } from '../../core/errors.ts';
import { readApi } from '../../core/read.ts';
import type { ApiRead } from '../../core/types.ts';
import { type Said, say } from '../../core/words.ts';
import { row } from './fields.ts';

/** What is left out of lists in silence, and what it takes to see it. */
const SEEING = {
  guests: { path: '/vms', privilege: 'VM.Audit', what: say({ en: 'no guest', zh: '任何客户机' }) },
  storages: { path: '/storage', privilege: 'Datastore.Audit', what: say({ en: 'no storage', zh: '任何存储' }) },
  nodes: { path: '/nodes', privilege: 'Sys.Audit', what: say({ en: 'nothing of its nodes', zh: '节点的任何状态' }) },
  tasks: { path: '/nodes', privilege: 'Sys.Audit', what: say({ en: 'no task but its own', zh: '自己以外的任何任务' }) },
  'server tasks': { path: '/system/tasks', privilege: 'Sys.Audit', what: say({ en: 'no task but its own', zh: '自己以外的任何任务' }) },
  datastores: { path: '/datastore', privilege: 'Datastore.Audit', what: say({ en: 'no datastore', zh: '任何数据存储' }) },
} as const;

/** Names of the privileges our token has on a path: `GET /access/permissions`, of Proxmox VE and of a backup server. */
function privilegesOn(path: string): ApiRead<readonly string[]> {
  return readApi({ path: apiPath`/access/permissions`, params: { path }, parse: ({ data }) => Object.keys(row(row(data)[path])) });
}

/** For a list that came back empty: a note when that is because our token may not see any. One more call, and none where there is something to show. */
export async function blindTo(look: Look, host: Host, kind: keyof typeof SEEING): Promise<Said[]> {
  const { path, privilege, what } = SEEING[kind];
  try {
    if ((await look.read(host, privilegesOn(path))).includes(privilege)) return [];
  } catch (error) {
    if (error instanceof HostError) return [];
    throw error;
  }
  return [
    say(
      { en: '{host}: our API token sees {what}: it lacks {privilege} on {path}', zh: '{host}：我们的 API 令牌看不到{what}：缺少 {path} 上的 {privilege}' },
      { host: host.name, what, privilege, path },
    ),
  ];
}
