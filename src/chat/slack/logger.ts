import { type Logger, LogLevel } from '@slack/bolt';
import type { Log } from '../../core/ports.ts';

/** Slack's libraries say what is wrong to our log; what they say of payloads (debug) is never written down. */
export function loggerOf(log: Log): Logger {
  return {
    debug() {},
    info() {},
    warn: (...words: unknown[]) => log(`slack: ${words.map(String).join(' ')}`),
    error: (...words: unknown[]) => log(`slack: ${words.map(String).join(' ')}`),
    setLevel() {},
    getLevel: () => LogLevel.WARN,
    setName() {},
  };
}
