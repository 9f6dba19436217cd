import type { Host } from './command.ts';
import type { Policy } from './policy.ts';
import { list, type Said, say } from './words.ts';

/** What of a configuration's host names may be told to someone who sees only some of the hosts. */
export interface Veil {
  /** They see every host there is. */
  readonly whole: boolean;
  sees(host: string): boolean;
  /** Patterns of a rule as they may be shown: a host's name that is not theirs to see becomes `outside your reach`, once. */
  patterns(hosts: readonly string[]): Said;
  /** A message without the names of hosts that are not theirs to see, wherever they stand in it as a word. */
  said(message: Said): Said;
}

export const OUTSIDE = say({ en: 'outside your reach', zh: '您的范围之外' });

/** The veil for someone who sees these hosts. */
export function veil(policy: Pick<Policy, 'hosts'>, seen: readonly Pick<Host, 'name'>[]): Veil {
  const mine = new Set(seen.map(({ name }) => name));
  const hidden = new Set(policy.hosts.map(({ name }) => name).filter((name) => !mine.has(name)));
  const cover = (text: string): Said | string => (text.split(/([^A-Za-z0-9._-]+)/).some((word) => hidden.has(word)) ? OUTSIDE : text);
  const said = (message: Said): Said =>
    message.with === undefined
      ? message
      : {
          words: message.words,
          with: Object.fromEntries(
            Object.entries(message.with).map(([name, value]) => [
              name,
              typeof value === 'string' ? cover(value) : typeof value === 'object' ? said(value) : value,
            ]),
          ),
        };
  return {
    whole: hidden.size === 0,
    sees: (host) => mine.has(host),
    patterns(hosts) {
      const known = hosts.filter((pattern) => !hidden.has(pattern));
      return list(known.length < hosts.length ? [...known, OUTSIDE] : known);
    },
    said: hidden.size === 0 ? (message) => message : said,
  };
}
