import type { Who } from './access.ts';
import type { Given, Parameter } from './parameters.ts';
import type { Tasks } from './tasks.ts';
import type { BackupWorld } from './world.ts';

/** A call that has passed authentication, privileges and the check of its parameters. */
export interface Call {
  readonly world: BackupWorld;
  readonly tasks: Tasks;
  readonly who: Who;
  readonly given: Given;
  /** Who may log in, for owners. */
  readonly known: (id: string) => boolean;
  /** The certificate it listens with, as PEM. */
  readonly cert: string;
}

/** What a call came to: `data`, and what stands beside it. `idle`: nothing was changed, though it was no GET. */
export interface Answer {
  readonly data: unknown;
  readonly beside?: { readonly [name: string]: unknown };
  readonly idle?: true;
}

/** Who may make a call before anything else is looked at: all the world, whoever has logged in, or whoever holds a privilege on a path. */
export type Access = 'world' | 'anybody' | { readonly path: string; readonly any: readonly string[] };

/** One method of one path. `{name}` in the path is a parameter, too. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly params: { readonly [name: string]: Parameter };
  readonly access: Access;
  act(call: Call): Answer;
}

/** A route for whoever has logged in, which checks for itself what its caller may see. */
export function route(method: Route['method'], path: string, params: Route['params'], act: Route['act'], access: Access = 'anybody'): Route {
  return { method, path, params, access, act };
}

/** The route of a path whose parts are decoded, and the values of its parameters. */
export function findRoute(
  routes: readonly Route[],
  method: string,
  parts: readonly string[],
): { readonly route: Route; readonly values: readonly (readonly [string, string])[] } | undefined {
  for (const one of routes) {
    const wanted = one.path.split('/').slice(1);
    if (one.method !== method || wanted.length !== parts.length) continue;
    if (!wanted.every((part, index) => part.startsWith('{') || part === parts[index])) continue;
    return { route: one, values: wanted.flatMap((part, index) => (part.startsWith('{') ? [[part.slice(1, -1), parts[index] ?? ''] as const] : [])) };
  }
  return undefined;
}
