import type { Host } from '../command.ts';
import type { Signal } from './alert.ts';

/** Labels that name a host, the plainest first. */
export const HOST_LABELS = ['host', 'hostname', 'nodename', 'node', 'instance'];

/**
 * The host of the configuration that a signal is about: by its labels (`host`, `hostname`, `nodename`, `node`, `instance`), by name or address, without port
 * and domain. A name that means several hosts, such as one of two sites by its address, means none.
 */
export function hostOf(signal: Pick<Signal, 'labels'>, hosts: readonly Host[]): Host | undefined {
  return foundBy(signal, hosts)?.host;
}

/** The same, with the label that says it: those before it in `HOST_LABELS` name none. */
export function foundBy({ labels }: Pick<Signal, 'labels'>, hosts: readonly Host[]): { readonly host: Host; readonly label: string } | undefined {
  for (const label of HOST_LABELS) {
    const value = labels[label];
    const host = value === undefined || value === '' ? undefined : named(bare(value), hosts);
    if (host) return { host, label };
  }
  return undefined;
}

function named(text: string, hosts: readonly Host[]): Host | undefined {
  const wanted = text.toLowerCase();
  const exact = hosts.filter(({ name, address }) => name.toLowerCase() === wanted || address.toLowerCase() === wanted);
  if (exact.length > 0) return only(exact);
  const node = hosts.filter((host) => host.node?.name.toLowerCase() === wanted);
  if (node.length > 0) return only(node);
  if (isAddress(wanted)) return undefined;
  const [first] = wanted.split('.');
  return only(hosts.filter(({ name, address }) => name.toLowerCase() === first || (!isAddress(address) && address.toLowerCase().split('.')[0] === first)));
}

function only(hosts: readonly Host[]): Host | undefined {
  return hosts.length === 1 ? hosts[0] : undefined;
}

function isAddress(text: string): boolean {
  return /^[0-9.]+$/.test(text) || text.includes(':');
}

/** `[2001:db8::1]:9100`, `192.0.2.1:9100`, `web1.example.org:9100` and `http://web1:9100/x` without what is not the host. */
function bare(text: string): string {
  const address = text
    .trim()
    .replace(/^[a-z]+:\/\//i, '')
    .replace(/\/.*$/s, '');
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(address);
  if (bracketed?.[1]) return bracketed[1];
  return /^[^:]*:\d+$/.test(address) ? address.slice(0, address.lastIndexOf(':')) : address;
}
