import { unwatchFile, watchFile } from 'node:fs';
import { ConfigError, loadConfig } from '../../config/load.ts';
import type { Config } from '../../config/schema.ts';
import { say, speak } from '../core/words.ts';
import type { RunningDesk } from '../desk.ts';
import { logToStderr } from '../part.ts';
import { shellLang } from './words.ts';

/** How often the file is looked at, in milliseconds. */
const EVERY = 1000;

/** Takes over a configuration file's changes while the bot runs; a file with problems changes nothing and is complained about. Returns how to stop. */
export function reloadWhenChanged(file: string, first: Config, desk: Pick<RunningDesk, 'reload'>): () => Promise<void> {
  const reload = async () => {
    try {
      const config = loadConfig(file);
      const fixed = needsRestart(first, config);
      if (fixed !== undefined) {
        logToStderr(
          speak(
            say({ en: '{file}: a change of {fixed} takes a restart; nothing was changed', zh: '{file}：修改 {fixed} 需要重启；未作任何改变' }, { file, fixed }),
            shellLang(),
          ),
        );
        return;
      }
      await desk.reload(config);
      logToStderr(speak(say({ en: '{file}: the new configuration is in use', zh: '{file}：新配置已生效' }, { file }), shellLang()));
    } catch (error) {
      const why = error instanceof ConfigError ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
      logToStderr(`${speak(say({ en: 'the configuration stays as it was', zh: '配置保持不变' }), shellLang())}\n${why}`);
    }
  };
  const changed = () => void reload();
  watchFile(file, { interval: EVERY }, changed);
  return async () => unwatchFile(file, changed);
}

/** What cannot change while the bot runs. */
function needsRestart(old: Config, next: Config): string | undefined {
  if (old.practice !== next.practice) return 'practice:';
  if (JSON.stringify(old.redis) !== JSON.stringify(next.redis)) return 'redis:';
  if (old.audit.dir !== next.audit.dir) return 'audit.dir:';
  return Object.keys(next.sites).some((site) => !(site in old.sites)) ? 'sites:' : undefined;
}
