import { needs, needsAny } from '../gates.ts';
import * as kinds from '../kinds.ts';
import { bool, text } from '../params.ts';
import { die } from '../refused.ts';
import { type Ask, ok, type Route } from '../route.ts';
import { fork } from '../tasks.ts';
import { entriesAt } from './kept.ts';

const modify = needs('/nodes/{node}', 'Sys.Modify');
const node = '/nodes/{node}';

/** What a node does with the world outside, which no practice node reaches. */
export const OUTSIDE: readonly Route[] = [
  { method: 'GET', path: `${node}/aplinfo`, run: templates },
  {
    method: 'POST',
    path: `${node}/aplinfo`,
    gate: needs('/storage/{storage}', 'Datastore.AllocateTemplate'),
    params: { 'storage!': kinds.storage, 'template!': text(255) },
    run: download,
  },
  { method: 'GET', path: `${node}/query-url-metadata`, params: { 'url!': text(), 'verify-certificates': bool }, run: (ask) => unreachable(ask) },
  { method: 'GET', path: `${node}/query-oci-repo-tags`, params: { 'reference!': text() }, run: (ask) => unreachable(ask) },
  { method: 'POST', path: `${node}/wakeonlan`, gate: needs('/nodes/{node}', 'Sys.PowerMgmt'), here: true, run: wake },
  { method: 'POST', path: `${node}/execute`, gate: needsAny('/nodes/{node}', 'Sys.Modify'), params: { 'commands!': text(65_536) }, run: () => ok([]) },
  { method: 'POST', path: `${node}/subscription`, gate: modify, params: { force: bool }, run: () => ok() },
  { method: 'PUT', path: `${node}/subscription`, gate: modify, params: { 'key!': text(32) }, run: () => ok() },
  { method: 'DELETE', path: `${node}/subscription`, gate: modify, run: () => ok() },
];

function templates() {
  const section = { section: 'system', os: 'debian-13', type: 'lxc', architecture: 'amd64', source: 'https://download.example.org' };
  return ok([{ ...section, template: 'debian-13-standard_13.1-2_amd64.tar.zst', package: 'debian-13-standard', version: '13.1-2', headline: 'Debian 13' }]);
}

function download({ world, at, who }: Ask) {
  return ok(
    fork(world, { node: at.name, type: 'download', id: '', user: who.id }, async ({ wait, say }) => {
      await wait(2000);
      say('download finished');
    }),
  );
}

/** No practice node reaches the outside. */
function unreachable({ text: given }: Ask): never {
  const host = /\/\/([^/]+)/.exec(given('url'))?.[1] ?? 'registry.example.org';
  throw die(`500 Can't connect to ${host} (Name or service not known)`);
}

/** The node that is woken is not there to be asked. */
function wake({ world, text: given, at }: Ask) {
  const name = given('node');
  const found = world.nodes.get(name);
  if (!found) throw die(`no such cluster node '${name}'`);
  if (name === at.name) throw die(`'${name}' is local node, cannot wake my self!`);
  const mac = entriesAt(world, `/nodes/${name}/config`).get('')?.wakeonlan;
  if (mac === undefined) throw die(`No wake on LAN MAC address defined for '${name}'!`);
  void world.setOnline(name, true);
  return ok(mac);
}
