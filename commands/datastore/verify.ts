import { z } from 'zod';
import { command } from '../../src/core/command.ts';
import { named, tail } from '../../src/tools/proxmox/cluster-guests.ts';
import { allSnapshots, findDatastore } from '../../src/tools/proxmox/datastore.ts';
import { datastoreName, group, namespace } from '../../src/tools/proxmox/datastore-args.ts';
import { verifyPlan } from '../../src/tools/proxmox/datastore-verify.ts';

/** Has a backup server read the backups of a datastore and check them against their sums. */
export default command({
  summary: { en: 'Verify the backups of a datastore', zh: '校验数据存储中的备份' },
  examples: ['datastore verify main', 'datastore verify main --group vm/103 --again', 'datastore verify main --ns west'],
  risk: 'low',
  kinds: ['pbs'],
  args: { datastore: datastoreName() },
  options: {
    group: group().optional(),
    ns: namespace().optional(),
    /** Also what was verified before. */
    again: z.boolean().default(false),
  },
  async plan({ datastore: typed, group: of, ns, again }, look) {
    const store = await findDatastore(look, typed);
    const space = of && ns === undefined ? '' : ns;
    const snapshots = await allSnapshots(look, store.host, store.usage.store, space, of);
    return { ...verifyPlan(look, [{ store, ns: space, of, snapshots }], again), about: [named(store.host, tail(typed, store.host))], notes: store.notes };
  },
});
