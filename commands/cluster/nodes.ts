import { anyTargets } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import type { Cell } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import { answers, each, troubles } from '../../src/tools/each.ts';
import { blindness } from '../../src/tools/proxmox/cluster-guests.ts';
import { resources } from '../../src/tools/proxmox/resources.ts';
import { bytes, percent, span } from '../../src/tools/units.ts';

/** Nodes of all clusters: load, memory, uptime, guests. */
export default command({
  summary: { en: 'List nodes with load, memory, guests', zh: '列出节点的负载、内存与客户机' },
  examples: ['cluster nodes', 'cluster nodes alpha'],
  risk: 'none',
  kinds: ['pve'],
  args: { on: anyTargets() },
  async plan(_input, look) {
    const all = await each(look, (host) => look.read(host, resources()));
    const blind = await Promise.all(answers(all).map(({ host, value }) => blindness(look, host, value)));
    const rows = answers(all).flatMap(({ host, value }) =>
      value.nodes.map((node): Cell[] => {
        const mine = value.guests.filter((guest) => guest.node === node.node && !guest.template);
        const guests = say(
          { en: '{running} of {n} running', zh: '{n} 台中 {running} 台运行' },
          { running: mine.filter(({ status }) => status === 'running').length, n: mine.length },
        );
        if (node.status !== 'online')
          return [
            node.node,
            host.name,
            say({ en: 'OFFLINE', zh: '离线' }),
            '-',
            '-',
            '-',
            say({ en: '{n}, not known', zh: '{n} 台，状态未知' }, { n: mine.length }),
          ];
        return [
          node.node,
          host.name,
          say({ en: 'online', zh: '在线' }),
          // Without Sys.Audit a node is listed, and nothing is said of it.
          node.memory === 0 ? '-' : say({ en: '{cpu} of {cpus}', zh: '{cpus} 核的 {cpu}' }, { cpu: percent(node.cpu, 1), cpus: node.cpus }),
          node.memory === 0
            ? '-'
            : say({ en: '{used} of {memory}', zh: '{memory} 的 {used}' }, { used: percent(node.memoryUsed, node.memory), memory: bytes(node.memory) }),
          node.memory === 0 ? '-' : span(node.uptime),
          guests,
        ];
      }),
    );
    const columns = [
      say({ en: 'node', zh: '节点' }),
      say({ en: 'cluster', zh: '集群' }),
      say({ en: 'state', zh: '状态' }),
      say({ en: 'CPU', zh: 'CPU' }),
      say({ en: 'memory', zh: '内存' }),
      say({ en: 'up', zh: '运行时间' }),
      say({ en: 'guests', zh: '客户机' }),
    ];
    return answer(say({ en: 'nodes', zh: '节点' }), [{ kind: 'table', columns, rows }], {
      notes: [...troubles(all), ...blind.flat()],
    });
  },
});
