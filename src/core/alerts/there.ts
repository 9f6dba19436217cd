import { z } from 'zod';
import type { Signal } from './alert.ts';
import { severityOf } from './severity.ts';

/** An alert as Alertmanager and Grafana write it, in what they send and in what they answer. */
export const thereAlert = z.object({
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()).default({}),
  startsAt: z.string().default(''),
  endsAt: z.string().default(''),
  generatorURL: z.string().default(''),
  fingerprint: z.string().min(1),
});
/** A matcher of a silence as Alertmanager writes it. */
export const thereMatcher = z.object({ name: z.string(), value: z.string(), isRegex: z.boolean(), isEqual: z.boolean().default(true) });

type ThereAlert = z.infer<typeof thereAlert>;

/** What such an alert says. `at`: for one that does not say when it began. Severity is its label of that name, else a warning. */
export function signalOf({ labels, annotations, startsAt, endsAt, generatorURL, fingerprint }: ThereAlert, source: string, at: number): Signal {
  const { alertname, severity, ...rest } = labels;
  const { summary, description, message } = annotations;
  const ended = momentOf(endsAt);
  return {
    source,
    fingerprint,
    status: 'firing',
    severity: severityOf(severity) ?? 'warning',
    title: alertname ?? Object.entries(rest)[0]?.join(' ') ?? fingerprint,
    text: [...new Set([summary, description ?? message])].filter(Boolean).join('\n'),
    labels,
    startsAt: momentOf(startsAt) ?? at,
    ...(ended === undefined || ended > at ? {} : { endsAt: ended }),
    ...(generatorURL ? { url: generatorURL } : {}),
  };
}

/** The name of a group there, by its receiver and what its alerts have in common. */
export function groupThere(receiver: string, labels: Readonly<Record<string, string>>): string {
  return `${JSON.stringify(receiver)} ${Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(',')}`;
}

/** The receiver in the name of a group; undefined for the name of another kind of group. */
export function receiverOf(group: string): string | undefined {
  const [quoted] = /^"(?:[^"\\]|\\.)*"/.exec(group) ?? [];
  return quoted === undefined ? undefined : z.string().safeParse(JSON.parse(quoted)).data;
}

/** Milliseconds since the epoch of an RFC 3339 time; undefined for none, also as Go writes none: the year 1. */
export function momentOf(text: string): number | undefined {
  const at = Date.parse(text);
  return Number.isNaN(at) || at <= 0 ? undefined : at;
}
