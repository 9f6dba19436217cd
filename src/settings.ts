import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { mirrorsOf, personOf, policyOf, programsOf } from '../config/policy.ts';
import type { Config } from '../config/schema.ts';
import type { Rules } from './core/ports.ts';
import { currentConfig, readConfig, saveConfig } from './store/config.ts';

/** A configuration in use, with what is derived from it. */
export interface Settings extends Rules {
  readonly hash: string;
  readonly config: Config;
}

function settingsOf(config: Config, hash: string): Settings {
  const self = config.self && (config.self.guest === undefined ? { host: config.self.host } : { host: config.self.host, guest: config.self.guest });
  return {
    hash,
    config,
    policy: policyOf(config),
    self,
    programs: programsOf(config),
    personOf: (account) => personOf(config, account),
    mirrors: (place) => mirrorsOf(config, place),
  };
}

/** Makes a valid configuration the one all parts use. Where Redis is reached is each part's own affair and stays out of it. */
export async function publish(redis: Redis, config: Config): Promise<Settings> {
  const { redis: _, ...shared } = config;
  const json = JSON.stringify(shared);
  const hash = createHash('sha256').update(json).digest('hex');
  await saveConfig(redis, hash, json);
  return settingsOf(shared, hash);
}

/** How long a part goes on with what it has before it asks for a newer configuration, in milliseconds. */
const FRESH = 1000;

/** The configuration in use, asked for again when it may be old. Waits for the desk to publish the first one. */
export function follow(redis: Redis, changed: (settings: Settings) => void = () => undefined): () => Promise<Settings> {
  let settings: Settings | undefined;
  let asked = 0;
  return async () => {
    if (settings && Date.now() - asked < FRESH) return settings;
    for (;;) {
      const hash = await currentConfig(redis);
      asked = Date.now();
      if (settings && (hash === undefined || hash === settings.hash)) return settings;
      const json = hash === undefined ? undefined : await readConfig(redis, hash);
      if (hash !== undefined && json !== undefined) {
        const config: Config = JSON.parse(json);
        settings = settingsOf(config, hash);
        changed(settings);
        return settings;
      }
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  };
}
