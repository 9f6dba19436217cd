import { notified, signalOf } from '../../core/alerts/proxmox.ts';
import { source } from '../../core/alerts/source.ts';

export default source({
  title: { en: 'Proxmox VE notifications', zh: 'Proxmox VE 通知' },
  documented:
    'https://pve.proxmox.com/pve-docs/chapter-notifications.html: webhook targets, notification events; the body is ours (`hostler manifest pve-webhook`)',
  samples: [
    {
      from: 'our template, filled as documented: event vzdump on failure with its fields, subject by pve-manager templates/default/vzdump-subject.txt.hbs',
      body: '{"title":"vzdump backup status (pve1.example.org): backup failed","message":"Details\\n=======\\nVMID    Name    Status    Time    Size    Filename\\n100     web1    err       2s      0 B     null\\n","severity":"error","timestamp":1767225600,"fields":{"hostname":"pve1","job-id":"backup-4f6c1a2b-8d3e","type":"vzdump"}}',
    },
    {
      from: 'the same of the next run, which went well',
      body: '{"title":"vzdump backup status (pve1.example.org): backup successful","message":"Details\\n=======\\n","severity":"info","timestamp":1767312000,"fields":{"hostname":"pve1","job-id":"backup-4f6c1a2b-8d3e","type":"vzdump"}}',
    },
    {
      from: 'our template, filled as documented: event fencing',
      body: '{"title":"Try to fence node \'pve2\'","message":"The node \'pve2\' failed and needs manual intervention.","severity":"error","timestamp":1767225600,"fields":{"hostname":"pve1","type":"fencing"}}',
    },
  ],
  body: notified,
  signals: (given, { name }) => [signalOf(notified.parse(given), ['vzdump'], name)],
});
