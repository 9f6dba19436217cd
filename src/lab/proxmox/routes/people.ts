import { die } from '../refused.ts';
import type { Ask } from '../route.ts';
import type { Fields, World } from '../world.ts';
import { entriesAt } from './kept.ts';

const key = (userid: string) => `${USERS}/${userid}/token`;
const USERS = '/access/users';

/** Everybody the cluster knows, root in front. */
export function users(world: World): readonly string[] {
  const named = [...Object.keys(world.passwords), ...world.tokens.map(({ id }) => id.split('!')[0] ?? ''), ...entriesAt(world, USERS).keys()];
  return [...new Set(['root@pam', ...named])];
}

/** What is known of somebody. */
export function fields(world: World, userid: string): Fields {
  const realm = userid === 'root@pam' || userid.endsWith('@pam') ? 'pam' : (userid.split('@')[1] ?? 'pve');
  return { enable: 1, expire: 0, 'realm-type': realm, ...entriesAt(world, USERS).get(userid), userid };
}

/** Who is named in a path; throws when there is nobody by that name. */
export function userAt({ world, text: part }: Ask): string {
  const userid = part('userid');
  if (!users(world).includes(userid)) throw die(`no such user ('${userid}')`);
  return userid;
}

/** The tokens somebody has. */
export function tokens(world: World, userid: string) {
  const own = world.tokens.flatMap(({ id }) => (id.startsWith(`${userid}!`) ? [id.slice(userid.length + 1)] : []));
  return own.map((tokenid) => ({ tokenid, expire: 0, privsep: 1, ...entriesAt(world, key(userid)).get(tokenid) }));
}

/** Takes tokens away, and says which. */
export function drop({ tokens: all }: World, gone: (id: string) => boolean): World['tokens'] {
  const taken = all.filter(({ id }) => gone(id));
  all.splice(0, all.length, ...all.filter(({ id }) => !gone(id)));
  return taken;
}
