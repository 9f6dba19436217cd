import type { Redis } from 'ioredis';
import { z } from 'zod';
import { BUCKETS, COUNTERS, type MetricName, SPANS, type SpanName } from '../core/metrics.ts';
import type { Counts } from '../core/ports.ts';
import { key } from './redis.ts';

/** How often what was counted is written down, in milliseconds. */
const FLUSH = 1000;
/** How long that may take at the end, in milliseconds. */
const LAST_WORDS = 500;
/** Most that is held while Redis is away: what is counted beyond it is not. */
const MOST = 5000;

const name = key('counts');

/** A count with its labels, as one field of the hash: `["name",{"label":"value"}]`. */
const fieldOf = (metric: string, labels: Readonly<Record<string, string>>) => JSON.stringify([metric, labels]);

/** What is counted over all processes, in a hash of Redis. Held for a second, so that counting costs next to nothing. */
export function counts(redis: Redis): Counts & { flush(): Promise<void>; close(): Promise<void> } {
  let held = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;

  function count(field: string, by: number): void {
    if (!held.has(field) && held.size >= MOST) return;
    held.set(field, (held.get(field) ?? 0) + by);
    timer ??= setTimeout(() => void flush(), FLUSH).unref();
  }

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const now = held;
    if (now.size === 0) return;
    held = new Map();
    try {
      const all = redis.multi();
      for (const [field, by] of now) all.hincrbyfloat(name, field, by);
      const done = await all.exec();
      if (done?.some(([error]) => error)) throw done.find(([error]) => error)?.[0] ?? new Error('not counted');
    } catch {
      for (const [field, by] of now) count(field, by); // Redis is away: the next time
    }
  }

  return {
    add: (metric, labels = {}, by = 1) => count(fieldOf(metric, labels), by),
    took(span, ms) {
      const seconds = Math.max(0, ms) / 1000;
      const bucket = BUCKETS.find((bound) => seconds <= bound);
      count(fieldOf(span, { le: bucket === undefined ? '+Inf' : String(bucket) }), 1);
      count(fieldOf(span, {}), seconds);
    },
    flush,
    /** Writes down what is held, as far as Redis takes it soon: one that hangs keeps nobody here. */
    close: () => Promise.race([flush(), new Promise<void>((resolve) => setTimeout(resolve, LAST_WORDS).unref())]),
  };
}

/** A count as it is now. Of a span: how many were within the bucket `le` and not the one below, and without it the sum in seconds. */
export interface Counted {
  readonly name: MetricName | SpanName;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** All that was counted. What this version does not count is left out: another may have, and whoever may count may write anything there. */
export async function counted(redis: Redis): Promise<readonly Counted[]> {
  return Object.entries(await redis.hgetall(name)).flatMap(([field, value]) => {
    const known = readable(field);
    return known && Number.isFinite(Number(value)) ? [{ ...known, value: Number(value) }] : [];
  });
}

const LABELS: ReadonlyMap<string, readonly string[]> = new Map([
  ...Object.entries(COUNTERS).map(([of, { labels }]): [string, readonly string[]] => [of, labels]),
  ...Object.keys(SPANS).map((of): [string, readonly string[]] => [of, ['le']]),
]);
const shape = z.tuple([z.enum([...keysOf(COUNTERS), ...keysOf(SPANS)]), z.record(z.string(), z.string().max(200))]);

function readable(field: string): Pick<Counted, 'name' | 'labels'> | undefined {
  try {
    const [metric, labels] = shape.parse(JSON.parse(field));
    return Object.keys(labels).every((label) => LABELS.get(metric)?.includes(label)) ? { name: metric, labels } : undefined;
  } catch {
    return undefined;
  }
}

function keysOf<K extends string>(table: Readonly<Record<K, unknown>>): K[] {
  const all: K[] = [];
  for (const key in table) all.push(key);
  return all;
}
