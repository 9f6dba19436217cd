import { type Fields, isRecord, records, text } from '../record.ts';
import { type Draft, places, type Rule } from './draft.ts';
import { guest, node } from './make.ts';

/** Lists of a configuration that are told as they are kept, with the field that names their things. `pos`: by their places. */
const LISTS: readonly (readonly [path: string, id: string])[] = [
  ['/access/acl', ''],
  ['/access/groups', 'groupid'],
  ['/access/roles', 'roleid'],
  ['/access/domains', 'realm'],
  ['/access/users', 'userid'],
  ['/pools', 'poolid'],
  ['/cluster/ha/rules', 'rule'],
  ['/cluster/mapping/{kind}', 'id'],
  ['/cluster/metrics/server', 'id'],
  ['/cluster/jobs/realm-sync', 'id'],
  ['/cluster/acme/plugins', 'id'],
  ['/cluster/notifications/endpoints/{kind}', 'name'],
  ['/cluster/notifications/matchers', 'name'],
  ['/cluster/sdn/vnets', 'vnet'],
  ['/cluster/sdn/zones', 'zone'],
  ['/cluster/sdn/controllers', 'controller'],
  ['/cluster/sdn/ipams', 'ipam'],
  ['/cluster/sdn/dns', 'dns'],
  ['/cluster/firewall/groups', 'group'],
  ...['/cluster', '/nodes/{node}', '/nodes/{node}/{type:qemu|lxc}/{vmid:\\d+}'].flatMap((at) => [
    [`${at}/firewall/rules`, ''] as const,
    [`${at}/firewall/aliases`, 'name'] as const,
    [`${at}/firewall/ipset`, 'name'] as const,
  ]),
];
/** Single things that are shown as they are kept. */
const SINGLES = [
  ...['/cluster/options', '/cluster/firewall/options', '/nodes/{node}/dns', '/nodes/{node}/hosts', '/nodes/{node}/config', '/nodes/{node}/firewall/options'],
  '/nodes/{node}/{type:qemu|lxc}/{vmid:\\d+}/firewall/options',
];
const MISSING = /does not exist|no such|not found/i;

/** Configuration that nothing else here knows of. */
export const KEPT: readonly Rule[] = [
  ...LISTS.flatMap(([path, id]): readonly Rule[] => [
    {
      path,
      methods: ['GET'],
      means: (draft, { data, exchange }) => records(data).forEach((entry, at) => void keep(draft, exchange.path, text(entry, id) ?? String(at), entry)),
    },
    {
      path,
      methods: ['POST'],
      means: (draft, { params, said, exchange }) =>
        void (/already (exists|defined)/.test(said) && keep(draft, exchange.path, params[id] ?? '', { [id]: params[id] })),
    },
    {
      path: `${path}/{name}`,
      means: (draft, { data, said, exchange }, { name = '' }) => {
        if (MISSING.test(said)) return;
        const list = exchange.path.slice(0, exchange.path.lastIndexOf('/'));
        keep(draft, list, name, { ...(id === '' ? {} : { [id]: name }), ...(isRecord(data) ? data : {}) });
      },
    },
  ]),
  ...SINGLES.map(
    (path): Rule => ({ path, methods: ['GET'], means: (draft, { data, exchange }) => (isRecord(data) ? keep(draft, exchange.path, '', data) : undefined) }),
  ),
  {
    path: '/pools/**',
    means: (draft, { data, exchange, params, said }) => {
      const poolid = places('/pools/{poolid}', exchange.path)?.poolid ?? (exchange.method === 'POST' ? undefined : params.poolid);
      if (poolid === undefined || MISSING.test(said)) return;
      const [row] = Array.isArray(data) ? data : [data];
      const members = records(isRecord(row) ? row.members : undefined);
      for (const one of members) if (one.vmid !== undefined) guest(draft, Number(one.vmid), text(one, 'type') ?? 'qemu', text(one, 'node') ?? draft.home);
      const vms = members.flatMap((one) => (one.vmid === undefined ? [] : [String(one.vmid)])).join(',');
      const comment = isRecord(row) ? text(row, 'comment') : undefined;
      keep(draft, '/pools', poolid, { poolid, vms, ...(comment === undefined ? {} : { comment }) });
    },
  },
];

function keep(draft: Draft, path: string, name: string, entry: Fields): void {
  node(draft, draft.home);
  const found = draft.kept[path] ?? {};
  draft.kept[path] = { ...found, [name]: { ...found[name], ...entry } };
}
