import { node as nodeName } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import type { Block } from '../../src/core/types.ts';
import { quoted, say } from '../../src/core/words.ts';
import { orElse } from '../../src/tools/proxmox/cluster-view.ts';
import { nodeStatus } from '../../src/tools/proxmox/node-status.ts';
import { findNode, offline } from '../../src/tools/proxmox/nodes.ts';
import { resources } from '../../src/tools/proxmox/resources.ts';
import { bytes, percent, span } from '../../src/tools/units.ts';

/** One node of a cluster: version, load, memory, guests. */
export default command({
  summary: { en: 'Show one node of a cluster', zh: '查看集群的一个节点' },
  examples: ['node show pve1', 'node show alpha/pve2'],
  risk: 'none',
  kinds: ['pve'],
  args: { node: nodeName() },
  async plan({ node: typed }, look) {
    const { host, node } = findNode(look, typed);
    const [status, all] = await Promise.all([
      look.read(host, nodeStatus(node)).catch((error: unknown) => offline(node, error)),
      orElse(look.read(host, resources()), undefined),
    ]);
    const guests = all?.guests.filter((guest) => guest.node === node && !guest.template);
    const facts: Block = {
      kind: 'facts',
      facts: [
        [say({ en: 'cluster', zh: '集群' }), host.name],
        [say({ en: 'Proxmox VE', zh: 'Proxmox VE' }), quoted(status.version)],
        [say({ en: 'kernel', zh: '内核' }), quoted(status.kernel)],
        [say({ en: 'up', zh: '运行时间' }), span(status.uptime)],
        [
          say({ en: 'CPU', zh: 'CPU' }),
          say({ en: '{cpu} of {cpus} ({model})', zh: '{cpus} 核的 {cpu}（{model}）' }, { cpu: percent(status.cpu, 1), cpus: status.cpus, model: status.model }),
        ],
        [say({ en: 'load', zh: '负载' }), quoted(status.load)],
        [
          say({ en: 'memory', zh: '内存' }),
          say({ en: '{used} of {memory}', zh: '{memory} 的 {used}' }, { used: percent(status.memoryUsed, status.memory), memory: bytes(status.memory) }),
        ],
        [
          say({ en: 'root file system', zh: '根文件系统' }),
          say({ en: '{used} of {root}', zh: '{root} 的 {used}' }, { used: percent(status.rootUsed, status.root), root: bytes(status.root) }),
        ],
        ...(guests
          ? [
              [
                say({ en: 'guests', zh: '客户机' }),
                say(
                  { en: '{running} of {n} running', zh: '{n} 台中 {running} 台运行' },
                  { running: guests.filter((guest) => guest.status === 'running').length, n: guests.length },
                ),
              ] as const,
            ]
          : []),
      ],
    };
    return answer(say({ en: 'node {node} of {host}', zh: '{host} 的节点 {node}' }, { node, host: host.name }), [facts]);
  },
});
