import { needs } from '../gates.ts';
import { agentOn } from '../guests/figures.ts';
import { guestAt } from '../guests/find.ts';
import { oneOf } from '../params.ts';
import { die } from '../refused.ts';
import { type Answer, type Ask, ok, type Route } from '../route.ts';

const FIRST = /^(ci\w+|ipconfig\d+|nameserver|searchdomain|sshkeys)$/;
const qemu = '/nodes/{node}/qemu/{vmid}';
const audit = needs('/vms/{vmid}', 'VM.Audit');

/** What a VM is told when it starts for the first time. */
export const CLOUDINIT: readonly Route[] = [
  { method: 'GET', path: `${qemu}/cloudinit`, gate: audit, run: cloudinit },
  { method: 'PUT', path: `${qemu}/cloudinit`, gate: needs('/vms/{vmid}', 'VM.Config.Cloudinit'), run: regenerate },
  { method: 'GET', path: `${qemu}/cloudinit/dump`, gate: audit, params: { 'type!': oneOf('user', 'network', 'meta') }, run: dump },
];

function cloudinit(ask: Ask): Answer {
  const { config, pending } = guestAt(ask, 'qemu');
  const keys = [...new Set([...Object.keys(config), ...pending.keys()])].filter((key) => FIRST.test(key));
  return ok(keys.map((key) => ({ key, ...(key in config ? { value: config[key] } : {}), ...(pending.has(key) ? { pending: pending.get(key) } : {}) })));
}

function regenerate(ask: Ask): Answer {
  const { config } = guestAt(ask, 'qemu');
  if (!Object.values(config).some((value) => /cloudinit/.test(String(value)))) throw die('No cloud-init drive found');
  return ok();
}

function dump(ask: Ask): Answer {
  const guest = guestAt(ask, 'qemu');
  const name = guest.config.name ?? `VM${guest.vmid}`;
  if (ask.text('type') === 'meta') return ok('instance-id: practice\n');
  if (ask.text('type') === 'network') return ok(`version: 1\nconfig:\n    - type: physical\n      name: eth0\n`);
  return ok(`#cloud-config\nhostname: ${name}\n${agentOn(guest) ? 'package_update: true\n' : ''}`);
}
