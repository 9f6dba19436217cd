import type { Host } from '../../core/command.ts';
import type { DeclaredCertificate } from '../../core/declared.ts';
import { read } from '../../core/read.ts';
import type { Argv, Read, Step, Target } from '../../core/types.ts';
import { say } from '../../core/words.ts';
import { ANEW } from '../anew.ts';
import { SERVED } from '../certs.ts';
import { shell } from '../shell.ts';

/** POSIX sh, what all have in common: `ID CERT KEY PORT UNIT FINGERPRINT …`; what was there is kept under the id. */
const HEAD = `set -eu; umask 077; id=$1 cert=$2 key=$3 port=$4 unit=$5 print=$6; shift 6; all=/var/lib/hostler/certs kept=$all/$id
if [ -L "$cert" ]; then cert=$(readlink -f -- "$cert"); fi; if [ -L "$key" ]; then key=$(readlink -f -- "$key"); fi
${SERVED}
now() { if [ -n "$port" ]; then served "$port"; else cat -- "$cert"; fi | openssl x509 -noout -fingerprint -sha256 2>/dev/null | sed 's/.*=//'; }
${ANEW}
again() { [ -z "$unit" ] || anew reload-or-restart "$unit"; }
save() { mkdir -p -- "$kept"; for f in cert key; do eval "from=\\$$f"; if [ -e "$from" ]; then cp -p -- "$from" "$kept/$f" 2>/dev/null || cp -- "$from" "$kept/$f"; else : >"$kept/no-$f"; fi; done; printf '%s\\n' "$cert" >"$kept/of"; }
put() { if [ -e "$2" ]; then chown --reference="$2" -- "$1" 2>/dev/null || :; chmod --reference="$2" -- "$1" 2>/dev/null || :; else chmod "$3" -- "$1" 2>/dev/null || :; fi; mv -f -- "$1" "$2"; }
back() { for f in key cert; do eval "to=\\$$f"; if [ -e "$kept/no-$f" ]; then rm -f -- "$to"; else cp -- "$kept/$f" "$to.hostler-back" && put "$to.hostler-back" "$to" 0600; fi; done; }`;

/** The new key comes by standard input and waits beside the old one. */
const KEY = `${HEAD}
mkdir -p -- "$(dirname -- "$key")" "$(dirname -- "$cert")"; [ -d "$kept" ] || save
cat >"$key.hostler-new"; [ "$(sha256sum <"$key.hostler-new" | cut -c1-64)" = "$1" ] || { rm -f -- "$key.hostler-new"; echo 'it is not the key that was approved; nothing was replaced' >&2; exit 65; }`;

/** The new certificate comes by standard input; when the key is its own, both take their places, the key first. */
const CERT = `${HEAD}
cat >"$cert.hostler-new"; trap 'rm -f -- "$cert.hostler-new" "$key.hostler-new"' EXIT
[ "$(openssl x509 -in "$cert.hostler-new" -noout -pubkey)" = "$(openssl pkey -in "$key.hostler-new" -pubout)" ] || { echo 'the key is not the certificate’s; nothing was replaced' >&2; exit 65; }
: >"$kept/replaced"; put "$key.hostler-new" "$key" 0600; put "$cert.hostler-new" "$cert" 0644`;

const RELOAD = `${HEAD}
again`;

/** Changes of a certificate for which a host keeps what they replaced. */
const KEPT = 2;

/**
 * Whatever happened: when the new one is not what is served, the old ones are put back. Old keys stay only where an undo can want them: of the last changes
 * of this certificate, and of what is from before that was noted, for a month.
 */
const SETTLE = `${HEAD}
rm -f -- "$cert.hostler-new" "$key.hostler-new"; [ -e "$kept/replaced" ] || { rm -rf -- "$kept"; echo 'nothing was replaced'; exit 0; }
tidy() {
  n=0; ls -1t -- "$all" | while IFS= read -r one; do
    [ -e "$all/$one/of" ] || { find "$all/$one" -maxdepth 0 -type d -mtime +30 -exec rm -rf -- {} +; continue; }
    [ "$(cat -- "$all/$one/of")" = "$cert" ] || continue
    n=$((n + 1)); [ "$n" -le ${KEPT} ] || rm -rf -- "$all/$one"
  done
}
[ "$(now)" = "$print" ] && { tidy || :; echo 'the new certificate is in use'; exit 0; }
back; rm -rf -- "$kept"; again || :; echo 'the new certificate was not served: the old one was put back' >&2; exit 70`;

