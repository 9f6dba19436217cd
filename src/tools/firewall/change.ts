import type { Argv } from '../../core/types.ts';
import { type Chain, type Firewall, gates } from '../firewall.ts';
import { shell } from '../shell.ts';
import { pveNode } from './node.ts';
import { EXPIRE, EXPIRE_LASTING, SET, STAY } from './scripts.ts';

/** What is let in, or turned away: `from` an address range, empty for anyone. */
export interface Door {
  readonly port: number;
  readonly proto: 'tcp' | 'udp';
  readonly from: string;
}

/** A rule of the bot's own in one or more gates. */
export interface Own {
  readonly tag: string;
  readonly verdict: 'accept' | 'drop';
  readonly door: Door;
  /** As the script `firewall-set` takes them. */
  readonly gates: readonly string[];
}

/** Puts rules about one port in, or takes them out; twice does no harm. `back`: puts in again what was taken out, but what was for a time that is over. */
export function setRules(op: 'add' | 'remove' | 'back', { proto, port }: Pick<Door, 'proto' | 'port'>, rules: readonly Own[]): Argv {
  const words = rules.map(({ tag, verdict, door, gates: at }) => [tag, verdict, door.from === '' ? '-' : door.from, ...at].join(' '));
  return shell('firewall-set', SET, op, proto, String(port), ...words);
}

/** Has the host itself take a rule out after so many seconds. */
export function expires(rule: Own, seconds: number): Argv {
  return shell('firewall-expire', isLasting(rule) ? EXPIRE_LASTING : EXPIRE, rule.tag, String(seconds), ...setRules('remove', rule.door, [rule]));
}

/** A rule that a reboot does not take away. */
export function isLasting({ gates: at }: Own): boolean {
  return at.some((gate) => gate.startsWith('pve:'));
}

/** The host does not take it out by itself any more. */
export function stays(tag: string): Argv {
  return shell('firewall-stay', STAY, tag);
}

/** How a gate is called in `firewall-set`. */
export function gateName({ by, family, table, name }: Chain): string {
  if (by === 'pve') return `pve:${table}`;
  return by === 'nft' ? `nft:${family}:${table}:${name}` : by;
}

/** Gates that a door from there has to lead through: an IPv6 address never comes to an IPv4 table. */
export function gatesFor(found: Firewall, { from }: Pick<Door, 'from'>): Chain[] {
  const other = from === '' ? '' : from.includes(':') ? 'ip' : 'ip6';
  return gates(found).filter(({ family }) => family !== other);
}

/** Where something is turned away: where the node's rules are, a table of the bot's own, or, without nft, first of all in iptables. */
export function barrier({ has, chains }: Firewall): string[] {
  const node = pveNode({ chains });
  if (node !== undefined) return [`pve:${node}`];
  return has.has('nft') ? ['own'] : has.has('ip6tables') ? ['iptables', 'ip6tables'] : ['iptables'];
}

/** The bot's own rules about a port, of every request, as they stand now. Their places and what they say are read from the rules themselves. */
export function ownRules({ chains }: Firewall, port: number, proto: 'tcp' | 'udp'): Own[] {
  const found = chains.flatMap((chain) =>
    chain.rules.flatMap(({ tag, text }): Own[] => {
      const says = tag === undefined ? undefined : sense(text);
      if (tag === undefined || says?.door.port !== port || says.door.proto !== proto) return [];
      const own = chain.family === 'inet' && chain.table === 'hostler';
      return [{ tag, ...says, gates: [own ? 'own' : gateName(chain)] }];
    }),
  );
  const same = Map.groupBy(found, ({ tag, verdict, door }) => `${tag} ${verdict} ${door.from}`);
  return [...same.values()].flatMap(([first, ...rest]) => (first ? [{ ...first, gates: [first, ...rest].flatMap((one) => one.gates) }] : []));
}

/** What one of the bot's own rules says, as nft and iptables-save print it. */
export function sense(text: string): Pick<Own, 'verdict' | 'door'> | undefined {
  const [, proto, port] = /\b(tcp|udp) dport (\d+)/.exec(text) ?? /-p (tcp|udp) .*--dport (\d+)/.exec(text) ?? [];
  const [, verdict] = /\b(accept|drop) comment/.exec(text) ?? /-j (ACCEPT|DROP)/.exec(text) ?? [];
  const [, whole = ''] = /\bip6? saddr (\S+)/.exec(text) ?? /-s (\S+)/.exec(text) ?? [];
  const from = plain(whole);
  if ((proto !== 'tcp' && proto !== 'udp') || port === undefined || verdict === undefined) return undefined;
  return { verdict: verdict.toLowerCase() === 'drop' ? 'drop' : 'accept', door: { proto, port: Number(port), from } };
}

/** An address range as nft prints it: a single address without its length. */
export function plain(from: string): string {
  return from.includes(':') ? from.replace(/\/128$/, '') : from.replace(/\/32$/, '');
}
