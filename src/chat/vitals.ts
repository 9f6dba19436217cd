import type { IncomingMessage, ServerResponse } from 'node:http';
import { say } from '../core/words.ts';
import { bearer, loopback } from './gate.ts';
import { Bad, type Besides, equal, json } from './http.ts';

/** What programs may ask about the bot itself. Nothing of it tells a secret. */
export interface Vitals {
  /** Whether it can be spoken to, with what is missing. Never rejects. */
  ready(): Promise<{ readonly ready: boolean; readonly parts: Readonly<Record<string, string>> }>;
  /** In the text format of Prometheus. */
  metrics(): Promise<string>;
  /** The address by which a proxy passes others on, and the token they must carry; without a token nobody may read the metrics there. */
  readonly url: string | undefined;
  token(): string | undefined;
}

/** The content type of the text format: https://prometheus.io/docs/instrumenting/exposition_formats/ */
const TEXT = 'text/plain; version=0.0.4; charset=utf-8';
/** What a proxy says of whom it speaks for: https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers#proxies */
const PROXIED = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip'];

/** Serves `/healthz` and `/readyz` to everyone, and `/metrics` to this machine and to who carries the token. */
export function vitals({ ready, metrics, url, token }: Vitals): Besides {
  return async (request, response, port) => {
    const path = (request.url ?? '').replace(/\?.*$/s, '');
    if (!['/healthz', '/readyz', '/metrics'].includes(path)) return false;
    if (request.method !== 'GET' && request.method !== 'HEAD') throw new Bad(405, say({ en: 'this is only read', zh: '此地址仅供读取' }));
    if (path === '/healthz') plain(response, 'text/plain; charset=utf-8', 'ok\n');
    else if (path === '/readyz') {
      const now = await ready();
      json(response, now.ready ? 200 : 503, now);
    } else {
      if (!mayMeasure(request, port, url, token)) throw new Bad(403, DENIED);
      plain(response, TEXT, await metrics());
    }
    return true;
  };
}

const DENIED = say({
  en: 'the metrics are for this machine, or for who carries the bearer token of web.metrics',
  zh: '指标仅供本机读取，或需携带 web.metrics 的 bearer 令牌',
});

/** Who speaks to us on loopback themselves, by a name of loopback; else by our address and with the token. */
function mayMeasure({ headers, socket }: IncomingMessage, port: number, url: string | undefined, token: Vitals['token']): boolean {
  const host = headers.host?.toLowerCase() ?? '';
  const local = socket.remoteAddress === '127.0.0.1' && loopback(port).includes(host) && !PROXIED.some((name) => headers[name] !== undefined);
  const isPage = headers.origin !== undefined || (headers['sec-fetch-site'] !== undefined && headers['sec-fetch-site'] !== 'none');
  if (local) return !isPage;
  const [given, wanted] = [bearer(headers.authorization), token()];
  return url !== undefined && host === new URL(url).host && given !== undefined && wanted !== undefined && equal(given, wanted);
}

function plain(response: ServerResponse, type: string, text: string): void {
  response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }).end(text);
}
