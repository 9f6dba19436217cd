import { apiPath } from '../../core/call.ts';
import { readApi } from '../../core/read.ts';
import type { ApiRead } from '../../core/types.ts';
import { rows, text } from './fields.ts';

/** A package that can be upgraded. */
export interface Update {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly origin: string;
  /** A fix of Debian's: from its security archive or a point release, which the answer does not tell apart. */
  readonly fix: boolean;
  /** A kernel: a reboot is needed for it. */
  readonly kernel: boolean;
}

/** `GET /nodes/{node}/apt/update`: as of the last `apt update` there. */
export function nodeUpdates(node: string): ApiRead<Update[]> {
  return readApi({ path: apiPath`/nodes/${node}/apt/update`, parse: ({ data }) => parseUpdates(data) });
}

export function parseUpdates(data: unknown): Update[] {
  return rows(data)
    .map((from) => {
      const name = text(from, 'Package') ?? '';
      const origin = text(from, 'Origin') ?? '';
      return {
        name,
        from: text(from, 'OldVersion') ?? '',
        to: text(from, 'Version') ?? '',
        origin,
        fix: /security/i.test(origin) || /[+~]deb\d+u\d+$/.test(text(from, 'Version') ?? ''),
        kernel: /^(proxmox|pve)-kernel-|^linux-image-/.test(name),
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
