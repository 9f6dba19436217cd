import { needs } from '../gates.ts';
import { guestAt } from '../guests/find.ts';
import { type Answer, type Ask, ok, type Route } from '../route.ts';

/** The addresses of a container. */
export const CONTAINER_NET: readonly Route[] = [
  { method: 'GET', path: '/nodes/{node}/lxc/{vmid}/interfaces', gate: needs('/vms/{vmid}', 'VM.Audit'), run: containerAddresses },
];

function containerAddresses(ask: Ask): Answer {
  const guest = guestAt(ask, 'lxc');
  if (guest.status === 'stopped') return ok(null);
  const net = String(guest.config.net0 ?? '');
  const inet = /(?:^|,)ip=([^,]+)/.exec(net)?.[1] ?? '';
  const hwaddr = /hwaddr=([^,]+)/.exec(net)?.[1]?.toLowerCase() ?? 'bc:24:11:00:00:02';
  return ok([card('lo', '00:00:00:00:00:00', ['127.0.0.1/8', '::1/128']), card('eth0', hwaddr, /\d/.test(inet) ? [inet] : [])]);
}

/** A card of a container, in the old words and in the new ones. */
function card(name: string, hwaddr: string, addresses: readonly string[]) {
  const old = addresses.map((address) => [address.includes(':') ? 'inet6' : 'inet', address] as const);
  const listed = old.map(([type, address]) => {
    const [ip = '', prefix = ''] = address.split('/');
    return { 'ip-address': ip, 'ip-address-type': type, prefix: Number(prefix) };
  });
  return { name, hwaddr, 'hardware-address': hwaddr, ...Object.fromEntries(old), 'ip-addresses': listed };
}
