import type { ErrandDue } from './core/alerts/errand.ts';
import { jobId } from './core/digest.ts';
import type { Due } from './core/due.ts';
import type { Told } from './core/ports.ts';
import type { Message } from './queue/bullmq.ts';

/** Names of the queues. */
export const INBOX = 'inbox';
/** What sources of alerts say, and what is due by the clock: a storm of it takes no place that people wait for. */
export const ALERTS = 'alerts';
/** What workers tell the desk: they may write no other queue of its, so that none of them can ask or press in anybody's name. */
export const TOLD = 'told';
export const plansOf = (site: string): string => `plans-${site}`;
export const runsOf = (site: string): string => `runs-${site}`;
/** What gateways do at sources of alerts. No outbox: into those workers write, too, and none of them may silence what fires. */
export const ERRANDS = 'errands';
export const outboxOf = (chat: string): string => `outbox-${chat}`;

/** Order in the inbox: presses and events before asks. */
export const ASK_PRIORITY = 2;
/** What sources say comes after what is due by the clock. */
export const ALERT_PRIORITY = 2;

/** A job as a message on its queue. The id makes a second one, sent while the first waits, the same. */
export function message(job: Due | Told | ErrandDue): Message {
  switch (job.job) {
    case 'plan': {
      const { ticket, site, round } = job;
      return { queue: plansOf(site), name: 'plan', id: jobId('plan', ticket, site, round), data: { ticket, site, round } };
    }
    case 'run': {
      const { ticket, site, wave, wake = '' } = job;
      return { queue: runsOf(site), name: 'run', id: jobId('run', ticket, site, wave, wake), data: { ticket, site, wave } };
    }
    case 'show': {
      const { card, place, rev, lane, delayMs } = job;
      return {
        queue: outboxOf(place.chat),
        name: 'show',
        id: jobId('show', card, rev, place.chat, place.room, place.thread ?? '', place.to ?? ''),
        data: { card, place, lane, ...(delayMs ? { unless: rev } : {}) },
        ...(delayMs ? { delayMs } : {}),
      };
    }
    case 'decide':
      return { queue: INBOX, name: 'decide', id: jobId('decide', job.ticket, job.rev), data: { ticket: job.ticket } };
    case 'errand': {
      const { errand, delayMs } = job;
      const id = jobId('errand', errand.errand, errand.silence, errand.source);
      return { queue: ERRANDS, name: 'errand', id, data: errand, ...(delayMs ? { delayMs } : {}) };
    }
    case 'tell':
      return { queue: TOLD, name: 'decide', id: jobId('tell', job.ticket, job.event.id), data: { ticket: job.ticket, event: job.event } };
  }
}
