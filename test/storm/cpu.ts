import { readFileSync } from 'node:fs';

/** Clock ticks of the kernel in a second, as Linux shows them. */
const TICKS = 100;

/** Seconds of processor time that a process has used; 0 for one that is gone. */
export function cpuSeconds(pid: number): number {
  try {
    const after = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return (Number(after[11]) + Number(after[12])) / TICKS;
  } catch {
    return 0;
  }
}
