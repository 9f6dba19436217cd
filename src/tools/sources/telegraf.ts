import { z } from 'zod';
import { severityOf } from '../../core/alerts/severity.ts';
import { Malformed, source } from '../../core/alerts/source.ts';
import type { Severity } from '../../core/check.ts';
import { say } from '../../core/words.ts';

const metric = z.object({
  name: z.string().min(1),
  tags: z.record(z.string(), z.string()).default({}),
  fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  timestamp: z.number(),
});
const body = z.union([z.object({ metrics: z.array(metric).min(1) }), metric]);
type Metric = z.infer<typeof metric>;

/** States of `nagios_state`, which the format `nagios` makes: exit codes of monitoring plugins. Undefined: all is well. */
const NAGIOS: readonly (Severity | undefined)[] = [undefined, 'warning', 'critical', 'warning'];

export default source({
  title: { en: 'Telegraf', zh: 'Telegraf' },
  documented: 'https://docs.influxdata.com/telegraf/v1/data_formats/output/json/ by outputs.http; only metrics with a field or tag `level`, or `nagios_state`',
  types: ['application/json', 'text/plain'],
  samples: [
    {
      from: 'Telegraf documentation, JSON output data format, batch format; the host is replaced, and a tag `level` added as `processors.starlark` or a check would',
      body: '{"metrics":[{"fields":{"field_1":30,"field_2":4,"field_N":59,"n_images":660},"name":"docker","tags":{"host":"web1","level":"crit"},"timestamp":1458229140},{"fields":{"field_1":30,"field_2":4,"field_N":59,"n_images":660},"name":"docker","tags":{"host":"db1","level":"ok"},"timestamp":1458229140}]}',
      type: 'text/plain',
    },
  ],
  body,
  signals(given, { name }) {
    const read = body.parse(given);
    const found = ('metrics' in read ? read.metrics : [read]).flatMap((one) => {
      const state = stateOf(one);
      return state ? [{ one, ...state }] : [];
    });
    if (found.length === 0) {
      const en = 'metrics: none has a level (a tag or field `level`, or nagios_state): send only those, by namepass or tagpass';
      throw new Malformed(say({ en, zh: 'metrics：均无级别（标签或字段 `level`，或 nagios_state）：请用 namepass 或 tagpass 只发送有级别的' }));
    }
    return found.map(({ one, severity, fires }) => {
      const { level: _, ...tags } = one.tags;
      const text = typeof one.fields.service_output === 'string' ? one.fields.service_output : measured(one);
      return {
        source: name,
        fingerprint: JSON.stringify([one.name, ...Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1))]),
        status: fires ? ('firing' as const) : ('resolved' as const),
        severity,
        title: one.name,
        text,
        labels: { ...tags, metric: one.name },
        startsAt: momentOf(one.timestamp),
      };
    });
  },
});

function stateOf({ name, tags, fields }: Metric): { readonly severity: Severity; readonly fires: boolean } | undefined {
  const { state } = fields;
  if (name === 'nagios_state' && typeof state === 'number') {
    const severity = state in NAGIOS ? NAGIOS[state] : 'warning';
    return { severity: severity ?? 'notice', fires: severity !== undefined };
  }
  const level = tags.level ?? fields.level;
  if (typeof level !== 'string') return undefined;
  return { severity: severityOf(level) ?? 'warning', fires: level.toLowerCase() !== 'ok' };
}

function measured({ fields }: Metric): string {
  return Object.entries(fields)
    .filter(([name]) => name !== 'level')
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

/** Its timestamps are seconds, or finer where `json_timestamp_units` says so: told apart by their size. */
function momentOf(stamp: number): number {
  let at = stamp;
  while (at > 1e14) at /= 1000;
  return Math.round(at < 1e11 ? at * 1000 : at);
}
