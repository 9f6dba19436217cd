import { z } from 'zod';
import type { Severity } from '../check.ts';
import type { Signal } from './alert.ts';

/**
 * The body a webhook target of Proxmox VE or Proxmox Backup Server sends us, by the templates of both: pve-docs, "Notifications", webhook;
 * `escape` makes a text fit between quotes, `json` writes a value.
 */
export const TEMPLATE =
  '{"title":"{{ escape title }}","message":"{{ escape message }}","severity":"{{ severity }}","timestamp":{{ timestamp }},"fields":{{ json fields }}}';

/** What that makes. `timestamp`: seconds since the epoch. */
export const notified = z.object({
  title: z.string(),
  message: z.string(),
  severity: z.enum(['info', 'notice', 'warning', 'error', 'unknown']),
  timestamp: z.number(),
  fields: z.record(z.string(), z.string()),
});

const MEANS: Readonly<Record<z.infer<typeof notified>['severity'], Severity>> = {
  error: 'critical',
  warning: 'warning',
  unknown: 'warning',
  notice: 'notice',
  info: 'notice',
};

/**
 * What a notification says. `jobs`: types that tell of success as of failure: there an `info` is the end of the error before. Of all other
 * types nothing ever says that they are over.
 */
export function signalOf({ title, message, severity, timestamp, fields }: z.infer<typeof notified>, jobs: readonly string[], source: string): Signal {
  const { type = 'test', hostname = '', datastore = '' } = fields;
  const job = fields['job-id'] ?? '';
  const isJob = jobs.includes(type);
  return {
    source,
    fingerprint: JSON.stringify([type, hostname, job, datastore, ...(type === 'system-mail' ? [title] : [])]),
    status: isJob && severity === 'info' ? 'resolved' : 'firing',
    severity: MEANS[severity],
    title: title.trim() || type,
    text: message.trim(),
    labels: { ...fields, type },
    startsAt: timestamp * 1000,
    // One job runs on many nodes.
    ...(job === '' ? {} : { group: `${type} ${job}` }),
    ...(isJob ? {} : { once: true }),
  };
}
