import type { Place } from '../types.ts';
import type { Alert, AlertEvent, Happened } from './alert.ts';
import { tried } from './attempts.ts';
import { firesOn } from './members.ts';
import { signalled } from './signalled.ts';

/** How many of each an alert keeps. */
const MOST = { heard: 32, history: 40, calls: 30, places: 20, offers: 9 };

/** The alert after an event; the same object when the event changes nothing. Pure. An event already heard changes nothing; every change shows. */
export function follow(alert: Alert, event: AlertEvent): Alert {
  if (alert.heard.includes(event.id)) return alert;
  const next = step(alert, event);
  if (next === alert) return alert;
  return { ...next, rev: alert.rev + 1, history: next.history.slice(-MOST.history), heard: heardOf(alert, event) };
}

/** Of signals only the last are remembered: a flood of them must not make it forget what people did. */
function heardOf({ heard }: Alert, { id, kind }: AlertEvent): readonly string[] {
  const others = kind === 'signals' ? heard.filter((one) => !one.startsWith(`${kind} `)) : heard;
  return [...others, id].slice(-MOST.heard);
}

function step(alert: Alert, event: AlertEvent): Alert {
  const { at } = event;
  const noted = (next: Partial<Alert>, ...happened: Omit<Happened, 'at'>[]): Alert => ({
    ...{ ...alert, ...next },
    history: [...alert.history, ...happened.map((one) => ({ at, ...one }))],
  });
  const by = 'by' in event && event.by !== undefined ? { by: event.by } : {};
  switch (event.kind) {
    case 'signals':
      return signalled(alert, event);
    case 'acked':
      return alert.acked || alert.closed || alert.state === 'resolved'
        ? alert
        : noted({ acked: { by: event.by, at } }, { kind: 'acked', by: event.by, ...(event.note === undefined ? {} : { what: event.note }) });
    case 'unacked': {
      const { acked, ...rest } = alert;
      return acked ? { ...rest, history: [...alert.history, { at, kind: 'unacked', by: event.by }] } : alert;
    }
    case 'silenced': {
      const { by: who, until, reason } = event.silence;
      const isKnown = alert.history.some((one) => one.kind === 'silenced' && one.by === who && one.until === until && one.what === reason);
      return isKnown ? alert : noted({}, { kind: 'silenced', by: who, until, what: reason });
    }
    case 'unsilenced':
      if (alert.history.some(({ kind, what }) => kind === 'unsilenced' && what === event.silence)) return alert;
      return noted({}, { kind: 'unsilenced', ...by, what: event.silence });
    case 'assigned':
      return alert.assigned?.to === event.to
        ? alert
        : noted({ assigned: { by: event.by, to: event.to, at } }, { kind: 'assigned', by: event.by, to: [event.to] });
    case 'escalated': {
      if (event.step !== undefined && event.step !== alert.escalation.taken) return alert;
      const dueAt = event.nextAt === undefined ? {} : { dueAt: event.nextAt };
      const next = { escalation: { taken: alert.escalation.taken + 1, ...dueAt }, places: withPlaces(alert.places, event.places) };
      return noted(next, { kind: 'escalated', ...by, to: event.to });
    }
    case 'called': {
      const { call } = event;
      if (alert.calls.some(({ key }) => key === call.key)) return alert;
      return noted({ calls: [...alert.calls, call].slice(-MOST.calls) }, { kind: 'called', to: call.people, what: call.why });
    }
    case 'placed': {
      const places = withPlaces(alert.places, event.places);
      return places.length === alert.places.length ? alert : { ...alert, places };
    }
    case 'fell-back':
      return noted({ places: withPlaces(alert.places, event.places) }, { kind: 'fell-back', what: event.places.map(({ chat }) => chat).join(', ') });
    case 'offered': {
      const more = event.offers.filter(({ line }, i, all) => [...alert.offers, ...all.slice(0, i)].every((other) => other.line !== line));
      const offers = [...alert.offers, ...more].slice(0, MOST.offers);
      return offers.length === alert.offers.length ? alert : { ...alert, offers };
    }
    case 'tied': {
      const { ticket, line } = event;
      return alert.tied?.ticket === ticket ? alert : noted({ tied: { ticket, by: event.by, line } }, { kind: 'tied', ticket, by: event.by, what: line });
    }
    case 'untied': {
      const { tied } = alert;
      if (tied?.ticket !== event.ticket || tied.until !== undefined) return alert;
      return noted({ tied: { ...tied, until: event.until } }, { kind: 'untied', ticket: event.ticket, until: event.until });
    }
    case 'asked':
    case 'ran':
    case 'judged':
      return tried(alert, event);
    case 'held':
      return noted({}, { kind: 'held', what: event.why });
    case 'closed':
      if (event.fires !== undefined && firesOn(alert) > event.fires) return alert;
      return alert.closed || alert.state === 'resolved' ? alert : noted({ closed: { ...by, at } }, { kind: 'closed', ...by });
  }
}

/** Each place once. */
function withPlaces(places: readonly Place[], more: readonly Place[]): readonly Place[] {
  const name = ({ chat, room, thread = '', to = '' }: Place) => JSON.stringify([chat, room, thread, to]);
  const all = new Map([...places, ...more].map((place) => [name(place), place]));
  return [...all.values()].slice(0, MOST.places);
}
