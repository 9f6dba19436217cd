import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, readSync } from 'node:fs';

/** A process' environment and arguments, a line each. */
export function environment(pid: number): string {
  return ['environ', 'cmdline'].map((file) => readFileSync(`/proc/${pid}/${file}`, 'utf8').replaceAll('\0', '\n')).join('\n');
}

/** A process' arguments; empty when there is none. */
export function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

/** What a process has open. */
export function openFiles(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
    } catch {
      return []; // closed meanwhile
    }
  });
}

/** Remote ports of a process' established IPv4 connections. */
export function connections(pid: number): number[] {
  const own = new Set(openFiles(pid).flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
  const rows = readFileSync(`/proc/${pid}/net/tcp`, 'utf8').trim().split('\n').slice(1);
  return rows.flatMap((row) => {
    const [, , remote = '', state, , , , , , inode = ''] = row.trim().split(/\s+/);
    return state === '01' && own.has(inode) ? [Number.parseInt(remote.split(':')[1] ?? '', 16)] : [];
  });
}

/** Processes that have this text among their arguments. */
export function processesWith(text: string): number[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) && commandLine(Number(name)).includes(text) ? [Number(name)] : []));
}

/** Processes whose parent this is. */
export function processesUnder(pid: number): number[] {
  return readdirSync('/proc').flatMap((name) => {
    try {
      const [, parent] = /^\d+ \(.*\) \S (\d+)/s.exec(readFileSync(`/proc/${name}/stat`, 'utf8')) ?? [];
      return Number(parent) === pid ? [Number(name)] : [];
    } catch {
      return []; // no process, or gone meanwhile
    }
  });
}

const PIECE = 4_194_304;

/** Whether a text stands anywhere in the memory that a process can write to. */
export function holds(pid: number, text: string): boolean {
  const wanted = Buffer.from(text, 'latin1');
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  try {
    return readFileSync(`/proc/${pid}/maps`, 'utf8')
      .split('\n')
      .some((line) => {
        const [, from = '', to = ''] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? [];
        return from !== '' && found(memory, Number.parseInt(from, 16), Number.parseInt(to, 16), wanted);
      });
  } finally {
    closeSync(memory);
  }
}

function found(memory: number, from: number, to: number, wanted: Buffer): boolean {
  const piece = Buffer.alloc(Math.min(PIECE, to - from));
  try {
    for (let at = from; at < to; at += PIECE - wanted.length) {
      const read = readSync(memory, piece, 0, Math.min(piece.length, to - at), at);
      if (piece.subarray(0, read).includes(wanted)) return true;
    }
  } catch {
    return false; // not there to be read
  }
  return false;
}
