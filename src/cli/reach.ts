import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { say } from '../core/words.ts';
import { homeFolder, readConsoleFile, readSessionFile } from '../home.ts';
import type { StartLab } from './run.ts';
import { CliError } from './words.ts';

/**
 * A bot to talk to: the one this home is signed in to, unless somebody is named, as in practice; the one that runs with this home; or with `--lab`
 * a private one for this call.
 */
export async function reachBot(isLab: boolean, seed: number, startLab: StartLab, as?: string): Promise<{ url: string; token: string; close(): Promise<void> }> {
  if (!isLab) {
    const [running, session] = [readConsoleFile(homeFolder()), readSessionFile(homeFolder())];
    const found = as === undefined ? (session ?? running) : (running ?? session);
    if (!found)
      throw new CliError(
        say({
          en: 'no bot is running with this HOSTLER_HOME, and nobody is signed in; start one with `hostler start`, sign in with `hostler login`, or add --lab',
          zh: '此 HOSTLER_HOME 没有运行中的机器人，也没有登录；请用 `hostler start` 启动，用 `hostler login` 登录，或加上 --lab',
        }),
        5,
      );
    return { ...found, close: async () => undefined };
  }
  const home = mkdtempSync(join(tmpdir(), 'hostler-'));
  const starting = import('./run.ts').then(({ launch }) => launch({ port: 0, seed }, home, startLab, true)); // it is large
  const end = async () => {
    const running = await starting.catch(() => undefined);
    await running?.close();
    rmSync(home, { recursive: true, force: true });
  };
  let ending: Promise<void> | undefined;
  const close = () => (ending ??= end());
  for (const [signal, exit] of [['SIGINT', 130] as const, ['SIGTERM', 143] as const]) process.once(signal, () => close().finally(() => process.exit(exit)));
  try {
    const { url, token } = await starting;
    return { url, token, close };
  } catch (error) {
    await close();
    throw error;
  }
}
