import type { Alert, Member } from '../../../src/core/alerts/alert.ts';

/** A card before anything stands on it. */
export function fresh(more: Partial<Alert> = {}): Alert {
  return {
    ...{ format: 1, id: 'A1', rev: 0, route: 'all', key: 'k', state: 'firing', severity: 'warning', title: 'Disk full', source: 'am' },
    ...{ labels: { job: 'node' }, hosts: [], since: 1000, firedAt: 1000, counts: { firing: 0, silenced: 0, resolved: 0 }, top: [] },
    ...{ places: [], escalation: { taken: 0 }, calls: [], offers: [], tries: [], history: [], heard: [] },
    ...more,
  };
}

export function member(fingerprint: string, more: Partial<Member> = {}): Member {
  return {
    ...{ source: 'am', fingerprint, status: 'firing', severity: 'warning', title: `Disk full ${fingerprint}`, labels: { job: 'node' } },
    ...{ since: 1000, heardAt: 1000, times: 1 },
    ...more,
  };
}
