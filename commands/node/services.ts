import { z } from 'zod';
import { node as nodeName } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import type { Cell } from '../../src/core/types.ts';
import { quoted, say } from '../../src/core/words.ts';
import { stateCell } from '../../src/tools/look.ts';
import { nodeServices } from '../../src/tools/proxmox/node-services.ts';
import { findNode, offline } from '../../src/tools/proxmox/nodes.ts';

/** The services Proxmox watches on a node. */
export default command({
  summary: { en: 'List services of a node', zh: '列出节点的服务' },
  examples: ['node services pve1', 'node services pve1 --failed'],
  risk: 'none',
  kinds: ['pve'],
  args: { node: nodeName() },
  options: { failed: z.boolean().default(false) },
  async plan({ node: typed, failed }, look) {
    const { host, node } = findNode(look, typed);
    const all = await look.read(host, nodeServices(node)).catch((error: unknown) => offline(node, error));
    const bad = (state: string) => !['active', 'running'].includes(state);
    const shown = failed ? all.filter(({ state, enabled }) => bad(state) && enabled !== 'not-found' && enabled !== 'disabled') : all;
    const rows = [...shown]
      .sort((a, b) => Number(bad(b.state)) - Number(bad(a.state)))
      .map(({ name, what, state, enabled }): Cell[] => [name, stateCell(state), quoted(enabled), quoted(what)]);
    const columns = [
      say({ en: 'service', zh: '服务' }),
      say({ en: 'state', zh: '状态' }),
      say({ en: 'starts', zh: '自启' }),
      say({ en: 'what it is', zh: '说明' }),
    ];
    return answer(say({ en: 'services of {node}', zh: '{node} 的服务' }, { node }), [{ kind: 'table', columns, rows }]);
  },
});
