import { about } from './argument.ts';
import { type AnyCommand, type Host, SHELL_KINDS } from './command.ts';
import { Refusal } from './errors.ts';
import { nearest } from './nearest.ts';
import { didYouMean } from './parse.ts';
import { matches } from './policy.ts';
import type { Input } from './types.ts';
import { list, say } from './words.ts';

/**
 * Which hosts a request is about, out of those in reach: named hosts, tags and sites, or the host before a guest's slash.
 * Throws Refusal for a name that means no host in reach, without saying whether it exists outside of it.
 */
export function route(command: AnyCommand, input: Input, reach: readonly Host[]): Host[] {
  const kinds = command.kinds ?? SHELL_KINDS;
  const ofKind = reach.filter((host) => kinds.includes(host.kind));
  const meant = new Set(command.among?.(input, ofKind) ?? ofKind);
  const fits = (host: Host) => meant.has(host);
  const patterns = named(command, input);
  if (patterns.length === 0) {
    const hosts = reach.filter(fits);
    if (hosts.length === 0) throw new Refusal(say({ en: 'there is no host in your reach for this', zh: '您没有可用于此命令的主机' }));
    return hosts;
  }
  const chosen = new Set<Host>();
  for (const pattern of patterns) {
    const found = reach.filter((host) => matches(pattern, host) || hasNode(host, pattern));
    if (found.length === 0) throw unknownTarget(pattern, reach);
    const able = found.filter(fits);
    if (able.length === 0 && found.some((host) => kinds.includes(host.kind)))
      throw new Refusal(say({ en: '“{pattern}” has nothing that this command is for', zh: '“{pattern}”没有此命令适用的内容' }, { pattern }));
    if (able.length === 0) {
      throw new Refusal(
        say(
          { en: '“{pattern}” is not a {kinds} host; this command is for those only', zh: '“{pattern}”不是 {kinds} 主机，此命令仅适用于该类主机' },
          { pattern, kinds: list(kinds) },
        ),
        say(
          { en: 'for example: {names}', zh: '例如：{names}' },
          {
            names: list(
              reach
                .filter(fits)
                .slice(0, 5)
                .map((host) => host.name),
            ),
          },
        ),
      );
    }
    for (const host of able) chosen.add(host);
  }
  return reach.filter((host) => chosen.has(host));
}

/** Whether a cluster has a node of this name. Only what a request is about is found so: what may be done is granted for the whole cluster. */
export function hasNode(host: Host, name: string): boolean {
  return host.nodes?.some((node) => node.name === name) ?? false;
}

/** What of a line narrows its hosts: names, tags and sites; nothing where it is about any host in reach. */
export function named(command: AnyCommand, input: Input): string[] {
  return Object.entries({ ...command.args, ...command.options }).flatMap(([name, schema]) => {
    const value = input[name];
    const names = about(schema)?.names;
    if (names === 'hosts' && Array.isArray(value)) return value.filter((item): item is string => typeof item === 'string');
    if (typeof value !== 'string') return [];
    if (names === 'host' && isHostArgument(name)) return [value];
    if (names === 'node' && isHostArgument(name)) return [value.slice(value.indexOf('/') + 1)];
    if ((names === 'guest' || names === 'storage') && value.includes('/')) return [value.slice(0, value.indexOf('/'))];
    return [];
  });
}

/** Only an argument called so narrows the request; another host or node is one to speak of. */
function isHostArgument(name: string): boolean {
  return name === 'host' || name === 'from' || name === 'cluster' || name === 'server' || name === 'node';
}

function unknownTarget(pattern: string, reach: readonly Host[]): Refusal {
  const [what, names] = pattern.startsWith('@')
    ? [say({ en: 'tag', zh: '标签' }), [...new Set(reach.flatMap((host) => host.tags.map((tag) => `@${tag}`)))]]
    : pattern.startsWith('site:')
      ? [say({ en: 'site', zh: '站点' }), [...new Set(reach.map((host) => `site:${host.site}`))]]
      : [say({ en: 'host', zh: '主机' }), reach.map((host) => host.name)];
  const near = nearest(pattern, names);
  const known = names.slice(0, 10);
  return new Refusal(
    say({ en: 'there is no {what} “{pattern}”', zh: '没有{what}“{pattern}”' }, { what, pattern }),
    near.length > 0 ? didYouMean(near) : known.length > 0 ? say({ en: 'there is: {known}', zh: '现有：{known}' }, { known: list(known) }) : undefined,
  );
}

/**
 * Which site plans for which hosts: each host's own, or for a command that needs both ends in one plan the first site that
 * reaches all of them. Throws Refusal naming the missing route.
 */
export function assign(command: AnyCommand, hosts: readonly Host[]): Map<string, Host[]> {
  if (command.spread !== 'whole') return Map.groupBy(hosts, (host) => host.site);
  const sites = [...new Set(hosts.flatMap((host) => host.sites))];
  const whole = sites.find((site) => hosts.every((host) => host.sites.includes(site)));
  if (whole !== undefined) return new Map([[whole, [...hosts]]]);
  const [first] = hosts;
  const far = hosts.find((host) => first !== undefined && !host.sites.some((site) => first.sites.includes(site))) ?? first;
  throw new Refusal(
    say({ en: 'no site reaches both {first} and {far}', zh: '没有站点能同时到达 {first} 和 {far}' }, { first: first?.name ?? '', far: far?.name ?? '' }),
    say({ en: 'add a common site under sites: of one of them', zh: '请在其中一台主机的 sites: 下添加共同站点' }),
  );
}
