import type { Hidden } from './redact.ts';
import type { Span } from './redactsieve.ts';

/** Tokens that say themselves what they are: how they begin, and how they go on. */
const SHAPES: readonly (readonly [Hidden, readonly string[], RegExp])[] = [
  ['token', ['xox'], /xox[a-z](?:\.xox[a-z])?-[\w-]{10,}/y], // Slack
  ['token', ['xap'], /xapp-\d-[\w-]{10,}/y],
  ['token', ['gho', 'ghp', 'ghr', 'ghs', 'ghu'], /gh[opsur]_[A-Za-z0-9]{20,}/y], // GitHub
  ['token', ['git'], /github_pat_\w{22,}/y],
  [
    'token',
    ['glp', 'gld', 'glr', 'glf', 'gls', 'glc', 'gli', 'gla', 'glo'],
    /gl(?:pat|dt|rt|ptt|ft|soat|cbt|imt|agent|ffct|oas)-[\w-]{16,}|gls?[ac]_[\w-]{20,}/y,
  ], // GitLab, Grafana
  ['token', ['AKI', 'ASI', 'ABI', 'ACC'], /(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])/y], // AWS
  ['token', ['AIz', 'ya2', 'GOC'], /AIza[\w-]{35}|ya29\.[\w-]{20,}|GOCSPX-[\w-]{20,}/y], // Google
  ['token', ['npm', 'pyp', 'rub', 'dck'], /npm_[A-Za-z0-9]{36}|pypi-AgE[\w-]{20,}|rubygems_[a-f0-9]{40,}|dckr_pat_[\w-]{20,}/y],
  ['token', ['sk_', 'pk_', 'rk_', 'whs'], /[prs]k_(?:live|test)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9]{20,}/y], // Stripe
  ['token', ['syt'], /syt_[A-Za-z0-9]+_[A-Za-z0-9]{10,}_[A-Za-z0-9]{4,}/y], // Matrix
  ['token', ['mat', 'mar', 'mct', 'mcr', 'mua'], /m(?:at|ar|ct|cr|ua)_[A-Za-z0-9]{20,}(?:_[A-Za-z0-9]{6})?/y],
  ['token', ['MDA'], /MDAx[\w-]{60,}/y],
  ['token', ['eyJ'], /eyJ[\w-]{8,}\.[\w-]{6,}(?:\.[\w-]*){0,3}/y], // JSON Web Token
  ['token', ['hvs', 'hvb', 'hvr', 'tsk', 'dop', 'SG.'], /hv[sbr]\.[\w-]{20,}|tskey-[a-z]+-[\w-]{10,}|dop_v1_[a-f0-9]{64}|SG\.[\w-]{16,}\.[\w-]{16,}/y],
  ['token', ['sk-', 'hf_', 'lin', 'ATA', 'dap'], /sk-[\w-]{20,}|hf_[A-Za-z0-9]{30,}|lin_api_\w{30,}|ATATT3[\w-]{20,}|dapi[a-f0-9]{32}/y],
  ['token', ['PVE', 'PBS', 'PMG'], /P(?:VE|BS|MG)[A-Z]*%3A[^\s%]{1,80}%3A[\w%]{8,}%3A%3A[\w%./+-]{20,}/iy], // a Proxmox ticket, as in a cookie
  ['key', ['AGE'], /AGE-SECRET-KEY-1[A-Z0-9]{20,}/y],
  ['key', ['AQA', 'AQB', 'AQC', 'AQD'], /AQ[A-D][A-Za-z0-9+/]{35}(?===)/y], // Ceph
  ['key', ['LS0'], /LS0tLS1CRUdJTi(?!BDRVJUSUZJ|BQVUJMSUMg|BYNTA5)[A-Za-z0-9+/]{20,}/y], // PEM in base64, but certificates and public keys
  ['password', ['$1$', '$5$', '$6$', '$7$', '$y$', '$gy', '$2$', '$2a', '$2b', '$2x', '$2y'], /\$(?:[1567]|gy|y|2[abxy]?)\$[\w./+$-]{12,}/y],
  ['password', ['$ap', '$sh', '$md', '$sc', '$pb'], /\$(?:apr1|sha1|md5|scrypt|pbkdf2[\w-]*)\$[\w./+$-]{12,}/y],
  ['password', ['$ar', 'SCR'], /\$argon2(?:id?|d)\$[\w=,.$+/-]{20,}|SCRAM-SHA-(?:1|256)\$\d+:[\w+/=]+\$[\w+/=:]+/y],
];

