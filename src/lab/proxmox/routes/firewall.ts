import { needs } from '../gates.ts';
import { guestAt } from '../guests/find.ts';
import { oneOf, text } from '../params.ts';
import { type Answer, type Ask, type Gate, ok, type Route } from '../route.ts';
import { entriesAt, writable } from './kept.ts';
import { rules } from './rulelist.ts';
import { shelf } from './shelf.ts';
import { single } from './single.ts';

/** Firewalls of the cluster, of nodes and of guests: their rules, names and options. */
export const FIREWALL: readonly Route[] = [
  ...wall('/cluster/firewall', needs('/', 'Sys.Audit'), needs('/', 'Sys.Modify'), 'rules aliases ipset refs'),
  ...wall('/nodes/{node}/firewall', needs('/nodes/{node}', 'Sys.Audit'), needs('/nodes/{node}', 'Sys.Modify'), 'rules log'),
  ...(['qemu', 'lxc'] as const).flatMap((type) => {
    const modify = needs('/vms/{vmid}', 'VM.Config.Network');
    return wall(`/nodes/{node}/${type}/{vmid}/firewall`, needs('/vms/{vmid}', 'VM.Audit'), modify, 'rules aliases ipset refs log', type);
  }),
  ...wall('/cluster/sdn/vnets/{vnet}/firewall', needs('/sdn', 'SDN.Audit'), needs('/sdn', 'SDN.Allocate'), 'rules'),
  ...shelf({ ...{ path: '/cluster/firewall/groups', id: 'group', what: 'security group', calls: 'list add' }, modify: needs('/', 'Sys.Modify') }),
  { method: 'DELETE', path: '/cluster/firewall/groups/{group}', gate: needs('/', 'Sys.Modify'), more: () => text(), run: removeGroup },
  ...rules('/cluster/firewall/groups/{group}', needs('/', 'Sys.Audit'), needs('/', 'Sys.Modify')),
  { method: 'GET', path: '/cluster/firewall/macros', run: () => ok(['DNS', 'HTTP', 'HTTPS', 'Ping', 'SSH', 'Web'].map((macro) => ({ macro, descr: macro }))) },
];

function wall(path: string, audit: Gate, modify: Gate, parts: string, type?: 'qemu' | 'lxc'): readonly Route[] {
  const all: { readonly [part: string]: readonly Route[] } = {
    rules: rules(`${path}/rules`, audit, modify),
    aliases: shelf({ path: `${path}/aliases`, id: 'name', audit, modify, what: 'alias', fields: 'cidr! comment', edits: 'cidr! rename digest' }),
    ipset: [
      ...shelf({ path: `${path}/ipset`, id: 'name', audit, modify, what: 'IPSet', fields: 'comment rename digest', calls: 'list add remove' }),
      ...shelf({ path: `${path}/ipset/{name}`, id: 'cidr', audit, modify, what: 'IPSet entry', fields: 'comment nomatch', edits: 'digest' }),
    ],
    refs: [{ method: 'GET', path: `${path}/refs`, gate: audit, params: { type: oneOf('alias', 'ipset') }, run: () => ok([]) }],
    log: [{ method: 'GET', path: `${path}/log`, gate: audit, more: () => text(), run: () => ({ data: [{ n: 1, t: 'no content' }], total: 1 }) }],
  };
  const options = single({ path: `${path}/options`, audit, modify, plain: () => ({ digest: 'da39a3ee5e6b4b0d3255bfef95601890afd80709' }) });
  const made = [...parts.split(' ').flatMap((part) => all[part] ?? []), ...options];
  return type === undefined ? made : made.map((route) => ofGuest(route, type));
}

/** A guest that is not there has no firewall. */
function ofGuest(route: Route, type: 'qemu' | 'lxc'): Route {
  return {
    ...route,
    run: (ask) => {
      if (route.method !== 'GET') guestAt(ask, type);
      return route.run(ask);
    },
  };
}

function removeGroup(ask: Ask): Answer {
  writable(ask.world, 'firewall');
  entriesAt(ask.world, '/cluster/firewall/groups').delete(ask.text('group'));
  return ok();
}
