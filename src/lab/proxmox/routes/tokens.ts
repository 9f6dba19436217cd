import { randomUUID } from 'node:crypto';
import { bool, int, matching, text } from '../params.ts';
import { demand, demandAny } from '../permissions.ts';
import { badParams, die } from '../refused.ts';
import { type Answer, type Ask, type Gate, ok, type Route } from '../route.ts';
import type { Fields } from '../world.ts';
import { entriesAt, settings, writable } from './kept.ts';
import { drop, tokens, userAt } from './people.ts';

const TOKEN_NAME = matching(/^[A-Za-z][A-Za-z0-9.\-_]+$/);
const USERS = '/access/users';
const ONE = `${USERS}/{userid}`;
const key = (userid: string) => `${USERS}/${userid}/token`;
const TOKEN = { comment: text(512), expire: int(0), privsep: bool };

/** One's own tokens, or everybody's. */
const mine: Gate = ({ who, text: part }) => {
  if (who.user !== part('userid')) demand(who, '/access/groups', 'User.Modify');
};

/** Tokens of people. */
export const TOKEN_ROUTES: readonly Route[] = [
  { method: 'GET', path: `${ONE}/token`, gate: mine, run: (ask) => ok(tokens(ask.world, userAt(ask))) },
  { method: 'GET', path: `${ONE}/token/{tokenid}`, gate: mine, run: (ask) => ok(tokenAt(ask)) },
  { method: 'POST', path: `${ONE}/token/{tokenid}`, gate: mine, params: TOKEN, run: addToken },
  { method: 'PUT', path: `${ONE}/token/{tokenid}`, gate: mine, params: { ...TOKEN, regenerate: bool, delete: text() }, run: changeToken },
  { method: 'DELETE', path: `${ONE}/token/{tokenid}`, gate: mine, run: removeToken },
];

function tokenAt(ask: Ask): Fields {
  const [userid, name] = [userAt(ask), ask.text('tokenid')];
  const found = tokens(ask.world, userid).find(({ tokenid }) => tokenid === name);
  if (!found) throw die(`no such token '${name}' for user '${userid}'`);
  const { tokenid: _, ...fields } = found;
  return fields;
}

/** The secret is said once. A token with privileges of its own has none yet. */
function addToken(ask: Ask): Answer {
  const { world, who, given } = ask;
  const [userid, name] = [userAt(ask), ask.text('tokenid')];
  if ('error' in TOKEN_NAME(name)) throw badParams({ tokenid: 'value does not match the regex pattern' });
  const id = `${userid}!${name}`;
  if (world.tokens.some((token) => token.id === id)) throw badParams({ tokenid: 'Token already exists.' });
  writable(world, 'user_cfg');
  const separate = given.flag('privsep') ?? true;
  if (!separate && who.user !== userid) demandAny(who, '/access', ['User.Modify']);
  const made = settings(ask, 'userid', 'tokenid');
  entriesAt(world, key(userid)).set(name, made);
  const secret = randomUUID();
  world.tokens.push({ id, secret, privileges: separate ? {} : userid === 'root@pam' ? { '/': ['*'] } : who.rights });
  const info = Object.fromEntries(Object.entries({ privsep: 1, ...made }).map(([name, value]) => [name, String(value)]));
  return ok({ 'full-tokenid': id, info, value: secret });
}

function changeToken(ask: Ask): Answer {
  const { world, given } = ask;
  const found = tokenAt(ask);
  writable(world, 'user_cfg');
  const next = { ...found, ...settings(ask, 'userid', 'tokenid', 'regenerate') };
  entriesAt(world, key(ask.text('userid'))).set(ask.text('tokenid'), next);
  if (!given.flag('regenerate')) return ok(next);
  const id = `${ask.text('userid')}!${ask.text('tokenid')}`;
  const [old] = drop(world, (one) => one === id);
  const secret = randomUUID();
  world.tokens.push({ id, secret, privileges: old?.privileges ?? {} });
  return ok({ ...next, 'full-tokenid': id, value: secret });
}

function removeToken(ask: Ask): Answer {
  tokenAt(ask);
  writable(ask.world, 'user_cfg');
  drop(ask.world, (id) => id === `${ask.text('userid')}!${ask.text('tokenid')}`);
  return ok();
}
