import type { Params } from '../../core/types.ts';
import type { Upid } from '../../core/upid.ts';
import { PBS } from '../pbs.ts';
import { PVE } from '../pve.ts';
import type { ApiAccess, Token } from './access.ts';

/** Where the two kinds of Proxmox server differ for who calls them. */
export interface Dialect {
  /** The value of the header that proves who we are. */
  authorization(token: Token): string;
  /** A UPID of its tasks; undefined when it is none. */
  parseUpid(upid: string): Upid | undefined;
  /** The node in the path of a task. */
  nodeOf(upid: Upid): string;
  /** What lists the tasks of a node that run, and all of them. */
  readonly running: Params;
  readonly all: Params;
}

export function dialectOf({ kind }: Pick<ApiAccess, 'kind'>): Dialect {
  return kind === 'pve' ? PVE : PBS;
}
