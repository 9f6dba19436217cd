import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Certified } from './certificates.ts';

/** Idle connections are closed after this many milliseconds, as pveproxy does: never scaled, clients must live with it. */
const IDLE_MS = 5000;
const MOST = 512 * 1024;

/** One request as it came. `path` is everything before the query, still encoded. */
export interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What goes back. `drop`: the connection is cut; `hang`: nothing ever comes. */
export type Reply = { readonly status: number; readonly reason: string; readonly body: string; readonly type?: string } | 'drop' | 'hang';

/** A port with HTTPS that can go away and come back on the same number. */
export interface Port {
  number(): number;
  open(): Promise<void>;
  close(): Promise<void>;
}

/** Listens on loopback. */
export function port({ key, cert }: Certified, answer: (request: Request) => Promise<Reply>): Port {
  let server: Server | undefined;
  let number = 0;
  return {
    number: () => number,
    async open() {
      if (server) return;
      const next = createServer({ key, cert, keepAliveTimeout: IDLE_MS, keepAliveTimeoutBuffer: 0 }, (request, response) => {
        request.on('error', () => undefined);
        response.on('error', () => undefined);
        void serve(request, response, answer);
      });
      next.on('clientError', (_, socket) => socket.destroy());
      next.on('tlsClientError', () => undefined);
      server = next;
      next.listen(number, '127.0.0.1');
      await once(next, 'listening');
      const address = next.address();
      if (address !== null && typeof address !== 'string') number = address.port;
    },
    async close() {
      const last = server;
      server = undefined;
      if (!last) return;
      const closed = once(last, 'close');
      last.close();
      last.closeAllConnections();
      await closed;
    },
  };
}

async function serve(request: IncomingMessage, response: ServerResponse, answer: (request: Request) => Promise<Reply>): Promise<void> {
  const refusal = unreadable(request);
  if (refusal !== undefined) return send(response, { status: 501, reason: refusal, body: '' });
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  } catch {
    return;
  }
  const [path = '', query = ''] = (request.url ?? '').split(/\?(.*)/s);
  const { method = 'GET', headers } = request;
  send(response, await answer({ method, path, query, headers, body: Buffer.concat(chunks).toString('utf8') }));
}

/** Why a request is not even looked at. */
function unreadable({ method = '', headers }: IncomingMessage): string | undefined {
  if (!['GET', 'POST', 'PUT', 'DELETE'].includes(method)) return `method '${method}' not available`;
  if (headers['transfer-encoding'] !== undefined) return 'chunked transfer encoding not supported';
  const length = Number(headers['content-length'] ?? 0);
  if (length > 0 && (method === 'GET' || method === 'DELETE')) return `Unexpected content for method '${method}'`;
  return length > MOST ? 'for data too large' : undefined;
}

function send(response: ServerResponse, reply: Reply): void {
  if (reply === 'hang') return;
  if (reply === 'drop' || response.destroyed) return void response.socket?.destroy();
  const { status, reason, body, type = 'application/json;charset=UTF-8' } = reply;
  // A status line is one line of Latin-1.
  response.writeHead(status, reason.replace(/[^\x20-\x7e\xa0-\xff]/g, ' ').trim(), {
    Connection: 'Keep-Alive',
    'Cache-Control': 'max-age=0',
    Pragma: 'no-cache',
    Server: 'pve-api-daemon/3.0',
    'Content-Length': Buffer.byteLength(body),
    ...(body === '' ? {} : { 'Content-Type': type }),
  });
  response.end(body);
}
