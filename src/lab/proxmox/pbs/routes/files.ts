import { optional, safeId, text } from '../kinds.ts';
import { bail } from '../refusal.ts';
import { type Route, route } from '../route.ts';
import { SNAPSHOT } from './shared.ts';
import { diskPath, fileRow } from './snapshots.ts';
import { snapshotOf, storeOfGroup } from './stores.ts';

/** What is in the file archive of every container and host here; a trailing slash is a directory. */
const TREE: readonly (readonly [path: string, size: number])[] = [
  ['/etc/', 0],
  ['/etc/hostname', 5],
  ['/etc/network/', 0],
  ['/etc/network/interfaces', 214],
  ['/srv/', 0],
  ['/srv/site.conf', 1804],
  ['/var/', 0],
  ['/var/log/', 0],
  ['/var/log/syslog', 482_113],
];

/** The archives of a snapshot, and the files inside of those that have a catalog. */
export const FILES: readonly Route[] = [
  route('GET', '/admin/datastore/{store}/files', SNAPSHOT, (call) => {
    const id = snapshotOf(call.given);
    const snapshot = storeOfGroup(call, id, { full: ['Datastore.Audit', 'Datastore.Read'], own: ['Datastore.Backup'], operation: 'read' }).find(id);
    if (!snapshot) throw bail('ENOENT: No such file or directory');
    return { data: snapshot.files.map(fileRow) };
  }),
  route('GET', '/admin/datastore/{store}/catalog', { ...SNAPSHOT, filepath: text, 'archive-name': optional(safeId) }, (call) => {
    const id = snapshotOf(call.given);
    const store = storeOfGroup(call, id, { full: ['Datastore.Read'], own: ['Datastore.Backup'], operation: 'read' });
    const snapshot = store.find(id);
    const catalog = snapshot?.files.find(({ filename }) => filename === 'catalog.pcat1.didx');
    if (!snapshot || !catalog)
      throw bail(`unable to open dynamic index "${diskPath(store.path, id)}/catalog.pcat1.didx" - No such file or directory (os error 2)`);
    const asked = call.given.text('filepath');
    const path = asked === 'root' || asked === '/' ? '/' : decode(asked);
    const archives = snapshot.files.filter(({ filename }) => filename.endsWith('.pxar.didx')).map(({ filename }) => filename);
    if (path === '/') return { data: archives.map((name) => entry(`/${name}`, true, 0, id.time)) };
    const archive = archives.find((name) => path === `/${name}` || path.startsWith(`/${name}/`));
    const inner = archive && (path.slice(archive.length + 1).replace(/\/$/, '') || '');
    const known = inner === '' || TREE.some(([name]) => name === `${inner}/`);
    if (archive === undefined || inner === undefined || !known) throw bail(`unable to lookup "${path}" in the catalog`);
    const below = TREE.filter(([name]) => name.startsWith(`${inner}/`) && /^[^/]+\/?$/.test(name.slice(inner.length + 1)));
    return { data: below.map(([name, size]) => entry(`/${archive}${name.replace(/\/$/, '')}`, name.endsWith('/'), size, id.time)) };
  }),
];

function decode(asked: string): string {
  const bytes = Buffer.from(asked, 'base64');
  if (asked.length === 0 || bytes.toString('base64') !== asked) throw bail('base64 decode of filepath failed - Invalid symbol');
  return bytes.toString('utf8').replace(/^\/?/, '/');
}

/** Paths go base64 in both directions. */
function entry(path: string, directory: boolean, size: number, at: number) {
  const file = directory ? { type: 'd', leaf: false } : { type: 'f', leaf: true, size, mtime: at - 3600 };
  return { filepath: Buffer.from(path).toString('base64'), text: path.slice(path.lastIndexOf('/') + 1), ...file };
}
