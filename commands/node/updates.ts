import { node as nodeName } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import type { Cell } from '../../src/core/types.ts';
import { list, quoted, type Said, say } from '../../src/core/words.ts';
import { YES } from '../../src/tools/proxmox/archive-words.ts';
import { nodeUpdates } from '../../src/tools/proxmox/node-updates.ts';
import { findNode, offline } from '../../src/tools/proxmox/nodes.ts';

/** Most rows of the table. */
const MOST = 60;

/** Packages of a node that can be upgraded, as of its last `apt update`. */
export default command({
  summary: { en: 'List a node’s package updates', zh: '列出节点的软件包更新' },
  examples: ['node updates pve1'],
  risk: 'none',
  kinds: ['pve'],
  args: { node: nodeName() },
  async plan({ node: typed }, look) {
    const { host, node } = findNode(look, typed);
    const all = await look.read(host, nodeUpdates(node)).catch((error: unknown) => offline(node, error));
    const kernels = all.filter(({ kernel }) => kernel);
    const first = [...all].sort((a, b) => Number(b.fix) - Number(a.fix) || Number(b.kernel) - Number(a.kernel));
    const rows = first.slice(0, MOST).map(({ name, from, to, origin, fix }): Cell[] => [name, quoted(from || '-'), quoted(to), quoted(origin), fix ? YES : '']);
    const columns = [
      say({ en: 'package', zh: '软件包' }),
      say({ en: 'from', zh: '当前' }),
      say({ en: 'to', zh: '更新到' }),
      say({ en: 'origin', zh: '来源' }),
      say({ en: 'fix of Debian’s', zh: 'Debian 修复' }),
    ];
    const notes: Said[] = [
      ...(kernels.length > 0
        ? [say({ en: 'a new kernel ({names}): it needs a reboot', zh: '有新内核（{names}）：需要重启' }, { names: list(kernels.map(({ name }) => name)) })]
        : []),
      ...(all.length > MOST ? [say({ en: 'the first {most} of {n}', zh: '共 {n} 个，仅显示前 {most} 个' }, { most: MOST, n: all.length })] : []),
    ];
    const summary = say(
      { en: 'updates of {node}: {n}; security or point-release fixes among them: {fixes}', zh: '{node} 的更新：{n} 个，其中 {fixes} 个为安全或小版本修复' },
      { node, n: all.length, fixes: all.filter(({ fix }) => fix).length },
    );
    return answer(summary, all.length > 0 ? [{ kind: 'table', columns, rows }] : [], { notes });
  },
});
