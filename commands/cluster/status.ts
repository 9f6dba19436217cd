import { anyTargets } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import type { Cell } from '../../src/core/types.ts';
import { type Said, say } from '../../src/core/words.ts';
import { answers, each, troubles } from '../../src/tools/each.ts';
import { quorumAt, versionsOf } from '../../src/tools/proxmox/cluster-view.ts';

/** Nodes of each cluster, whether they are on, their votes and versions. */
export default command({
  summary: { en: 'Show clusters: nodes, quorum, versions', zh: '查看集群：节点、法定票数、版本' },
  examples: ['cluster status', 'cluster status alpha'],
  risk: 'none',
  kinds: ['pve'],
  args: { on: anyTargets() },
  async plan(_input, look) {
    const all = await each(look, async (host) => {
      const { status, quorum } = await quorumAt(look, host);
      return { status, quorum, versions: await versionsOf(look, host, status) };
    });
    const rows = answers(all).flatMap(({ host, value: { status, quorum, versions } }) =>
      status.nodes.map(({ name, online, ip }): Cell[] => [
        host.name,
        name,
        online ? say({ en: 'online', zh: '在线' }) : say({ en: 'OFFLINE', zh: '离线' }),
        ip || '-',
        quorum.nodes.find((node) => node.name === name)?.votes ?? 1,
        versions.get(name) ?? '-',
      ]),
    );
    const columns = [
      say({ en: 'cluster', zh: '集群' }),
      say({ en: 'node', zh: '节点' }),
      say({ en: 'state', zh: '状态' }),
      say({ en: 'address', zh: '地址' }),
      say({ en: 'votes', zh: '票数' }),
      say({ en: 'version', zh: '版本' }),
    ];
    const words = answers(all).flatMap(({ host, value: { status, quorum, versions } }): Said[] => {
      const values = { host: host.name, present: quorum.present, expected: quorum.expected };
      const several = new Set([...versions.values()].filter((version) => version !== undefined)).size > 1;
      return [
        status.name === undefined
          ? say({ en: '{host}: a node outside of any cluster', zh: '{host}：不属于任何集群的节点' }, values)
          : status.quorate
            ? say({ en: '{host}: has quorum, {present} of {expected} votes', zh: '{host}：有法定票数，{present}/{expected} 票' }, values)
            : say(
                {
                  en: '{host}: NO QUORUM, {present} of {expected} votes: nothing can be changed',
                  zh: '{host}：没有法定票数，{present}/{expected} 票：无法更改任何内容',
                },
                values,
              ),
        ...(several ? [say({ en: '{host}: its nodes run different versions', zh: '{host}：各节点版本不同' }, values)] : []),
      ];
    });
    return answer(say({ en: 'clusters', zh: '集群' }), [{ kind: 'table', columns, rows }], { notes: [...words, ...troubles(all)] });
  },
});
