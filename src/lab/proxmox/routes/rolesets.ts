import { needs } from '../gates.ts';
import { die } from '../refused.ts';
import { ROLES } from '../roles.ts';
import { type Answer, type Ask, ok, type Route } from '../route.ts';
import type { Fields } from '../world.ts';
import { entriesAt } from './kept.ts';
import { shelf } from './shelf.ts';

/** Roles: those every installation has, and those made here. */
export const ROLE_ROUTES: readonly Route[] = [
  { method: 'GET', path: '/access/roles', run: (ask) => ok([...builtIn(), ...[...entriesAt(ask.world, '/access/roles').values()].map(own)]) },
  { method: 'GET', path: '/access/roles/{roleid}', run: role },
  ...shelf({
    ...{ path: '/access/roles', id: 'roleid', modify: needs('/access', 'Sys.Modify'), what: 'role', calls: 'add change remove' },
    fields: 'privs',
    edits: 'append',
  }),
];

function builtIn(): readonly Fields[] {
  return Object.entries(ROLES).map(([roleid, privs]) => ({ roleid, privs: privs.join(','), special: 1 }));
}

function own(entry: Fields): Fields {
  return { special: 0, privs: '', ...entry };
}

function role({ world, text: part }: Ask): Answer {
  const kept = entriesAt(world, '/access/roles').get(part('roleid'));
  const privileges =
    ROLES[part('roleid')] ??
    (kept === undefined
      ? undefined
      : String(kept.privs ?? '')
          .split(/[,; ]+/)
          .filter(Boolean));
  if (privileges === undefined) throw die(`role '${part('roleid')}' does not exist`);
  return ok(Object.fromEntries(privileges.map((one) => [one, 1])));
}
