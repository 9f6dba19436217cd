import type { Host, Look } from '../../core/command.ts';
import { Refusal } from '../../core/errors.ts';
import { list, say } from '../../core/words.ts';
import { configured } from '../links.ts';
import { isWithin } from './masks.ts';
import { running } from './running.ts';

/** The link in whose network an address is. Throws Refusal where there is none. */
export async function linkTowards(look: Look, host: Host, address: string): Promise<string> {
  const { links } = await look.read(host, running());
  const found = links.find(({ addresses }) => addresses.some((network) => isWithin(address, network)));
  if (found) return found.name;
  throw new Refusal(
    say({ en: 'gateway {address} is in no network of {host}', zh: '网关 {address} 不在 {host} 的任何网段内' }, { address, host: host.name }),
    say({ en: 'its networks: {networks}', zh: '其网段：{networks}' }, { networks: list(links.flatMap(({ addresses }) => addresses)) }),
  );
}

/** The link that a route is configured on. Throws Refusal where there is none, or more than one. */
export async function linkWithRoute(look: Look, host: Host, to: string, dev: string | undefined): Promise<string> {
  const { links } = await configured(look, host, dev === undefined ? [] : [dev]);
  const all = links.flatMap((link) => link.routes.map((route) => ({ link: link.name, ...route })));
  const having = all.filter((route) => route.to === to && (dev === undefined || route.link === dev));
  const [one, ...others] = having;
  if (one && others.length === 0) return one.link;
  if (one)
    throw new Refusal(
      say({ en: 'the route to {to} is on {links}', zh: '到 {to} 的路由位于 {links}' }, { to, links: list(having.map(({ link }) => link)) }),
      say({ en: 'say which: `--dev LINK`', zh: '请指明：`--dev 网卡`' }),
    );
  throw new Refusal(
    say({ en: 'no route to {to} is configured on {host}', zh: '{host} 上没有配置到 {to} 的路由' }, { to, host: host.name }),
    all.length > 0 ? say({ en: 'there are: {all}', zh: '现有：{all}' }, { all: list(all.map((route) => `${route.to} via ${route.via}`)) }) : undefined,
  );
}
