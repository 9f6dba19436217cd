import type { Host } from '../command.ts';
import { canonical, sha256 } from '../digest.ts';
import type { Signal } from './alert.ts';
import type { Route } from './routing.ts';

/** The key of a flood; no other key can be this. */
export const STORM = 'storm';

/** What comes to one card by a route: the same labels it groups by, what the source itself puts together, else each signal by itself. */
export function keyOf(signal: Signal, { group }: Pick<Route, 'group'>, host: Host | undefined): string {
  const { source, fingerprint, labels, title } = signal;
  const besides: Readonly<Record<string, string>> = { title, source, severity: signal.severity };
  const value = (name: string) => (name === 'host' ? (host?.name ?? labels.host) : (labels[name] ?? besides[name])) ?? '';
  if (group) return hash({ labels: group.map((name) => [name, value(name)]) });
  return signal.group === undefined ? hash({ source, fingerprint }) : hash({ source, group: signal.group });
}

function hash(what: unknown): string {
  return sha256(canonical(what)).slice(0, 32);
}
