import { needs } from '../gates.ts';
import { text } from '../params.ts';
import { die } from '../refused.ts';
import { type Ask, ok, type Route } from '../route.ts';

const modify = needs('/nodes/{node}', 'Sys.Modify');
const audit = needs('/nodes/{node}', 'Sys.Audit');
const node = '/nodes/{node}';

/** What a node can do, and what can be installed on it. */
export const CAPABILITIES: readonly Route[] = [
  { method: 'GET', path: `${node}/apt/changelog`, gate: modify, params: { 'name!': text(), version: text() }, run: changelog },
  { method: 'GET', path: `${node}/apt/repositories`, gate: audit, run: repositories },
  { method: 'POST', path: `${node}/apt/repositories`, gate: modify, more: () => text(), run: () => ok() },
  { method: 'PUT', path: `${node}/apt/repositories`, gate: modify, more: () => text(), run: () => ok() },
  {
    method: 'GET',
    path: `${node}/capabilities/qemu/cpu`,
    more: () => text(),
    run: () => ok(['host', 'kvm64', 'qemu64', 'x86-64-v2-AES', 'x86-64-v3'].map((name) => ({ name, custom: 0, vendor: 'default' }))),
  },
  {
    method: 'GET',
    path: `${node}/capabilities/qemu/cpu-flags`,
    more: () => text(),
    run: () => ok(['aes', 'pcid', 'pdpe1gb'].map((name) => ({ name, description: name }))),
  },
  { method: 'GET', path: `${node}/capabilities/qemu/machines`, more: () => text(), run: machines },
  { method: 'GET', path: `${node}/capabilities/qemu/migration`, run: () => ok({ 'has-dbus-vmstate': 1 }) },
];

function changelog({ at, text: given }: Ask) {
  const found = at.updates.find((one) => one.Package === given('name'));
  if (!found) throw die(`couldn't find package '${given('name')}'`);
  return ok(`${String(found.Package)} (${String(found.Version)}) trixie; urgency=medium\n\n  * Newer.\n`);
}

function repositories() {
  const file = { path: '/etc/apt/sources.list.d/debian.sources', 'file-type': 'sources', repositories: [], digest: [] };
  return ok({ files: [file], errors: [], infos: [], 'standard-repos': [], digest: 'da39a3ee5e6b4b0d3255bfef95601890afd80709' });
}

function machines() {
  return ok(['q35', 'i440fx'].map((type) => ({ id: `pc-${type}-10.1`, type, version: '10.1' })));
}
