interface Counter {
  readonly help: string;
  /** Each takes few values, whatever people or sources say. */
  readonly labels: readonly string[];
}

/** What is counted, with what it is for. Names begin with `hostler_`: https://prometheus.io/docs/practices/naming/ */
export const COUNTERS = {
  hostler_alerts_received_total: { help: 'Signals taken in, by source and status.', labels: ['source', 'status'] },
  hostler_alerts_malformed_total: { help: 'Bodies that could not be read, by source.', labels: ['source'] },
  hostler_alerts_refused_total: { help: 'Bodies that were turned away, by source and reason.', labels: ['source', 'reason'] },
  hostler_alert_acts_total: { help: 'What happened to alerts by itself: escalated, called, fell-back and so on.', labels: ['act'] },
  hostler_webhooks_total: { help: 'Bodies that sources sent, by the status they were answered with.', labels: ['source', 'status'] },
  hostler_requests_total: { help: 'Requests, by the first word of their command.', labels: ['family'] },
  hostler_tickets_total: { help: 'States that requests came to, by the first word of their command.', labels: ['state', 'family'] },
  hostler_presses_total: { help: 'Buttons pressed, by what they do.', labels: ['action'] },
  hostler_messages_sent_total: { help: 'Messages and edits sent to a chat.', labels: ['chat'] },
  hostler_messages_throttled_total: { help: 'How often a chat asked for silence.', labels: ['chat'] },
} as const satisfies Readonly<Record<`hostler_${string}_total`, Counter>>;

export type MetricName = keyof typeof COUNTERS;

/** Spans of time that are measured, with what they are for. */
export const SPANS = {
  hostler_ask_to_step_seconds: 'From a request that needs no approval to its first step.',
  hostler_press_to_step_seconds: 'From the last vote on a request to its first step.',
} as const satisfies Readonly<Record<`hostler_${string}_seconds`, string>>;

export type SpanName = keyof typeof SPANS;

/** Upper bounds of the buckets that spans are sorted into, in seconds; what is longer is in none of them. */
export const BUCKETS: readonly number[] = [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300];
