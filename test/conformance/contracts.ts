import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../support/imports.ts';

/** Where third-party schemas and recordings lie on a machine that has them. */
export const CONTRACTS = join(ROOT, '..', 'shared', 'contracts');

let told = false;

/** Whether they are here; a stranger's clone has none. Says so once when they are not. */
export function contractsHere(): boolean {
  const here = existsSync(join(CONTRACTS, 'recorded-http.json'));
  if (!here && !told) console.log('SKIPPED real test: ../shared/contracts is not here');
  told ||= !here;
  return here;
}

/** The content of one of them. Throws when it is missing or not JSON. */
export function contract(name: string): unknown {
  return JSON.parse(readFileSync(join(CONTRACTS, name), 'utf8'));
}
