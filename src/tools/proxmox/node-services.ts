import { apiPath } from '../../core/call.ts';
import { readApi } from '../../core/read.ts';
import type { ApiRead } from '../../core/types.ts';
import { rows, text } from './fields.ts';

/** A service of a node, by systemd. */
export interface NodeService {
  readonly name: string;
  readonly what: string;
  readonly state: string;
  readonly enabled: string;
}

/** `GET /nodes/{node}/services`. */
export function nodeServices(node: string): ApiRead<NodeService[]> {
  return readApi({
    path: apiPath`/nodes/${node}/services`,
    parse: ({ data }) =>
      rows(data).map((from) => ({
        name: text(from, 'name') ?? text(from, 'service') ?? '',
        what: text(from, 'desc') ?? '',
        state: text(from, 'active-state') ?? text(from, 'state') ?? '',
        enabled: text(from, 'unit-state') ?? '',
      })),
  });
}
