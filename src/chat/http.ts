import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { z } from 'zod';
import { type Said, say, speak } from '../core/words.ts';
import { assets } from './assets.ts';

/** Largest request body, in bytes. */
const LARGEST = 1_048_576;

/** A request that cannot be served, with the status and the words for it. */
export class Bad extends Error {
  readonly status: number;
  readonly said: Said;
  constructor(status: number, message: Said) {
    super(message.words.en);
    this.status = status;
    this.said = message;
  }
}

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
} as const;

/** Sends a file of the console. */
export async function page(path: string, response: ServerResponse): Promise<void> {
  const asset = (await assets()).get(path === '/' ? '/index.html' : path);
  if (!asset) throw new Bad(404, say({ en: 'there is no such page', zh: '没有此页面' }));
  response.writeHead(200, { ...HEADERS, 'content-type': asset.type }).end(asset.content);
}

/** Sends a JSON answer. */
export function json(response: ServerResponse, status: number, value: unknown, more: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { ...HEADERS, 'content-type': 'application/json; charset=utf-8', ...more }).end(JSON.stringify(value));
}

/** Sends a text to be stored as a file; no browser shows it as a page. */
export function text(response: ServerResponse, name: string, content: string): void {
  const safe = name.replace(/[^A-Za-z0-9._-]+/g, '_');
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'content-disposition': `attachment; filename="${safe}"` };
  response.writeHead(200, { ...HEADERS, ...headers }).end(content);
}

/** Sends what went wrong, in both languages; nothing of what was unexpected. */
export function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const [status, said] = error instanceof Bad ? [error.status, error.said] : [500, say({ en: 'something went wrong here', zh: '内部错误' })];
  json(response, status, { error: [...new Set([speak(said, 'en'), speak(said, 'zh')])].join(' · ') });
}

/** The request's JSON body, of at most so many bytes. Throws Bad for one that is too large or of another shape. */
export async function body<T>(request: IncomingMessage, schema: z.ZodType<T>, largest = LARGEST): Promise<T> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > largest) throw new Bad(413, say({ en: 'this message is too large', zh: '消息过大' }));
    chunks.push(chunk);
  }
  const bad = () => new Bad(400, say({ en: 'this request cannot be read', zh: '请求无法解析' }));
  if (!request.headers['content-type']?.startsWith('application/json')) throw bad();
  try {
    return schema.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
  } catch {
    throw bad();
  }
}

/** Serves something of its own on a port of ours; false where the request is for something else. */
export type Besides = (request: IncomingMessage, response: ServerResponse, port: number) => Promise<boolean>;

/** Compares secrets in constant time. */
export function equal(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}
