import { z } from 'zod';
import { type Curl, parseCurl } from './curl.ts';

/** Who asks. `secret` undefined: the right one. `csrf` undefined: none is sent. */
export type Credentials =
  | { readonly kind: 'token'; readonly id: string; readonly secret: string | undefined }
  | { readonly kind: 'ticket'; readonly user: string | undefined; readonly ticket: string | undefined; readonly csrf: 'right' | 'wrong' | undefined }
  | { readonly kind: 'header'; readonly value: string }
  | { readonly kind: 'nobody' };

/** A recorded request and its answer. */
export interface Exchange {
  readonly index: number;
  readonly method: string;
  /** As in the schema: without `/api2/…` and query, decoded. */
  readonly path: string;
  /** `json`, `extjs`, … */
  readonly format: string;
  /** Of query and body; a list is joined with commas. */
  readonly params: Readonly<Record<string, string>>;
  /** What is sent in the query, encoded. */
  readonly query: string;
  /** What is sent as body, with its type. */
  readonly body: { readonly type: string; readonly text: string } | undefined;
  readonly credentials: Credentials;
  readonly answer: Answer;
}
/** `reason` undefined: it was not recorded. `body` null: empty. */
export interface Answer {
  readonly status: number;
  readonly reason: string | undefined;
  readonly body: unknown;
}

const recorded = z.array(
  z.object({
    method: z.string().optional(),
    path: z.string(),
    params: z.union([z.string(), z.record(z.string(), z.unknown())]).nullish(),
    curl: z.string().nullish(),
    status: z.number(),
    reason: z.string().nullish(),
    body: z.unknown(),
  }),
);
type Recorded = z.infer<typeof recorded>[number];

/** Reads a file of recorded exchanges. Throws ZodError when it has another shape. */
export function parseExchanges(file: unknown): Exchange[] {
  return recorded.parse(file).map(exchange);
}

const FORM = 'application/x-www-form-urlencoded';

function exchange(entry: Recorded, index: number): Exchange {
  const curl = typeof entry.curl === 'string' ? parseCurl(entry.curl) : undefined;
  const method = (entry.method ?? curl?.method ?? 'GET').toUpperCase();
  const [location = '', search = ''] = entry.path.split('?');
  const [, format = 'json', path = location] = /^\/api2\/([a-z0-9]+)(\/.*)?$/.exec(location) ?? [];
  const given = typeof entry.params === 'string' ? spaced(entry.params) : Object.entries(entry.params ?? {}).map(([name, value]): Pair => [name, plain(value)]);
  const writes = method === 'POST' || method === 'PUT';
  const text = curl?.body ?? (writes && given.length > 0 ? new URLSearchParams(given).toString() : undefined);
  const type = curl?.headers['content-type'] ?? FORM;
  const queried = [...new URLSearchParams(search || curl?.url?.search || '')];
  const query = [...queried, ...(writes ? [] : given)];
  const params = Object.fromEntries([...query, ...given, ...(text === undefined ? [] : bodyPairs(type, text))]);
  const answer = { status: entry.status, reason: entry.reason ?? undefined, body: entry.body ?? null };
  return {
    ...{ index, method, path: decoded(path), format, params, answer },
    query: new URLSearchParams(query).toString(),
    body: text === undefined ? undefined : { type, text },
    credentials: credentials(curl, method, answer),
  };
}

type Pair = [string, string];

/** `a=1 b=two words`: a value ends where the next name begins. */
function spaced(text: string): Pair[] {
  const pieces = text.trim() === '' ? [] : text.trim().split(/(?:\s+|&)(?=[A-Za-z][\w-]*=)/);
  return pieces.map((piece) => [piece.split('=')[0]?.replace(/^--?/, '') ?? '', piece.slice(piece.indexOf('=') + 1)]);
}

function bodyPairs(type: string, text: string): Pair[] {
  if (!type.startsWith('application/json')) return [...new URLSearchParams(text)];
  const value = z.record(z.string(), z.unknown()).safeParse(parsed(text));
  return value.success ? Object.entries(value.data).map(([name, one]) => [name, plain(one)]) : [];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function plain(value: unknown): string {
  if (Array.isArray(value)) return value.map(plain).join(',');
  return typeof value === 'boolean' ? (value ? '1' : '0') : String(value);
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

const HIDDEN = /^<.*>$|^\*+$|^…$|^x+$/i;

/** Without a curl line it was asked with the token of all rights, unless the answer says otherwise. */
function credentials(curl: Curl | undefined, method: string, { status, reason, body }: Answer): Credentials {
  const header = curl?.headers.authorization;
  const cookie = /(?:^|;\s*)PVEAuthCookie=([^;]*)/.exec(curl?.headers.cookie ?? '')?.[1];
  if (header !== undefined) {
    const [, id, secret = ''] = /^PVEAPIToken[= ]([^=\s]+@[^=\s]+![^=\s]+)=(.*)$/.exec(header) ?? [];
    if (id === undefined) return { kind: 'header', value: header };
    return { kind: 'token', id, secret: HIDDEN.test(secret) && status !== 401 ? undefined : secret };
  }
  if (cookie !== undefined) {
    const csrf = curl?.headers.csrfpreventiontoken;
    const refused = status === 401 && /csrf/i.test(reason ?? '');
    const right = HIDDEN.test(cookie) || refused || status !== 401;
    const token = csrf === undefined ? undefined : refused ? 'wrong' : 'right';
    return { kind: 'ticket', user: /^PVE:([^:]+@[^:]+):/.exec(cookie)?.[1], ticket: right ? undefined : cookie, csrf: token };
  }
  if (curl !== undefined) return { kind: 'nobody' };
  if (status === 401) return /csrf/i.test(reason ?? '') ? { kind: 'ticket', user: undefined, ticket: undefined, csrf: undefined } : { kind: 'nobody' };
  const asker = /"data":"UPID:(?:[^:]*:){6}([^":]+):"/.exec(JSON.stringify(body) ?? '')?.[1];
  if (asker !== undefined && method !== 'GET' && !asker.includes('!')) return { kind: 'ticket', user: asker, ticket: undefined, csrf: 'right' };
  return { kind: 'token', id: method !== 'GET' && asker !== undefined ? asker : 'root@pam!full', secret: undefined };
}
