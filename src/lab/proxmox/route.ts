import type { Given, Rules } from './params.ts';
import type { Who } from './permissions.ts';
import type { Node, World } from './world.ts';

/** A call that has been found, allowed and checked. */
export interface Ask {
  readonly world: World;
  readonly who: Who;
  /** Where it is carried out. */
  readonly at: Node;
  readonly given: Given;
  /** A part of the path, or a parameter, by name. */
  text(name: string): string;
}

/** A good answer; `total` and `changes` stand beside `data`. */
export interface Answer {
  readonly data: unknown;
  readonly total?: number;
  readonly changes?: string;
}

/** Who may call: throws what is to be answered to those who may not. Runs before parameters are checked. */
export type Gate = (call: { readonly world: World; readonly who: Who; text(name: string): string }) => void;

/** One operation of the API. */
export interface Route extends Rules {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Names in braces stand for one part of the path; `{volume}` for all that is left. */
  readonly path: string;
  readonly gate?: Gate;
  /** Carried out by the node that is asked, though the path names one. */
  readonly here?: true;
  /** Without credentials. */
  readonly open?: true;
  readonly ticketOnly?: true;
  run(ask: Ask): Answer | Promise<Answer>;
}

/** An answer of data alone. */
export function ok(data: unknown = null): Answer {
  return { data };
}

/** A route and the parts of a path that led to it. */
export interface Match {
  readonly route: Route;
  readonly parts: { readonly [name: string]: string };
}

/** Makes a table of routes that can be asked for a path. */
export function router(routes: readonly Route[]): (method: string, path: string) => Match | undefined {
  const compiled = routes.map((route) => {
    const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
    const pattern = route.path.replace(/[.+]/g, '\\$&').replace(/\{(\w+)\}/g, (_, name) => (name === 'volume' ? '(.+)' : '([^/]+)'));
    return { route, names, pattern: new RegExp(`^${pattern}$`) };
  });
  return (method, path) => {
    for (const { route, names, pattern } of compiled) {
      if (route.method !== method) continue;
      const found = pattern.exec(path);
      if (found) return { route, parts: Object.fromEntries(names.map((name, at) => [name, found[at + 1] ?? ''])) };
    }
    return undefined;
  };
}
