import type { Host } from '../command.ts';
import { matches } from '../policy.ts';
import type { Alert, Member, Signal } from './alert.ts';
import type { Routing } from './routing.ts';
import { type Values, valuesOf } from './runbook.ts';
import { hostOf } from './target.ts';

type Sources = Routing['sources'];

/** Whether a source may speak of a host: of any, where the configuration does not say of which. */
function mayName(source: string, host: Host, sources: Sources): boolean {
  const only = sources.get(source)?.hosts;
  return only === undefined || only.some((pattern) => pattern === '*' || matches(pattern, host));
}

/** The host that a signal is about, where its source may speak of it; else what that host is called. */
export function aboutOf(
  signal: Pick<Signal, 'source' | 'labels'>,
  sources: Sources,
  hosts: readonly Host[],
): { readonly host?: Host; readonly beyond?: string } {
  const host = hostOf(signal, hosts);
  if (!host) return {};
  return mayName(signal.source, host, sources) ? { host } : { beyond: host.name };
}

/** Something on a card that names a host of which its source may not speak. */
export interface Beyond {
  readonly source: string;
  readonly host: string;
}

/** The first such on a card. Pure. */
export function beyondOn({ top }: Pick<Alert, 'top'>, sources: Sources, hosts: readonly Host[]): Beyond | undefined {
  for (const { source, labels } of top) {
    const { beyond } = aboutOf({ source, labels }, sources, hosts);
    if (beyond !== undefined) return { source, host: beyond };
  }
  return undefined;
}

/**
 * What a member says to the lines of runbooks, as far as its source is believed: nothing about a host of which that may not speak, and no value that names
 * one. Undefined where no line is to be made of it. Pure.
 */
export function believed(member: Member, sources: Sources, hosts: readonly Host[]): Values | undefined {
  const { source, host: name } = member;
  const values = valuesOf(member);
  if (sources.get(source)?.hosts === undefined) return values;
  const others = hosts.filter((host) => !mayName(source, host, sources));
  if (aboutOf(member, sources, hosts).beyond !== undefined || others.some((host) => host.name === name)) return undefined;
  const names = new Set(others.flatMap((host) => namesOf(host)));
  return Object.fromEntries(Object.entries(values).filter(([, value]) => !wordsOf(value).some((word) => names.has(word))));
}

/** What a host may be called in a line. */
function namesOf({ name, address, node, nodes = [] }: Host): string[] {
  return [name, address, ...(node ? [node.name] : []), ...nodes.map((one) => one.name)].map((one) => one.toLowerCase());
}

/** A value, and its parts between what stands between names: `kvm1/db02`, `web1,web2`, `web1:9100`. */
function wordsOf(value: string): string[] {
  const text = value.toLowerCase();
  return [text, ...text.split(/[^a-z0-9._-]+/)];
}
