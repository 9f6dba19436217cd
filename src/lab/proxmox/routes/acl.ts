import { needs } from '../gates.ts';
import { bool, text } from '../params.ts';
import { may } from '../permissions.ts';
import { badParams, die } from '../refused.ts';
import { ROLES } from '../roles.ts';
import { type Answer, type Ask, ok, type Route } from '../route.ts';
import type { Fields } from '../world.ts';
import { entriesAt, writable } from './kept.ts';

const ACL = '/access/acl';

/** The list that ties people, paths and roles together. */
export const ACL_ROUTES: readonly Route[] = [
  { method: 'GET', path: ACL, params: { exact: bool, path: text() }, run: acl },
  {
    method: 'PUT',
    path: ACL,
    gate: needs('/access', 'Permissions.Modify'),
    params: { 'path!': text(), 'roles!': text(), delete: bool, groups: text(), propagate: bool, tokens: text(), users: text() },
    run: grant,
  },
];

/** Of whoever asks without the right to see all: what concerns the paths where it may change something. */
function acl({ world, who, given }: Ask): Answer {
  const rows = [...entriesAt(world, ACL).values()].filter(({ path }) => may(who, String(path), 'Permissions.Modify') || may(who, '/access', 'Sys.Audit'));
  return ok(given.has('path') ? rows.filter(({ path }) => path === given.text('path')) : rows);
}

function grant(ask: Ask): Answer {
  const { world, given } = ask;
  for (const one of given.list('roles')) if (!(one in ROLES) && !entriesAt(world, '/access/roles').has(one)) throw die(`role '${one}' does not exist`);
  const whom = (['user', 'group', 'token'] as const).flatMap((type) => given.list(`${type}s`).map((ugid) => ({ type, ugid })));
  if (whom.length === 0) throw badParams({ users: "either 'users', 'groups' or 'tokens' is required." });
  writable(world, 'user_cfg');
  for (const roleid of given.list('roles'))
    for (const { type, ugid } of whom) {
      const row: Fields = { path: given.text('path'), roleid, type, ugid, propagate: given.flag('propagate') === false ? 0 : 1 };
      const key = [row.path, type, ugid, roleid].join(' ');
      if (given.flag('delete')) entriesAt(world, ACL).delete(key);
      else entriesAt(world, ACL).set(key, row);
    }
  return ok();
}
