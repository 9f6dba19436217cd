import type { Host, Look } from '../../core/command.ts';
import type { DeclaredCertificate } from '../../core/declared.ts';
import { Absent, HostError, Refusal } from '../../core/errors.ts';
import { nearest } from '../../core/nearest.ts';
import { matches } from '../../core/policy.ts';
import { dayAndClock } from '../../core/time.ts';
import type { Fact } from '../../core/types.ts';
import { list, say } from '../../core/words.ts';
import { type Certificate, daysLeft, type Pair, pair, served } from '../certs.ts';

/** A declared certificate of this name. Throws Refusal. */
export function declaredNamed(look: Look, name: string): DeclaredCertificate {
  const all = look.declared.certificates;
  const found = all.find((one) => one.name === name);
  if (found) return found;
  const known = all.map((one) => one.name);
  const near = nearest(name, known);
  throw new Refusal(
    say({ en: 'there is no certificate “{name}” in the configuration', zh: '配置中没有证书“{name}”' }, { name }),
    known.length === 0
      ? say({ en: 'declare it under certificates:', zh: '请在 certificates: 下声明' })
      : say({ en: 'there is: {known}', zh: '现有：{known}' }, { known: list(near.length > 0 ? near : known) }),
  );
}

/** The hosts of a request that serve it. Throws Absent when there is none at this site. */
export function hostsOf(look: Look, { name, hosts }: DeclaredCertificate): Host[] {
  const found = look.hosts.filter((host) => hosts.some((pattern) => matches(pattern, host)));
  if (found.length === 0) throw new Absent(say({ en: 'no host of certificate “{name}” is among these', zh: '其中没有使用证书“{name}”的主机' }, { name }), []);
  return found;
}

/** What is to be deployed: read from the host it comes from, and checked. */
export interface Fresh {
  readonly certificate: Certificate;
  readonly sha: string;
  readonly keySha: string;
}

/** Reads the new pair where it comes from. Throws Refusal when it is none, the key is another's, or it has expired or is not yet valid. */
export async function mustBeGood(look: Look, from: NonNullable<DeclaredCertificate['from']>): Promise<Fresh & { readonly source: Host }> {
  const source = look.hosts.find((host) => host.name === from.host);
  if (!source)
    throw new Refusal(
      say(
        { en: 'the new certificate comes from {host}, which is not among the hosts of this request', zh: '新证书来自 {host}，而它不在此请求的主机中' },
        { host: from.host },
      ),
      say({ en: 'name it, too; it must be at the same site', zh: '请一并指定该主机；它须在同一站点' }),
    );
  const seen = await look.read(source, pair(from.cert, from.key));
  const place = { file: from.cert, key: from.key, host: source.name };
  if (!seen?.certificate)
    throw new Refusal(
      say({ en: '{file} on {host} is not there or no certificate; nothing was done', zh: '{host} 上的 {file} 不存在或不是证书；未做任何操作' }, place),
    );
  if (seen.keySha === undefined)
    throw new Refusal(say({ en: '{key} on {host} cannot be read; nothing was done', zh: '无法读取 {host} 上的 {key}；未做任何操作' }, place));
  if (!seen.fits)
    throw new Refusal(
      say({ en: '{key} is not the key of {file} on {host}; nothing was done', zh: '{host} 上的 {key} 不是 {file} 的密钥；未做任何操作' }, place),
    );
  const now = look.now() / 1000;
  if (seen.certificate.until <= now)
    throw new Refusal(say({ en: '{file} on {host} has expired; nothing was done', zh: '{host} 上的 {file} 已过期；未做任何操作' }, place));
  if (seen.certificate.from > now + 300)
    throw new Refusal(say({ en: '{file} on {host} is not valid yet; nothing was done', zh: '{host} 上的 {file} 尚未生效；未做任何操作' }, place));
  return { source, certificate: seen.certificate, sha: seen.sha, keySha: seen.keySha };
}

/** The pair a host has now. Undefined where there is none, or where it cannot be read: then a new one is all the more wanted. */
export async function pairNow(look: Look, host: Host, { cert, key }: DeclaredCertificate): Promise<Pair | undefined> {
  try {
    return await look.read(host, pair(cert, key));
  } catch (error) {
    if (error instanceof HostError && error.trouble === 'failed') return undefined;
    throw error;
  }
}

/** `until 2027-02-01 (71 days), shop.example.org`. */
export function certificateWords(certificate: Certificate, now: number) {
  return say(
    { en: 'until {day} ({days} days), {names}', zh: '有效期至 {day}（{days} 天），{names}' },
    { day: dayAndClock(certificate.until * 1000).slice(0, 10), days: daysLeft(certificate, now), names: list(certificate.names.slice(0, 6)) },
  );
}

/** The fingerprint that a host serves; undefined where no port is declared, or nothing answers with TLS. */
export async function inUse(look: Look, host: Host, { port }: DeclaredCertificate): Promise<string | undefined> {
  if (port === undefined) return undefined;
  const [one] = await look.read(host, served([port]));
  return one?.certificate?.fingerprint;
}

/** What is there now, whether that is in use, and which names would be lost with it. */
export function oldFacts(host: Host, old: Pair | undefined, use: string | undefined, fresh: Certificate, at: number): Fact[] {
  const lost = old?.certificate?.names.filter((name) => !fresh.names.includes(name)) ?? [];
  const what = say({ en: '{host} now', zh: '{host} 当前' }, { host: host.name });
  return [
    {
      what,
      value: old?.certificate ? certificateWords(old.certificate, at) : say({ en: 'none', zh: '无' }),
      at,
      holds: `certificate ${host.name} ${old?.sha ?? 'none'} ${old?.keySha ?? 'none'} ${use ?? 'none'}`,
    },
    ...(use !== undefined && use !== old?.certificate?.fingerprint
      ? [
          {
            what: say({ en: '{host} serves', zh: '{host} 正在使用' }, { host: host.name }),
            value: say({ en: 'another than its file: {use}', zh: '与文件不同：{use}' }, { use: use.slice(0, 11) }),
            at,
          },
        ]
      : []),
    ...(lost.length > 0
      ? [
          {
            what: say({ en: 'beware', zh: '注意' }),
            value: say({ en: '{host}: the new one is no longer for {lost}', zh: '{host}：新证书不再适用于 {lost}' }, { host: host.name, lost: list(lost) }),
            at,
          },
        ]
      : []),
  ];
}

/** One host after the other within a cluster; all others at once. */
export function wavesOf(hosts: readonly Host[]): Map<Host, number> {
  const next = new Map<string, number>();
  return new Map(
    hosts.map((host) => {
      const cluster = host.node?.cluster;
      const wave = cluster === undefined ? 1 : (next.get(cluster) ?? 1);
      if (cluster !== undefined) next.set(cluster, wave + 1);
      return [host, wave];
    }),
  );
}
