import type { Job, JobKind, Remote } from './job.ts';
import { upidText } from './upid.ts';

/** The jobs of the practice server; `now` in seconds since the epoch. */
export function practiceJobs(now: number): { readonly [kind in JobKind]: Map<string, Job> } {
  const ran = (type: string, worker: string, state: string, minutes: number) => {
    const start = now - minutes * 60;
    return { upid: upidText({ node: 'pbs1', pid: 0x2c0, pstart: 0x7ba, task: minutes, start, type, worker, user: 'root@pam' }), state, end: start + 64 };
  };
  const verify: Job[] = [
    {
      id: 'v-weekly',
      store: 'main',
      schedule: 'sat 03:00',
      comment: 'All of main, again after 30 days',
      options: { 'ignore-verified': true, 'outdated-after': 30 },
      last: ran('verificationjob', 'main:v-weekly', 'verification failed - please check the log for details', 1440),
    },
  ];
  const prune: Job[] = [
    {
      id: 'p-daily',
      store: 'main',
      schedule: 'daily',
      options: { 'keep-last': 3, 'keep-daily': 7, 'keep-weekly': 4 },
      last: ran('prunejob', 'main', 'OK', 60),
    },
  ];
  const sync: Job[] = [
    {
      id: 's-offsite',
      store: 'main',
      ns: 'west',
      schedule: 'hourly',
      comment: 'Backups of the other building',
      options: { remote: 'offsite', 'remote-store': 'west', 'remove-vanished': false },
      last: ran('syncjob', 'offsite:west:main:west:s-offsite', 'OK', 120),
    },
    { id: 's-cold', store: 'cold', schedule: 'sat 05:00', options: { 'remote-store': 'main', 'remove-vanished': false } },
  ];
  return { verify: byId(verify), sync: byId(sync), prune: byId(prune) };
}

/** The other backup servers it pulls from. */
export function practiceRemotes(): Map<string, Remote> {
  return new Map([['offsite', { name: 'offsite', host: '198.51.100.40', auth: 'sync@pbs!pbs1', comment: 'The other building' }]]);
}

function byId(jobs: readonly Job[]): Map<string, Job> {
  return new Map(jobs.map((job) => [job.id, job]));
}
