import { z } from 'zod';
import type { Signal, Written } from '../src/core/alerts/alert.ts';
import { takeSignals } from '../src/core/alerts/intake.ts';
import { takeMalformed } from '../src/core/alerts/malformed.ts';
import { thereMatcher } from '../src/core/alerts/there.ts';
import { SEVERITIES } from '../src/core/check.ts';
import { job } from '../src/core/ports.ts';
import { saidShape } from '../src/core/saidshape.ts';
import type { SettleNeeds } from '../src/core/settle.ts';

const signal: z.ZodType<Signal> = z.object({
  source: z.string(),
  fingerprint: z.string().max(200),
  status: z.enum(['firing', 'resolved']),
  severity: z.enum(SEVERITIES),
  title: z.string().max(200),
  text: z.string().max(2000).exactOptional(),
  labels: z.record(z.string().max(100), z.string().max(1000)),
  startsAt: z.number(),
  endsAt: z.number().exactOptional(),
  url: z.string().max(2000).exactOptional(),
  group: z.string().max(500).exactOptional(),
  once: z.literal(true).exactOptional(),
});

const written: z.ZodType<Written> = z.union([
  z.object({ id: z.string(), matchers: z.array(thereMatcher).exactOptional() }),
  z.object({ trouble: z.string(), said: saidShape.exactOptional() }),
]);

/** What a gateway has heard from a source, or a desk from itself. */
const payload = z.union([
  /** `whole`: nothing else of this source fires but what has the fingerprints `besides`; `since`: of what was heard before nobody knows. */
  z.object({
    source: z.string(),
    at: z.number(),
    signals: z.array(signal),
    whole: z.literal(true).optional(),
    besides: z.array(z.string()).exactOptional(),
    since: z.number().exactOptional(),
  }),
  /** A body that could not be read: what it began with, and why. */
  z.object({
    source: z.string(),
    at: z.number(),
    malformed: z.object({ body: z.string().max(2000), why: z.string().max(500), said: saidShape.exactOptional(), from: z.string().max(100) }),
  }),
  z.object({ beat: z.string().max(100), at: z.number() }),
  /** What became of a silence at its source. */
  z.object({ silence: z.string(), source: z.string(), at: z.number(), written }),
]);
export type AlertMessage = z.infer<typeof payload>;

/** Takes what sources say. */
export default job({
  name: 'alert',
  payload,
  async take(said, needs: SettleNeeds) {
    if ('signals' in said) return takeSignals(said.source, said.signals, said.at, needs, said.whole && { besides: [], since: 0, ...said });
    if ('malformed' in said) return takeMalformed(said.source, said.at, said.malformed, needs);
    if ('written' in said) return needs.silences.written(said.silence, said.source, said.written);
    const { heartbeats } = (await needs.rules()).routing;
    if (heartbeats.some(({ name }) => name === said.beat)) await needs.beats.heard(said.beat, said.at);
  },
});
