import { rightsOn } from '../access.ts';
import { aclPath, authId, optional } from '../kinds.ts';
import { PbsRefusal } from '../refusal.ts';
import { type Route, route } from '../route.ts';

const TOP = ['/access', '/datastore', '/remote', '/system', '/system/status', '/system/tasks', '/tape'];

/** Version, ping, and what a token may do. */
export const ABOUT: readonly Route[] = [
  route('GET', '/ping', {}, () => ({ data: { pong: true } }), 'world'),
  route('GET', '/version', {}, () => ({ data: { version: '4.2', release: '4', repoid: '5c0f7a1e9d3b2468ace01357bdf92468ace01357' } })),
  route('GET', '/access/permissions', { path: optional(aclPath), 'auth-id': optional(authId) }, ({ given, who, world }) => {
    if (given.has('auth-id') && given.text('auth-id') !== who.id && !rightsOn(who, '/access').includes('Sys.Audit'))
      throw new PbsRefusal(400, `not allowed to list permissions of ${given.text('auth-id')}`);
    const stores = [...world.datastores.keys()].map((name) => `/datastore/${name}`);
    const paths = given.has('path') ? [given.text('path')] : [...new Set([...Object.keys(who.rights), ...TOP, ...stores])];
    const rights = paths.map((path) => [path, Object.fromEntries(rightsOn(who, path).map((one) => [one, true]))] as const);
    return { data: Object.fromEntries(rights.filter(([path, held]) => given.has('path') || path === '/' || Object.keys(held).length > 0)) };
  }),
];
