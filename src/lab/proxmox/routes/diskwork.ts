import { needs } from '../gates.ts';
import { text } from '../params.ts';
import { die } from '../refused.ts';
import { type Ask, ok, type Route } from '../route.ts';
import { fork } from '../tasks.ts';

const root = needs('/', 'Sys.Modify');
const DISKS = ['/dev/nvme0n1', '/dev/nvme1n1'];
const node = '/nodes/{node}';

/** Disks that are prepared or cleared: all are in use, so that none can be. */
export const DISK_WORK: readonly Route[] = [
  { method: 'POST', path: `${node}/disks/initgpt`, gate: root, params: { 'disk!': text(), uuid: text(36) }, run: (ask) => onDisk(ask, 'diskinit') },
  { method: 'PUT', path: `${node}/disks/wipedisk`, gate: root, params: { 'disk!': text() }, run: (ask) => onDisk(ask, 'wipedisk') },
  ...['lvm', 'lvmthin', 'directory', 'zfs'].flatMap((kind): readonly Route[] => [
    { method: 'POST', path: `${node}/disks/${kind}`, gate: root, more: () => text(), run: (ask) => onDisk(ask, `${kind}create`) },
    { method: 'DELETE', path: `${node}/disks/${kind}/{name}`, gate: root, more: () => text(), run: (ask) => onDisk(ask, `${kind}remove`) },
  ]),
];

/** Every disk is in use, so that nothing can be made of one. */
function onDisk(ask: Ask, type: string) {
  const disk = ask.text('disk') || ask.text('device') || ask.text('devices').split(',')[0] || '';
  const task = { node: ask.at.name, type, id: (ask.text('name') || disk.replace('/dev/', '')).replaceAll('/', '-'), user: ask.who.id };
  return ok(
    fork(ask.world, task, async ({ wait }) => {
      await wait(300);
      throw die(DISKS.includes(disk) ? `disk ${disk} is already in use` : `device '${disk}' is already in use or not there`);
    }),
  );
}
