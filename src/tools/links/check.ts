import type { Host } from '../../core/command.ts';
import { Refusal } from '../../core/errors.ts';
import { list, say } from '../../core/words.ts';
import { changes, isV6, type LinkConf, MADE, masterOf } from './conf.ts';
import { isWithin } from './masks.ts';
import type { Running } from './running.ts';

/** What is looked at before anything is written. */
export interface Change {
  readonly host: Host;
  readonly before: readonly LinkConf[];
  readonly after: readonly LinkConf[];
  readonly now: Running;
}

/** Throws Refusal, naming what is wrong, for a change that cannot work or that would take something from somebody. */
export function checkChange(change: Change): void {
  for (const { name, was, is } of changes(change.before, change.after)) {
    if (is && !was && MADE.has(is.kind)) isFree(change, is);
    if (is) {
      portsAreThere(change, is, was);
      parentIsThere(change, is);
      addressesAreFree(change, is, was);
      gatewaysAreOnLink(change, is);
    }
    if (was && (!is || was.ports?.some((port) => !is.ports?.includes(port)))) nobodyUsesIt(change, was, is);
    if (is?.fixed !== undefined || was?.fixed !== undefined) {
      const link = is ?? was;
      throw new Refusal(
        say(
          { en: '{link} on {host} is configured in a way I do not edit ({why}, {file})', zh: '{host} 上的 {link} 的配置方式我无法修改（{why}，{file}）' },
          { link: name, host: change.host.name, why: link?.fixed ?? was?.fixed ?? '', file: link?.where ?? '' },
        ),
        say({ en: 'change it by hand', zh: '请手动修改' }),
      );
    }
  }
  ownAddressStays(change);
}

const knows = ({ now, after }: Change, name: string) => now.links.some((link) => link.name === name) || after.some((link) => link.name === name);

/** What a request names must be there. Throws Refusal. */
export function mustBeThere({ host, now, before }: Pick<Change, 'host' | 'now' | 'before'>, name: string): void {
  if (before.some((link) => link.name === name)) return;
  const there = now.links.find((link) => link.name === name);
  if (there?.kind === 'tun') {
    throw new Refusal(
      say(
        { en: '{name} on {host} comes and goes with a guest or a program; nothing was done', zh: '{host} 上的 {name} 随客户机或程序出现和消失；未做任何操作' },
        { name, host: host.name },
      ),
      say({
        en: 'set it where that is configured: the host’s own files would name what is not there at boot',
        zh: '请在创建它的地方设置：开机时它并不存在，不能写入主机的网络配置',
      }),
    );
  }
  if (there) return;
  throw unknownLink(host, now, name);
}

function unknownLink(host: Host, now: Running, name: string): Refusal {
  return new Refusal(
    say({ en: 'there is no link “{name}” on {host}', zh: '{host} 上没有网卡“{name}”' }, { name, host: host.name }),
    say({ en: 'there are: {links}', zh: '现有：{links}' }, { links: list(now.links.map((link) => link.name).filter((one) => one !== 'lo')) }),
  );
}

function isFree({ host, now }: Change, { name, kind }: LinkConf): void {
  const there = now.links.find((link) => link.name === name);
  if (!there || there.kind === kind) return;
  throw new Refusal(
    say(
      { en: 'there is a link “{name}” on {host} already, and it is no {kind}', zh: '{host} 上已有网卡“{name}”，但不是 {kind}' },
      { name, host: host.name, kind },
    ),
  );
}

function portsAreThere(change: Change, is: LinkConf, was: LinkConf | undefined): void {
  const { host, now, after } = change;
  for (const port of is.ports ?? []) {
    if (was?.ports?.includes(port)) continue;
    if (port === is.name || !knows(change, port)) throw unknownLink(host, now, port);
    const running = now.links.find((link) => link.name === port)?.master;
    const other =
      after.find((link) => link.name !== is.name && link.ports?.includes(port))?.name ?? (after.some((link) => link.name === running) ? undefined : running);
    if (other !== undefined && other !== is.name)
      throw new Refusal(
        say({ en: '{port} is a port of {other} already', zh: '{port} 已是 {other} 的端口' }, { port, other }),
        say({ en: 'take it out there first', zh: '请先将其移出' }),
      );
    const addresses = after.find((link) => link.name === port)?.addresses ?? now.links.find((link) => link.name === port)?.addresses ?? [];
    if (addresses.length > 0)
      throw new Refusal(
        say(
          { en: '{port} has addresses ({addresses}), which stop working in a port', zh: '{port} 有地址（{addresses}），作为端口后将失效' },
          { port, addresses: list(addresses) },
        ),
        say({ en: 'move them: `--address {address}`', zh: '请一并迁移：`--address {address}`' }, { address: addresses[0] ?? '' }),
      );
  }
}

