import type { Host, Look } from '../../core/command.ts';
import type { DeclaredCertificate } from '../../core/declared.ts';
import { matches } from '../../core/policy.ts';
import { type Certificate, covers, files, type Placed, served } from '../certs.ts';
import { knownFacts, mustHave } from '../facts.ts';
import { ofCluster, ofServer } from './api.ts';

/** What is wrong with where a certificate stands. `stale`: a file has another than is served: it was not reloaded. `stranger`: it is not for this host's name. */
export type Remark = 'stale' | 'unserved' | 'stranger' | 'unread';
export interface OnHost extends Placed {
  readonly host: string;
  readonly remarks: readonly Remark[];
}

/** Ports that are asked besides declared ones, and the files that are served there, the first that exists. */
const PORTS: { readonly [port: number]: (host: string) => readonly RegExp[] } = {
  443: () => [],
  6443: () => [/^\/etc\/kubernetes\/pki\/apiserver\.crt$/],
  8006: (host) => [pveFile(host, 'pveproxy-ssl'), pveFile(host, 'pve-ssl')],
  8007: () => [/^\/etc\/proxmox-backup\/proxy\.pem$/],
  9090: () => [],
};
/** Where a host is administered: what is served there is to be for its own name. */
const OWN = [8006, 8007, 9090];

const pveFile = (host: string, name: string) => new RegExp(`^/etc/pve/nodes/${host.replace(/[^A-Za-z0-9-]/g, '')}/${name}\\.pem$`);

/** Every certificate of a host, in files and served; of a cluster or backup server, as its API tells. */
export async function certificatesOn(look: Look, host: Host): Promise<OnHost[]> {
  const plain = (all: readonly Placed[]) => all.map((one): OnHost => ({ ...one, host: host.name, remarks: [] }));
  if (host.kind === 'pve') return plain(await ofCluster(look, host));
  if (host.kind === 'pbs') return plain(await ofServer(look, host));
  mustHave(host, await knownFacts(look, host), 'openssl');
  const declared = look.declared.certificates.filter(({ hosts }) => hosts.some((pattern) => matches(pattern, host)));
  const ports = [...new Set([...declared.flatMap(({ port }) => port ?? []), ...Object.keys(PORTS).map(Number)])];
  const [inFiles, atPorts] = await Promise.all([look.read(host, files(declared.map(({ cert }) => cert))), look.read(host, served(ports))]);
  return judged(host, declared, inFiles, atPorts);
}

/** What is wrong with each. */
export function judged(
  host: Pick<Host, 'name' | 'address' | 'node'>,
  declared: readonly DeclaredCertificate[],
  inFiles: readonly Placed[],
  atPorts: readonly Placed[],
): OnHost[] {
  const fileOf = (port: number): Placed | undefined => {
    const own = declared.find((one) => one.port === port);
    if (own) return inFiles.find(({ place }) => place === own.cert);
    const patterns = PORTS[port]?.(host.node?.name ?? host.name) ?? [];
    return patterns.flatMap((pattern) => inFiles.filter(({ place }) => pattern.test(place)))[0];
  };
  const ports = atPorts.map((one): OnHost => {
    const port = Number(one.place);
    const file = fileOf(port);
    const stale = file?.certificate && one.certificate && file.certificate.fingerprint !== one.certificate.fingerprint;
    const remarks: Remark[] = [
      ...(stale ? ['stale' as const] : []),
      ...(OWN.includes(port) && one.certificate && !isFor(host, one.certificate) ? ['stranger' as const] : []),
    ];
    return { ...one, host: host.name, place: `:${one.place}`, remarks };
  });
  const paths = inFiles.map((one): OnHost => {
    const own = declared.find(({ cert, port }) => cert === one.place && port !== undefined);
    const unserved = own !== undefined && !atPorts.some(({ place }) => place === String(own.port));
    return { ...one, host: host.name, remarks: one.certificate === undefined ? ['unread'] : unserved ? ['unserved'] : [] };
  });
  return [...paths, ...ports];
}

function isFor({ name, address, node }: Pick<Host, 'name' | 'address' | 'node'>, { names }: Certificate): boolean {
  const known = [name, address, ...(node ? [node.name] : [])];
  return names.some((one) => known.some((own) => covers([one], own) || one.toLowerCase().startsWith(`${own.toLowerCase()}.`)) || one.startsWith('*.'));
}
