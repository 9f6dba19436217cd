import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Argv } from '../../../src/core/types.ts';
import { type Access, type Exec, type ExecOptions, Ssh } from '../../../src/hosts/ssh.ts';
import { which } from './have.ts';

const SYSTEM = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Shells a host may have as its `sh`; the last has no programs but those of busybox. */
export const SHELLS = ['dash', 'bash', 'busybox', 'busybox alone'] as const;
export type Shell = (typeof SHELLS)[number];

/** A folder for PATH in which `sh` is this shell. */
export function shellPath(dir: string, shell: Shell): string {
  const folder = join(dir, `sh-${shell.replace(' ', '-')}`);
  mkdirSync(folder);
  if (shell === 'busybox alone') {
    execFileSync('busybox', ['--install', '-s', folder]);
    return folder;
  }
  symlinkSync(which(shell) ?? shell, join(folder, 'sh'));
  return `${folder}:${SYSTEM}`;
}

/** A connection to a host whose `sh` is another one. */
export class ShellSsh extends Ssh {
  readonly #path: string;

  constructor(access: Access, path: string) {
    super(access);
    this.#path = path;
  }

  override exec(argv: Argv, options: ExecOptions): Promise<Exec> {
    return super.exec(['env', `PATH=${this.#path}`, ...argv], options);
  }
}
