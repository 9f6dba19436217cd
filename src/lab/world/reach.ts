import { NETWORK, NETWORK6 } from './fleet.ts';
import type { Machine } from './machine.ts';

/** Where a ping goes: the address behind a name, and how long the answer takes, if one comes. */
export interface Reach {
  readonly address: string;
  /** Milliseconds there and back; undefined: nobody answers. */
  readonly rtt: number | undefined;
  readonly ttl: number;
}

/** Looks up a name or an address from one host; undefined when there is no such name. */
export function reach(from: Machine, target: string): Reach | undefined {
  if (target === 'localhost' || /^127\.\d+\.\d+\.\d+$/.test(target)) return { address: target === 'localhost' ? '127.0.0.1' : target, rtt: 0.03, ttl: 64 };
  if (target === '::1') return { address: target, rtt: 0.03, ttl: 64 };
  const byName = from.fleet.find((machine) => machine.name === target);
  const address = byName?.at ?? target;
  if (!/^\d+\.\d+\.\d+\.\d+$/.test(address) && !/^[\da-f]*:[\da-f:]+$/i.test(address)) return undefined;
  const host = from.fleet.find((machine) => machine.at === address || machine.at6 === address);
  const home = host ?? from.fleet.find((machine) => machine.guests.some((guest) => guest.address === address && guest.state === 'running'));
  const gateway = (['east', 'west'] as const).find((site) => address === `${NETWORK[site]}.1` || address === `${NETWORK6[site]}:1`);
  const site = gateway ?? (home?.reachable ? home.site : undefined);
  if (site === undefined) return { address, rtt: undefined, ttl: 64 };
  if (home === from && host) return { address, rtt: 0.03, ttl: 64 };
  const same = site === from.site;
  return { address, rtt: same ? 0.35 : 8.2, ttl: same ? 64 : 61 };
}
