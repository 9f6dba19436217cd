import type { Redis } from 'ioredis';
import type { Note } from '../core/audit.ts';
import type { Audit } from '../core/ports.ts';
import { askKeeper } from './auditask.ts';
import { Keeper, type KeeperOptions } from './auditkeeper.ts';
import { NOTES_FORMAT, STREAM } from './notes.ts';

/** What any part can say to the audit. */
export function auditNotes(redis: Redis): Pick<Audit, 'note'> {
  return {
    async note(notes: readonly Note[]): Promise<void> {
      if (notes.length > 0) await redis.xadd(STREAM, '*', 'format', NOTES_FORMAT, 'notes', JSON.stringify(notes));
    },
  };
}

/** The audit at a desk: it keeps the chain when no other desk does, and asks the one that does. */
export function audit(redis: Redis, options: Omit<KeeperOptions, 'redis'>): Audit & { close(): Promise<void> } {
  const keeper = new Keeper({ redis, ...options });
  return {
    ...auditNotes(redis),
    search: async (query) => (await keeper.search(query)) ?? askKeeper(redis, query),
    close: () => keeper.close(),
  };
}
