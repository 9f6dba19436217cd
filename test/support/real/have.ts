import { accessSync, constants, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Things a test may need that are not programs on PATH, and how they are found. */
const OTHERS: Readonly<Record<string, () => string | undefined>> = {
  root: () => (process.getuid?.() === 0 ? 'root' : undefined),
  kernel: () => kernel()?.image,
  'redis-server or valkey-server': () => which('redis-server') ?? which('valkey-server'),
};

/** The absolute path of a program, on PATH or where system programs live. */
export function which(program: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin', '/usr/bin', '/bin'].filter((folder) => folder.startsWith('/'));
  return folders.map((folder) => join(folder, program)).find(runs);
}

/** A Linux kernel to boot guests with: its image and the folder of its modules. */
export function kernel(): { readonly image: string; readonly modules: string } | undefined {
  const names = list('/boot').filter((name) => name.startsWith('vmlinuz-'));
  return names
    .map((name) => ({ image: join('/boot', name), modules: join('/lib/modules', name.slice('vmlinuz-'.length)) }))
    .find(({ image, modules }) => readable(image) && readable(modules));
}

/** Whether everything a real test needs is there; what is not is said on stderr, so that a test left out is never silent. */
export function needs(names: readonly string[]): boolean {
  const missing = names.filter((name) => (OTHERS[name] ?? (() => which(name)))() === undefined);
  for (const name of missing) process.stderr.write(`SKIPPED real test: ${name} is not installed\n`);
  return missing.length === 0;
}

function runs(file: string): boolean {
  return may(file, constants.X_OK);
}

function readable(file: string): boolean {
  return may(file, constants.R_OK);
}

function may(file: string, mode: number): boolean {
  try {
    accessSync(file, mode);
    return true;
  } catch {
    return false;
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
