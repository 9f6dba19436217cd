import type { IncomingMessage } from 'node:http';
import { bail, PbsRefusal } from './refusal.ts';

/** Parameters as they came: a name may come more than once. */
export type Pairs = readonly (readonly [name: string, text: string])[];

const MOST_BODY = 64 * 1024;
const MOST_QUERY = 3072;

/** The decoded parts of a path below `/api2/json`; undefined for any other path. */
export function partsOf(url: URL): readonly string[] | undefined {
  const [, api, format, ...parts] = url.pathname.split('/').filter((part, index) => index === 0 || part !== '');
  if (api !== 'api2' || format !== 'json') return undefined;
  try {
    return parts.map((part) => decodeURIComponent(part));
  } catch {
    return undefined;
  }
}

/** All of a request's body. */
export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size < MOST_BODY) chunks.push(bytes);
  }
  if (size >= MOST_BODY) throw bail('Request body too large');
  return Buffer.concat(chunks).toString('utf8');
}

/** The parameters of query and body. With a JSON body, those of the query are not looked at. */
export function pairsOf(url: URL, type: string | undefined, body: string): Pairs {
  if (url.pathname.length + url.search.length > MOST_QUERY) throw new PbsRefusal(414, '');
  const [kind] = (type ?? '').split(';');
  if (type !== undefined && kind !== 'application/json' && kind !== 'application/x-www-form-urlencoded') throw bail(`unsupported content type Ok("${type}")`);
  if (kind === 'application/json') return jsonPairs(body);
  return [...new URLSearchParams(body), ...url.searchParams].filter(([name]) => name !== '_dc');
}

function jsonPairs(body: string): Pairs {
  let value: unknown;
  try {
    value = JSON.parse(body === '' ? '{}' : body);
  } catch {
    throw bail('expected value at line 1 column 1');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bail('parameter verification failed - Expected object - got scalar value.');
  return Object.entries(value).flatMap(([name, one]) => (Array.isArray(one) ? one : [one]).map((text) => [name, String(text)] as const));
}
