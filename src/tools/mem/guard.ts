import type { Host } from '../../core/command.ts';
import { Refusal } from '../../core/errors.ts';
import { say } from '../../core/words.ts';
import { bytes } from '../units.ts';
import type { Memory } from './look.ts';

/** What comes back into RAM must fit with a fifth to spare. Throws Refusal where it does not: the kernel would kill for want of memory. */
export function mustFit(host: Host, { available }: Memory, needed: number): void {
  if (available > needed * 1.2) return;
  throw new Refusal(
    say(
      {
        en: '{host} has {available} of memory available, and {needed} would come back into it; nothing was done',
        zh: '{host} 可用内存 {available}，而有 {needed} 要回到内存；未做任何操作',
      },
      { host: host.name, available: bytes(available), needed: bytes(needed) },
    ),
    say({ en: 'free memory first, at least a fifth more than that', zh: '请先腾出内存，至少多出五分之一' }),
  );
}