const BY_START = new Map<number, { readonly kind: Hidden; readonly shape: RegExp }>();
const FIRST = new Uint8Array(128);
for (const [kind, starts, shape] of SHAPES) {
  for (const start of starts) {
    BY_START.set(packed(start.charCodeAt(0), start.charCodeAt(1), start.charCodeAt(2)), { kind, shape });
    FIRST[start.charCodeAt(0)] = 1;
  }
}

function packed(a: number, b: number, c: number): number {
  return (a << 16) | (b << 8) | c;
}

const PERCENT = 37;
const BACKSLASH = 92;

/** Tokens within the word from `start` to `end`. */
export function shapesIn(view: string, codes: Uint16Array, start: number, end: number, limit: number): Span[] {
  const spans: Span[] = [];
  for (let at = start; at < end - 8; at++) {
    const code = codes[at] ?? 0;
    if (code > 127 || FIRST[code] === 0) continue;
    const shape = BY_START.get(packed(code, codes[at + 1] ?? 0, codes[at + 2] ?? 0));
    // It begins a word, or comes after an escape such as %3A or \n.
    if (!shape || (at > start && isAlphanumeric(codes[at - 1] ?? 0) && codes[at - 3] !== PERCENT && !(at === start + 1 && codes[at - 2] === BACKSLASH)))
      continue;
    shape.shape.lastIndex = at;
    const text = shape.shape.exec(view)?.[0];
    if (text === undefined || at + text.length > limit) continue;
    const stop = padded(codes, at + text.length, limit);
    spans.push({ start: at, end: stop, kind: shape.kind });
    at = stop - 1;
  }
  return spans;
}

function isAlphanumeric(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/i;
const BASE64 = /^[A-Za-z0-9+/_-]{16,}/;
/** What makes a word a secret by standing before it, by the character right before. */
const BEFORE: Readonly<Record<number, readonly (readonly [RegExp, RegExp, Hidden])[]>> = {
  61: [[/[\w.-]+@[\w.-]+![\w.-]+=$/, UUID, 'token']],
  58: [
    [/[\w.-]+@[\w.-]+![\w.-]+:$/, UUID, 'token'],
    [/P(?:VE|BS|MG)[A-Z]*:[^:\s]{1,80}:[0-9A-Fa-f]{6,10}::$/, BASE64, 'token'],
    [/(?<![0-9A-Za-z:])[0-9A-F]{8}:$/, /^[A-Za-z0-9+/]{27}$|^[A-Za-z0-9+/]{43}$/, 'token'],
    [/(?<!\w)(?:bot)?\d{8,10}:$/, /^AA[\w-]{33}$/, 'token'],
  ],
  125: [[/\{(?:S?SHA(?:256|384|512)?|S?MD5|CRYPT|PBKDF2[\w-]*|ARGON2)\}$/i, /^[\w+/.$-]{16,}/, 'password']],
  32: [
    [/\bbearer $/i, /^(?=\S*\d|\S*[a-z]\S*[A-Z]|\S*[A-Z]\S*[a-z])[\w+/.~-]{16,}/, 'token'],
    [/\bbasic $/i, /^(?=\S*[A-Z])(?=\S*[a-z])[\w+/]{16,}/, 'token'],
  ],
};
const R = 114;
const C = 99;

/** A word that is a secret by what stands before it. */
export function aroundWord(view: string, codes: Uint16Array, start: number, end: number, limit: number): Span | undefined {
  const rules = start > 0 ? BEFORE[codes[start - 1] ?? 0] : undefined;
  if (!rules) return undefined;
  // "Bearer " and "Basic ": most words come after a space.
  if (codes[start - 1] === 32 && ((codes[start - 2] ?? 0) | 32) !== R && ((codes[start - 2] ?? 0) | 32) !== C) return undefined;
  const before = view.slice(Math.max(0, start - 200), start);
  const word = view.slice(start, end);
  for (const [context, shape, kind] of rules) {
    const length = shape.exec(word)?.[0].length;
    if (length !== undefined && context.test(before)) return { start, end: padded(codes, start + length, limit), kind };
  }
  return undefined;
}

const EQUALS = 61;

/** With the equals signs that fill up base64. */
export function padded(codes: Uint16Array, end: number, limit: number): number {
  let at = end;
  while (at < limit && at < end + 2 && codes[at] === EQUALS) at++;
  return at;
}
