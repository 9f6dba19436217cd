import { needs } from '../gates.ts';
import { text } from '../params.ts';
import { die } from '../refused.ts';
import { ok, type Route } from '../route.ts';
import { shelf } from './shelf.ts';

const audit = needs('/', 'Sys.Audit');
const modify = needs('/', 'Sys.Modify');
const READS = [
  ...['cfg/db', 'cfg/raw', 'cfg/value', 'cmd-safety', 'crush', 'fs', 'log', 'mds', 'mgr', 'mon', 'osd', 'osd/{osdid}/lv-info', 'osd/{osdid}/metadata'],
  ...['pool', 'pool/{name}', 'pool/{name}/status', 'rules', 'status'],
];
const WRITES = [
  ...['POST fs/{name}', 'DELETE fs/{name}', 'POST init', 'POST mds/{name}', 'DELETE mds/{name}', 'POST mgr/{id}', 'DELETE mgr/{id}', 'POST mon/{monid}'],
  ...['DELETE mon/{monid}', 'POST osd', 'DELETE osd/{osdid}', 'POST osd/{osdid}/in', 'POST osd/{osdid}/out', 'POST osd/{osdid}/scrub', 'POST pool'],
  ...['PUT pool/{name}', 'DELETE pool/{name}', 'POST start', 'POST stop', 'POST restart'],
];

/** What no node of a practice cluster has: Ceph of its own, and certificates from an authority. */
export const ABSENT: readonly Route[] = [
  ...READS.map((path) => without('GET', `/nodes/{node}/ceph/${path}`)),
  ...WRITES.flatMap((line) => {
    const [method = '', path = ''] = line.split(' ');
    return method === 'POST' || method === 'PUT' || method === 'DELETE' ? [without(method, `/nodes/{node}/ceph/${path}`)] : [];
  }),
  without('GET', '/cluster/ceph/metadata'),
  without('GET', '/cluster/ceph/status'),
  without('GET', '/cluster/ceph/flags'),
  without('PUT', '/cluster/ceph/flags'),
  without('GET', '/cluster/ceph/flags/{flag}'),
  without('PUT', '/cluster/ceph/flags/{flag}'),
  ...shelf({ path: '/cluster/acme/plugins', id: 'id', audit: modify, modify, what: 'ACME plugin', fields: 'type! *' }),
  { method: 'GET', path: '/cluster/acme/account', run: () => ok([]) },
  { method: 'GET', path: '/cluster/acme/account/{name}', run: ({ text: part }) => noAccount(part('name')) },
  ...(['POST', 'PUT', 'DELETE'] as const).map((method): Route => {
    const path = method === 'POST' ? '/cluster/acme/account' : '/cluster/acme/account/{name}';
    return { method, path, gate: modify, more: () => text(), run: ({ text: part }) => noAccount(part('name')) };
  }),
  { method: 'GET', path: '/cluster/acme/tos', more: () => text(), run: () => ok('https://acme.example.org/terms') },
  { method: 'GET', path: '/cluster/acme/meta', more: () => text(), run: () => ok({}) },
  { method: 'GET', path: '/cluster/acme/directories', run: () => ok([{ name: 'Practice', url: 'https://acme.example.org/directory' }]) },
  { method: 'GET', path: '/cluster/acme/challenge-schema', run: () => ok([]) },
  ...(['POST', 'PUT', 'DELETE'] as const).map((method): Route => {
    return {
      method,
      path: '/nodes/{node}/certificates/acme/certificate',
      gate: needs('/nodes/{node}', 'Sys.Modify'),
      more: () => text(),
      run: () => noAccount('default'),
    };
  }),
  ...(['POST', 'DELETE'] as const).map((method): Route => {
    return { method, path: '/nodes/{node}/certificates/custom', gate: needs('/nodes/{node}', 'Sys.Modify'), more: () => text(), run: noCustom };
  }),
];

function without(method: Route['method'], path: string): Route {
  return { method, path, gate: method === 'GET' ? audit : modify, more: () => text(), run: noCeph };
}

function noCeph(): never {
  throw die('binary not installed: /usr/bin/ceph-mon');
}

function noAccount(name: string): never {
  throw die(`ACME account config file '${name || 'default'}' does not exist.`);
}

function noCustom(): never {
  throw die('unable to parse certificate');
}
