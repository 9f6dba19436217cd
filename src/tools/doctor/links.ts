import { z } from 'zod';
import { read } from '../../core/read.ts';
import type { Read } from '../../core/types.ts';

const link = z.object({
  ifname: z.string(),
  mtu: z.number().default(0),
  master: z.string().optional(),
  linkinfo: z.object({ info_kind: z.string().optional() }).optional(),
});
/** A link with what it is: `info_kind` such as `bridge`, `gretap`, `veth`; absent for a card. */
export type DoctorLink = z.infer<typeof link>;

/** `ip -d -j link show` (iproute2's JSON). */
export function detailedLinks(): Read<readonly DoctorLink[]> {
  return read({ argv: ['ip', '-d', '-j', 'link', 'show'], parse: (output) => z.array(link).parse(JSON.parse(output || '[]')) });
}
