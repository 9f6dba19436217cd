import { pause } from '../timers.ts';
import { authenticate } from './auth.ts';
import { dispatch } from './dispatch.ts';
import type { Faults } from './faults.ts';
import { decodeBody, decodeForm, percentDecoded } from './form.ts';
import { die, messageOf, Refused } from './refused.ts';
import type { Answer, Match } from './route.ts';
import type { Fault } from './spec.ts';
import type { Reply, Request } from './wire.ts';
import type { Node, World } from './world.ts';

/** How long a bad secret waits for its answer, in milliseconds before the pace. */
const DELAY_MS = 3000;

/** How many requests are remembered, at most. */
const MOST_HEARD = 20_000;

type Find = (method: string, path: string) => Match | undefined;

/** Answers the requests that come in at one node. */
export function answerer(world: World, entry: Node, find: Find, faults: Faults): (request: Request) => Promise<Reply> {
  return async (request) => {
    const [, format, rest] = /^\/api2\/(json|extjs)(\/.*)?$/.exec(request.path) ?? [];
    const path = percentDecoded((rest ?? '/').replaceAll('+', '%2B')).replace(/(.)\/+$/, '$1');
    const note = (status: number) => {
      world.heard.push({ node: entry.name, method: request.method, path, at: Date.now(), status });
      if (world.heard.length > MOST_HEARD) world.heard.splice(0, MOST_HEARD / 2);
    };
    const fault = faults.take(request.method, path);
    if (fault?.when === 'before') return spoil(fault, note);
    const reply = format === undefined ? plainly(new Refused(404, `no such file '${request.path}'`)) : await answer(request, path, format);
    if (fault) return spoil(fault, note);
    note(typeof reply === 'string' ? 0 : reply.status);
    return reply;
  };

  async function answer(request: Request, path: string, format: string): Promise<Reply> {
    try {
      return good(await call(request, path), format);
    } catch (error) {
      const refused = error instanceof Refused ? error : die(messageOf(error));
      if (refused.status === 401 && refused.message !== 'No ticket') await pause(DELAY_MS * world.pace, world.closing);
      return format === 'extjs' && !refused.empty ? extjs(refused) : plainly(refused);
    }
  }

  async function call({ method, query, headers, body }: Request, path: string): Promise<Answer> {
    const found = find(method, path);
    const csrf = headers.csrfpreventiontoken;
    const credentials = { authorization: headers.authorization, cookie: headers.cookie, csrf: typeof csrf === 'string' ? csrf : undefined };
    const who = found?.route.open ? { id: '', user: '', rights: {} } : authenticate(world, credentials, method);
    if (!found) throw new NotThere(method, path);
    const carried = method === 'POST' || method === 'PUT' ? decodeBody(headers['content-type'], body) : {};
    if (!carried) throw new Refused(400, 'malformed JSON string');
    return dispatch(world, entry, found, path, { ...carried, ...decodeForm(query) }, who);
  }
}

/** The one message that has no newline at its end. */
class NotThere extends Refused {
  constructor(method: string, path: string) {
    super(501, `Method '${method} ${path}' not implemented`);
  }
}

function good({ data, total, changes }: Answer, format: string): Reply {
  const beside = { ...(total === undefined ? {} : { total }), ...(changes === undefined ? {} : { changes }) };
  const body = { data: data ?? null, ...beside, ...(format === 'extjs' ? { success: 1 } : {}) };
  return { status: 200, reason: 'OK', body: JSON.stringify(body) };
}

function plainly(refused: Refused): Reply {
  const { status, message, errors, empty } = refused;
  const text = refused instanceof NotThere ? message : `${message}\n`;
  const body = empty ? '' : JSON.stringify({ data: null, message: text, ...(errors ? { errors } : {}) });
  return { status, reason: message.replaceAll('\n', ' '), body };
}

/** The other format: always 200, and the status is a text where parameters are wrong. */
function extjs({ status, message, errors }: Refused): Reply {
  const body = { data: null, success: 0, status: errors ? String(status) : status, message: `${message}\n`, ...(errors ? { errors } : {}) };
  return { status: 200, reason: 'OK', body: JSON.stringify(body) };
}

function spoil(fault: Fault, note: (status: number) => void): Reply {
  if (fault.kind !== 'answer') {
    note(0);
    return fault.kind;
  }
  note(fault.status);
  return { status: fault.status, reason: fault.reason, body: fault.body ?? '' };
}
