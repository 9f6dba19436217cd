import { read } from '../../core/read.ts';
import type { Read } from '../../core/types.ts';

/** A host's clock in milliseconds since the epoch: `date +%s%N`; date(1) of busybox has no `%N` and gives whole seconds. */
export function hostClock(): Read<number> {
  return read({
    argv: ['date', '+%s.%N'],
    parse: (output) => {
      const [, seconds, nanos = ''] = /^(\d{9,11})(?:\.(\d{9}))?/.exec(output.trim()) ?? [];
      if (seconds === undefined) throw new Error(`date says “${output.slice(0, 40)}”`);
      return Number(seconds) * 1000 + (nanos === '' ? 500 : Math.floor(Number(nanos) / 1e6));
    },
  });
}
