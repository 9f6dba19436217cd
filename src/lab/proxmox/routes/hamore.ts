import { needs } from '../gates.ts';
import { guestOf } from '../guests/crm.ts';
import { bool, oneOf, text } from '../params.ts';
import { die } from '../refused.ts';
import { type Ask, ok, type Route } from '../route.ts';
import { seconds } from '../world.ts';
import { shelf } from './shelf.ts';

const audit = needs('/', 'Sys.Audit');
const manage = needs('/', 'Sys.Console');

/** High availability beside its resources: rules, the manager's own record, arming. */
export const HA_MORE: readonly Route[] = [
  { method: 'GET', path: '/cluster/ha/status/manager_status', gate: audit, run: record },
  ...(['arm-ha', 'disarm-ha'] as const).map((verb): Route => {
    const params = verb === 'arm-ha' ? {} : { 'resource-mode!': oneOf('freeze', 'ignore') };
    return { method: 'POST', path: `/cluster/ha/status/${verb}`, gate: manage, params, run: () => ok() };
  }),
  ...shelf({
    ...{ path: '/cluster/ha/rules', id: 'rule', audit, modify: manage, what: 'HA rule' },
    fields: 'type! resources! comment nodes',
    kinds: { affinity: oneOf('positive', 'negative'), disable: bool, strict: bool },
    edits: 'type! delete digest',
  }),
  ...(['POST', 'GET', 'PUT', 'DELETE'] as const).map((method): Route => {
    const path = method === 'POST' ? '/cluster/ha/groups' : '/cluster/ha/groups/{group}';
    return { method, path, gate: method === 'GET' ? audit : manage, more: () => text(), run: migrated };
  }),
];

function migrated(): never {
  throw die('ha groups have been migrated to rules');
}

function record({ world }: Ask) {
  const nodes = [...world.nodes.values()];
  const lrm = (name: string) => ({
    state: [...world.ha.keys()].some((sid) => guestOf(world, sid)?.node === name) ? 'active' : 'wait_for_agent_lock',
    mode: 'active',
    results: {},
    timestamp: seconds(),
  });
  const services = [...world.ha.values()].map(({ sid, crm }) => [sid, { state: crm, node: guestOf(world, sid)?.node ?? '', uid: 'practice' }] as const);
  return ok({
    manager_status: {
      ...(world.ha.size > 0 ? { master_node: nodes.find(({ online }) => online)?.name } : {}),
      node_status: Object.fromEntries(nodes.map(({ name, online, maintenance }) => [name, !online ? 'unknown' : maintenance ? 'maintenance' : 'online'])),
      service_status: Object.fromEntries(services),
      timestamp: seconds(),
    },
    lrm_status: Object.fromEntries(nodes.map(({ name }) => [name, lrm(name)])),
    quorum: { node: nodes[0]?.name, quorate: 1 },
  });
}
