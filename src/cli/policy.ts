import { parseArgs } from 'node:util';
import { loadConfig } from '../../config/load.ts';
import { policyOf } from '../../config/policy.ts';
import type { Config } from '../../config/schema.ts';
import type { AnyCommand } from '../core/command.ts';
import { Refusal } from '../core/errors.ts';
import { flatten } from '../core/flatten.ts';
import { lint } from '../core/lint.ts';
import { linted } from '../core/linted.ts';
import type { Policy } from '../core/policy.ts';
import { simulate } from '../core/simulate.ts';
import { simulated } from '../core/simulated.ts';
import { standing } from '../core/standing.ts';
import type { Plan } from '../core/types.ts';
import { veil } from '../core/veil.ts';
import { readMoment } from '../core/when.ts';
import { findPerson } from '../core/who.ts';
import { list, say } from '../core/words.ts';
import { loadCommands } from '../registry.ts';
import { replayVerb } from './replay.ts';
import { CliError, shellLang } from './words.ts';

const TEXT = { type: 'string' } as const;
const FLAG = { type: 'boolean', default: false } as const;
/** What each verb takes; `replay` reads its own. */
const OPTIONS = { config: TEXT, at: TEXT, room: TEXT, since: TEXT, audit: TEXT, json: FLAG, 'fail-on-change': FLAG } as const;
const TAKES: Readonly<Record<string, readonly (keyof typeof OPTIONS)[]>> = {
  can: ['config', 'at', 'room'],
  show: ['config'],
  lint: ['config'],
  replay: ['config', 'since', 'audit', 'json', 'fail-on-change'],
};

/** `hostler policy …`: questions about a configuration file, without a bot. Hosts are those of the file; guests are not known. Returns the exit status. */
export async function policyVerb([verb = '', ...rest]: readonly string[]): Promise<number> {
  const allowed = TAKES[verb];
  if (!allowed) throw usage();
  const { values, positionals } = read(verb, rest, allowed);
  if (verb === 'replay') {
    const { config, since, audit, json, 'fail-on-change': failOnChange } = values;
    const given = Object.fromEntries(Object.entries({ config, since, audit }).filter(([, value]) => value !== undefined));
    return replayVerb(positionals, { ...given, json, failOnChange });
  }
  if (values.config === undefined) throw usage();
  const config = loadConfig(values.config);
  const policy = policyOf(config);
  // In practice people speak without accounts.
  const accounts = config.practice ? undefined : (person: string) => accountsOf(config, person);
  try {
    return await answered(verb, positionals, values, { policy, accounts }, await loadCommands());
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new CliError(error.hint ? say({ en: '{message}; {hint}', zh: '{message}；{hint}' }, { message: error.said, hint: error.hint }) : error.said);
  }
}

/** A person's accounts, each as chat and id. */
function accountsOf({ people }: Config, person: string): string[] {
  return Object.entries(people[person]?.accounts ?? {}).flatMap(([chat, ids]) => ids.map((id) => `${chat} ${id}`));
}

interface Given {
  readonly at?: string | undefined;
  readonly room?: string | undefined;
}

async function answered(
  verb: string,
  [who, line, ...more]: readonly string[],
  { at, room }: Given,
  { policy, accounts }: { readonly policy: Policy; readonly accounts: ((person: string) => readonly string[]) | undefined },
  commands: ReadonlyMap<string, AnyCommand>,
): Promise<number> {
  const now = Date.now();
  const everything = veil(policy, policy.hosts);
  if (verb === 'can' && who !== undefined && line !== undefined && more.length === 0) {
    const question = { person: findPerson(who, policy), line, room, at: at === undefined ? now : readMoment(at, now) };
    const become = async (): Promise<never> => {
      throw new Refusal(say({ en: 'this stands for another command; ask about that one', zh: '此命令代表另一条命令；请查询那条命令' }));
    };
    const world = { policy, commands, known: commands, seen: policy.hosts, guests: [], totp: undefined, become };
    return print(simulated(question, await simulate(question, world), policy, everything));
  }
  if (verb === 'show' && who !== undefined && line === undefined) return print(standing(findPerson(who, policy), policy, everything, now));
  if (verb === 'lint' && who === undefined) {
    const found = lint(policy, commands, accounts);
    print(linted(found, everything));
    return found.some(({ severity }) => severity === 'error') ? 1 : 0;
  }
  throw usage();
}

/** A plan's answer as text. */
function print({ summary, answer = [] }: Plan): number {
  const { text } = flatten({ id: '', rev: 0, mood: 'good', title: summary, blocks: answer, buttons: [], ticket: null }, shellLang());
  process.stdout.write(`${text}\n`);
  return 0;
}

function read(verb: string, args: readonly string[], allowed: readonly (keyof typeof OPTIONS)[]) {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, tokens: true });
    const strange = Object.entries(values).find(([name, value]) => value !== false && !allowed.some((one) => one === name))?.[0];
    if (strange !== undefined) throw new Error(`Unknown option '--${strange}'`);
    return { values, positionals };
  } catch (error) {
    const unknown = /Unknown option '([^']+)'/.exec(error instanceof Error ? error.message : '')?.[1];
    if (unknown === undefined) throw error;
    const known = list(allowed.map((name) => `--${name}`));
    throw new CliError(
      say(
        { en: 'hostler policy {verb} has no option {unknown}; it has: {known}', zh: 'hostler policy {verb} 没有选项 {unknown}；可用：{known}' },
        { verb, unknown, known },
      ),
    );
  }
}

function usage(): CliError {
  const lines = [
    'hostler policy can PERSON "COMMAND" --config FILE [--at TIME] [--room ROOM]',
    'hostler policy show PERSON --config FILE',
    'hostler policy lint --config FILE',
    'hostler policy replay NEW-FILE [--since 90d] [--audit DIR|FILE] [--config CURRENT-FILE] [--json] [--fail-on-change]',
  ].join('\n  ');
  return new CliError(say({ en: `usage:\n  ${lines}`, zh: `用法：\n  ${lines}` }));
}
