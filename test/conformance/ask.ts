import { request } from 'node:https';
import { encode } from '../../src/core/call.ts';
import type { Answer, Exchange } from './exchange.ts';
import { SECRET } from './states/access.ts';

/** Where a node listens, and whom to trust. */
export interface Door {
  readonly port: number;
  readonly ca: string;
}
export type Headers = Readonly<Record<string, string>>;

/** Sends an exchange's request as it was recorded. Throws when there is no answer at all. */
export async function ask(door: Door, exchange: Exchange): Promise<Answer> {
  const { method, format, path, query, body } = exchange;
  const target = `/api2/${format}${path.split('/').map(encode).join('/')}${query === '' ? '' : `?${query}`}`;
  const typed: Headers = body === undefined ? {} : { 'content-type': body.type };
  return send(door, method, target, { ...(await authorization(door, exchange)), ...typed }, body?.text);
}

/** One request over HTTPS; a body that is not JSON is its text. */
export async function send(door: Door, method: string, target: string, headers: Headers, body?: string): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const length: Headers = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const options = { host: '127.0.0.1', port: door.port, ca: door.ca, agent: false, method, path: target, headers: { ...headers, ...length } };
  const sent = request({ ...options, checkServerIdentity: () => undefined, timeout: 20_000 }, (response) => {
    const chunks: string[] = [];
    response.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
    response.on('error', reject).on('end', () => resolve({ status: response.statusCode ?? 0, reason: response.statusMessage, body: parsed(chunks.join('')) }));
  });
  sent.on('timeout', () => sent.destroy(new Error('no answer within 20 s'))).on('error', reject);
  sent.end(body);
  return promise;
}

function parsed(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function authorization(door: Door, { credentials, method }: Exchange): Promise<Headers> {
  switch (credentials.kind) {
    case 'nobody':
      return {};
    case 'header':
      return { authorization: credentials.value };
    case 'token':
      return { authorization: `PVEAPIToken=${credentials.id}=${credentials.secret ?? SECRET}` };
    case 'ticket': {
      if (credentials.ticket !== undefined) return { cookie: `PVEAuthCookie=${credentials.ticket}` };
      const { ticket, csrf } = await login(door, credentials.user ?? 'root@pam');
      const guard: Headers = credentials.csrf === undefined || method === 'GET' ? {} : { csrfpreventiontoken: credentials.csrf === 'right' ? csrf : 'wrong' };
      return { cookie: `PVEAuthCookie=${encode(ticket)}`, ...guard };
    }
  }
}

async function login(door: Door, username: string): Promise<{ readonly ticket: string; readonly csrf: string }> {
  const form = new URLSearchParams({ username, password: SECRET }).toString();
  const { body } = await send(door, 'POST', '/api2/json/access/ticket', { 'content-type': 'application/x-www-form-urlencoded' }, form);
  const [, ticket] = /"ticket":"([^"]+)"/.exec(JSON.stringify(body)) ?? [];
  const [, csrf = ''] = /"CSRFPreventionToken":"([^"]+)"/.exec(JSON.stringify(body)) ?? [];
  if (ticket === undefined) throw new Error(`${username} could not log in: ${JSON.stringify(body)}`);
  return { ticket, csrf };
}
