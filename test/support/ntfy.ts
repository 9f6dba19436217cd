import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server of ntfy, as far as publishing as JSON and its health go: https://docs.ntfy.sh/publish/#publish-as-json, https://docs.ntfy.sh/config/#health-checks. Keeps what it is sent. */
export interface Ntfy {
  readonly url: string;
  readonly notices: readonly { readonly headers: IncomingHttpHeaders; readonly body: Readonly<Record<string, unknown>> }[];
  /** What the next are answered with; without one, 200. */
  readonly answers: number[];
  close(): Promise<void>;
}

export async function startNtfy(): Promise<Ntfy> {
  const notices: { headers: IncomingHttpHeaders; body: Record<string, unknown> }[] = [];
  const answers: number[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const status = answers.shift() ?? 200;
    if (status === 307) return void response.writeHead(307, { location: '/elsewhere' }).end();
    if (status !== 200)
      return void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ code: status * 100, http: status }));
    if (request.method === 'GET' && request.url === '/v1/health') return void response.writeHead(200).end('{"healthy":true}\n');
    notices.push({ headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()) });
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ id: `n${notices.length}`, event: 'message' }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ notices, answers },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
