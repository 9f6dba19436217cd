import { parseArgs } from 'node:util';
import { z } from 'zod';
import { Gone } from './chat/client.ts';
import { EXIT } from './chat/terminal.ts';
import type { StartLab } from './cli/run.ts';
import { USAGE } from './cli/usage.ts';
import { verbHelp } from './cli/verbhelp.ts';
import { version } from './cli/version.ts';
import { watchdogVerb } from './cli/watchdog.ts';
import { CliError, shellLang } from './cli/words.ts';
import { nearest } from './core/nearest.ts';
import { list, speak, say as words } from './core/words.ts';
import { signersFrom } from './signersfile.ts';
import { StartError } from './starterror.ts';

const OPTIONS = {
  as: { type: 'string' },
  config: { type: 'string' },
  port: { type: 'string' },
  seed: { type: 'string' },
  redis: { type: 'string' },
  reason: { type: 'string' },
  key: { type: 'string' },
  signers: { type: 'string' },
  'signed-from': { type: 'string' },
  'signed-count': { type: 'string' },
  with: { type: 'string', multiple: true },
  site: { type: 'string' },
  url: { type: 'string' },
  name: { type: 'string' },
  json: { type: 'boolean', default: false },
  wait: { type: 'boolean', default: false },
  lab: { type: 'boolean', default: false },
  live: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
  version: { type: 'boolean', default: false },
} as const;

/** What each verb takes. */
export const VERBS: Readonly<Record<string, readonly (keyof typeof OPTIONS)[]>> = {
  start: ['config', 'port', 'seed', 'signers', 'signed-from', 'signed-count'],
  say: ['as', 'json', 'wait', 'lab', 'seed'],
  press: ['as', 'json', 'wait', 'reason', 'with'],
  approve: ['as', 'json', 'wait', 'key'],
  file: ['as'],
  config: ['live', 'site'],
  chat: [],
  manifest: ['url', 'name'],
  notify: [],
  desk: ['config', 'redis'],
  worker: ['site', 'redis', 'signers', 'signed-from', 'signed-count'],
  gateway: ['redis', 'port'],
  login: ['url'],
  logout: [],
  policy: [],
  audit: [],
  watchdog: [],
  lab: ['seed', 'json'],
  help: [],
};

/** The command line. Returns the exit status. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    return await dispatch(args);
  } catch (error) {
    return complain(error);
  }
}

function complain(error: unknown): number {
  const [text, exit] =
    error instanceof CliError
      ? [error.message, error.exit]
      : error instanceof StartError
        ? [speak(error.said, shellLang()), 2]
        : error instanceof Gone
          ? [error.message, EXIT.noBot]
          : [error instanceof Error ? error.message : String(error), 2];
  process.stderr.write(`${text}\n`);
  return exit;
}

/** Each verb loads what it needs and no more: `say` is small, a bot is large. */
async function dispatch(args: readonly string[]): Promise<number> {
  const [verb = 'help', ...rest] = args[0]?.startsWith('-') ? ['help', ...args] : args;
  // What stands behind `--` is another program's.
  const own = rest.includes('--') ? rest.slice(0, rest.indexOf('--')) : rest;
  if (own.some((word) => word === '--help' || word === '-h')) return print(verbHelp(verb, VERBS[verb] ?? [], shellLang()) ?? USAGE[shellLang()]);
  if (verb === 'policy') return (await import('./cli/policy.ts')).policyVerb(rest);
  if (verb === 'audit') return (await import('./cli/audit.ts')).auditVerb(rest);
  if (verb === 'watchdog') return watchdogVerb(rest);
  if (verb === 'notify') return (await import('./cli/notify.ts')).notifyVerb(rest);
  const { values, positionals } = parsed(verb, rest);
  if (values.version) return print(`${version}\n`);
  if (values.help || verb === 'help') return print(USAGE[shellLang()]);
  const seed = number('seed', values.seed) ?? 1;
  const port = number('port', values.port, 65_535);
  const takesSigners = VERBS[verb]?.includes('signers') === true; // the environment says it, too
  const signers = takesSigners ? signersFrom({ signers: values.signers, from: values['signed-from'], count: values['signed-count'] }) : undefined;
  const given = Object.fromEntries(
    Object.entries({ redis: values.redis, config: values.config, site: values.site, port, signers }).filter(([, value]) => value !== undefined),
  );
  switch (verb) {
    case 'start':
      return (await import('./cli/run.ts')).start({ seed, ...given }, await findLab());
    case 'lab':
      return (await import('./cli/lab.ts')).lab(seed, await findLab(), values.json);
    case 'config':
      return (await import('./cli/config.ts')).configVerb(positionals, values.live, values.site);
    case 'chat':
      return (await import('./cli/chatverbs.ts')).chat(positionals);
    case 'manifest':
      return (await import('./cli/chatverbs.ts')).manifest(positionals, values.url, values.name);
    case 'say':
      return (await import('./cli/speak.ts')).sayVerb(positionals, { ...values, seed }, values.lab ? await findLab() : undefined);
    case 'press':
      return (await import('./cli/speak.ts')).pressVerb(positionals, values);
    case 'file':
      return (await import('./cli/file.ts')).fileVerb(positionals, values);
    case 'approve':
      return (await import('./cli/approve.ts')).approveVerb(positionals, values);
    case 'login':
      return (await import('./cli/login.ts')).login(positionals, values.url);
    case 'logout':
      return (await import('./cli/login.ts')).logout();
    case 'desk':
    case 'worker':
    case 'gateway':
      return (await import('./cli/run.ts')).runPart(verb, given);
    default: {
      const near = nearest(verb, Object.keys(VERBS));
      throw new CliError(
        words(
          { en: 'there is no “hostler {verb}”{near}; hostler --help shows what there is', zh: '没有“hostler {verb}”{near}；hostler --help 查看用法' },
          { verb, near: near[0] === undefined ? '' : words({ en: ', did you mean {near}', zh: '，您是想输入 {near} 吗' }, { near: near[0] }) },
        ),
      );
    }
  }
}

