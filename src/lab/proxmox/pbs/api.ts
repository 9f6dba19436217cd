import type { IncomingMessage } from 'node:http';
import { timers } from '../../timers.ts';
import { may, type Token, type Who } from './access.ts';
import { authenticate } from './credentials.ts';
import { checkParameters } from './parameters.ts';
import { pastTasks } from './past.ts';
import { bail, PbsRefusal, textOf } from './refusal.ts';
import { bodyOf, pairsOf, partsOf } from './request.ts';
import { type Access, findRoute } from './route.ts';
import { ROUTES } from './routes/all.ts';
import { makeTasks } from './tasks.ts';
import type { BackupWorld } from './world.ts';

/** An answer that is ready: plain text unless the status is 200. `delay` in milliseconds, before it is sent. */
export interface Ready {
  readonly status: number;
  readonly body: string;
  readonly delay: number;
}

const UNAUTHORIZED_MS = 3000;
const FORBIDDEN_MS = 500;
const NOBODY: Who = { id: '', rights: {} };

/** The API above a world: from a request to its answer. */
export function makeApi({
  world,
  tokens,
  cert,
  pace,
  effects,
}: {
  readonly world: BackupWorld;
  readonly tokens: readonly Token[];
  readonly cert: string;
  readonly pace: number;
  readonly effects: string[];
}) {
  const tasks = makeTasks(world.now, pace, pastTasks(world), (what) => effects.push(what));
  const delays = timers();
  const owns = (id: string) => [...world.datastores.values()].some((store) => store.list().some(({ owner }) => owner === id));
  const known = (id: string) => tokens.some((one) => one.id === id || one.id.split('!')[0] === id) || owns(id);

  async function data(request: IncomingMessage, url: URL): Promise<string> {
    const body = await bodyOf(request);
    const method = request.method ?? 'GET';
    const parts = partsOf(url);
    if (!parts) throw new PbsRefusal(404, `no such file: '${url.pathname.slice(1)}'`);
    const found = findRoute(ROUTES, method, parts);
    const who = found?.route.access === 'world' ? NOBODY : authenticate(request.headers.authorization, tokens);
    if (!found) throw new PbsRefusal(404, `Path '${url.pathname}' not found.`);
    const { route, values } = found;
    check(who, route.access, values);
    const given = checkParameters([...pairsOf(url, request.headers['content-type'], body), ...values], route.params);
    const before = tasks.count;
    const { data: result, beside, idle } = route.act({ world, tasks, who, given, known, cert });
    if (method !== 'GET' && !idle && tasks.count === before) effects.push(`${method} ${url.pathname.replace('/api2/json', '')}`);
    return JSON.stringify({ data: result, ...beside });
  }

  return {
    /** Carries a request out. */
    async answer(request: IncomingMessage, url: URL): Promise<Ready> {
      try {
        return { status: 200, body: await data(request, url), delay: 0 };
      } catch (error) {
        const { status, message } = error instanceof PbsRefusal ? error : bail(textOf(error));
        return { status, body: message, delay: status === 401 ? UNAUTHORIZED_MS * pace : status === 403 ? FORBIDDEN_MS * pace : 0 };
      }
    },
    /** Does something after so many milliseconds, unless it is closed before. */
    later(ms: number, act: () => void): void {
      if (ms <= 0) act();
      else delays.after(ms, act);
    },
    close(): void {
      tasks.close();
      delays.clear();
    },
  };
}

/** The check before any parameter is looked at: it tells nothing of what is missing. */
function check(who: Who, access: Access, values: readonly (readonly [string, string])[]): void {
  if (typeof access === 'string') return;
  const path = values.reduce((text, [name, value]) => text.replace(`{${name}}`, value), access.path);
  if (!may(who, path, ...access.any)) throw new PbsRefusal(403, 'permission check failed');
}
