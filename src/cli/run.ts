import { join } from 'node:path';
import { loadConfig } from '../../config/load.ts';
import { type Config, schema } from '../../config/schema.ts';
import { chooseServer } from '../chooseserver.ts';
import { list, say, speak } from '../core/words.ts';
import { claimHome, homeFolder, newToken, removeConsoleFile, writeConsoleFile } from '../home.ts';
import { secret } from '../hosts/secret.ts';
import { logToStderr, type Part } from '../part.ts';
import { loadCommands } from '../registry.ts';
import type { SignersFile } from '../signersfile.ts';
import { reloadWhenChanged } from './reload.ts';
import { version } from './version.ts';
import { CliError, shellLang, tell } from './words.ts';

/** A practice fleet that runs: its configuration, and how to stop it. */
export interface Lab {
  readonly config: unknown;
  /** How any client reaches its hosts and servers, secrets among it. */
  readonly access: unknown;
  close(): Promise<void>;
}
/** Starts a practice fleet; undefined where this build has none. */
export type StartLab = ((options: { seed: number; dir: string }) => Promise<Lab>) | undefined;

export interface StartArguments {
  readonly config?: string;
  readonly port?: number;
  readonly seed: number;
  readonly signers?: SignersFile;
}

const CHATS: Readonly<Record<string, string>> = { slack: 'Slack', matrix: 'Matrix' };

/** A bot in this process, with its own home. */
export interface Running {
  readonly url: string;
  readonly token: string;
  readonly practice: boolean;
  /** Names of the chats it is in. */
  readonly chats: readonly string[];
  close(): Promise<void>;
}

/** Starts everything in one process: with the given configuration, else with the practice fleet. */
export async function launch(args: StartArguments, home: string, startLab: StartLab, quiet = false): Promise<Running> {
  const letGo = claimHome(home);
  const closers: (() => Promise<void>)[] = [async () => letGo()];
  const close = async () => {
    removeConsoleFile(home);
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    let config: Config;
    if (args.config !== undefined) config = loadConfig(args.config);
    else {
      if (!startLab)
        throw new CliError(
          say({ en: 'this build has no practice fleet; give a configuration with --config FILE', zh: '此版本没有练习环境；请用 --config FILE 指定配置' }),
        );
      const lab = await startLab({ seed: args.seed, dir: join(home, 'lab') });
      closers.push(() => lab.close());
      config = schema.parse(lab.config);
    }
    const server = await chooseServer(redisUrl(config), config.practice, home);
    closers.push(() => server.close());
    if (!quiet) for (const notice of server.notices) tell(speak(notice, shellLang()));
    const token = newToken();
    const { startAll } = await import('../start.ts');
    const all = await startAll({
      config,
      redis: server.url,
      home,
      token,
      version,
      commands: await loadCommands(),
      log: logToStderr,
      ...(args.port === undefined ? {} : { port: args.port }),
      ...(args.signers ? { signers: args.signers } : {}),
    });
    closers.push(() => all.close());
    if (args.config !== undefined) closers.push(reloadWhenChanged(args.config, config, all));
    writeConsoleFile(home, { url: all.url, token, pid: process.pid });
    const chats = Object.entries(CHATS).flatMap(([chat, name]) => (chat in config.chats ? [name] : []));
    return { url: all.url, token, practice: config.practice, chats, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function redisUrl(config: Config): string | undefined {
  const url = config.redis?.url;
  return url === undefined ? undefined : resolved(url);
}

function resolved(url: string): string {
  return /^(env|file):/.test(url) ? secret(url).trim() : url;
}

const TRY = say({
  en: 'in another terminal: npx hostler say --as alice "vm list"   ·   stop with Ctrl-C',
  zh: '在另一个终端：npx hostler say --as alice "vm list"   ·   按 Ctrl-C 停止',
});
const SIGN_IN = say({
  en: 'to sign in there, or by `hostler login`: say `login` to the bot in chat   ·   stop with Ctrl-C',
  zh: '如需在此登录，或使用 `hostler login`：请在聊天中对机器人说 `login`   ·   按 Ctrl-C 停止',
});

/** `hostler start`: until stopped. */
export async function start(args: StartArguments, startLab: StartLab): Promise<number> {
  const home = homeFolder();
  const asked = stopped(); // from the very beginning: what was begun is closed
  const running = await launch(args, home, startLab);
  const lang = shellLang();
  if (running.chats.length > 0) {
    tell(
      speak(
        say(
          {
            en: 'Hostler listens in {chats}; `hostler chat check FILE` says what is missing there',
            zh: 'Hostler 正在监听 {chats}；`hostler chat check FILE` 可检查缺少什么',
          },
          { chats: list(running.chats) },
        ),
        lang,
      ),
    );
  }
  tell(speak(say({ en: 'Hostler is ready: {url}', zh: 'Hostler 已就绪：{url}' }, { url: running.url }), lang));
  tell(speak(running.practice ? TRY : SIGN_IN, lang));
  await asked;
  await running.close();
  return 0;
}

/** Resolves when the process is asked to end. */
export function stopped(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}

/** One part as a process of its own, until stopped. Of the others nothing is loaded. */
export async function runPart(
  part: 'gateway' | 'desk' | 'worker',
  options: { redis?: string; config?: string; site?: string; port?: number; signers?: SignersFile },
): Promise<number> {
  const commands = await loadCommands();
  const log = logToStderr;
  const config = options.config === undefined ? undefined : loadConfig(options.config);
  const url = options.redis ?? process.env.HOSTLER_REDIS ?? (config && redisUrl(config));
  if (!url) throw new CliError(say({ en: '{part} needs --redis URL or HOSTLER_REDIS', zh: '{part} 需要 --redis URL 或 HOSTLER_REDIS' }, { part }));
  const redis = resolved(url);
  const home = homeFolder();
  const asked = stopped();
  let running: Part;
  if (part === 'desk') {
    if (!config) throw new CliError(say({ en: 'the desk needs --config FILE', zh: 'desk 需要 --config FILE' }));
    const { notices } = await chooseServer(redis, config.practice, home);
    for (const notice of notices) tell(speak(notice, shellLang()));
    const { startDesk } = await import('../desk.ts');
    const desk = await startDesk({ redis, config, home, commands, log, version });
    const stop = reloadWhenChanged(options.config ?? '', config, desk);
    running = {
      async close() {
        await stop();
        await desk.close();
      },
    };
  } else if (part === 'worker') {
    if (options.site === undefined) throw new CliError(say({ en: 'the worker needs --site SITE', zh: 'worker 需要 --site SITE' }));
    const { startWorker } = await import('../worker.ts');
    running = await startWorker({ redis, site: options.site, commands, log, version, ...(options.signers ? { signers: options.signers } : {}) });
  } else {
    const token = newToken();
    const { startGateway } = await import('../gateway.ts');
    const starting = startGateway({ redis, token, version, commands, log, ...(options.port === undefined ? {} : { port: options.port }) });
    const gateway = await Promise.race([starting, asked]);
    if (!gateway) return 0; // it was still waiting for a desk
    writeConsoleFile(home, { url: gateway.url, token, pid: process.pid });
    tell(gateway.url);
    running = gateway;
  }
  tell(speak(say({ en: '{part} is ready', zh: '{part} 已就绪' }, { part }), shellLang()));
  await asked;
  if (part === 'gateway') removeConsoleFile(home);
  await running.close();
  return 0;
}