function parsed(verb: string, rest: readonly string[]) {
  const allowed: readonly string[] = VERBS[verb] ?? Object.keys(OPTIONS);
  try {
    const options = Object.fromEntries(Object.entries(OPTIONS).filter(([name]) => allowed.includes(name) || name === 'help' || name === 'version'));
    const { values, positionals } = parseArgs({ args: [...rest], options, allowPositionals: true });
    return { values: settings.parse(values), positionals };
  } catch (error) {
    const unknown = /Unknown option '([^']+)'/.exec(error instanceof Error ? error.message : '')?.[1];
    if (unknown === undefined) throw error;
    throw new CliError(
      words(
        { en: 'hostler {verb} has no option {unknown}; it has: {known}', zh: 'hostler {verb} 没有选项 {unknown}；可用：{known}' },
        { verb, unknown, known: list(allowed.map((name) => `--${name}`)) },
      ),
    );
  }
}

const settings = z.object({
  as: z.string().optional(),
  config: z.string().optional(),
  port: z.string().optional(),
  seed: z.string().optional(),
  redis: z.string().optional(),
  reason: z.string().optional(),
  key: z.string().optional(),
  signers: z.string().optional(),
  'signed-from': z.string().optional(),
  'signed-count': z.string().optional(),
  with: z.array(z.string()).default([]),
  site: z.string().optional(),
  url: z.string().optional(),
  name: z.string().optional(),
  json: z.boolean().default(false),
  wait: z.boolean().default(false),
  lab: z.boolean().default(false),
  live: z.boolean().default(false),
  help: z.boolean().default(false),
  version: z.boolean().default(false),
});

function number(name: string, text: string | undefined, most = Number.MAX_SAFE_INTEGER): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,15}$/.test(text) && Number(text) <= most) return Number(text);
  throw new CliError(words({ en: '--{name} takes a number, not “{text}”', zh: '--{name} 需要一个数字，而不是“{text}”' }, { name, text }));
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

/** The practice fleet, where this build has it: nothing else depends on it. */
async function findLab(): Promise<StartLab> {
  const built = import.meta.url.endsWith('.ts') ? './lab/index.ts' : './lab/index.js';
  try {
    const module: { startLab: StartLab } = await import(new URL(built, import.meta.url).href);
    return module.startLab;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}
