import { code } from './digest.ts';

/** How long each of the two codes is good, in milliseconds. */
export const LINK_MS = 600_000;
/** Most wrong codes from one account in that time. */
export const LINK_TRIES = 5;

/** The code that is said from the other account: 40 bits. */
export function firstCode(random: string): string {
  const eight = code(random, 8);
  return `${eight.slice(0, 4)}-${eight.slice(4)}`;
}

/** The code that is brought back. */
export function secondCode(random: string): string {
  return code(random, 4);
}

/** A code as it was meant: case, dashes and letters that look like digits do not matter. */
export function meantCode(typed: string): string {
  return typed.toUpperCase().replace(/-/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
}

/** What is typed for the first code; no word of `link` looks like it. */
export const FIRST_CODE = /^[0-9A-Za-z]{4}-[0-9A-Za-z]{4}$/;
/** What is typed for the second one. */
export const SECOND_CODE = /^[0-9A-Za-z]{4}$/;

/** The code in a line that claims an account, `link 7F3K-Q2MW`; undefined for any other line. */
export function claimIn(line: string): string | undefined {
  const [, typed] = /^!?\s*link\s+(\S+)$/i.exec(line.trim()) ?? [];
  return typed !== undefined && FIRST_CODE.test(typed) ? typed : undefined;
}
