import { createReadStream, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadConfig } from '../../config/load.ts';
import { takenAt } from '../core/audit.ts';
import { type Head, headText, readEntry, readHead } from '../core/chain.ts';
import { isBroken } from '../core/chaincheck.ts';
import { readSigners, type Signer } from '../core/signers.ts';
import { say, speak } from '../core/words.ts';
import { homeFolder } from '../home.ts';
import { chainFiles } from '../store/auditfile.ts';
import { linesOf, piecesOf, textOf } from '../store/auditlines.ts';
import { type Source, verifyChain } from '../store/auditverify.ts';
import { brokenWords, soundWords } from './auditwords.ts';
import { CliError, shellLang } from './words.ts';

const TEXT = { type: 'string' } as const;
const OPTIONS = {
  export: { dir: TEXT, config: TEXT, from: TEXT, to: TEXT },
  verify: { dir: TEXT, config: TEXT, signers: TEXT, anchor: { type: 'string', multiple: true } },
} as const;

/** `hostler audit …`: the audit of this machine's desk, without a bot. Returns the exit status. */
export async function auditVerb([verb, ...rest]: readonly string[]): Promise<number> {
  try {
    if (verb === 'export') {
      const { values, positionals } = parseArgs({ args: [...rest], options: OPTIONS.export, allowPositionals: true });
      if (positionals.length > 0) throw usage();
      return await exported(folder(values), bound(values.from, 'from'), bound(values.to, 'to'));
    }
    if (verb === 'verify') {
      const { values, positionals } = parseArgs({ args: [...rest], options: OPTIONS.verify, allowPositionals: true });
      if (positionals.length > 1) throw usage();
      return await verified(positionals[0] ?? folder(values), (values.anchor ?? []).map(anchor), signersIn(values.signers));
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) throw usage();
    throw error;
  }
  throw usage();
}

function usage(): CliError {
  return new CliError(
    say({
      en: 'usage: hostler audit export [--dir DIR | --config FILE] [--from SEQ|DATE] [--to SEQ|DATE] | hostler audit verify [FILE|DIR|-] [--config FILE] [--anchor SEQ:HASH]… [--signers FILE]',
      zh: '用法：hostler audit export [--dir DIR | --config FILE] [--from 序号|日期] [--to 序号|日期] | hostler audit verify [FILE|DIR|-] [--config FILE] [--anchor 序号:哈希]… [--signers FILE]',
    }),
  );
}

/** Where the audit is: as given, as the configuration says, or in this instance's own folder. */
function folder({ dir, config }: { readonly dir?: string | undefined; readonly config?: string | undefined }): string {
  const stated = dir ?? (config === undefined ? undefined : loadConfig(config).audit.dir);
  const path = stated ?? join(homeFolder(), 'audit');
  if (chainFiles(path).length === 0) throw new CliError(say({ en: 'there is no audit in {path}', zh: '{path} 中没有审计记录' }, { path }));
  return path;
}

/** An entry's number, or a moment in milliseconds since the epoch; a date as the last means all of that day. */
function bound(text: string | undefined, which: 'from' | 'to'): { readonly seq: number } | { readonly at: number } | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,15}$/.test(text)) return { seq: Number(text) };
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const at = /^\d{4}-\d{2}-\d{2}(T.*)?$/.test(text) ? Date.parse(day ? `${text}T00:00:00Z` : text) : Number.NaN;
  if (Number.isNaN(at)) {
    const words = {
      en: '--{which} takes an entry’s number or a date such as 2026-11-21, not “{text}”',
      zh: '--{which} 需要条目序号或日期（如 2026-11-21），而不是“{text}”',
    };
    throw new CliError(say(words, { which, text }));
  }
  return { at: day && which === 'to' ? at + 86_400_000 - 1 : at };
}

/** Writes entries as they stand in the files, byte for byte. What is being written at this moment is left out. */
async function exported(dir: string, from: ReturnType<typeof bound>, to: ReturnType<typeof bound>): Promise<number> {
  const files = chainFiles(dir);
  for (const [i, { path }] of files.entries()) {
    const next = files[i + 1];
    if (from && 'seq' in from && next && next.first <= from.seq) continue;
    for await (const { bytes, torn } of linesOf(piecesOf(path))) {
      if (torn) break;
      const entry = from || to ? readEntry(textOf(bytes) ?? '') : undefined;
      // A line that is none is not for the export to hide.
      if (entry && from && ('seq' in from ? entry.seq < from.seq : takenAt(entry) < from.at)) continue;
      if (entry && to && ('seq' in to ? entry.seq > to.seq : takenAt(entry) > to.at)) return 0;
      if (!(await print(bytes))) return 0;
    }
  }
  return 0;
}

/** Writes to standard output as fast as it is read. False when nobody reads any more. */
async function print(line: Uint8Array): Promise<boolean> {
  const out = process.stdout;
  if (out.listenerCount('error', unread) === 0) out.on('error', unread); // it stays: an error nobody hears ends the process
  if (gone || out.write(Buffer.concat([line, NEWLINE]))) return !gone;
  await new Promise<void>((resolve) => {
    const go = () => {
      out.off('drain', go).off('close', go);
      resolve();
    };
    out.on('drain', go).on('close', go);
  });
  return !gone;
}
let gone = false;
function unread(): void {
  gone = true;
}
/** Longer than a line takes to be written, in milliseconds. */
const BEING_WRITTEN = 1000;
const NEWLINE = Buffer.from('\n');

function sources(path: string): Iterable<Source> {
  if (path === '-') return [{ name: '-', pieces: process.stdin }];
  let isFolder = false;
  try {
    isFolder = statSync(path).isDirectory();
  } catch {
    throw new CliError(say({ en: 'there is no {path}', zh: '{path} 不存在' }, { path }));
  }
  if (!isFolder) return [{ name: path, pieces: createReadStream(path) }];
  return chainFiles(path).map((file) => ({ name: file.path, pieces: piecesOf(file.path) }));
}

function anchor(text: string): Head {
  const head = readHead(text);
  if (head) return head;
  throw new CliError(say({ en: '--anchor takes SEQ:HASH as it was posted, not “{text}”', zh: '--anchor 需要已发布的 序号:哈希，而不是“{text}”' }, { text }));
}

/** Who may sign, of a file of OpenSSH's allowed_signers. Throws, naming the file and the line that is wrong. */
function signersIn(file: string | undefined): readonly Signer[] | undefined {
  if (file === undefined) return undefined;
  try {
    return readSigners(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new CliError(say({ en: '{file}: {why}', zh: '{file}：{why}' }, { file, why: error instanceof Error ? error.message : String(error) }));
  }
}

async function verified(path: string, anchors: readonly Head[], signers: readonly Signer[] | undefined): Promise<number> {
  let found = await verifyChain(sources(path), anchors, signers);
  if (isBroken(found) && found.what === 'torn' && path !== '-') {
    await new Promise((resolve) => setTimeout(resolve, BEING_WRITTEN)); // a desk may be in the middle of a line
    found = await verifyChain(sources(path), anchors, signers);
  }
  if (isBroken(found)) {
    process.stdout.write(`${speak(brokenWords(found), shellLang())}\n`);
    return 1;
  }
  process.stdout.write(`${speak(soundWords(found, anchors.length, signers !== undefined), shellLang())}\n${headText(found.head)}\n`);
  return 0;
}
