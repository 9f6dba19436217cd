import { parsePbsUpid } from '../core/upid.ts';
import type { Dialect } from './proxmox/dialect.ts';

/** Proxmox Backup Server: `:` before the secret; its one node is always called `localhost`. */
export const PBS: Dialect = {
  authorization: ({ id, secret }) => `PBSAPIToken=${id}:${secret}`,
  parseUpid: parsePbsUpid,
  nodeOf: () => 'localhost',
  running: { running: true },
  all: {},
};
