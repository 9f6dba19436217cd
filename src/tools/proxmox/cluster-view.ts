import type { Host, Look } from '../../core/command.ts';
import { HostError, Refusal } from '../../core/errors.ts';
import { list, say } from '../../core/words.ts';
import { type ClusterStatus, clusterStatus, nodeVersion, votes } from './cluster.ts';
import { type Quorum, qdevice, quorumOf } from './cluster-quorum.ts';

/** What a cluster's quorum stands at. Votes that cannot be read count one a node. */
export async function quorumAt(look: Look, host: Host): Promise<{ status: ClusterStatus; quorum: Quorum }> {
  const [status, byNode, third] = await Promise.all([
    look.read(host, clusterStatus()),
    orElse(look.read(host, votes()), new Map<string, number>()),
    orElse(look.read(host, qdevice()), undefined),
  ]);
  return { status, quorum: quorumOf(status, byNode, third) };
}

/** The version each node that is on runs; undefined where it does not say. */
export async function versionsOf(look: Look, host: Host, { nodes }: ClusterStatus): Promise<ReadonlyMap<string, string | undefined>> {
  return new Map(
    await Promise.all(nodes.map(async ({ name, online }) => [name, online ? await orElse(look.read(host, nodeVersion(name)), undefined) : undefined] as const)),
  );
}

/** Throws Refusal for a cluster without quorum: it can be read, and nothing in it can be changed. */
export async function mustBeQuorate(look: Look, hosts: readonly Host[]): Promise<void> {
  for (const host of hosts) {
    const { quorate, nodes } = await look.read(host, clusterStatus());
    if (quorate) continue;
    const off = nodes.filter(({ online }) => !online).map(({ name }) => name);
    throw new Refusal(
      say(
        { en: 'cluster {host} has no quorum: it takes no changes; offline: {off}', zh: '集群 {host} 没有法定票数：不接受任何更改；离线：{off}' },
        { host: host.name, off: off.length > 0 ? list(off) : '-' },
      ),
      say({ en: '`cluster quorum {host}` shows what is missing', zh: '可用 `cluster quorum {host}` 查看缺少什么' }, { host: host.name }),
    );
  }
}

/** What was asked, or something else where the host could not answer it. */
export async function orElse<T, E>(asked: Promise<T>, other: E): Promise<T | E> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof HostError) return other;
    throw error;
  }
}
