import type { Redis } from 'ioredis';
import type { Config } from '../config/schema.ts';
import type { Enrolling } from './chat/factor.ts';
import type { Visitor } from './chat/gate.ts';
import type { Audit, Log } from './core/ports.ts';
import { factorSealing } from './factorkey.ts';
import { factors } from './store/factors.ts';
import type { Sealing } from './store/sealing.ts';

interface EnrollingOptions {
  readonly redis: Redis;
  readonly config: Config;
  readonly audit: Pick<Audit, 'note'>;
  readonly log: Log;
}

/** How people set one-time codes up at their own screen; undefined where there is nothing to seal them with. What happens is noted before it is answered. */
export function enrolling({ redis, config, audit, log }: EnrollingOptions): Enrolling | undefined {
  const seal = keyOf(config, log);
  if (!seal) return undefined;
  const store = factors(redis, seal);
  const note = (what: string, person: string, { address, agent }: Visitor) =>
    audit.note([{ at: Date.now(), kind: 'identity', by: person, account: { chat: 'web', id: person }, more: { what, from: address, agent } }]);
  return {
    async begin({ id, name }, visitor) {
      if (!(await store.mayBegin(id))) return undefined;
      await note('one-time codes begun', id, visitor);
      return store.begin(id, name);
    },
    async prove({ id }, code, visitor) {
      const isLocked = await store.isLocked(id);
      if (!isLocked && (await store.prove(id, code))) {
        await note('one-time codes proven', id, visitor);
        return 'right';
      }
      await note(isLocked ? 'one-time code not looked at: too many wrong ones' : 'one-time code wrong', id, visitor);
      return isLocked ? 'locked' : 'wrong';
    },
  };
}

/** A key that this process cannot have keeps nobody else from their work. */
function keyOf(config: Config, log: Log): Sealing | undefined {
  try {
    return factorSealing(config);
  } catch (error) {
    log('one-time codes cannot be set up here', error);
    return undefined;
  }
}
