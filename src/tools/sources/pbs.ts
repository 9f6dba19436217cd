import { notified, signalOf } from '../../core/alerts/proxmox.ts';
import { source } from '../../core/alerts/source.ts';

/** Types that are told of when they go well, too: pbs-docs, "Notification Events". */
const JOBS = ['gc', 'prune', 'sync', 'verification', 'tape-backup'];

export default source({
  title: { en: 'Proxmox Backup Server notifications', zh: 'Proxmox Backup Server 通知' },
  documented: 'https://pbs.proxmox.com/docs/notifications.html: webhook, notification events; the body is ours (`hostler manifest pbs-webhook`)',
  samples: [
    {
      from: 'our template, filled as documented: event verification with its fields, subject and body by proxmox-backup templates/default/verify-err-*.txt.hbs',
      body: '{"title":"Verify Datastore \'backup1\' failed","message":"\\nJob ID:    v-12ab34cd-0000\\nDatastore: backup1\\n\\nVerification failed on these snapshots/groups:\\n\\n    vm/100/2026-01-01T00:00:00Z\\n","severity":"error","timestamp":1767225600,"fields":{"datastore":"backup1","hostname":"pbs1","job-id":"v-12ab34cd-0000","type":"verification"}}',
    },
    {
      from: 'the same of the next run, which went well, by verify-ok-subject.txt.hbs',
      body: '{"title":"Verify Datastore \'backup1\' successful","message":"","severity":"info","timestamp":1767312000,"fields":{"datastore":"backup1","hostname":"pbs1","job-id":"v-12ab34cd-0000","type":"verification"}}',
    },
  ],
  body: notified,
  signals: (given, { name }) => [signalOf(notified.parse(given), JOBS, name)],
});
