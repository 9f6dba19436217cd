import { Refusal } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import { didYouMean } from '../core/parse.ts';
import type { Keep } from '../core/types.ts';
import { list, say } from '../core/words.ts';
import type { Guest } from './guests/guest.ts';
import { exactly, where } from './guests/naming.ts';

/** Throws Refusal, naming what there is, when a guest has no snapshot of this name. */
export function mustHave(guest: Pick<Guest, 'name'>, name: string, taken: readonly string[]): void {
  if (taken.includes(name)) return;
  const near = nearest(name, taken);
  const has =
    taken.length > 0 ? say({ en: 'it has: {taken}', zh: '现有快照：{taken}' }, { taken: list(taken) }) : say({ en: 'it has none', zh: '没有任何快照' });
  throw new Refusal(
    say({ en: '{guest} has no snapshot “{name}”', zh: '{guest} 没有快照“{name}”' }, { guest: guest.name, name }),
    near.length > 0 ? didYouMean(near) : has,
  );
}

/** Throws Refusal when a guest has a snapshot of this name. */
export function mustLack(guest: Pick<Guest, 'name'>, name: string, taken: readonly string[]): void {
  if (!taken.includes(name)) return;
  throw new Refusal(
    say({ en: '{guest} already has a snapshot “{name}”', zh: '{guest} 已有快照“{name}”' }, { guest: guest.name, name }),
    say({ en: 'choose another name', zh: '请换一个名称' }),
  );
}

/** How long the snapshot of what a rollback throws away is kept, in milliseconds. */
export const KEEP_SAFETY = 7 * 86_400_000;

/** A snapshot that is kept for a while and then removed. */
export function keepSnapshot(guest: Guest, name: string, forMs: number): Keep {
  return {
    what: say({ en: 'snapshot {name}', zh: '快照 {name}' }, { name }),
    on: where(guest),
    forMs,
    remove: { command: `${guest.family} delsnapshot`, input: { guest: exactly(guest), name } },
  };
}
