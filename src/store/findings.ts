import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Finding } from '../core/check.ts';
import type { Findings } from '../core/ports.ts';
import { key } from './redis.ts';

/** The format of what is stored; a newer one is taken for nothing. */
const FORMAT = 1;

const stored = z.object({
  format: z.literal(FORMAT),
  runs: z.array(z.object({ ticket: z.string(), at: z.number(), findings: z.custom<readonly Finding[]>((value) => Array.isArray(value)) })),
});
type Run = z.infer<typeof stored>['runs'][number];

/** The last two doctors' findings of each host of a site: one hash, a field a host. Two, so that a plan made again is not compared with itself. */
export function findings(redis: Redis, site: string): Findings {
  const hash = key('findings', site);
  return {
    async earlier(host, ticket) {
      const runs = read(await redis.hget(hash, host));
      const found = runs.find((run) => run.ticket !== ticket);
      return found && { at: found.at, findings: found.findings };
    },
    async save(ticket, at, all) {
      for (const { host, findings: found } of all) {
        const others = read(await redis.hget(hash, host)).filter((run) => run.ticket !== ticket);
        const runs: Run[] = [{ ticket, at, findings: found }, ...others.slice(0, 1)];
        await redis.hset(hash, host, JSON.stringify({ format: FORMAT, runs }));
      }
    },
  };
}

function read(json: string | null): readonly Run[] {
  const known = stored.safeParse(json === null ? undefined : JSON.parse(json));
  return known.success ? known.data.runs : [];
}
