import { needsAny } from '../gates.ts';
import { bool, int, text } from '../params.ts';
import { may } from '../permissions.ts';
import { badParams, die } from '../refused.ts';
import { type Answer, type Ask, type Gate, ok, type Route } from '../route.ts';
import type { Fields } from '../world.ts';
import { entriesAt, settings, writable } from './kept.ts';
import { drop, fields, tokens, userAt, users } from './people.ts';

const USERS = '/access/users';
const ONE = `${USERS}/{userid}`;
const modify: Gate = needsAny('/access/groups', 'User.Modify', 'Sys.Modify');
const USER = {
  ...{ comment: text(2048), email: text(254), enable: bool, expire: int(0), firstname: text(1024), groups: text(), keys: text(), lastname: text(1024) },
};

/** People. */
export const USER_ROUTES: readonly Route[] = [
  { method: 'GET', path: USERS, params: { enabled: bool, full: bool }, run: list },
  { method: 'POST', path: USERS, gate: modify, params: { ...USER, 'userid!': text(64), password: text(64) }, run: add },
  { method: 'GET', path: ONE, gate: needsAny('/access/groups', 'User.Modify', 'Sys.Audit'), run: (ask) => ok(detail(ask)) },
  { method: 'PUT', path: ONE, gate: modify, params: { ...USER, append: bool }, run: change },
  { method: 'DELETE', path: ONE, gate: modify, run: remove },
  { method: 'GET', path: `${ONE}/tfa`, params: { multiple: bool }, run: () => ok({ realm: 'pam', types: [] }) },
  { method: 'PUT', path: `${ONE}/unlock-tfa`, gate: modify, run: () => ok(0) },
];

function list({ world, who, given }: Ask): Answer {
  const all = users(world).filter((userid) => userid === who.user || may(who, '/access/groups', 'Sys.Audit') || may(who, '/access/groups', 'User.Modify'));
  const rows = all.map((userid) => {
    const own = { ...fields(world, userid) };
    return given.flag('full') ? { ...own, groups: own.groups ?? '', tokens: tokens(world, userid) } : own;
  });
  return ok(given.has('enabled') ? rows.filter((row) => ('enable' in row ? Number(row.enable) : 1) === (given.flag('enabled') ? 1 : 0)) : rows);
}

function detail(ask: Ask): Fields {
  const { userid, 'realm-type': _, ...rest } = fields(ask.world, userAt(ask));
  const own = Object.fromEntries(tokens(ask.world, String(userid)).map(({ tokenid, ...more }) => [tokenid, more]));
  return {
    ...rest,
    groups: String(rest.groups ?? '')
      .split(',')
      .filter(Boolean),
    ...(Object.keys(own).length > 0 ? { tokens: own } : {}),
  };
}

function add(ask: Ask): Answer {
  const { world, given } = ask;
  const userid = given.text('userid');
  if (!/^[^\s:/]+@[A-Za-z][\w.-]+$/.test(userid)) throw badParams({ userid: `invalid format - value '${userid}' does not look like a valid user name\n` });
  if (users(world).includes(userid)) throw die(`create user failed: user '${userid}' already exists`);
  writable(world, 'user_cfg');
  entriesAt(world, USERS).set(userid, settings(ask, 'userid', 'password'));
  if (given.has('password')) world.passwords[userid] = given.text('password');
  return ok();
}

function change(ask: Ask): Answer {
  const userid = userAt(ask);
  writable(ask.world, 'user_cfg');
  entriesAt(ask.world, USERS).set(userid, { ...entriesAt(ask.world, USERS).get(userid), ...settings(ask, 'userid', 'append') });
  return ok();
}

function remove(ask: Ask): Answer {
  const userid = userAt(ask);
  writable(ask.world, 'user_cfg');
  entriesAt(ask.world, USERS).delete(userid);
  delete ask.world.passwords[userid];
  drop(ask.world, (id) => id.startsWith(`${userid}!`));
  return ok();
}
