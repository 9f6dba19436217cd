import { z } from 'zod';
import { Malformed, source } from '../../core/alerts/source.ts';
import { groupThere, signalOf, thereAlert } from '../../core/alerts/there.ts';
import { say } from '../../core/words.ts';

const body = z.object({
  version: z.string(),
  receiver: z.string(),
  groupLabels: z.record(z.string(), z.string()).default({}),
  externalURL: z.string().default(''),
  alerts: z.array(thereAlert.extend({ status: z.enum(['firing', 'resolved']) })),
});

export default source({
  title: { en: 'Alertmanager', zh: 'Alertmanager' },
  documented: 'https://prometheus.io/docs/alerting/latest/configuration/#webhook_config',
  samples: [
    {
      from: 'recorded from prometheus-alertmanager 0.25.0 (Debian 12): two alerts of a group begin to fire',
      body: '{"receiver":"hostler","status":"firing","alerts":[{"status":"firing","labels":{"alertname":"HostDown","instance":"db1.example.org:9100","job":"node","severity":"critical"},"annotations":{"summary":"db1 does not answer"},"startsAt":"2026-11-22T01:16:55Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"http://prometheus.example.org:9090/graph?g0.expr=up+%3D%3D+0","fingerprint":"befe7034c5675479"},{"status":"firing","labels":{"alertname":"HostDown","instance":"web1.example.org:9100","job":"node","severity":"critical"},"annotations":{"description":"The exporter of web1 has not answered for two minutes.","summary":"web1 does not answer"},"startsAt":"2026-11-22T01:16:55Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"http://prometheus.example.org:9090/graph?g0.expr=up+%3D%3D+0","fingerprint":"656f172678c6937d"}],"groupLabels":{"alertname":"HostDown"},"commonLabels":{"alertname":"HostDown","job":"node","severity":"critical"},"commonAnnotations":{},"externalURL":"http://alertmanager.example.org:9093","version":"4","groupKey":"{}:{alertname=\\"HostDown\\"}","truncatedAlerts":0}',
    },
    {
      from: 'recorded from prometheus-alertmanager 0.25.0 (Debian 12): one of them is resolved, the other silenced there',
      body: '{"receiver":"hostler","status":"resolved","alerts":[{"status":"resolved","labels":{"alertname":"HostDown","instance":"web1.example.org:9100","job":"node","severity":"critical"},"annotations":{"description":"The exporter of web1 has not answered for two minutes.","summary":"web1 does not answer"},"startsAt":"2026-11-22T01:16:55Z","endsAt":"2026-11-22T01:16:58Z","generatorURL":"http://prometheus.example.org:9090/graph?g0.expr=up+%3D%3D+0","fingerprint":"656f172678c6937d"}],"groupLabels":{"alertname":"HostDown"},"commonLabels":{"alertname":"HostDown","instance":"web1.example.org:9100","job":"node","severity":"critical"},"commonAnnotations":{"description":"The exporter of web1 has not answered for two minutes.","summary":"web1 does not answer"},"externalURL":"http://alertmanager.example.org:9093","version":"4","groupKey":"{}:{alertname=\\"HostDown\\"}","truncatedAlerts":0}',
    },
  ],
  body,
  signals(given, { name, at }) {
    const { version, receiver, groupLabels, alerts } = body.parse(given);
    if (version !== '4') throw new Malformed(say({ en: 'version: {version}, not 4', zh: 'version：{version}，而非 4' }, { version }));
    const group = groupThere(receiver, groupLabels);
    return alerts.map((alert) => ({ ...signalOf(alert, name, at), status: alert.status, group }));
  },
});
