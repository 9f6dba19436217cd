import { z } from 'zod';
import { source } from '../../core/alerts/source.ts';
import { SEVERITIES } from '../../core/check.ts';

const body = z.object({
  title: z.string().min(1),
  text: z.string().default(''),
  severity: z.enum(SEVERITIES).default('warning'),
  status: z.enum(['firing', 'resolved']).default('firing'),
  /** The same whenever it speaks of the same thing; without it, its title and host are. */
  fingerprint: z.string().min(1).optional(),
  labels: z.record(z.string(), z.string()).default({}),
  url: z.string().optional(),
  /** Nothing will say that it is over. */
  once: z.boolean().default(false),
});

export default source({
  title: { en: 'hostler notify: cron, systemd, smartd, ZED', zh: 'hostler notify：cron、systemd、smartd、ZED' },
  documented: 'README, “Alerts”: the body of `hostler notify` and of the scripts of `hostler manifest cron|systemd|smartd|zed`',
  samples: [
    {
      from: 'ours: what `hostler notify backups --title "backup failed" --label host=web1 --text -` sends',
      body: '{"title":"backup failed","text":"rsync: connection unexpectedly closed","severity":"critical","status":"firing","fingerprint":"cron web1 backup","labels":{"host":"web1","job":"backup"}}',
    },
  ],
  body,
  signals(given, { name, at }) {
    const { fingerprint, once, url, ...rest } = body.parse(given);
    return [
      {
        ...rest,
        source: name,
        fingerprint: fingerprint ?? JSON.stringify([rest.title, rest.labels.host ?? '']),
        startsAt: at,
        ...(url === undefined ? {} : { url }),
        ...(once ? { once } : {}),
      },
    ];
  },
});
