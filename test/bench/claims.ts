import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the runner keeps its claims on this machine: what it wrote here is found here, as sshd is this machine too. */
const BASES = ['/var/lib/hostler', join(homedir(), '.local/state/hostler')];
const MINE = `bench-${process.pid}-`;
let made = 0;

/** A claim nobody else makes. */
export function claim(): string {
  made++;
  return `${MINE}${made}`;
}

/** Removes the claims made here, and the folders above them when nothing else is in them. */
export function forget(): void {
  if (made === 0) return;
  for (const base of BASES) {
    const spool = join(base, 'spool');
    if (!existsSync(spool)) continue;
    for (const id of readdirSync(spool)) if (id.startsWith(MINE)) rmSync(join(spool, id), { recursive: true, force: true });
    for (const folder of [spool, base]) {
      try {
        rmdirSync(folder);
      } catch {
        // it holds what others made
      }
    }
  }
}
