import type { Hazard } from '../../core/risk.ts';
import type { Known } from './guest.ts';
import { storageOn } from './guest-places.ts';
import { spaceFor } from './guest-room.ts';
import type { Preflight } from './preflight.ts';

/** Whether the target lacks the space for the disks that are copied there. */
export function spaceAt({ guest }: Known, target: string, storage: string | undefined, copied: Preflight['localDisks']): Pick<Hazard, 'noSpace'> {
  const by = Map.groupBy(copied, ({ volume }) => storage ?? volume.slice(0, Math.max(0, volume.indexOf(':'))));
  const lacking = [...by].map(([name, disks]) =>
    spaceFor(
      storageOn(guest.all, name, target),
      disks.reduce((sum, { size }) => sum + size, 0),
    ),
  );
  return lacking.find(({ noSpace }) => noSpace) ?? {};
}

/** Whether the target runs an older release: going there may fail. */
export function olderAt(target: string, here: string | undefined, there: string | undefined): Pick<Hazard, 'older'> {
  if (here === undefined || there === undefined) return {};
  const release = (version: string) => version.split(/[.-]/).map(Number);
  const [[a = 0, b = 0], [c = 0, d = 0]] = [release(here), release(there)];
  return c < a || (c === a && d < b) ? { older: { node: target, version: there, than: here } } : {};
}
