import { z } from 'zod';
import { guest } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { Absent } from '../../src/core/errors.ts';
import { say } from '../../src/core/words.ts';
import { allSnapshots, datastores } from '../../src/tools/proxmox/datastore.ts';
import { type Group, groupsNamed, verifyPlan } from '../../src/tools/proxmox/datastore-verify.ts';

/** Has a backup server read a guest's backups and check them against their sums. A whole datastore: `datastore verify`. */
export default command({
  summary: { en: 'Verify a guest’s backups on the backup servers', zh: '在备份服务器上校验客户机的备份' },
  examples: ['backup verify gitlab', 'backup verify 101 --again'],
  risk: 'low',
  kinds: ['pbs'],
  args: { guest: guest() },
  /** Also what was verified before. */
  options: { again: z.boolean().default(false) },
  async plan({ guest: typed, again }, look) {
    const { all, notes } = await datastores(look);
    const number = /^(?:[^/]+\/)?([1-9]\d{2,8})$/.exec(typed)?.[1];
    const groups = number === undefined ? [undefined] : ['vm', 'ct'].map((type) => ({ type, id: number }));
    const each = await Promise.all(
      all.flatMap((store) => groups.map(async (of) => ({ store, found: await allSnapshots(look, store.host, store.usage.store, undefined, of) }))),
    );
    const found = each.flatMap(({ store, found: here }): Group[] => groupsNamed(store, here, typed));
    if (found.length === 0)
      throw new Absent(say({ en: 'no backup server has a backup of “{typed}”', zh: '备份服务器上没有“{typed}”的备份' }, { typed }), [], notes.length > 0);
    return { ...verifyPlan(look, found, again), notes };
  },
});
