import type { Config } from '../config/schema.ts';
import { secret } from './hosts/secret.ts';
import { type Sealing, sealing } from './store/sealing.ts';

/** What second factors are sealed with; undefined where the configuration names no key. Throws when the key cannot be had. */
export function factorSealing({ factors }: Config): Sealing | undefined {
  return factors && sealing(secret(factors.key), 'second factors');
}
