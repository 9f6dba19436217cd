import type { Host, Look } from '../../core/command.ts';
import { Refusal } from '../../core/errors.ts';
import { say } from '../../core/words.ts';
import { nodeOf, type PveNode, type Staged, staged } from './pve.ts';

/** What is staged on a node. Throws Refusal for a host that is none. */
export async function pendingOf(look: Look, host: Host): Promise<Staged & { readonly node: PveNode }> {
  const node = nodeOf(look, host);
  if (node) return { ...(await look.read(node.cluster, staged(node.node))), node };
  throw new Refusal(
    say(
      { en: '{host} is no node of a configured Proxmox cluster: nothing is ever staged there', zh: '{host} 不是已配置的 Proxmox 集群节点：不存在暂存更改' },
      { host: host.name },
    ),
    say({ en: 'only nodes stage changes of their network', zh: '只有 Proxmox 节点会暂存网络更改' }),
  );
}
