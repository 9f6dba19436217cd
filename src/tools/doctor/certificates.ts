import type { Host, Look } from '../../core/command.ts';
import { type Certificate, files, served } from '../certs.ts';
import { isMeant } from './verdicts.ts';

/** A certificate of a host, as it is in its file and as a port serves it; undefined where it cannot be read, or nothing is served. */
export interface HostCertificate {
  readonly name: string;
  readonly file: Certificate | undefined;
  readonly served: Certificate | undefined;
  /** 0: none is known. */
  readonly port: number;
  /** The line that brings a new one; where none comes from, undefined. */
  readonly deploy: string | undefined;
  /** The unit that reads it. */
  readonly reload: string | undefined;
}

/** What pveproxy(8) serves: the first of these that is there. */
const NODE_FILES = ['pveproxy-ssl.pem', 'pve-ssl.pem'];
const NODE_PORT = 8006;

/** Every certificate the configuration declares for a host, that of a node of a cluster, and those at well-known places. */
export async function certificatesOf(look: Look, host: Host): Promise<readonly HostCertificate[]> {
  const declared = look.declared.certificates.filter(({ hosts }) => isMeant(hosts, host));
  const ports = declared.flatMap(({ port }) => port ?? []);
  const [inFiles, atPorts] = await Promise.all([
    look.read(host, files(declared.map(({ cert }) => cert))),
    look.read(host, served([...new Set([...ports, ...(host.node ? [NODE_PORT] : [])])])),
  ]);
  const at = (place: string | number) => [...inFiles, ...atPorts].find((one) => one.place === String(place))?.certificate;
  const own = `/etc/pve/nodes/${host.node?.name ?? ''}`;
  const nodeFile = NODE_FILES.map((file) => `${own}/${file}`).find((path) => at(path));
  const known = new Set([...declared.map(({ cert }) => cert), ...(nodeFile ? [nodeFile] : [])]);
  const node =
    nodeFile && !ports.includes(NODE_PORT)
      ? [{ name: 'pveproxy', file: at(nodeFile), served: at(NODE_PORT), port: NODE_PORT, deploy: undefined, reload: 'pveproxy' }]
      : [];
  // All nodes see each other's files: each speaks of its own.
  const others = inFiles.filter(({ place }) => !known.has(place) && !(place.startsWith('/etc/pve/nodes/') && !place.startsWith(`${own}/`)));
  return [
    ...declared.map(({ name, cert, port, reload, from }) => ({
      ...{ name, file: at(cert), served: port === undefined ? undefined : at(port), port: port ?? 0, reload },
      deploy: from ? `cert deploy ${name} ${host.name}` : undefined,
    })),
    ...node,
    ...others.map(({ place, certificate }) => ({ name: place, file: certificate, served: undefined, port: 0, deploy: undefined, reload: undefined })),
  ];
}
