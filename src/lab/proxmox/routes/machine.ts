import { needs, needsAny } from '../gates.ts';
import { guestAt } from '../guests/find.ts';
import { bool, oneOf, text } from '../params.ts';
import { badParams, die } from '../refused.ts';
import { type Answer, type Ask, ok, type Route } from '../route.ts';
import type { Guest } from '../world.ts';

const qemu = '/nodes/{node}/qemu/{vmid}';
const REMOTE = { 'target-endpoint!': text(), 'target-bridge!': text(), 'target-storage!': text() };

/** A VM's monitor and keyboard, and moves to another cluster. */
export const MACHINES: readonly Route[] = [
  { method: 'POST', path: `${qemu}/monitor`, gate: needsAny('/vms/{vmid}', 'Sys.Audit', 'Sys.Modify'), params: { 'command!': text() }, run: monitor },
  { method: 'PUT', path: `${qemu}/sendkey`, gate: needs('/vms/{vmid}', 'VM.Console'), params: { 'key!': text(), skiplock: bool }, run: sendkey },
  { method: 'POST', path: `${qemu}/dbus-vmstate`, gate: needs('/vms/{vmid}', 'VM.Migrate'), params: { 'action!': oneOf('start', 'stop') }, run: running },
  ...(['qemu', 'lxc'] as const).map((type): Route => {
    const path = `/nodes/{node}/${type}/{vmid}/remote_migrate`;
    return { method: 'POST', path, gate: needs('/vms/{vmid}', 'VM.Migrate'), params: REMOTE, more: () => text(), run: (ask) => remote(ask, type) };
  }),
];

function alive(ask: Ask): Guest {
  const guest = guestAt(ask, 'qemu');
  if (guest.status === 'stopped') throw die(`VM ${guest.vmid} not running`);
  return guest;
}

function monitor(ask: Ask): Answer {
  const { status, config } = alive(ask);
  const [command = ''] = ask
    .text('command')
    .trim()
    .split(/\s+(?=\S)/);
  const about = ask.text('command').trim();
  if (about === 'info status') return ok(`VM status: ${status}\r\n`);
  if (about === 'info version') return ok('10.1.2 (pve-qemu-kvm_10.1.2-3)\r\n');
  if (about === 'info name') return ok(`${config.name ?? ''}\r\n`);
  return ok(['info', 'help', '?', 'stop', 'cont', 'sendkey', 'balloon'].includes(command) ? '' : `unknown command: '${command}'\r\n`);
}

function sendkey(ask: Ask): Answer {
  if (ask.given.flag('skiplock')) throw badParams({ skiplock: 'Only root may use this option.' });
  alive(ask);
  return ok();
}

function running(ask: Ask): Answer {
  alive(ask);
  return ok();
}

function remote(ask: Ask, type: Guest['type']): never {
  guestAt(ask, type);
  throw die('could not connect to the remote cluster: no route to host');
}
