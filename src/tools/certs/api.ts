import { apiPath } from '../../core/call.ts';
import type { Host, Look } from '../../core/command.ts';
import { readApi } from '../../core/read.ts';
import type { ApiRead } from '../../core/types.ts';
import type { Placed } from '../certs.ts';
import { number, type Row, rows, text } from '../proxmox/fields.ts';

/** `GET /nodes/{node}/certificates/info` of Proxmox VE and Backup Server alike. */
export function certificateInfo(node: string): ApiRead<readonly Placed[]> {
  return readApi({ path: apiPath`/nodes/${node}/certificates/info`, parse: ({ data }) => rows(data).flatMap((one) => placed(node, one)) });
}

function placed(node: string, one: Row): Placed[] {
  const fingerprint = text(one, 'fingerprint')?.toUpperCase();
  const until = number(one, 'notafter');
  if (fingerprint === undefined || until === undefined) return [];
  const type = text(one, 'public-key-type') ?? '';
  const kind = { rsaEncryption: 'RSA', 'id-ecPublicKey': 'EC' }[type] ?? type;
  const names = Array.isArray(one.san) ? one.san.filter((name) => typeof name === 'string') : [];
  return [
    {
      place: `${node}: ${text(one, 'filename') ?? '?'}`,
      certificate: {
        subject: text(one, 'subject') ?? '',
        issuer: text(one, 'issuer') ?? '',
        names,
        from: number(one, 'notbefore') ?? 0,
        until,
        key: [kind, number(one, 'public-key-bits') ?? ''].join(' ').trim(),
        fingerprint,
      },
    },
  ];
}

/** The certificates of every node of a cluster. */
export async function ofCluster(look: Look, host: Host): Promise<Placed[]> {
  return (await Promise.all((host.nodes ?? []).map(({ name }) => look.read(host, certificateInfo(name))))).flat();
}

/** The certificates of a backup server. */
export async function ofServer(look: Look, host: Host): Promise<readonly Placed[]> {
  return look.read(host, certificateInfo('localhost'));
}
