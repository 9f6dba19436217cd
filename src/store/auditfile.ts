import { constants, readdirSync } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Audited } from '../core/audit.ts';
import { readEntry } from '../core/chain.ts';

/** When the next file is begun, in bytes. */
const FULL = 64 * 1024 * 1024;
const NAME = /^audit-([1-9]\d{0,14})\.jsonl$/;

/** A file of the chain: its name tells its first entry. */
export interface ChainFile {
  readonly path: string;
  readonly first: number;
}

/** Where an entry stands: bytes from the beginning of its file, and its length without the line's end. */
export interface Spot {
  readonly file: number;
  readonly offset: number;
  readonly length: number;
}

/** The files of a chain in their order; none where there is no such folder. */
export function chainFiles(dir: string): ChainFile[] {
  let names: string[] = [];
  try {
    names = readdirSync(dir);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  const found = names.flatMap((name) => {
    const first = NAME.exec(name)?.[1];
    return first === undefined ? [] : [{ path: join(dir, name), first: Number(first) }];
  });
  return found.sort((a, b) => a.first - b.first);
}

export function chainFile(dir: string, first: number): string {
  return join(dir, `audit-${first}.jsonl`);
}

/** The file that is written. Everything is written at its own place, so that whoever was in charge before and wakes up too late changes nothing. */
export class Tail {
  readonly #file: FileHandle;
  readonly first: number;
  /** Bytes that are whole lines. */
  size: number;

  private constructor(file: FileHandle, first: number, size: number) {
    this.#file = file;
    this.first = first;
    this.size = size;
  }

  /** Begins the file whose first entry has this number. Throws when there is one that says anything. */
  static async begin(dir: string, first: number): Promise<Tail> {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const file = await open(chainFile(dir, first), constants.O_RDWR | constants.O_CREAT, 0o600);
    if ((await file.stat()).size > 0) {
      await file.close();
      throw new Error(`${chainFile(dir, first)} is there already, and is not of this chain`);
    }
    await syncFolder(dir);
    return new Tail(file, first, 0);
  }

  /** Goes on with a file; what was cut off in the middle of a line is removed. `last`: its last entry; undefined where there is no whole one, or it was edited. */
  static async resume(dir: string, first: number): Promise<{ readonly tail: Tail; readonly last: Audited | undefined }> {
    const file = await open(chainFile(dir, first), constants.O_RDWR);
    const { size } = await file.stat();
    const end = (await lastBreak(file, size)) + 1;
    if (end < size) {
      await file.truncate(end);
      await file.sync();
    }
    const begin = (await lastBreak(file, end - 1)) + 1;
    const line = Buffer.alloc(Math.max(0, end - 1 - begin));
    if (line.length > 0) await file.read(line, 0, line.length, begin);
    return { tail: new Tail(file, first, end), last: readEntry(line.toString()) };
  }

  /** Whether an entry written now belongs into the next file: this one is full, or of another month. Times in milliseconds since the epoch. */
  isOver(began: number, now: number): boolean {
    return this.size >= FULL || (this.size > 0 && monthOf(began) !== monthOf(now));
  }

  /** Writes whole lines behind all others. They count only once `sync` has resolved. Resolves with where each of them stands. */
  async append(lines: readonly string[]): Promise<Spot[]> {
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    for (let done = 0; done < bytes.length; ) done += (await this.#file.write(bytes, done, bytes.length - done, this.size + done)).bytesWritten;
    let offset = this.size;
    this.size += bytes.length;
    return lines.map((line) => {
      const spot = { file: this.first, offset, length: Buffer.byteLength(line) };
      offset += spot.length + 1;
      return spot;
    });
  }

  /** Rejects when what was written may not be on the disk. */
  async sync(): Promise<void> {
    await this.#file.sync();
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

function monthOf(at: number): string {
  return new Date(at).toISOString().slice(0, 7);
}

/** A new file's name is on the disk only with its folder. */
async function syncFolder(dir: string): Promise<void> {
  const folder = await open(dir, constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Where the last line break before `end` is; -1 where there is none. */
async function lastBreak(file: FileHandle, end: number): Promise<number> {
  const chunk = Buffer.alloc(65_536);
  for (let to = end; to > 0; ) {
    const from = Math.max(0, to - chunk.length);
    const { bytesRead } = await file.read(chunk, 0, to - from, from);
    const found = chunk.subarray(0, bytesRead).lastIndexOf(10);
    if (found >= 0) return from + found;
    to = from;
  }
  return -1;
}
