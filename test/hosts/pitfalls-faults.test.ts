import { expect, it } from 'vitest';
import { classifyText } from '../../src/core/pveerror.ts';
import { familiesOf, lacking } from '../../src/hosts/privileges.ts';
import { accessTo, json, no, servers } from './raw.ts';
import { perform, step } from './steps.ts';

const { server } = servers();
it('not found: a setting that was to be taken out is not proven gone by a guest that is not there', async () => {
  const path = '/nodes/pve1/qemu/100/config';
  let lost = false;
  const one = await server(({ method, path: asked }, socket) => {
    if (method === 'PUT') {
      lost = true;
      return void socket.destroy();
    }
    if (asked.includes('/time')) return json({ time: 1_790_000_000 });
    return lost ? no(500, "Configuration file 'nodes/pve1/qemu-server/100.conf' does not exist") : json({ tags: 'prod', digest: 'd' });
  });
  const untag = step('PUT', path, { params: { delete: 'tags', digest: 'd' }, still: [{ path, fields: ['digest'] }], proof: { path, has: { tags: null } } });
  expect(await perform(accessTo([one]), untag)).toMatchObject({ kind: 'gone' });
});

it('cfs lock: a command that was cut off while it held the lock is not one that was never begun', () => {
  expect(classifyText("cfs-lock 'storage-nas' error: got lock timeout - aborting command").fault.kind).not.toBe('flockTimeout');
  expect(classifyText("error with cfs lock 'storage-nas': got lock timeout - aborting command").fault.kind).not.toBe('flockTimeout');
});

it('backups: who may list guests and storages only is told that backups stay hidden from it', () => {
  const look = new Map([['/', new Set(['Sys.Audit', 'VM.Audit', 'Datastore.Audit'])]]);
  const lacks = familiesOf('pve', 9).flatMap((family) => lacking(family, look).map(({ privileges }) => ({ commands: family.commands, privileges })));
  expect(lacks.filter(({ commands, privileges }) => /backup [a-z/]*list/.test(commands) && privileges.includes('VM.Backup'))).not.toEqual([]);
});
