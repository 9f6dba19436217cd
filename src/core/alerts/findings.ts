import type { Examined, Finding } from '../check.ts';
import { sha256 } from '../digest.ts';
import { clean, quoted } from '../words.ts';
import { LIMITS, type Signal } from './alert.ts';
import { spoken } from './spoken.ts';

/** The source of what watches find. */
export const WATCH = 'watch';

/** What a watch's line came to. */
export interface Look {
  readonly watch: string;
  /** Milliseconds since the epoch: when it was asked. */
  readonly at: number;
  /** What is known of each host that answered. */
  readonly examined: readonly Examined[];
  /** The hosts it was about, whether or not they answered. */
  readonly about: readonly string[];
}

/**
 * What fires and what does not any more. `before`: what fired the last time. A host that was asked and did not answer keeps what it had; of one that the
 * watch is not about any more nothing fires. Pure.
 */
export function signalsOf({ watch, at, examined, about }: Look, before: readonly Signal[]): { readonly firing: Signal[]; readonly over: Signal[] } {
  const found = examined.flatMap(({ findings }) => findings.flatMap((finding) => (finding.unasked ? [] : [signalOf(watch, finding, at, before)])));
  const now = [...new Map(found.map((signal) => [signal.fingerprint, signal])).values()];
  const silent = (signal: Signal) => {
    const { host = '' } = signal.labels;
    return about.includes(host) && !examined.some((one) => one.host === host);
  };
  const gone = before.filter(({ fingerprint }) => !now.some((one) => one.fingerprint === fingerprint));
  return { firing: [...now, ...gone.filter(silent)], over: gone.filter((one) => !silent(one)).map((one) => resolved(one, at)) };
}

function signalOf(watch: string, { check, host, name, severity, what, fix, title }: Finding, at: number, before: readonly Signal[]): Signal {
  const fingerprint = short([watch, host, check, ...(name === undefined ? [] : [name])].join('/'));
  const labels = { watch, host, check, ...(name === undefined ? {} : { name }), ...(fix === undefined ? {} : { fix }) };
  return {
    ...{ source: WATCH, fingerprint, status: 'firing', severity },
    ...spoken(title ?? quoted(check), what),
    labels: Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, clean(value, LIMITS.value - 1)])),
    startsAt: before.find((one) => one.fingerprint === fingerprint)?.startsAt ?? at,
  };
}

/** The signal that it is over. */
export function resolved(signal: Signal, at: number): Signal {
  return { ...signal, status: 'resolved', endsAt: at };
}

function short(name: string): string {
  return name.length <= LIMITS.fingerprint ? name : `${name.slice(0, LIMITS.fingerprint - 17)} ${sha256(name).slice(0, 16)}`;
}