function parentIsThere(change: Change, { parent, name }: LinkConf): void {
  if (parent !== undefined && (parent === name || !knows(change, parent))) throw unknownLink(change.host, change.now, parent);
}

function addressesAreFree({ host, before, after, now }: Change, is: LinkConf, was: LinkConf | undefined): void {
  for (const address of is.addresses) {
    if (was?.addresses.includes(address)) continue;
    const ip = address.split('/')[0];
    const has = (link: { name: string; addresses: readonly string[] }) => link.name !== is.name && link.addresses.some((one) => one.split('/')[0] === ip);
    const configured = after.find(has);
    // What runs and is configured to go is no hindrance.
    const running = now.links.find((link) => has(link) && !before.some((one) => one.name === link.name && has(one)));
    const other = configured ?? running;
    if (!other) continue;
    throw new Refusal(
      say({ en: '{ip} is on {link} of {host} already', zh: '{ip} 已在 {host} 的 {link} 上' }, { ip: ip ?? '', link: other.name, host: host.name }),
    );
  }
}

function gatewaysAreOnLink({ now, after }: Change, is: LinkConf): void {
  const networks = [...is.addresses, ...(is.dynamic || is.addresses.length === 0 ? (now.links.find(({ name }) => name === is.name)?.addresses ?? []) : [])];
  for (const via of [...is.gateways, ...is.routes.map((route) => route.via)]) {
    if (networks.some((network) => isWithin(via, network)) || (isV6(via) && via.toLowerCase().startsWith('fe80:'))) continue;
    throw new Refusal(
      say({ en: 'gateway {via} is in no network of {link}', zh: '网关 {via} 不在 {link} 的任何网段内' }, { via, link: is.name }),
      networks.length > 0 ? say({ en: 'its networks: {networks}', zh: '其网段：{networks}' }, { networks: list(networks) }) : undefined,
    );
  }
  for (const gateway of is.gateways) {
    const other = after.find((link) => link.name !== is.name && link.gateways.some((one) => isV6(one) === isV6(gateway)));
    if (other)
      throw new Refusal(
        say(
          { en: 'there is a default gateway on {link} already ({gateway})', zh: '{link} 上已有默认网关（{gateway}）' },
          { link: other.name, gateway: other.gateways.join(' ') },
        ),
      );
  }
}

/** A bridge with ports that are not of the configuration has guests on it; a link that another stands on cannot go. */
function nobodyUsesIt({ host, now, after }: Change, was: LinkConf, is: LinkConf | undefined): void {
  const guests = now.links.filter((link) => link.master === was.name && ['tun', 'veth'].includes(link.kind) && !was.ports?.includes(link.name));
  if (!is && guests.length > 0)
    throw new Refusal(
      say(
        { en: '{n} running guests are on {link} of {host}: {ports}', zh: '{host} 的 {link} 上有 {n} 个运行中的客户机：{ports}' },
        { n: guests.length, link: was.name, host: host.name, ports: list(guests.map(({ name }) => name)) },
      ),
      say({ en: 'stop them or move them to another bridge first', zh: '请先停止，或将其移到其他网桥' }),
    );
  const above = after.filter((link) => !is && (link.parent === was.name || masterOf([link], was.name) !== undefined));
  if (above.length > 0)
    throw new Refusal(
      say({ en: '{above} stands on {link}', zh: '{above} 依赖 {link}' }, { above: list(above.map(({ name }) => name)), link: was.name }),
      say({ en: 'remove that first', zh: '请先移除它' }),
    );
}

/** The address by which the bot came in, or is configured to, must stay on the host. */
function ownAddressStays({ host, before, after, now }: Change): void {
  for (const own of new Set([now.own, host.address])) {
    if (own === undefined) continue;
    const has = ({ addresses }: { readonly addresses: readonly string[] }) => addresses.some((address) => address.split('/')[0] === own);
    const on = now.links.find(has);
    const was = before.find((link) => has(link) || (link.name === on?.name && link.dynamic));
    if (!was) continue; // it is not of this configuration, so nothing of this changes it
    const stays = after.some((link) => has(link) || (link.name === was.name && was.dynamic && link.dynamic && masterOf(after, link.name) === undefined));
    if (stays) continue;
    throw new Refusal(
      say({ en: 'the bot itself reaches {host} by {own} on {link}', zh: '机器人正通过 {link} 的 {own} 连接 {host}' }, { host: host.name, own, link: was.name }),
      say(
        {
          en: 'give {host} another address, have the bot use that one (`address:` in the configuration), then ask again',
          zh: '请先为 {host} 添加另一个地址，并在配置的 `address:` 中改用它，然后重试',
        },
        { host: host.name },
      ),
    );
  }
}
