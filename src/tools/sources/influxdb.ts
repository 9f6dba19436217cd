import { z } from 'zod';
import { source } from '../../core/alerts/source.ts';
import { momentOf } from '../../core/alerts/there.ts';

/** The levels of a check: https://docs.influxdata.com/influxdb/v2/monitor-alert/checks/ */
const LEVELS = { crit: 'critical', warn: 'warning', info: 'notice', ok: 'notice', unknown: 'warning' } as const;

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const body = z.looseObject({
  _check_id: z.string().min(1),
  _check_name: z.string(),
  _level: z.enum(['crit', 'warn', 'info', 'ok', 'unknown']),
  _message: z.string().default(''),
  _source_measurement: z.string().default(''),
  _time: z.string().default(''),
});

export default source({
  title: { en: 'InfluxDB 2 checks', zh: 'InfluxDB 2 检查' },
  documented: 'https://docs.influxdata.com/influxdb/v2/monitor-alert/notification-endpoints/create/ and monitor.notify()',
  samples: [
    {
      from: 'recorded from an HTTP notification endpoint of InfluxDB 2 (2020-07-01), as its receiver’s README shows it; the host is replaced',
      body: '{"_check_id":"05a5547a510fb000","_check_name":"Temperature","_level":"crit","_measurement":"notifications","_message":"","_notification_endpoint_id":"05a554abfdcfb000","_notification_endpoint_name":"Telegram","_notification_rule_id":"05eec2ceea796000","_notification_rule_name":"Temperature","_source_measurement":"temperature","_source_timestamp":1593626205000000000,"_start":"2020-07-01T17:55:00Z","_status_timestamp":1593626205000000000,"_stop":"2020-07-01T17:57:00Z","_time":"2020-07-01T17:57:00Z","_type":"threshold","_version":1,"device":"RoomWeather","location":"web1","value":30.6}',
    },
  ],
  body,
  signals(given, { name, at }) {
    const {
      _check_id: check,
      _check_name: title,
      _level: level,
      _message: message,
      _time: time,
      _source_measurement: measurement,
      ...rest
    } = body.parse(given);
    const all = Object.entries(rest).flatMap(([key, value]): [string, string | number | boolean][] => {
      const one = scalar.safeParse(value);
      return key.startsWith('_') || !one.success || one.data === null ? [] : [[key, one.data]];
    });
    // Tags are text and tell series apart; what is measured changes.
    const tags = all.filter((pair): pair is [string, string] => typeof pair[1] === 'string').sort(([a], [b]) => (a < b ? -1 : 1));
    const measured = all.filter(([, value]) => typeof value !== 'string').map(([key, value]) => `${key} ${value}`);
    return [
      {
        source: name,
        fingerprint: JSON.stringify([check, ...tags]),
        status: level === 'ok' ? 'resolved' : 'firing',
        severity: LEVELS[level],
        title: title || check,
        text: message || measured.join(', '),
        labels: { ...Object.fromEntries(tags), check: title, ...(measurement ? { measurement } : {}) },
        startsAt: momentOf(time) ?? at,
      },
    ];
  },
});
