import { apiPath } from '../../core/call.ts';
import { readApi } from '../../core/read.ts';
import type { ApiRead } from '../../core/types.ts';
import { number, row, text } from './fields.ts';

/** What a node says of itself. Memory and file system in bytes, uptime in seconds. */
export interface NodeStatus {
  readonly cpu: number;
  readonly cpus: number;
  readonly model: string;
  readonly load: string;
  readonly memory: number;
  readonly memoryUsed: number;
  readonly root: number;
  readonly rootUsed: number;
  readonly uptime: number;
  readonly kernel: string;
  readonly version: string;
}

/** `GET /nodes/{node}/status`. */
export function nodeStatus(node: string): ApiRead<NodeStatus> {
  return readApi({ path: apiPath`/nodes/${node}/status`, parse: ({ data }) => parseNodeStatus(data) });
}

export function parseNodeStatus(data: unknown): NodeStatus {
  const from = row(data);
  const [cpu, memory, root, kernel] = [row(from.cpuinfo), row(from.memory), row(from.rootfs), row(from['current-kernel'])];
  return {
    cpu: number(from, 'cpu') ?? 0,
    cpus: number(cpu, 'cpus') ?? 0,
    model: text(cpu, 'model') ?? '',
    load: Array.isArray(from.loadavg) ? from.loadavg.join(' ') : '',
    memory: number(memory, 'total') ?? 0,
    memoryUsed: number(memory, 'used') ?? 0,
    root: number(root, 'total') ?? 0,
    rootUsed: number(root, 'used') ?? 0,
    uptime: number(from, 'uptime') ?? 0,
    kernel: text(kernel, 'release') ?? (text(from, 'kversion') ?? '').replace(/^Linux\s+(\S+).*$/, '$1'),
    version: (text(from, 'pveversion') ?? '').replace(/^pve-manager\/([^/]+).*$/, '$1'),
  };
}
