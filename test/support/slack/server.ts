import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { methods } from './api/index.ts';
import { Refused } from './api/method.ts';
import { argumentsOf, bytesOf, uploadOf } from './body.ts';
import type { Slack } from './slack.ts';
import type { Fields } from './wire.ts';

/** The HTTP side of Slack: the Web API, uploads, and response URLs, which are not to be used. */
export function serve(slack: Slack): RequestListener {
  return (request, response) => {
    route(slack, request, response).catch((error: unknown) => {
      const gone = error instanceof Error && 'code' in error && error.code === 'ECONNRESET';
      if (!gone) slack.world.violations.push(`the simulation broke: ${error}`);
      response.destroy();
    });
  };
}

async function route(slack: Slack, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', slack.url);
  const [, top, ...rest] = pathname.split('/');
  if (top === 'api') return await call(slack, rest.join('/'), Object.fromEntries(searchParams), request, response);
  if (top === 'upload') return await upload(slack, rest[1] ?? '', request, response);
  if (top === 'response') slack.world.violations.push(`a response_url was used: ${await bytesOf(request)}`);
  response.writeHead(404).end();
}

async function call(slack: Slack, name: string, query: Fields, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const bytes = await bytesOf(request);
  const type = request.headers['content-type'] ?? '';
  const entry: { method: string; at: number; args: Fields; status: number; error?: string } = { method: name, at: Date.now(), args: query, status: 0 };
  slack.calls.push(entry);
  const scopes = [...slack.scopes].join(',');
  let isCut = false;
  const answer = (status: number, fields: Fields, headers: Record<string, string> = {}) => {
    if (isCut) return;
    entry.status = status;
    slack.world.changed();
    const text = JSON.stringify(fields);
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'x-oauth-scopes': scopes, ...headers }).end(text);
  };
  try {
    const method = methods.get(name);
    const given = { ...query, ...(await argumentsOf(type, bytes)) };
    entry.args = given;
    if (!method) throw new Refused('unknown_method', { req_method: name }, 'unknown method');
    checkToken(slack, method.token, request.headers.authorization, given.token, type);
    const late = slack.faults.belated(name);
    if (late) {
      isCut = true;
      entry.status = -1;
      slack.world.changed();
      response.destroy();
      await late;
    }
    await slack.faults.wait(name);
    const seconds = slack.faults.throttled(name, String(given.channel ?? ''));
    if (seconds !== undefined) return answer(429, { ok: false, error: 'ratelimited' }, { 'retry-after': String(seconds) });
    const failing = slack.faults.failing(name);
    if (failing !== undefined) throw new Refused(failing);
    if (method.scope !== undefined && !slack.scopes.has(method.scope)) throw new Refused('missing_scope', { needed: method.scope, provided: scopes });
    const misuse = (what: string) => void slack.world.violations.push(`${name}: ${what}`);
    const unread = method.formOnly && type.startsWith('application/json');
    if (unread) misuse('takes a form, not JSON');
    const fields = await method.call(unread ? query : given, { slack, world: slack.world, scopes: slack.scopes, misuse });
    if (slack.faults.dropping(name)) {
      entry.status = -1;
      slack.world.changed();
      response.destroy();
    } else answer(200, { ok: true, ...fields }, method.scope === undefined ? {} : { 'x-accepted-oauth-scopes': method.scope });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.shape !== undefined) slack.world.violations.push(`${name}: ${error.message}: ${error.shape}`);
    entry.error = error.message;
    answer(200, { ok: false, error: error.message, ...error.fields });
  }
}

function checkToken(slack: Slack, wanted: 'bot' | 'app' | 'any', header: string | undefined, field: unknown, type: string): void {
  const inBody = type.startsWith('application/json') ? undefined : field;
  const token = header?.startsWith('Bearer ') ? header.slice(7) : inBody;
  if (token === undefined || token === '') throw new Refused('not_authed', {}, 'no token');
  if (slack.revoked) throw new Refused(slack.revoked);
  const kind = token === slack.options.botToken ? 'bot' : token === slack.options.appToken ? 'app' : undefined;
  if (!kind) throw new Refused('invalid_auth');
  if (wanted !== 'any' && kind !== wanted) throw new Refused('not_allowed_token_type', {}, `a token of kind ${kind}`);
}

async function upload(slack: Slack, id: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const data = await uploadOf(request.headers['content-type'] ?? '', await bytesOf(request));
  const file = slack.world.uploads.get(id);
  if (!file || file.done || request.method !== 'POST' || data.length !== file.length) {
    slack.world.violations.push(`upload ${id}: ${request.method} of ${data.length} bytes where ${file?.length ?? 'nothing'} were announced`);
    response.writeHead(400).end();
    return;
  }
  file.bytes = data;
  slack.world.changed();
  response.writeHead(200).end(`OK - ${data.length}`);
}
