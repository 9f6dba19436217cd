import { randomBytes } from 'node:crypto';
import { needs } from '../gates.ts';
import { guestAt, word } from '../guests/find.ts';
import { bool, int, oneOf, text } from '../params.ts';
import { die } from '../refused.ts';
import { type Answer, type Ask, type Gate, ok, type Route } from '../route.ts';
import { fork } from '../tasks.ts';
import type { Guest } from '../world.ts';

const node = '/nodes/{node}';
const desk = needs('/vms/{vmid}', 'VM.Console');
const shell = needs('/nodes/{node}', 'Sys.Console');
const command = { cmd: oneOf('ceph_install', 'login', 'upgrade'), 'cmd-opts': text() };
const size = { height: int(16, 2160), websocket: bool, width: int(16, 4096) };

/** Ways to a screen. They are given out, and nobody ever connects to one: their tasks end by that. */
export const CONSOLES: readonly Route[] = [
  opens(`${node}/vncshell`, shell, { ...command, ...size }, 'vncshell'),
  opens(`${node}/termproxy`, shell, command, 'vncshell'),
  { method: 'POST', path: `${node}/spiceshell`, gate: shell, params: { ...command, proxy: text() }, run: () => noSpice() },
  ...(['qemu', 'lxc'] as const).flatMap((type): readonly Route[] => [
    opens(`${node}/${type}/{vmid}/vncproxy`, desk, type === 'qemu' ? { 'generate-password': bool, websocket: bool } : size, 'vncproxy', type),
    opens(`${node}/${type}/{vmid}/termproxy`, desk, type === 'qemu' ? { serial: oneOf('serial0', 'serial1', 'serial2', 'serial3') } : {}, 'vncproxy', type),
    {
      method: 'POST',
      path: `${node}/${type}/{vmid}/spiceproxy`,
      gate: desk,
      params: { proxy: text() },
      run: (ask) => noSpice(guestAt(ask, type)),
    },
    ...['vncwebsocket', 'mtunnelwebsocket'].map((name): Route => {
      return { method: 'GET', path: `${node}/${type}/{vmid}/${name}`, gate: desk, more: () => text(), run: notUpgraded };
    }),
    { method: 'POST', path: `${node}/${type}/{vmid}/mtunnel`, more: () => text(), run: rootOnly },
  ]),
  { method: 'GET', path: `${node}/vncwebsocket`, gate: shell, more: () => text(), run: notUpgraded },
  { method: 'POST', path: '/access/vncticket', more: () => text(), run: () => ok() },
];

function opens(path: string, gate: Gate, params: Route['params'], type: string, of?: Guest['type']): Route {
  return { method: 'POST', path, gate, ...(params ? { params } : {}), run: (ask) => open(ask, type, of) };
}

function open(ask: Ask, type: string, of: Guest['type'] | undefined): Answer {
  const { world, at, who } = ask;
  const id = of === undefined ? '' : String(guestAt(ask, of).vmid);
  const upid = fork(world, { node: at.name, type, id, user: who.id }, async ({ wait }) => {
    await wait(10_000);
    throw die('connection timed out');
  });
  const ticket = `PVEVNC:${Math.floor(Date.now() / 1000)
    .toString(16)
    .toUpperCase()}::${randomBytes(48).toString('base64')}`;
  return ok({ user: who.id, upid, port: String(5900 + world.random.int(0, 99)), ticket, cert: '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n' });
}

function noSpice(guest?: Guest): never {
  if (guest?.status === 'stopped') throw die(`${word(guest)} ${guest.vmid} not running`);
  throw die('no spice port');
}

function notUpgraded(): never {
  throw die('unable to upgrade to protocol websocket');
}

function rootOnly(): never {
  throw die('only root@pam can use this call');
}
