import { read } from '../../core/read.ts';
import type { Argv, Read } from '../../core/types.ts';
import { sections } from '../sections.ts';
import { shell } from '../shell.ts';

/** A shutdown that is announced. `at`: milliseconds since the epoch. */
export interface Scheduled {
  /** `reboot`, `poweroff`, `halt` or `kexec`. */
  readonly mode: string;
  readonly at: number;
}
/** What it would be to take a host down now. */
export interface Outage {
  readonly scheduled: Scheduled | undefined;
  /** Who is logged in: name and where from. */
  readonly people: readonly string[];
}

const BODY = `echo "== scheduled"; cat /run/systemd/shutdown/scheduled 2>/dev/null; echo "== people"; who 2>/dev/null | head -n 50; exit 0`;

/** A pending shutdown as systemd-logind keeps it, and who(1). */
export function outage(): Read<Outage> {
  return read({ argv: shell('host-outage', BODY), parse: parseOutage });
}

export function parseOutage(output: string): Outage {
  const of = sections(output);
  const field = (name: string) =>
    of('scheduled')
      .map((line) => new RegExp(`^${name}=(.+)$`).exec(line)?.[1])
      .find(Boolean);
  const [usec, mode] = [field('USEC'), field('MODE')];
  const people = of('people').flatMap((line) => {
    const [name, tty] = line.split(/\s+/);
    const from = /\(([^)]+)\)\s*$/.exec(line)?.[1];
    return name ? [`${name} (${from ?? tty ?? '?'})`] : [];
  });
  return { scheduled: usec && mode ? { mode, at: Math.round(Number(usec) / 1000) } : undefined, people: [...new Set(people)] };
}

/** A reboot or a power-off in so many minutes, announced to who is logged in: shutdown(8). Until then `shutdown -c` takes it back. */
export function goDown(how: 'reboot' | 'poweroff', minutes: number, reason: string): Argv {
  return ['shutdown', how === 'reboot' ? '-r' : '-P', `+${minutes}`, reason];
}

/** Takes an announced shutdown back. */
export const CALL_OFF: Argv = ['shutdown', '-c'];
