import { read } from '../core/read.ts';
import type { Argv, Read } from '../core/types.ts';
import { shell } from './shell.ts';

/** A domain, as realm(8) prints it. `member`: this host has joined it. */
export interface Realm {
  readonly name: string;
  readonly member: boolean;
  /** `active-directory`, `ipa`, or empty. */
  readonly server: string;
  /** Packages it says it needs on the host. */
  readonly packages: readonly string[];
}

/** What a host has joined, and whether the account the bot comes in by is its own. */
export interface Membership {
  readonly realms: readonly Realm[];
  readonly localLogin: boolean;
}

const LIST = `u=\${SUDO_USER:-$(id -un)}; grep -q "^$u:" /etc/passwd && echo '#local'; timeout 9 realm list`;

/** The domains a host has joined: `realm list`. */
export function membership(): Read<Membership> {
  return read({
    argv: shell('realm-list', LIST),
    parse: (output) => ({ realms: parseRealms(output), localLogin: output.startsWith('#local\n') }),
  });
}

/** What can be learnt of a domain from a host: `realm discover`; where it finds none, what it said. */
export function discovered(domain: string): Read<Realm | string> {
  return read({
    argv: shell('realm-discover', 'timeout 9 realm discover -- "$1" 2>&1', domain),
    exits: [1, 124],
    parse: (output, exit) => (exit === 0 ? (parseRealms(output)[0] ?? 'it is none') : exit === 124 ? 'no answer in time' : output.trim().slice(0, 300)),
  });
}

/** Blocks that begin with a name, and lines `  key: value`. */
export function parseRealms(output: string): Realm[] {
  const blocks = output.split(/^(?=[^\s#])/m).filter((block) => /^\S+\n {2}\S+:/.test(block));
  return blocks.map((block) => {
    const all = (key: string) => [...block.matchAll(new RegExp(`^ {2}${key}: (.*)$`, 'gm'))].map(([, value = '']) => value);
    return {
      name: block.slice(0, block.indexOf('\n')),
      member: (all('configured')[0] ?? 'no') !== 'no',
      server: all('server-software')[0] ?? '',
      packages: all('required-package'),
    };
  });
}

/** Joins a domain; the password is the first line of standard input, as realm(8) takes it where nobody sits at a terminal. */
export function joinRealm(domain: string, user: string): Argv {
  return ['realm', 'join', '--unattended', `--user=${user}`, '--', domain];
}

/** Takes the host's own configuration for the domain away; the account of the machine stays there. */
export function leaveRealm(domain: string): Argv {
  return ['realm', 'leave', '--unattended', '--', domain];
}

/** Whether the host is in a domain, or is in it no more. */
export function isMember(domain: string, member: boolean): Argv {
  const body = `realm list --name-only; if realm list --name-only | grep -qixF -- "$1"; then is=yes; else is=no; fi; [ "$is" = "$2" ]`;
  return shell('realm-check', body, domain, member ? 'yes' : 'no');
}
