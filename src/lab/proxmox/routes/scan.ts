import { needs } from '../gates.ts';
import { text } from '../params.ts';
import { die } from '../refused.ts';
import { type Ask, ok, type Route } from '../route.ts';
import { named } from './kept.ts';

const node = '/nodes/{node}';
/** What is looked for on the network or in the machine, and what has to be said for it. */
const SCANS = { cifs: 'server!', iscsi: 'portal!', lvm: '', lvmthin: 'vg!', nfs: 'server!', pbs: 'server! username! password!', zfs: '' };

/** What a node finds on the network or in itself. */
export const SCAN: readonly Route[] = [
  ...Object.entries(SCANS).map(([kind, must]): Route => {
    return {
      method: 'GET',
      path: `${node}/scan/${kind}`,
      gate: needs('/storage', 'Datastore.Allocate'),
      params: named(must),
      more: () => text(),
      run: (ask) => scan(ask, kind),
    };
  }),
];

function scan({ text: given, world }: Ask, kind: string) {
  if (kind === 'zfs') return ok([{ pool: 'rpool' }, { pool: 'rpool/data' }]);
  if (kind === 'lvm') return ok([]);
  const server = given('server') || given('portal');
  const nas = [...world.storages.values()].find(({ config }) => config.server === server);
  if (kind === 'nfs' && nas) return ok([{ path: String(nas.config.export ?? '/export'), options: '192.0.2.0/24' }]);
  if (kind === 'lvmthin') return ok([]);
  throw die(`${kind === 'nfs' ? 'clnt_create: ' : ''}${server}: no route to host`);
}
