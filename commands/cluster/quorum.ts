import { anyTargets } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import type { Cell } from '../../src/core/types.ts';
import { list, type Said, say } from '../../src/core/words.ts';
import { answers, each, troubles } from '../../src/tools/each.ts';
import { NO, YES } from '../../src/tools/proxmox/archive-words.ts';
import type { Quorum } from '../../src/tools/proxmox/cluster-quorum.ts';
import { quorumAt } from '../../src/tools/proxmox/cluster-view.ts';

/** The votes of each cluster, and what is left if one more node fails. */
export default command({
  summary: { en: 'Show votes, and what one more failure would do', zh: '查看票数及再故障一个节点的后果' },
  examples: ['cluster quorum', 'cluster quorum alpha'],
  risk: 'none',
  kinds: ['pve'],
  args: { on: anyTargets() },
  async plan(_input, look) {
    const all = await each(look, (host) => quorumAt(look, host));
    const rows = answers(all).map(({ host, value: { status, quorum } }): Cell[] => [
      host.name,
      status.quorate ? YES : NO,
      quorum.expected,
      quorum.present,
      quorum.needed,
      third(quorum),
      after(quorum, status.quorate),
    ]);
    const columns = [
      say({ en: 'cluster', zh: '集群' }),
      say({ en: 'quorum', zh: '法定票数' }),
      say({ en: 'votes expected', zh: '应有票数' }),
      say({ en: 'present', zh: '现有' }),
      say({ en: 'needed', zh: '需要' }),
      say({ en: 'QDevice', zh: 'QDevice' }),
      say({ en: 'if one more node fails', zh: '若再故障一个节点' }),
    ];
    const lost = answers(all).flatMap(({ host, value: { status } }): Said[] =>
      status.quorate
        ? []
        : [
            say(
              {
                en: '{host} has no quorum: it can be read, nothing can be changed. Bring {off} back, or the network between',
                zh: '{host} 没有法定票数：可读取，但无法更改。请恢复 {off} 或其间的网络',
              },
              { host: host.name, off: list(status.nodes.filter(({ online }) => !online).map(({ name }) => name)) },
            ),
          ],
    );
    return answer(say({ en: 'quorum', zh: '法定票数' }), [{ kind: 'table', columns, rows }], { notes: [...lost, ...troubles(all)] });
  },
});

function third({ qdevice }: Quorum): Said {
  if (!qdevice) return say({ en: 'none', zh: '无' });
  return qdevice.connected ? say({ en: '{votes} votes', zh: '{votes} 票' }, { votes: qdevice.votes }) : say({ en: 'NOT CONNECTED', zh: '未连接' });
}

function after({ nodes, present, needed }: Quorum, quorate: boolean): Said {
  if (nodes.length < 2) return say({ en: 'it is the only one', zh: '只有一个节点' });
  if (!quorate) return say({ en: 'it is lost already', zh: '已经丢失' });
  const fatal = nodes.filter(({ online, mayFail }) => online && !mayFail).map(({ name }) => name);
  if (fatal.length === 0) return say({ en: 'it keeps quorum', zh: '仍有法定票数' });
  const words = { left: present - 1, needed };
  return fatal.length === nodes.filter(({ online }) => online).length
    ? say({ en: 'QUORUM IS LOST ({left} of {needed} needed)', zh: '失去法定票数（{left}/{needed}）' }, words)
    : say({ en: 'quorum is lost with {fatal}', zh: '失去 {fatal} 则失去法定票数' }, { fatal: list(fatal) });
}
