/** One thing that is wrong, as its source knows it. */
export interface Wrong {
  readonly fingerprint: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Of its present time: what is back began anew. */
  startsAt: string;
  status: 'firing' | 'resolved';
}

/** What its source sends together. */
export interface Group {
  readonly source: 'prometheus' | 'scanner';
  readonly name: string;
  readonly all: Wrong[];
}

/** The part of the configuration that says how bodies of the scanner are read. */
export const MAPPING = {
  title: 'found[].what',
  fingerprint: 'found[].id',
  status: 'found[].state',
  severity: 'found[].level',
  'label.target': 'found[].target',
  group: 'scan',
};

/** A webhook body of Alertmanager, version 4: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config */
function alertmanager({ name, all }: Group, said: readonly Wrong[]): unknown {
  const status = all.some((one) => one.status === 'firing') ? 'firing' : 'resolved';
  const groupLabels = { alertname: name };
  return {
    ...{ version: '4', groupKey: `{}:{alertname="${name}"}`, truncatedAlerts: 0, status, receiver: 'hostler', groupLabels, commonLabels: groupLabels },
    ...{ commonAnnotations: {}, externalURL: 'http://alertmanager.example.org:9093' },
    alerts: said.map(({ fingerprint, labels, startsAt, status }) => ({
      ...{ status, labels, fingerprint, startsAt, annotations: { summary: `${labels.alertname} on ${labels.instance}` } },
      endsAt: status === 'firing' ? '0001-01-01T00:00:00Z' : new Date().toISOString(),
      generatorURL: 'http://prometheus.example.org:9090/graph?g0.expr=up',
    })),
  };
}

/** A body as its source writes it. */
export function bodyOf(group: Group, said: readonly Wrong[]): string {
  if (group.source === 'prometheus') return JSON.stringify(alertmanager(group, said));
  const found = said.map(({ fingerprint, labels, status }) => ({
    id: fingerprint,
    what: labels.alertname,
    level: labels.severity,
    target: labels.instance,
    state: status === 'firing' ? 'open' : 'closed',
  }));
  return JSON.stringify({ scan: group.name, found });
}

/** Bodies that nobody can read. */
export const MALFORMED = [
  '{"version":"4","alerts":',
  '{"version":"4","receiver":"hostler","alerts":"none"}',
  '[]',
  JSON.stringify({ version: '3', receiver: 'hostler', alerts: [] }),
] as const;
