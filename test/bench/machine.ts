import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { findServer } from '../../src/store/server.ts';
import { which } from '../support/real/have.ts';

/** Where the numbers were taken. */
export interface Machine {
  readonly cpus: number;
  readonly cpu: string;
  readonly memoryGB: number;
  readonly node: string;
  readonly redis: string;
  readonly ssh: string;
  /** Load average of the minute before: what else the machine was doing. */
  readonly load: number;
}

/** This machine. */
export function machine(): Machine {
  const server = findServer();
  return {
    cpus: cpus().length,
    cpu: cpus()[0]?.model.trim() ?? '?',
    memoryGB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    redis: server === undefined ? 'none' : (/v=(\S+)/.exec(output(server, '--version'))?.[1] ?? '?'),
    ssh: which('ssh') === undefined ? 'none' : (/^\S+/.exec(output('ssh', '-V'))?.[0].replace(/,$/, '') ?? '?'),
    load: loadavg()[0] ?? 0,
  };
}

function output(file: string, option: string): string {
  return execFileSync('sh', ['-c', '"$0" "$1" 2>&1', file, option], { encoding: 'utf8', timeout: 5000 });
}

/** Resident memory of a process in MB; undefined when it is gone. */
export function residentMB(pid: number): number | undefined {
  try {
    const kB = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kB === undefined ? undefined : (Number(kB) * 1024) / 1e6;
  } catch {
    return undefined;
  }
}

/** Processes begun by a process, with their names; none where there is no /proc. */
export function childrenOf(parent: number): { readonly pid: number; readonly name: string }[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      const status = readFileSync(`/proc/${entry}/status`, 'utf8');
      const mine = Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]) === parent;
      return mine ? [{ pid: Number(entry), name: /^Name:\s+(.*)$/m.exec(status)?.[1] ?? '' }] : [];
    } catch {
      return []; // it ended meanwhile
    }
  });
}
