import { createReadStream, statSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../config/load.ts';
import { policyOf } from '../../config/policy.ts';
import type { Audited } from '../core/audit.ts';
import { readEntry } from '../core/chain.ts';
import { align } from '../core/flatten.ts';
import { type Difference, replay } from '../core/replay.ts';
import { dayAndClock, SPAN, spanMs } from '../core/time.ts';
import { list, type Said, say, speak } from '../core/words.ts';
import { homeFolder } from '../home.ts';
import { loadCommands } from '../registry.ts';
import { chainFiles } from '../store/auditfile.ts';
import { type Line, linesOf, piecesOf, textOf } from '../store/auditlines.ts';
import { CliError, shellLang } from './words.ts';

interface Options {
  /** The configuration that was in force; without it, what came of every request tells. */
  readonly config?: string;
  readonly since?: string;
  readonly audit?: string;
  readonly json: boolean;
  readonly failOnChange: boolean;
}

/** How long before the time that is asked about entries are read, in milliseconds: no request waits longer. */
const LONGEST_WAIT = 8 * 86_400_000;

/** `hostler policy replay`: which decisions of the past would have been others under another policy. Exits with 1 when there are any and that was asked for. */
export async function replayVerb([file, ...more]: readonly string[], { config, since = '90d', audit, json, failOnChange }: Options): Promise<number> {
  if (file === undefined || more.length > 0)
    throw new CliError(say({ en: 'name one configuration: hostler policy replay NEW-FILE', zh: '请指定一个配置文件：hostler policy replay 新配置' }));
  if (!SPAN.test(since))
    throw new CliError(
      say({ en: '--since takes a span such as 90d or 12h, not “{since}”', zh: '--since 需要 90d 或 12h 这样的时长，而不是“{since}”' }, { since }),
    );
  const current = config === undefined ? undefined : loadConfig(config);
  const fresh = loadConfig(file);
  const rules = replay({ policy: policyOf(fresh), ...(current ? { before: policyOf(current) } : {}), commands: await loadCommands() });
  const from = Date.now() - spanMs(since);
  const found: Difference[] = [];
  let entries = 0;
  for await (const entry of entriesIn(audit ?? (current ?? fresh).audit.dir ?? join(homeFolder(), 'audit'), from - LONGEST_WAIT)) {
    entries++;
    for (const one of rules.take(entry)) {
      if (one.at < from) continue;
      if (json) process.stdout.write(`${JSON.stringify({ ...one, why: speak(one.why, 'en') })}\n`);
      found.push(one);
    }
  }
  if (!json) process.stdout.write(text(found, entries, rules.decisions()));
  return failOnChange && found.length > 0 ? 1 : 0;
}

/** The entries since a time, from a folder of the chain, a file of it or `-` for standard input. Throws for a line that is not as it was written. */
async function* entriesIn(where: string, since: number): AsyncGenerator<Audited> {
  if (where === '-') return yield* entries('-', process.stdin, since);
  const folder = isFolder(where);
  const files = folder ? chainFiles(where).map(({ path }) => path) : [where];
  if (files.length === 0)
    throw new CliError(say({ en: 'there is no audit in {where}; name it with --audit', zh: '{where} 中没有审计记录；请用 --audit 指定' }, { where }));
  for (const [i, path] of files.entries()) {
    const next = files[i + 1];
    if (next !== undefined && (firstOf(next)?.at ?? Number.POSITIVE_INFINITY) < since) continue;
    yield* entries(path, folder ? piecesOf(path) : createReadStream(path), since);
  }
}

async function* entries(path: string, pieces: Parameters<typeof linesOf>[0], since: number): AsyncGenerator<Audited> {
  let n = 0;
  for await (const line of linesOf(pieces)) {
    n++;
    const entry = entryOf(line);
    if (!entry && line.torn) return; // it is being written
    if (!entry) {
      const text = {
        en: '{path}:{n} is not an entry as it was written; `hostler audit verify` tells more',
        zh: '{path}:{n} 不是原样的审计条目；详见 `hostler audit verify`',
      };
      throw new CliError(say(text, { path, n }));
    }
    if (entry.at >= since) yield entry;
  }
}

function entryOf({ bytes }: Line): Audited | undefined {
  const line = textOf(bytes);
  return line === undefined ? undefined : readEntry(line);
}

function firstOf(path: string): Audited | undefined {
  const piece = piecesOf(path).next().value;
  const end = piece ? piece.indexOf(10) : -1;
  return piece && end >= 0 ? entryOf({ bytes: piece.subarray(0, end), offset: 0, torn: false }) : undefined;
}

function isFolder(where: string): boolean {
  const found = statSync(where, { throwIfNoEntry: false });
  if (!found) throw new CliError(say({ en: 'there is no {where}; name the audit with --audit', zh: '没有 {where}；请用 --audit 指定审计记录' }, { where }));
  return found.isDirectory();
}

const WHAT: Readonly<Record<Difference['what'], Said>> = {
  denied: say({ en: 'would be denied', zh: '将被拒绝' }),
  allowed: say({ en: 'would be allowed', zh: '将被允许' }),
  vote: say({ en: 'approval would not count', zh: '该批准将无效' }),
  short: say({ en: 'would not have run', zh: '将不会执行' }),
  free: say({ en: 'would need no approval', zh: '将无需批准' }),
  nobody: say({ en: 'nobody could approve', zh: '将无人能批准' }),
};

function text(found: readonly Difference[], read: number, decisions: number): string {
  const lang = shellLang();
  const counts = { n: found.length, decisions, entries: read };
  const summary = say(
    { en: '{n} differences in {decisions} decisions ({entries} entries)', zh: '{decisions} 个决定中有 {n} 处不同（{entries} 条记录）' },
    counts,
  );
  const head = [
    ...[say({ en: 'time (UTC)', zh: '时间（UTC）' }), say({ en: 'what', zh: '变化' }), say({ en: 'who', zh: '人员' }), say({ en: 'command', zh: '命令' })],
    ...[say({ en: 'hosts', zh: '主机' }), say({ en: 'rule', zh: '规则' }), say({ en: 'why', zh: '原因' }), say({ en: 'request', zh: '请求' })],
  ].map((said) => speak(said, lang));
  const rows = found.map(({ at, what, by, command, hosts, rule, why, ticket }) =>
    [dayAndClock(at), WHAT[what], by, command, list(hosts), rule, why, ticket].map((cell) => speak(cell, lang)),
  );
  return `${speak(summary, lang)}\n${rows.length > 0 ? `${align([head, ...rows])}\n` : ''}`;
}
