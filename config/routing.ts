import type { Routing } from '../src/core/alerts/routing.ts';
import { homesOf } from './policy.ts';
import type { Config } from './schema.ts';

type Words = { readonly en: string; readonly zh: string };
const words = (text: string | Words): Words => (typeof text === 'string' ? { en: text, zh: text } : text);
const minuteOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** How alerts go, as a configuration says. */
export function routingOf({ alerts, hours, chats }: Config): Routing {
  const { fallback, storm } = alerts;
  return {
    sources: new Map(
      Object.entries(alerts.sources).map(([name, { kind, perMinute, bytes, mapping, labels, hosts, api }]) => [
        name,
        { name, kind, perMinute, bytes, labels, ...(mapping ? { mapping } : {}), ...(hosts ? { hosts } : {}), ...(api === undefined ? {} : { api }) },
      ]),
    ),
    ...(alerts.admin === undefined ? {} : { admin: alerts.admin }),
    homes: homesOf(chats).map(({ name }) => name),
    routes: alerts.routes.map(({ name, match, rooms, severity, mention, quiet, escalate, group }, i) => {
      const when = quiet && hours[quiet.hours];
      return {
        ...{ name: name ?? `routes.${i}`, match, rooms, mention },
        escalate: escalate.map(({ after, ...rest }) => ({ afterMs: after, ...rest })),
        ...(severity ? { severity } : {}),
        ...(group ? { group } : {}),
        ...(when ? { quiet: { hours: when, below: quiet.below } } : {}),
      };
    }),
    rotas: new Map(Object.entries(alerts.rotas).map(([name, { at, ...rest }]) => [name, { name, minute: minuteOf(at), ...rest }])),
    runbooks: alerts.runbooks.map(({ match, offer, url, auto }) => ({
      match,
      offer: offer.map((one) =>
        typeof one === 'string' ? { line: one } : { line: one.line, ...(one.label === undefined ? {} : { label: words(one.label) }) },
      ),
      ...(url === undefined ? {} : { url }),
      ...(auto ? { auto } : {}),
    })),
    heartbeats: Object.entries(alerts.heartbeats).map(([name, { every, severity, labels, match }]) => ({
      ...{ name, everyMs: every, severity, labels },
      ...(match ? { match } : {}),
    })),
    watches: Object.entries(alerts.watches).map(([name, { every, line, as }]) => ({ name, everyMs: every, line, as })),
    storm: { cards: storm.cards, withinMs: storm.within },
    fallback: { afterMs: fallback.after, rooms: fallback.rooms, mail: fallback.mail, ntfy: fallback.ntfy },
    judgeMs: alerts.judge,
    reopenMs: alerts.reopen,
  };
}
