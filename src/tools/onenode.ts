import type { Host, Look } from '../core/command.ts';
import { Refusal } from '../core/errors.ts';
import type { Fact, Lock } from '../core/types.ts';
import { list, say } from '../core/words.ts';
import { quorumAt } from './proxmox/cluster-view.ts';

/**
 * What keeps a cluster whole while the network of one of its nodes changes: a lock that only one node's change holds at a time, and what the change relies on.
 * Nothing for a host that is no node. Throws Refusal where the cluster would lose its quorum without this node.
 */
export async function oneNodeAtATime(look: Look, host: Host): Promise<{ readonly locks: readonly Lock[]; readonly facts: readonly Fact[] }> {
  const cluster = look.clusterOf(host);
  if (!cluster || !host.node) return { locks: [], facts: [] };
  const { status, quorum } = await quorumAt(look, cluster);
  if (status.nodes.length < 2) return { locks: [], facts: [] };
  const own = host.node.name;
  const off = quorum.nodes.filter(({ online }) => !online).map(({ name }) => name);
  const node = quorum.nodes.find(({ name }) => name === own);
  const names = { host: host.name, cluster: cluster.name, node: own };
  if (!node)
    throw new Refusal(
      say({ en: 'cluster {cluster} knows no node {node}; nothing was done', zh: '集群 {cluster} 中没有节点 {node}；未做任何操作' }, names),
      say({ en: 'the configuration says that {host} is that node: correct it there', zh: '配置称 {host} 是该节点：请更正配置' }, names),
    );
  if (!status.quorate || (node?.online && !node.mayFail)) {
    const message = status.quorate
      ? say(
          {
            en: 'cluster {cluster} would lose its quorum if {node} lost its network; nothing was done',
            zh: '若 {node} 断网，集群 {cluster} 将失去法定票数；未做任何操作',
          },
          names,
        )
      : say({ en: 'cluster {cluster} has no quorum; nothing was done', zh: '集群 {cluster} 没有法定票数；未做任何操作' }, names);
    const hint =
      off.length > 0
        ? say({ en: 'bring back first: {off}', zh: '请先恢复：{off}' }, { off: list(off) })
        : say({ en: '`cluster quorum {cluster}` shows the votes', zh: '可用 `cluster quorum {cluster}` 查看票数' }, names);
    throw new Refusal(message, hint);
  }
  const { present, needed } = quorum;
  return {
    locks: [{ name: `${cluster.site}/${cluster.name}/network` }],
    facts: [
      {
        what: say({ en: 'quorum of {cluster}', zh: '{cluster} 的法定票数' }, names),
        value: `${present}/${needed}`,
        at: look.now(),
        holds: `quorum ${cluster.name} ${present}/${needed} off ${off.join(',')}`,
      },
    ],
  };
}
