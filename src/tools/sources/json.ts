import { z } from 'zod';
import { mapped, odd, wordsOf } from '../../core/alerts/mapping.ts';
import { severityOf } from '../../core/alerts/severity.ts';
import { source } from '../../core/alerts/source.ts';
import { momentOf } from '../../core/alerts/there.ts';

/** Words that mean that it is over, where the mapping names none. */
const OVER = ['resolved', 'ok', 'up', 'normal', 'closed', 'recovered', 'recovery', 'inactive', 'success'];

const MISSING = { en: 'is missing', zh: '缺失' };

export default source({
  title: { en: 'any JSON, by a mapping', zh: '任意 JSON（按映射读取）' },
  documented: 'README, “Alerts”: `mapping` names what stands where',
  samples: [
    {
      from: 'Grafana documentation, "Configure the webhook notifier for Alerting", webhook JSON payload, shortened; read by a mapping of ours',
      body: '{"receiver":"My Super Webhook","status":"firing","alerts":[{"status":"firing","labels":{"alertname":"High memory usage","team":"blue","zone":"us-1"},"annotations":{"summary":"This alert was triggered for zone us-1"},"startsAt":"2021-10-12T09:51:03.157076+02:00","fingerprint":"c6eadffa33fcdf37"},{"status":"resolved","labels":{"alertname":"High CPU usage","team":"blue","zone":"eu-1"},"annotations":{"summary":"This alert was triggered for zone eu-1"},"startsAt":"2021-10-12T09:56:03.157076+02:00","fingerprint":"bc97ff14869b13e3"}]}',
      mapping: {
        title: 'alerts[].labels.alertname',
        text: 'alerts[].annotations.summary',
        status: 'alerts[].status',
        severity: "'critical'",
        fingerprint: 'alerts[].fingerprint',
        startsAt: 'alerts[].startsAt',
        group: 'receiver',
        'label.zone': 'alerts[].labels.zone',
      },
    },
  ],
  body: z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]),
  signals(given, { name, at, mapping = {} }) {
    const over = mapping.resolved === undefined ? OVER : wordsOf(mapping.resolved);
    return mapped(given, mapping).map((said) => {
      const { title, text, severity, status, fingerprint, startsAt, endsAt, url, group } = said;
      if (title === undefined || title === '') throw odd(mapping.title ?? 'title', MISSING);
      if (status === undefined && mapping.status !== undefined) throw odd(mapping.status, MISSING);
      if (fingerprint === undefined && mapping.fingerprint !== undefined) throw odd(mapping.fingerprint, MISSING);
      const labels = Object.entries(said).flatMap(([key, value]): [string, string][] =>
        key.startsWith('label.') && value !== undefined ? [[key.slice(6), value]] : [],
      );
      const ended = moment(endsAt);
      return {
        source: name,
        fingerprint: fingerprint ?? JSON.stringify([title, ...labels]),
        status: status !== undefined && over.includes(status.toLowerCase()) ? 'resolved' : 'firing',
        severity: severityOf(severity) ?? 'warning',
        title,
        labels: Object.fromEntries(labels),
        startsAt: moment(startsAt) ?? at,
        ...(text ? { text } : {}),
        ...(ended === undefined ? {} : { endsAt: ended }),
        ...(url ? { url } : {}),
        ...(group ? { group } : {}),
        // Nothing it says can mean that it is over.
        ...(mapping.status === undefined ? { once: true } : {}),
      };
    });
  },
});

/** A time as RFC 3339 writes it, or seconds or milliseconds since the epoch. */
function moment(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{9,13}(\.\d+)?$/.test(text)) return Math.round(Number(text) * (text.length <= 10 || text.includes('.') ? 1000 : 1));
  return momentOf(text);
}
