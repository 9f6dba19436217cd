import type { Hidden } from './redact.ts';
import type { Span } from './redactsieve.ts';

/** The password within a URL, looked for at the colon before `//`. */
export const URL_PASSWORD = /:\/\/([^\s/?#"'<>@:[]{0,128}):(?!\[redacted|\*+@|\$\{|<|\{\w*\})([^\s/?#"'<>]{1,512})@/y;

/** The ends of names that are looked at at all, three characters each. */
const ENDS = new Set(
  [
    ...['ord', 'swd', 'asd', 'pwd', 'ass', 'ase', 'ret', 'ken', 'key', 'eys', 'als', 'ial', 'psk', 'kie', 'ion', 'ure', 'jwt', 'tpw'],
    ...['_pw', '-pw', '.pw', 'tid', 'uth', 'dpw', 'ort', 'pin'],
  ].map((end) => packed(end, 3)),
);

function packed(text: string, end: number): number {
  return ((text.charCodeAt(end - 3) | 32) << 16) | ((text.charCodeAt(end - 2) | 32) << 8) | (text.charCodeAt(end - 1) | 32);
}

const NAMES: readonly (readonly [RegExp, Hidden])[] = [
  [/(?:passw(?:or)?d|passwort|passphrase|sshpass|(?:^|[_.-])(?:pass|pw|pwd)|root_?pw)$/i, 'password'],
  [/[a-z](?:Pass|Pwd|Pw)$/, 'password'],
  [/(?:token|PVEAuthCookie|PBSAuthCookie|PMGAuthCookie|sessionid|_jwt|authorization|^set-cookie|^cookie|x-amz-signature|_auth)$/i, 'token'],
  [
    /(?:(?:private|api|access|secret|auth|encrypt(?:ion)?|signing|master|shared|preshared|account|storage|client|webhook|license|app)[_.-]?keys?|(?:^|_)psk)$/i,
    'key',
  ],
  [/(?:secret|credentials?)$/i, 'secret'],
];
const CHINESE: readonly (readonly [string, Hidden])[] = [
  ['密码', 'password'],
  ['口令', 'password'],
  ['令牌', 'token'],
  ['密钥', 'key'],
];
/** The working directory, and a header's name in other uses. */
const NO_NAME = /^(?:OLD)?PWD$|^cookie$/;
const HEADER = /^(?:(?:proxy-)?authorization|set-cookie|cookie)$/i;

/** What the name is of that ends at `wordEnd`, when only quotes, spaces and the like are between it and the sign at `at`. */
export function nameKind(view: string, codes: Uint16Array, wordAt: number, wordEnd: number, at: number): Hidden | undefined {
  if ((codes[at - 1] ?? 0) > 127) return CHINESE.find(([name]) => view.startsWith(name, at - 2))?.[1];
  if (wordEnd < 0 || at - wordEnd > 3 || wordEnd - wordAt < 3 || !ENDS.has(packed(view, wordEnd))) return undefined;
  if (view.startsWith('[redacted:', wordAt - 10)) return undefined;
  for (let i = wordEnd; i < at; i++) if (!' \t"\'\\]'.includes(view[i] ?? '')) return undefined;
  return kindOf(view.slice(Math.max(wordAt, wordEnd - 48), wordEnd));
}

/** What a value of this name is; undefined when it is no secret. */
export function kindOf(name: string): Hidden | undefined {
  return NO_NAME.test(name) ? undefined : NAMES.find(([pattern]) => pattern.test(name))?.[1];
}

/** A secret given to a program after a space: `--password X`, `-u user:X`. */
export function optionValue(view: string, start: number, end: number, limit: number): Span | undefined {
  const name = view.slice(start, end);
  if (view[end] !== ' ' || view[end + 1] === '-' || (start > 0 && !/[\s"'(`]/.test(view[start - 1] ?? ''))) return undefined;
  if (name.startsWith('--') && name !== '--user') {
    const kind = name.length > 5 ? kindOf(name.slice(2)) : undefined;
    return kind && value(view, end + 1, kind, limit, false);
  }
  if (name === '-u' || name === '--user' || name === '--proxy-user') {
    const colon = /[^\s:"']+:(?=[^\s/])/y;
    colon.lastIndex = end + 1 + (/["']/.test(view[end + 1] ?? '') ? 1 : 0);
    const from = colon.exec(view) && /\bcurl\b|\bwget\b|\bhttp\b/.test(view.slice(Math.max(0, start - 200), start)) ? colon.lastIndex : -1;
    return from < 0 ? undefined : value(view, from, 'password', limit, false);
  }
  if (name === '-p' && /\bsshpass $/.test(view.slice(Math.max(0, start - 8), start))) return value(view, end + 1, 'password', limit, false);
  return undefined;
}

/** The value behind a name and its sign at `at`. */
export function namedSecret(view: string, at: number, kind: Hidden, limit: number): Span | undefined {
  const gap = /[:=：](?:=?>|=)?([ \t]{0,40})/y;
  gap.lastIndex = at;
  const spaces = gap.exec(view)?.[1] ?? '';
  const named = /[\w-]*(?=["' \t\\\]]{0,3}$)/.exec(view.slice(Math.max(0, at - 24), at))?.[0] ?? '';
  return HEADER.test(named) ? header(view, gap.lastIndex, limit, named) : value(view, gap.lastIndex, kind, limit, spaces !== '' && view[at] !== '=');
}

const SCHEME =
  /\\?["']?(?:(?:Bearer|Basic|Token|Negotiate|NTLM|Digest|ApiKey|AWS4-HMAC-SHA256) +)?(?!P[A-Z]{2}APIToken[= ]|\[redacted|(?:Bearer|Basic|Token|Negotiate|NTLM|Digest|ApiKey|AWS4-HMAC-SHA256) )([^\s"'\\]{3,})/iy;
const COOKIES = /(?:[\w.%-]+=)?(?!(?:[\w.%-]+=)?\[redacted)([^\s"'][^\r\n"']{5,2000})/y;
const SET_COOKIE = /(?:[\w.%-]+=)?(?!(?:[\w.%-]+=)?\[redacted)([^\s"';][^\r\n"';]{5,2000})/y;

/** A header goes on to the end of its line. */
function header(view: string, from: number, limit: number, named: string): Span | undefined {
  const pattern = /^cookie$/i.test(named) ? COOKIES : /cookie$/i.test(named) ? SET_COOKIE : SCHEME;
  pattern.lastIndex = from;
  const match = pattern.exec(view);
  const end = pattern.lastIndex;
  const text = match?.[1];
  return text === undefined || end > limit || isHarmless(text) ? undefined : { start: end - text.length, end, kind: 'token' };
}

const QUOTE = /\\?["'`]/y;
/** The name of a Proxmox token before its secret. */
const ID = /(?:P[A-Z]{2}APIToken[= ])?[\w.-]+@[\w.-]+![\w.-]+[=:]/y;
const BARE = /(?:[^\s"'`,;&<>\\]|[,;&](?!\s|$|["'`]|[\w.-]{1,40}[=:])|\\(?![nrt"'\\]))+/y;
/** Longest value, in characters. */
const MOST = 1024;

/** A value, between quotes or bare. `prose`: what follows may be a sentence. */
function value(view: string, from: number, kind: Hidden, limit: number, prose: boolean): Span | undefined {
  const top = Math.min(limit, from + MOST);
  QUOTE.lastIndex = from;
  const quote = QUOTE.exec(view)?.[0];
  ID.lastIndex = from + (quote?.length ?? 0);
  const start = ID.lastIndex + (ID.exec(view)?.[0].length ?? 0);
  if (start >= top || (quote !== undefined && /[\w-][:=]$/.test(view.slice(Math.max(0, from - 2), from)) && isClosing(view, from, quote))) return undefined;
  const end = quote === undefined ? bareEnd(view, start, top) : closing(view, start, quote, top);
  const text = view.slice(start, end);
  if (text === '' || isHarmless(text) || (kind !== 'password' && (text.length < 6 || /^\d+$/.test(text)))) return undefined;
  if (quote === undefined && kind !== 'password' && NAMED.test(text)) return undefined;
  if (prose && quote === undefined && isSentence(text, view.slice(end, end + 24))) return undefined;
  return { start, end, kind };
}

/** The quote was opened before the name: `token:`. */
function isClosing(view: string, from: number, quote: string): boolean {
  const name = /[\w-]+[:=]$/.exec(view.slice(Math.max(0, from - 48), from))?.[0].length ?? 0;
  return view.slice(Math.max(0, from - name - quote.length), from - name) === quote && !/^[\w$]/.test(view.slice(from + quote.length));
}

function bareEnd(view: string, start: number, top: number): number {
  BARE.lastIndex = start;
  const text = BARE.exec(view)?.[0] ?? '';
  const closed = /[([{]/.test(text) ? text : text.replace(/[)\]}]+$/, '');
  return Math.min(top, start + closed.length);
}

function closing(view: string, start: number, quote: string, top: number): number {
  for (let i = start; i < top; i++) {
    if (view[i] === '\n') return i;
    if (view.startsWith(quote, i)) return i;
    if (view[i] === '\\' && quote.length === 1) i++;
  }
  return top;
}

/** An ordinary word, and another after it. */
function isSentence(text: string, after: string): boolean {
  return /^[A-Za-z][a-z]*[.!?]?$/.test(text) && /^ +[A-Za-z([]/.test(after);
}

const WORDS =
  /^(?:none|null|nil|true|false|yes|no|on|off|ok|set|unset|not-set|empty|required|optional|expired|invalid|valid|incorrect|wrong|missing|changed|updated|unchanged|disabled|enabled|unknown|hidden|masked|redacted|prompt|ask|default|login|locked|never|files|compat|sss|ldap|nis|db|winbind|systemd|string|undefined|n\/a|password|passwd|token|secret|sensitive|failed|denied|accepted|ok\.|value|text|str|Opaque|publickey|keyboard-interactive|unlimited|inherit)[,.;)]?$/i;
/** A place to fill in, a reference, something hidden already, a file. */
const PLACES =
  /^(?:\$\{[^}]*\}|\$[A-Z_][A-Z0-9_]*|\$\(.*|%[sdvq]|%[({].*|<[^>]*>|\{\{.*|\[.*|[({]+|\{\w*\}.*|[*x•.…_?#-]+|.|(?:env|file|vault|secret|arn|op|keyring):.*|~?\/(?:etc|var|root|home|run|usr|opt|tmp|srv|mnt|dev|boot|proc|sys|data|lib|nix)\b.*|\.{1,2}\/.*|[\w.-]+@[\w.-]+![\w.-]+)$/;

/** Letters alone, or a call: the name of something in a program. */
const NAMED = /^[A-Za-z_.#]{1,20}[)\];]*$|^[A-Za-z_#]+(?:\.[A-Za-z_#]+)+[,;)]*$|^[A-Za-z_#][\w.#]*\(/;

function isHarmless(text: string): boolean {
  return WORDS.test(text) || PLACES.test(text);
}
