import { anyTargets } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import type { Cell } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import { answers, each, troubles } from '../../src/tools/each.ts';
import { blindness, silentNodes } from '../../src/tools/proxmox/cluster-guests.ts';
import { type ResourceGuest, type ResourceNode, resources } from '../../src/tools/proxmox/resources.ts';
import { bytes, percent } from '../../src/tools/units.ts';

/** What each node has, what its guests may take of it, and what they do take. */
export default command({
  summary: { en: 'Show what nodes have and guests take', zh: '查看节点资源及客户机占用' },
  examples: ['cluster resources', 'cluster resources alpha'],
  risk: 'none',
  kinds: ['pve'],
  args: { on: anyTargets() },
  async plan(_input, look) {
    const all = await each(look, (host) => look.read(host, resources()));
    const blind = await Promise.all(answers(all).map(({ host, value }) => blindness(look, host, value)));
    const rows = answers(all).flatMap(({ host, value: { nodes, guests } }) => [
      ...nodes.map((node) =>
        row(
          node.node,
          host.name,
          [node],
          guests.filter((guest) => guest.node === node.node),
        ),
      ),
      ...(nodes.length > 1 ? [row(say({ en: 'all', zh: '合计' }), host.name, nodes, guests)] : []),
    ]);
    const columns = [
      say({ en: 'node', zh: '节点' }),
      say({ en: 'cluster', zh: '集群' }),
      say({ en: 'CPUs', zh: 'CPU' }),
      say({ en: 'given out', zh: '已分配' }),
      say({ en: 'memory', zh: '内存' }),
      say({ en: 'in use', zh: '使用中' }),
      say({ en: 'given out', zh: '已分配' }),
      say({ en: 'running guests', zh: '运行中的客户机' }),
    ];
    return answer(say({ en: 'resources', zh: '资源' }), [{ kind: 'table', columns, rows }], {
      notes: [...troubles(all), ...answers(all).flatMap(({ host, value }) => silentNodes(host, value.nodes)), ...blind.flat()],
    });
  },
});

/** What is given out counts guests that run. */
function row(name: Cell, host: string, nodes: readonly ResourceNode[], guests: readonly ResourceGuest[]): Cell[] {
  const running = guests.filter(({ status }) => status === 'running');
  const memory = sum(nodes.map((node) => node.memory));
  const given = sum(running.map((guest) => guest.memory));
  return [
    name,
    host,
    sum(nodes.map(({ cpus }) => cpus)),
    sum(running.map(({ cpus }) => cpus)),
    bytes(memory),
    percent(sum(nodes.map(({ memoryUsed }) => memoryUsed)), memory),
    percent(given, memory),
    running.length,
  ];
}

function sum(all: readonly number[]): number {
  return all.reduce((total, one) => total + one, 0);
}
