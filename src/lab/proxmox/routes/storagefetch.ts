import { needsAny } from '../gates.ts';
import { bool, oneOf, text } from '../params.ts';
import { die } from '../refused.ts';
import { type Answer, type Ask, ok, type Route } from '../route.ts';
import { fork } from '../tasks.ts';
import { usable } from './storagefill.ts';
import { storageOf } from './storages.ts';

const template = needsAny('/storage/{storage}', 'Datastore.AllocateTemplate', 'Datastore.Allocate');
const node = '/nodes/{node}/storage/{storage}';
const fetched = {
  checksum: text(),
  'checksum-algorithm': oneOf('md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'),
  'content!': oneOf('iso', 'vztmpl', 'import'),
};

/** Things that would have to be fetched from elsewhere. */
export const STORAGES_FETCH: readonly Route[] = [
  { method: 'GET', path: `${node}/import-metadata`, gate: template, params: { 'volume!': text() }, run: noImport },
  { method: 'POST', path: `${node}/upload`, gate: template, params: { ...fetched, 'filename!': text(255), tmpfilename: text() }, run: noUpload },
  {
    method: 'POST',
    path: `${node}/download-url`,
    gate: template,
    params: { ...fetched, 'filename!': text(255), 'url!': text(), compression: text(), 'verify-certificates': bool },
    run: (ask) => task(ask, 'download'),
  },
  {
    method: 'POST',
    path: `${node}/oci-registry-pull`,
    gate: template,
    params: { 'reference!': text(), filename: text() },
    run: (ask) => task(ask, 'download'),
  },
  { method: 'GET', path: `${node}/file-restore/download`, gate: template, params: { 'volume!': text(), 'filepath!': text(), tar: bool }, run: noFile },
];

/** A task that fails, for want of anything to fetch from. */
export function task(ask: Ask, type: string): Answer {
  usable(ask.world, ask);
  return ok(
    fork(ask.world, { node: ask.at.name, type, id: ask.text('filename') || ask.text('storage'), user: ask.who.id }, async ({ wait }) => {
      await wait(500);
      throw die('download failed: nothing outside can be reached from a practice node');
    }),
  );
}

function noUpload(ask: Ask): never {
  usable(ask.world, ask);
  throw die('upload failed: no temporary file was handed over');
}

function noImport(ask: Ask): never {
  storageOf(ask.world, ask.text('storage'));
  throw die(`storage '${ask.text('storage')}' does not support import`);
}

function noFile(ask: Ask): never {
  usable(ask.world, ask);
  throw die(`volume '${ask.text('volume')}' has no such file`);
}
