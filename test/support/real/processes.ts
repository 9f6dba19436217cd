import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { which } from './have.ts';

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts a program that goes when this process goes, whatever way that is. */
export function start(argv: readonly [string, ...string[]], env: NodeJS.ProcessEnv = process.env): ChildProcess & { readonly pid: number } {
  const tied = which('setpriv');
  const [program, ...args] = tied ? [tied, '--pdeathsig', 'KILL', ...argv] : argv;
  if (program === undefined) throw new Error('no program');
  const child = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${program} does not start`);
  running.add(child);
  child.once('exit', () => running.delete(child));
  return Object.assign(child, { pid });
}

/** Ends a program and waits for its end. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

/** Runs a program to its end; its output. Throws when it fails. */
export function runs(program: string, ...args: readonly string[]): string {
  return execFileSync(which(program) ?? program, args, { encoding: 'utf8', timeout: 60_000, stdio: ['ignore', 'pipe', 'pipe'] });
}

export function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return address.port;
}

/** Waits until a condition holds. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, ms = 10_000): Promise<void> {
  const deadline = Date.now() + ms;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`${what}: not within ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Processes by what is in a file of theirs under /proc. */
export function processes(file: 'environ' | 'cmdline' | 'stat', matches: (text: string) => boolean): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return matches(readFileSync(`/proc/${pid}/${file}`, 'utf8'));
      } catch {
        return false; // it ended meanwhile, or is another's
      }
    })
    .map(Number);
}

/** The children of a process: stat(5), fourth field. */
export function childrenOf(pid: number): number[] {
  return processes('stat', (stat) => stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] === String(pid));
}

/** All that come from a process: its children, theirs, and so on. */
export function descendantsOf(pid: number): number[] {
  const parents = new Map<number, number[]>();
  processes('stat', (stat) => {
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    parents.set(parent, [...(parents.get(parent) ?? []), Number.parseInt(stat, 10)]);
    return false;
  });
  const below = (of: number): number[] => (parents.get(of) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(pid);
}

/** Kills processes, those that are gone already too. */
export function kill(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // it ended meanwhile
    }
  }
}

/** Runs another program, where we may, with folders of its own where sshd and the runner write: nothing stays behind. `first`: what else is mounted. */
export function ownFolders(first = ':'): readonly [string, ...string[]] | undefined {
  try {
    runs('unshare', '--mount', 'true');
  } catch {
    return undefined; // not root, or not allowed to
  }
  const script = `${first} && mount -t tmpfs none /run && mount -t tmpfs none /var/lib && mkdir -m 755 /run/sshd && exec "$@"`;
  return ['unshare', '--mount', 'sh', '-c', script, 'sh'];
}

/** Runs another program with folders of its own, as the first of processes of its own. Root only. */
export function ownProcesses(): readonly [string, ...string[]] {
  return ['unshare', '--pid', '--fork', '--kill-child=KILL', '--mount-proc', ...(ownFolders() ?? [])];
}

/** Closes one after the other, the next also when one fails; then throws what failed first. */
export async function closeAll(...things: readonly ({ close(): Promise<unknown> } | undefined)[]): Promise<void> {
  const failed: unknown[] = [];
  for (const thing of things) await thing?.close().catch((error: unknown) => failed.push(error));
  if (failed.length > 0) throw failed[0];
}
