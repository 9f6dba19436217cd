import { read } from '../../core/read.ts';
import type { Read } from '../../core/types.ts';
import { parseCertificate } from '../certs/parse.ts';
import { PRINT } from '../certs.ts';
import { shell } from '../shell.ts';

const ASK = `${PRINT}
command -v openssl >/dev/null 2>&1 || exit 0
timeout 4 openssl s_client -connect "$1" </dev/null 2>/dev/null | print
exit 0`;

/** The SHA-256 fingerprint of the certificate that another machine serves at `address:port`, as a host sees it; undefined where it serves none. */
export function servedAt(address: string): Read<string | undefined> {
  return read({ argv: shell('doctor-served', ASK, address), parse: (output) => parseCertificate(output)?.fingerprint });
}
