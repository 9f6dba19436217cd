import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { Refused } from './api/method.ts';
import type { Fields } from './wire.ts';

/** All bytes of a request. */
export async function bytesOf(request: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(z.instanceof(Buffer).parse(chunk));
  return Buffer.concat(chunks);
}

/** The arguments in a body, by its type. https://docs.slack.dev/apis/web-api/#post-bodies */
export async function argumentsOf(type: string, bytes: Buffer<ArrayBuffer>): Promise<Fields> {
  if (bytes.length === 0) return {};
  if (type === '') throw new Refused('missing_post_type', {}, 'a body without a content type');
  if (type.startsWith('application/json')) return jsonOf(bytes.toString());
  if (!type.startsWith('application/x-www-form-urlencoded') && !type.startsWith('multipart/form-data')) throw new Refused('invalid_post_type', {}, type);
  return Object.fromEntries(await formOf(type, bytes));
}

function jsonOf(text: string): Fields {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch {
    throw new Refused('invalid_json', {}, 'a body that is no JSON object');
  }
}

/** The bytes of an uploaded file: raw, or the file of a form. */
export async function uploadOf(type: string, bytes: Buffer<ArrayBuffer>): Promise<Buffer> {
  if (!type.startsWith('multipart/form-data')) return bytes;
  const file = [...(await formOf(type, bytes)).values()].find((value) => value instanceof Blob);
  return file ? Buffer.from(await file.arrayBuffer()) : Buffer.alloc(0);
}

function formOf(type: string, bytes: Buffer<ArrayBuffer>): Promise<FormData> {
  return new Response(bytes, { headers: { 'content-type': type } }).formData();
}
