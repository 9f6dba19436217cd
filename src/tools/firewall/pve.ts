import { apiPath } from '../../core/call.ts';
import type { Host, Look } from '../../core/command.ts';
import { HostError } from '../../core/errors.ts';
import { readApi } from '../../core/read.ts';
import type { ApiRead, Block, Cell } from '../../core/types.ts';
import { say } from '../../core/words.ts';
import { flag, number, row, rows, text } from '../proxmox/fields.ts';

/** A rule of pve-firewall, of a node or of the whole datacenter. */
interface PveRule {
  readonly pos: number;
  readonly on: boolean;
  readonly says: string;
}

const WORDS = ['type', 'action', 'macro', 'iface', 'source', 'dest', 'proto', 'dport', 'sport', 'comment'] as const;

/** `GET /nodes/{node}/firewall/rules` (pve-firewall(8)). */
function nodeRules(node: string): ApiRead<readonly PveRule[]> {
  return readApi({
    path: apiPath`/nodes/${node}/firewall/rules`,
    parse: ({ data }) =>
      rows(data).map((from) => ({
        pos: number(from, 'pos') ?? 0,
        on: flag(from, 'enable'),
        says: WORDS.flatMap((word) => text(from, word) ?? []).join(' '),
      })),
  });
}

/** `GET /cluster/firewall/options`: nothing is filtered anywhere unless `enable` is set there. */
function clusterOn(): ApiRead<boolean> {
  return readApi({ path: apiPath`/cluster/firewall/options`, parse: ({ data }) => flag(row(data), 'enable') });
}

/** What pve-firewall is told for a host that is a node; nothing for others. What the API does not tell is said. */
export async function pveRules(look: Look, host: Host): Promise<Block[]> {
  const cluster = look.clusterOf(host);
  if (!cluster || !host.node) return [];
  try {
    const [on, all] = await Promise.all([look.read(cluster, clusterOn()), look.read(cluster, nodeRules(host.node.name))]);
    const state = on
      ? say({ en: 'pve-firewall is on in the datacenter; rules of the node:', zh: '数据中心已启用 pve-firewall；节点规则：' })
      : say({ en: 'pve-firewall is off in the datacenter: what follows does nothing', zh: '数据中心未启用 pve-firewall：以下规则不起作用' });
    const table: Block = {
      kind: 'table',
      columns: [say({ en: '#', zh: '#' }), say({ en: 'on', zh: '启用' }), say({ en: 'rule', zh: '规则' })],
      rows: all.map(({ pos, on: enabled, says }): Cell[] => [pos, enabled ? say({ en: 'yes', zh: '是' }) : say({ en: 'no', zh: '否' }), says]),
    };
    return [{ kind: 'text', text: state }, ...(all.length > 0 ? [table] : [])];
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return [
      { kind: 'text', text: say({ en: 'what Proxmox says of it cannot be read: {why}', zh: '无法读取 Proxmox 的防火墙设置：{why}' }, { why: error.said }) },
    ];
  }
}
