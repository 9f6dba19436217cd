import { parsePveUpid } from '../core/upid.ts';
import type { Dialect } from './proxmox/dialect.ts';

/** Proxmox VE: `=` before the secret; a task is on the node that its UPID names. Lists of tasks leave out those that run unless told otherwise. */
export const PVE: Dialect = {
  authorization: ({ id, secret }) => `PVEAPIToken=${id}=${secret}`,
  parseUpid: parsePveUpid,
  nodeOf: ({ node }) => node,
  running: { source: 'active' },
  all: { source: 'all' },
};