const BACK = `${HEAD}
other=/var/lib/hostler/certs/$1; save; : >"$kept/replaced"; kept=$other; back`;

const NOW = `${HEAD}
now`;

const SAVED = `d=/var/lib/hostler/certs/$1; [ -e "$d/replaced" ] || { echo none; exit 0; }
if [ -e "$d/cert" ]; then openssl x509 -in "$d/cert" -noout -fingerprint -sha256; else echo absent; fi`;

/** What was kept of a host by a deployment: the old certificate's fingerprint, `absent` where there was none; undefined where nothing is kept. */
export function savedBy(id: string): Read<string | undefined> {
  return read({ argv: shell('cert-saved', SAVED, id), parse: parseSaved });
}

export function parseSaved(output: string): string | undefined {
  const text = output.trim();
  if (text === 'none') return undefined;
  return text === 'absent' ? 'absent' : (/=((?:[0-9A-F]{2}:){31}[0-9A-F]{2})$/i.exec(text)?.[1]?.toUpperCase() ?? undefined);
}

/** What a deployment to one host is about. `id`: the request; `print`: the fingerprint that is to be served. */
export interface Deployment {
  readonly host: Host;
  readonly declared: DeclaredCertificate & { readonly key: string };
  readonly id: string;
  readonly print: string;
  readonly wave: number;
}

const argvOf = (name: string, body: string, { declared: { cert, key, port, reload }, id, print }: Deployment, ...more: readonly string[]): Argv =>
  shell(name, body, id, cert, key, port === undefined ? '' : String(port), reload ?? '', print, ...more);

function common({ host, declared, wave }: Deployment): { readonly on: Target; readonly wave: number; readonly timeoutMs: number } {
  return { on: { site: host.site, host: host.name, name: declared.name }, wave, timeoutMs: 120_000 };
}

/** Steps that use what stands in the files now: reload, see it served, and put the old ones back when it is not. */
function used(one: Deployment): Step[] {
  return [
    {
      kind: 'exec',
      ...common(one),
      why: say({ en: 'reload {unit}', zh: '重新加载 {unit}' }, { unit: one.declared.reload ?? '-' }),
      argv: argvOf('cert-reload', RELOAD, one),
    },
    {
      kind: 'wait',
      ...common(one),
      why: say({ en: 'until it is served', zh: '直到开始使用' }),
      read: { argv: argvOf('cert-now', NOW, one) },
      until: { is: one.print },
      everyMs: 1000,
      timeoutMs: 20_000,
    },
    {
      kind: 'exec',
      ...common(one),
      why: say({ en: 'keep it, or put the old one back', zh: '保留，或恢复旧证书' }),
      argv: argvOf('cert-settle', SETTLE, one),
      always: true,
    },
  ];
}

/** Steps of a deployment. The key goes from its host to this one through the worker, by standard input. */
export function deploySteps(one: Deployment, from: { readonly host: string; readonly key: string; readonly keySha: string; readonly pem: string }): Step[] {
  return [
    {
      kind: 'exec',
      ...common(one),
      why: say({ en: 'keep the old one; bring the new key', zh: '保存旧证书；传送新密钥' }),
      argv: argvOf('cert-key', KEY, one, from.keySha),
      stdin: { host: from.host, file: from.key },
    },
    {
      kind: 'exec',
      ...common(one),
      why: say({ en: 'bring the new certificate, replace both', zh: '传送新证书并替换' }),
      argv: argvOf('cert-put', CERT, one),
      stdin: from.pem,
    },
    ...used(one),
  ];
}

/** Steps that put back what a deployment under another id has kept. */
export function rollbackSteps(one: Deployment, from: string): Step[] {
  return [
    { kind: 'exec', ...common(one), why: say({ en: 'put the old one back', zh: '恢复旧证书' }), argv: argvOf('cert-back', BACK, one, from) },
    ...used(one),
  ];
}
