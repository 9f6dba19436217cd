import type { Backup } from '../backups.ts';
import { text } from '../params.ts';
import { demand } from '../permissions.ts';
import { badParams, die } from '../refused.ts';
import { typeOf } from '../retention.ts';
import { type Answer, type Ask, ok, type Route } from '../route.ts';
import { storageOf } from './storages.ts';

/** What is inside of backups. */
export const ARCHIVES: readonly Route[] = [
  { method: 'GET', path: '/nodes/{node}/vzdump/extractconfig', params: { 'volume!': text() }, run: extract },
  { method: 'GET', path: '/nodes/{node}/storage/{storage}/file-restore/list', params: { 'volume!': text(), 'filepath!': text() }, run: files },
];

function backupAt({ world, who }: Ask, volid: string): Backup {
  const storage = volid.split(':')[0] ?? '';
  storageOf(world, storage);
  const found = world.backups.find(volid);
  if (!found) throw die(`volume '${volid}' does not exist`);
  demand(who, `/storage/${storage}`, 'Datastore.AllocateSpace');
  demand(who, `/vms/${found.vmid}`, 'VM.Backup');
  return found;
}

/** A config file as text: `key: value`, a line each; a description is a comment in front. */
function extract(ask: Ask): Answer {
  const { config, vmid } = backupAt(ask, ask.text('volume'));
  const { description, lock: _, ...rest } = config ?? ask.world.first.get(vmid) ?? {};
  const comment =
    description === undefined
      ? []
      : String(description)
          .split('\n')
          .map((line) => `#${encodeURI(line)}`);
  const lines = Object.entries(rest).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return ok([...comment, ...lines.map(([key, value]) => `${key}: ${value}`), ''].join('\n'));
}

type Tree = { readonly [name: string]: Tree | number };

const ETC: Tree = { hostname: 5, hosts: 174, 'os-release': 257, network: { interfaces: 211 }, ssh: { sshd_config: 3287 } };
const ROOT: Tree = { etc: ETC, root: { '.bashrc': 571 }, var: { log: { 'dpkg.log': 81_223 } } };

/** Every backup of a kind holds the same files here. */
function files(ask: Ask): Answer {
  const backup = backupAt(ask, ask.text('volume').includes(':') ? ask.text('volume') : `${ask.text('storage')}:${ask.text('volume')}`);
  if (!/:backup\/(vm|ct)\//.test(backup.volid)) throw die('Only PBS snapshots are supported for file-restore.');
  const given = ask.text('filepath');
  const path = given === '/' ? '/' : Buffer.from(given, 'base64').toString('utf8');
  if (!path.startsWith('/')) throw badParams({ filepath: 'not a base64-path' });
  let at: Tree | number = typeOf(backup) === 'qemu' ? { 'drive-scsi0.img.fidx': { part: { '1': ROOT } } } : { 'root.pxar.didx': ROOT };
  for (const name of path.split('/').filter((part) => part !== '')) {
    const next: Tree | number | undefined = typeof at === 'number' ? undefined : at[name];
    if (next === undefined) throw die(`proxmox-file-restore failed: Error: path '${path}' does not exist in the archive`);
    at = next;
  }
  const entries = typeof at === 'number' ? [] : Object.entries(at);
  return ok(entries.map(([name, inside]) => entry(`${path.replace(/\/$/, '')}/${name}`, name, inside, backup.at)));
}

function entry(path: string, name: string, inside: Tree | number, mtime: number) {
  const filepath = Buffer.from(path).toString('base64');
  if (typeof inside === 'number') return { filepath, text: name, leaf: 1, type: 'f', size: inside, mtime };
  return name.endsWith('idx') ? { filepath, text: name, leaf: 0, type: 'v' } : { filepath, text: name, leaf: 0, type: 'd', mtime };
}
