import { needsAny } from '../gates.ts';
import { text } from '../params.ts';
import { type Ask, ok, type Route } from '../route.ts';
import { fork } from '../tasks.ts';
import { shelf } from './shelf.ts';

const sdn = '/cluster/sdn';
const audit = needsAny('/sdn', 'SDN.Audit', 'SDN.Allocate');
const modify = needsAny('/sdn', 'SDN.Allocate');
/** Lists of the software-defined network, with the field that names their things. */
const LISTS: readonly (readonly [path: string, id: string, fields: string])[] = [
  ...([
    ['vnets', 'vnet', 'zone! *'],
    ['zones', 'zone', 'type! *'],
    ['controllers', 'controller', 'type! *'],
    ['ipams', 'ipam', 'type! *'],
    ['dns', 'dns', 'type! url! key! *'],
    ['fabrics/fabric', 'id', 'protocol! *'],
    ['prefix-lists', 'id', '*'],
  ] as const),
  ['vnets/{vnet}/subnets', 'subnet', 'type! *'],
  ['fabrics/node/{fabric_id}', 'node_id', 'protocol! *'],
  ['prefix-lists/{id}/entries', 'url_seq', 'action! prefix! *'],
];

/** The software-defined network: nobody has made one. */
export const SDN: readonly Route[] = [
  { method: 'PUT', path: sdn, gate: modify, more: () => text(), run: apply },
  { method: 'POST', path: `${sdn}/lock`, gate: modify, more: () => text(), run: () => ok('practice') },
  { method: 'DELETE', path: `${sdn}/lock`, gate: modify, more: () => text(), run: () => ok() },
  { method: 'POST', path: `${sdn}/rollback`, gate: modify, more: () => text(), run: () => ok() },
  { method: 'GET', path: `${sdn}/dry-run`, gate: audit, more: () => text(), run: () => ok({ 'interfaces-diff': '', 'frr-diff': '' }) },
  { method: 'GET', path: `${sdn}/fabrics/all`, gate: audit, more: () => text(), run: () => ok({ fabrics: [], nodes: [] }) },
  { method: 'GET', path: `${sdn}/fabrics/node`, gate: audit, more: () => text(), run: () => ok([]) },
  ...LISTS.flatMap(([path, id, fields]) =>
    shelf({ path: `${sdn}/${path}`, id, audit, modify, fields, what: id === 'id' ? 'fabric' : id, looks: 'pending running' }),
  ),
  { method: 'GET', path: `${sdn}/ipams/{ipam}/status`, gate: audit, run: () => ok([]) },
  ...(['POST', 'PUT', 'DELETE'] as const).map((method): Route => {
    return { method, path: `${sdn}/vnets/{vnet}/ips`, gate: modify, more: () => text(), run: () => ok() };
  }),
  { method: 'GET', path: `${sdn}/route-maps/entries`, gate: audit, more: () => text(), run: () => ok([]) },
  { method: 'POST', path: `${sdn}/route-maps/entries`, gate: modify, more: () => text(), run: () => ok() },
  { method: 'GET', path: `${sdn}/route-maps/entries/{map}`, gate: audit, more: () => text(), run: () => ok([]) },
  ...(['GET', 'PUT', 'DELETE'] as const).map((method): Route => {
    return {
      method,
      path: `${sdn}/route-maps/entries/{map}/entry/{order}`,
      gate: method === 'GET' ? audit : modify,
      more: () => text(),
      run: () => ok(method === 'GET' ? {} : null),
    };
  }),
  { method: 'GET', path: '/nodes/{node}/sdn/zones', run: () => ok([{ zone: 'localnetwork', status: 'available' }]) },
  ...['zones/{zone}/content', 'zones/{zone}/bridges', 'zones/{zone}/ip-vrf', 'vnets/{vnet}/mac-vrf'].map(onNode),
  ...['routes', 'neighbors', 'interfaces'].map((part) => onNode(`fabrics/{fabric}/${part}`)),
];

function onNode(path: string): Route {
  return { method: 'GET', path: `/nodes/{node}/sdn/${path}`, gate: audit, run: () => ok([]) };
}

function apply({ world, at, who }: Ask) {
  return ok(
    fork(world, { node: at.name, type: 'reloadnetworkall', id: '', user: who.id }, async ({ wait, say }) => {
      for (const name of world.nodes.keys()) say(`${name}: reloading network config`);
      await wait(800);
    }),
  );
}
