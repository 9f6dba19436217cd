import { read } from '../core/read.ts';
import type { Read } from '../core/types.ts';
import { type Certificate, parseCertificate } from './certs/parse.ts';
import { shell } from './shell.ts';

export { type Certificate, covers, daysLeft } from './certs/parse.ts';

/** POSIX sh: prints what is asked of the certificate on standard input: x509(1ssl) of OpenSSL 1.1.1 and later. */
export const PRINT = `print() { pem=$(cat); printf '%s\\n' "$pem" | openssl x509 -noout -subject -issuer -startdate -enddate -fingerprint -sha256 -ext subjectAltName -nameopt RFC2253 2>/dev/null
printf '%s\\n' "$pem" | openssl x509 -noout -text 2>/dev/null | grep -E 'Public Key Algorithm|Public-Key' | head -n 2; }`;

/** POSIX sh: the certificate that a TCP port of this host presents. */
export const SERVED = `served() { timeout 3 openssl s_client -connect "127.0.0.1:$1" </dev/null 2>/dev/null | sed -n '/-----BEGIN CERTIFICATE-----/,/-----END CERTIFICATE-----/p'; }`;

/** Where hosts keep what they serve; more comes from the configuration of their web servers. */
const PLACES = [
  '/etc/pve/nodes/*/pveproxy-ssl.pem',
  '/etc/pve/nodes/*/pve-ssl.pem',
  '/etc/proxmox-backup/proxy.pem',
  '/etc/cockpit/ws-certs.d/*.cert',
  '/etc/cockpit/ws-certs.d/*.crt',
  '/etc/letsencrypt/live/*/fullchain.pem',
  '/etc/kubernetes/pki/*.crt',
  '/etc/kubernetes/pki/etcd/*.crt',
  '/var/lib/rancher/k3s/server/tls/serving-*.crt',
].join(' ');

const FILES = `${PRINT}
named() { grep -rhsE '^[[:space:]]*ssl_certificate[[:space:]]' /etc/nginx 2>/dev/null | sed -E 's/^[[:space:]]*ssl_certificate[[:space:]]+"?([^;"]+)"?;.*/\\1/'
grep -rhsE '^[[:space:]]*SSLCertificateFile[[:space:]]' /etc/apache2/sites-enabled /etc/httpd/conf.d 2>/dev/null | sed -E 's/^[[:space:]]*SSLCertificateFile[[:space:]]+"?([^"]+)"?/\\1/'
grep -hsoE '[[:space:]]crt[[:space:]]+/[^[:space:]]+' /etc/haproxy/haproxy.cfg 2>/dev/null | sed -E 's/.*crt[[:space:]]+//'; }
{ for f; do printf '%s\\n' "$f"; done; for f in ${PLACES}; do [ -e "$f" ] && printf '%s\\n' "$f"; done; named; } | awk '!seen[$0]++' | head -n 60 | while IFS= read -r f; do
  case $f in /*snakeoil*) continue ;; esac
  printf '== %s\\n' "$f"; if [ -r "$f" ]; then print <"$f"; else echo 'cannot be read'; fi
done; exit 0`;

const PORTS = `${PRINT}
${SERVED}
for p; do pem=$(served "$p"); [ -n "$pem" ] || continue; printf '== %s\\n' "$p"; printf '%s\\n' "$pem" | print; done; exit 0`;

/** What is at a place: a certificate, or nothing that can be read as one. */
export interface Placed {
  readonly place: string;
  readonly certificate: Certificate | undefined;
}

/** Certificates in files: these, and those at well-known places. The first of a chain counts. */
export function files(more: readonly string[]): Read<readonly Placed[]> {
  return read({ argv: shell('cert-files', FILES, ...more), parse: parsePlaced });
}

/** Certificates presented at TCP ports of the host itself; ports without TLS are left out. */
export function served(ports: readonly number[]): Read<readonly Placed[]> {
  return read({ argv: shell('cert-ports', PORTS, ...ports.map(String)), parse: parsePlaced });
}

export function parsePlaced(output: string): Placed[] {
  return output
    .split(/^== /m)
    .slice(1)
    .map((part) => ({ place: part.split('\n', 1)[0] ?? '', certificate: parseCertificate(part) }));
}

const ONE = `${PRINT}
f=$1 k=$2; [ -r "$f" ] || { echo none; exit 0; }
print <"$f"; echo "sha $(sha256sum <"$f" | cut -c1-64)"
[ -n "$k" ] && [ -r "$k" ] && echo "keysha $(sha256sum <"$k" | cut -c1-64)"
own=$(openssl x509 -in "$f" -noout -pubkey 2>/dev/null | sha256sum)
[ -n "$k" ] && [ -r "$k" ] && [ "$(openssl pkey -in "$k" -pubout 2>/dev/null </dev/null | sha256sum)" = "$own" ] && echo fits
exit 0`;

/** A certificate and its key as a host has them. `sha`, `keySha`: SHA-256 of the files; `fits`: the key is the certificate's. */
export interface Pair {
  readonly certificate: Certificate | undefined;
  readonly sha: string;
  readonly keySha: string | undefined;
  readonly fits: boolean;
}

/** A pair of files; undefined where there is no certificate. Nothing of the key but its hash leaves the host. */
export function pair(cert: string, key: string | undefined): Read<Pair | undefined> {
  return read({ argv: shell('cert-pair', ONE, cert, key ?? ''), parse: parsePair });
}

export function parsePair(output: string): Pair | undefined {
  if (output.trim() === 'none') return undefined;
  const sha = /^sha ([0-9a-f]{64})$/m.exec(output)?.[1];
  if (sha === undefined) throw new Error('no hash of the file');
  return { certificate: parseCertificate(output), sha, keySha: /^keysha ([0-9a-f]{64})$/m.exec(output)?.[1], fits: /^fits$/m.test(output) };
}
