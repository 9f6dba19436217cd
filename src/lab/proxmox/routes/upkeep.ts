import { needs } from '../gates.ts';
import { bool, oneOf } from '../params.ts';
import { die } from '../refused.ts';
import { type Answer, type Ask, ok, type Route } from '../route.ts';
import { fork } from '../tasks.ts';
import type { Fields } from '../world.ts';

const audit = needs('/nodes/{node}', 'Sys.Audit');
const modify = needs('/nodes/{node}', 'Sys.Modify');
const service = '/nodes/{node}/services/{service}';

/** A node's services, packages and power. */
export const UPKEEP: readonly Route[] = [
  { method: 'GET', path: '/nodes/{node}/services', gate: audit, run: ({ at }) => ok(at.services) },
  { method: 'GET', path: `${service}/state`, gate: audit, run: (ask) => ok(serviceAt(ask)) },
  ...['start', 'stop', 'restart', 'reload'].map(
    (verb): Route => ({ method: 'POST', path: `${service}/${verb}`, gate: modify, run: (ask) => order(ask, verb) }),
  ),
  { method: 'GET', path: '/nodes/{node}/apt/update', gate: modify, run: ({ at }) => ok(at.updates) },
  { method: 'POST', path: '/nodes/{node}/apt/update', gate: modify, params: { notify: bool, quiet: bool }, run: refresh },
  { method: 'GET', path: '/nodes/{node}/apt/versions', gate: audit, run: versions },
  {
    method: 'GET',
    path: '/nodes/{node}/subscription',
    run: () => ok({ status: 'notfound', message: 'There is no subscription key', url: 'https://www.proxmox.com/proxmox-ve/pricing' }),
  },
  {
    method: 'POST',
    path: '/nodes/{node}/status',
    gate: needs('/nodes/{node}', 'Sys.PowerMgmt'),
    params: { 'command!': oneOf('reboot', 'shutdown') },
    run: power,
  },
];

function serviceAt({ at, text }: Ask): Fields {
  const found = at.services.find((one) => one.service === text('service'));
  if (!found) throw die(`no such service '${text('service')}'`);
  return found;
}

function order(ask: Ask, verb: string): Answer {
  const found = serviceAt(ask);
  const name = ask.text('service');
  return ok(
    fork(ask.world, { node: ask.at.name, type: `srv${verb}`, id: name, user: ask.who.id }, async ({ say, wait }) => {
      say(`${verb} service ${name}`);
      await wait(800);
      const off = verb === 'stop';
      Object.assign(found, { state: off ? 'dead' : 'running', 'active-state': off ? 'inactive' : 'active' });
    }),
  );
}

function refresh({ world, at, who }: Ask): Answer {
  return ok(
    fork(world, { node: at.name, type: 'aptupdate', id: '', user: who.id }, async ({ say, wait }) => {
      say('starting apt-get update');
      await wait(2500);
      say('Hit:1 https://deb.example.org/debian trixie InRelease');
      say('Reading package lists...');
    }),
  );
}

function versions({ world }: Ask): Answer {
  const row = (Package: string, Version: string) => ({
    Package,
    Version,
    OldVersion: Version,
    CurrentState: 'Installed',
    Arch: 'amd64',
    Origin: 'Proxmox',
    Section: 'admin',
    Priority: 'optional',
    Title: Package,
    Description: Package,
  });
  return ok([
    { ...row('proxmox-ve', '9.2.0'), RunningKernel: '6.14.11-4-pve' },
    { ...row('pve-manager', world.version), ManagerVersion: `pve-manager/${world.version}/0000000000000000` },
    row('qemu-server', '9.1.4'),
    row('pve-container', '6.1.2'),
    row('pve-qemu-kvm', '10.1.2-3'),
  ]);
}

/** A node that is told to reboot is away for a while, and what ran on it starts again if it is meant to. */
function power({ world, at, text }: Ask): Answer {
  const back = text('command') === 'reboot';
  world.timers.after(1500 * world.pace, () => {
    void world.setOnline(at.name, false);
    const here = [...world.guests.values()].filter(({ node, status }) => node === at.name && status !== 'stopped');
    for (const guest of here) guest.status = 'stopped';
    if (!back) return;
    world.timers.after(8000 * world.pace, () => {
      void world.setOnline(at.name, true);
      for (const guest of here) if (Number(guest.config.onboot ?? 0) === 1) guest.status = 'running';
    });
  });
  return ok();
}
