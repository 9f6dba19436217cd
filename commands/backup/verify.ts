import { z } from 'zod';
import { guest } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { Absent } from '../../src/core/errors.ts';
import { stepReport } from '../../src/core/outcome.ts';
import type { Block } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import { warnings } from '../../src/tools/hostbackup/plan.ts';
import { verifyHosts } from '../../src/tools/hostbackup/verify.ts';
import { aboutHosts, amongHosts, backupsNamed, mustBeOne } from '../../src/tools/hostbackup.ts';
import { allSnapshots, datastores } from '../../src/tools/proxmox/datastore.ts';
import { type Group, groupsNamed, verifyPlan } from '../../src/tools/proxmox/datastore-verify.ts';

/** Has a backup server read a guest's backups and check them against their sums, or restic, borg or rsync a host's. A whole datastore: `datastore verify`. */
export default command({
  summary: { en: 'Verify the backups of a guest or host', zh: '校验客户机或主机的备份' },
  examples: ['backup verify gitlab', 'backup verify 101 --again', 'backup verify web1/etc', 'backup verify db1'],
  risk: 'low',
  kinds: ['pbs', 'linux', 'libvirt'],
  among: amongHosts('guest'),
  args: { guest: guest() },
  /** Also what was verified before. */
  options: { again: z.boolean().default(false) },
  async plan({ guest: typed, again }, look) {
    const { mine } = backupsNamed(look, [typed]);
    const servers = look.hosts.filter(({ kind }) => kind === 'pbs');
    if (mine.length > 0 && servers.length === 0) return verifyHosts(look, mine, again);
    const { all, notes } = await datastores(look, servers);
    const number = /^(?:[^/]+\/)?([1-9]\d{2,8})$/.exec(typed)?.[1];
    const groups = number === undefined ? [undefined] : ['vm', 'ct'].map((type) => ({ type, id: number }));
    const each = await Promise.all(
      all.flatMap((store) => groups.map(async (of) => ({ store, found: await allSnapshots(look, store.host, store.usage.store, undefined, of) }))),
    );
    const found = each.flatMap(({ store, found: here }): Group[] => groupsNamed(store, here, typed));
    const [guest] = found;
    if (guest) mustBeOne([typed], mine, [{ host: guest.store.host.name, name: typed }]);
    if (mine.length > 0) return { ...(await verifyHosts(look, mine, again)), about: aboutHosts([typed], mine) };
    if (found.length === 0)
      throw new Absent(say({ en: 'no backup server has a backup of “{typed}”', zh: '备份服务器上没有“{typed}”的备份' }, { typed }), [], notes.length > 0);
    return { ...verifyPlan(look, found, again), notes };
  },
  report: (plan, outcomes) => ({ blocks: [...warnings(plan, outcomes).map((text): Block => ({ kind: 'text', text })), ...stepReport(plan, outcomes)] }),
});
