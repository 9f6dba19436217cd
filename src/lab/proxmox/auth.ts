import { createHash, randomBytes } from 'node:crypto';
import { percentDecoded } from './form.ts';
import { PRIVILEGES, type Rights, rightsOn, type Who } from './permissions.ts';
import { Refused, unauthorized } from './refused.ts';
import { seconds, type World } from './world.ts';

const FAILED = 'Authentication failed!';
const EVERYTHING: Rights = { '/': ['*'] };

/** Headers that say who calls. */
export interface Credentials {
  readonly authorization: string | undefined;
  readonly cookie: string | undefined;
  readonly csrf: string | undefined;
}

/** Who calls; throws a 401 with an empty body. */
export function authenticate(world: World, { authorization, cookie, csrf }: Credentials, method: string): Who {
  const token = /^PVEAPIToken[= ](.*)$/.exec(authorization ?? '')?.[1];
  if (token !== undefined) return byToken(world, token);
  const ticket = /(?:^|;\s*)PVEAuthCookie=([^;]*)/.exec(cookie ?? '')?.[1];
  if (ticket === undefined) throw unauthorized('No ticket');
  const found = world.tickets.get(percentDecoded(ticket.replaceAll('+', '%2B')));
  if (!found) throw unauthorized(FAILED);
  if (method !== 'GET' && csrf !== found.csrf) throw unauthorized('Permission denied - invalid csrf token');
  return found.who;
}

function byToken(world: World, text: string): Who {
  const [, id = '', user = '', token = '', secret = ''] = /^(([^\s!]+@[^\s!]+)!([^\s=]+))=(.+)$/.exec(text) ?? [];
  const found = world.tokens.find((one) => one.id === id && one.secret === secret);
  if (!found) throw unauthorized(FAILED);
  return { id, user, token, rights: found.privileges };
}

/** What `POST /access/ticket` gives. A user has all that any of its tokens has; root has everything. */
export function newTicket(world: World, user: string, password: string): { readonly [field: string]: unknown } {
  const renewed = world.tickets.get(password)?.who.id === user;
  if (!renewed && (world.passwords[user] === undefined || world.passwords[user] !== password)) throw new Refused(401, 'authentication failure');
  const stamp = seconds().toString(16).toUpperCase().padStart(8, '0');
  const ticket = `PVE:${user}:${stamp}::${randomBytes(192).toString('base64')}`;
  const csrf = `${stamp}:${createHash('sha256').update(ticket).digest('base64').replace(/=+$/, '')}`;
  const rights = user === 'root@pam' ? EVERYTHING : rightsOfUser(world, user);
  const who: Who = { id: user, user, rights };
  world.tickets.set(ticket, { who, csrf });
  return { username: user, ticket, CSRFPreventionToken: csrf, cap: capabilities(who), ...(world.name ? { clustername: world.name } : {}) };
}

function rightsOfUser(world: World, user: string): Rights {
  const rights: { [path: string]: readonly string[] } = {};
  for (const token of world.tokens)
    if (token.id.startsWith(`${user}!`))
      for (const [path, held] of Object.entries(token.privileges)) rights[path] = [...new Set([...(rights[path] ?? []), ...held])];
  return rights;
}

const AREAS: { readonly [area: string]: readonly [path: string, prefixes: RegExp] } = {
  vms: ['/vms', /^VM\./],
  storage: ['/storage', /^Datastore\./],
  nodes: ['/nodes', /^Sys\./],
  dc: ['/', /^(Sys|SDN)\.(Audit|Modify)/],
  access: ['/access', /^(User|Group|Realm|Permissions)\./],
  sdn: ['/sdn', /^SDN\./],
  mapping: ['/mapping', /^Mapping\./],
};

function capabilities(who: Who): { readonly [area: string]: { readonly [privilege: string]: 1 } } {
  return Object.fromEntries(
    Object.entries(AREAS).map(([area, [path, prefix]]) => {
      const held = rightsOn(who, path);
      const all = held.includes('*') ? PRIVILEGES : held;
      return [area, Object.fromEntries(all.filter((one) => prefix.test(one)).map((one) => [one, 1]))];
    }),
  );
}
