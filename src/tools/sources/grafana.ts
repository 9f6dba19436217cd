import { z } from 'zod';
import { source } from '../../core/alerts/source.ts';
import { groupThere, signalOf, thereAlert } from '../../core/alerts/there.ts';

const alert = thereAlert.extend({
  status: z.enum(['firing', 'resolved']),
  dashboardURL: z.string().default(''),
  panelURL: z.string().default(''),
});
const body = z.object({
  receiver: z.string(),
  groupLabels: z.record(z.string(), z.string()).default({}),
  alerts: z.array(alert),
});

export default source({
  title: { en: 'Grafana', zh: 'Grafana' },
  documented: 'https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/',
  samples: [
    {
      from: 'Grafana documentation, "Configure the webhook notifier for Alerting", webhook JSON payload; its hosts replaced by example.org',
      body: '{"receiver":"My Super Webhook","status":"firing","orgId":1,"alerts":[{"status":"firing","labels":{"alertname":"High memory usage","team":"blue","zone":"us-1"},"annotations":{"description":"The system has high memory usage","runbook_url":"https://example.org/runbook/1234","summary":"This alert was triggered for zone us-1"},"startsAt":"2021-10-12T09:51:03.157076+02:00","endsAt":"0001-01-01T00:00:00Z","generatorURL":"https://grafana.example.org/alerting/1afz29v7z/edit","fingerprint":"c6eadffa33fcdf37","silenceURL":"https://grafana.example.org/alerting/silence/new?alertmanager=grafana&matchers=alertname%3DT2%2Cteam%3Dblue%2Czone%3Dus-1","dashboardURL":"","panelURL":"","values":{"B":44.23943737541908,"C":1}},{"status":"firing","labels":{"alertname":"High CPU usage","team":"blue","zone":"eu-1"},"annotations":{"description":"The system has high CPU usage","runbook_url":"https://example.org/runbook/1234","summary":"This alert was triggered for zone eu-1"},"startsAt":"2021-10-12T09:56:03.157076+02:00","endsAt":"0001-01-01T00:00:00Z","generatorURL":"https://grafana.example.org/alerting/d1rdpdv7k/edit","fingerprint":"bc97ff14869b13e3"}]}',
    },
  ],
  body,
  signals(given, { name, at }) {
    const { receiver, groupLabels, alerts } = body.parse(given);
    const group = groupThere(receiver, groupLabels);
    return alerts.map((one) => {
      const { panelURL, dashboardURL, generatorURL, status } = one;
      const url = panelURL || dashboardURL || generatorURL;
      return { ...signalOf(one, name, at), status, ...(Object.keys(groupLabels).length === 0 ? {} : { group }), ...(url ? { url } : {}) };
    });
  },
});
