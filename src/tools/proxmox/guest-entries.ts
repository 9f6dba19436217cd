import type { Look } from '../../core/command.ts';
import { type Said, say } from '../../core/words.ts';
import { backupJobs } from './backup-jobs.ts';
import { replications } from './cluster-replication.ts';
import { type Known, sidOf, unless } from './guest.ts';

/** What names it, and forgets it: HA, replications, backup jobs that list it. */
export async function placesOf(look: Look, { guest, now }: Known): Promise<Said[]> {
  const [copies, jobs] = await Promise.all([unless(look.read(guest.host, replications())), unless(look.read(guest.host, backupJobs()))]);
  return [
    ...(now.ha === undefined ? [] : [say({ en: 'HA ({sid})', zh: '高可用（{sid}）' }, { sid: sidOf(guest) })]),
    ...(copies ?? [])
      .filter((one) => one.guest === guest.vmid)
      .map(({ target }) => say({ en: 'replication to {target}', zh: '到 {target} 的复制' }, { target })),
    ...(jobs ?? []).filter(({ vmids }) => vmids.includes(String(guest.vmid))).map(({ id }) => say({ en: 'backup job {id}', zh: '备份任务 {id}' }, { id })),
  ];
}
