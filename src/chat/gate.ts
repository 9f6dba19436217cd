import type { IncomingMessage } from 'node:http';
import type { Through } from '../core/types.ts';
import type { Lang } from '../core/words.ts';
import { say } from '../core/words.ts';
import { Bad, equal } from './http.ts';

/** A person as the console shows them. */
export interface ConsolePerson {
  readonly id: string;
  readonly name: string;
  readonly lang: Lang;
  readonly roles: readonly string[];
}

/** Who knocks: the address as it is seen here (or by the proxy before us), and what the browser or program calls itself. */
export interface Visitor {
  readonly address: string;
  readonly agent: string;
}

export type Via = 'web' | 'terminal';

/** Someone who is signed in. `until`: milliseconds since the epoch. */
export interface SignedIn {
  readonly person: ConsolePerson;
  readonly via: Via;
  readonly until: number;
  /** The account by which they signed in. */
  readonly through: Through;
}

/** How people sign in: by a link that they were sent where they are known. Each rejects when it cannot be told; then nobody is let in. */
export interface SignIn {
  /** Burns the link and begins a session; undefined for a link that is none (any more). Throws Bad when there were too many attempts. */
  enter(link: string, via: Via, visitor: Visitor): Promise<(SignedIn & { readonly session: string }) | undefined>;
  /** Whose session it is, asked anew each time. */
  who(session: string): Promise<SignedIn | undefined>;
  leave(session: string, visitor: Visitor): Promise<void>;
}

/** Where the console is, and who may call it from there. */
export interface Gate {
  /** The address people open it by, without a slash at its end. */
  readonly url: string;
  /** Whether a Host header names this console: a page of another name that resolves to this address is not ours. */
  isOurs(host: string | undefined): boolean;
  /** Whether this is a page of ours, or a program: another site's page is neither. */
  mayCall(request: IncomingMessage): boolean;
  /** The session a request carries, and how; undefined where it carries none. */
  session(request: IncomingMessage): string | undefined;
  /** The header that makes a browser carry the session for so many milliseconds; 0 makes it forget. */
  cookie(session: string, forMs: number): string;
  visitor(request: IncomingMessage): Visitor;
}

/** The loopback address of practice, where nobody signs in: `token` is what the terminal carries. */
export function practiceGate(port: number, token: string): Gate {
  const hosts = loopback(port);
  return {
    ...signedGate(port, undefined),
    mayCall({ headers }) {
      const given = bearer(headers.authorization);
      if (given !== undefined) return equal(given, token);
      if (headers.origin !== undefined) return hosts.some((host) => headers.origin === `http://${host}`);
      return headers['sec-fetch-site'] === 'same-origin';
    },
    session: () => undefined,
  };
}

/**
 * Where people sign in: `url` is the address of a TLS proxy before us; without it, this is loopback.
 * A page calls with the cookie, which no other site's page makes a browser send (SameSite), and changes only from our own origin;
 * a program calls with the session as a bearer token, which a page of another site cannot send unasked.
 */
export function signedGate(port: number, url: string | undefined): Gate {
  // As browsers write them: in small letters, without the port that is usual.
  const [hosts, origins] = url === undefined ? [loopback(port), loopback(port).map((host) => `http://${host}`)] : [[new URL(url).host], [new URL(url).origin]];
  // The prefix makes browsers take it from https alone, for this very host. Loopback has no https; the port keeps two bots apart.
  const name = url === undefined ? `hostler-${port}` : '__Host-hostler';
  return {
    url: url === undefined ? `http://127.0.0.1:${port}` : new URL(url).origin,
    isOurs: (host) => hosts.includes(host?.toLowerCase() ?? ''),
    mayCall({ headers, method }) {
      if (headers.origin !== undefined) return origins.includes(headers.origin);
      if (headers['sec-fetch-site'] !== undefined) return method === 'GET' && headers['sec-fetch-site'] === 'same-origin';
      return bearer(headers.authorization) !== undefined || cookies(headers.cookie, name).length === 0; // no browser
    },
    session({ headers }) {
      const given = bearer(headers.authorization);
      if (given !== undefined) return given;
      const found = cookies(headers.cookie, name);
      return found.length === 1 ? found[0] : undefined; // two of one name: somebody else has set one
    },
    cookie: (session, forMs) =>
      `${name}=${session}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${Math.floor(forMs / 1000)}${url === undefined ? '' : '; Secure'}`,
    visitor({ headers, socket }) {
      // Only what the proxy itself has seen: it is the last to add to the list, and nobody else reaches this port but from this machine.
      const forwarded = url === undefined ? undefined : [headers['x-forwarded-for'] ?? []].flat().join(',').split(',').at(-1)?.trim();
      return { address: (forwarded || socket.remoteAddress || '').slice(0, 100), agent: (headers['user-agent'] ?? '').slice(0, 200) };
    },
  };
}

/** Throws unless a program sends this: what it is answered must not come into the hands of a page. */
export function onlyPrograms({ headers }: IncomingMessage): void {
  if (headers.origin !== undefined || headers['sec-fetch-site'] !== undefined) throw new Bad(403, NOT_YOURS);
}

/** Throws unless a page of ours sends this, as a browser says it. */
export function onlyPages({ headers }: IncomingMessage): void {
  if (headers.origin === undefined) throw new Bad(403, NOT_YOURS);
}

export const SIGNED_OUT = say({ en: 'you are not signed in: say `login` to the bot in chat', zh: '您尚未登录：请在聊天中对机器人说 `login`' });
export const USED = say({
  en: 'this link was used already, or its five minutes are over: say `login` to the bot again',
  zh: '此链接已被使用，或已超过五分钟：请再次对机器人说 `login`',
});
export const NOT_YOURS = say({ en: 'this page may not speak for you', zh: '此页面无权代表您' });

/** The names of a port on loopback, as a Host header has them. */
export const loopback = (port: number): string[] => [`127.0.0.1:${port}`, `localhost:${port}`];

/** The token that a request carries as `Bearer`, if any. */
export function bearer(authorization: string | undefined): string | undefined {
  const [scheme, token] = (authorization ?? '').split(' ');
  return scheme === 'Bearer' && token ? token : undefined;
}

function cookies(header: string | undefined, name: string): string[] {
  return (header ?? '').split(/; */).flatMap((pair) => (pair.startsWith(`${name}=`) ? [pair.slice(name.length + 1)] : []));
}
