import { SEVERITIES } from '../check.ts';
import { type Alert, type Call, isOpen } from './alert.ts';
import { routeNamed } from './match.ts';
import { peopleOf } from './people.ts';
import { isQuiet } from './quiet.ts';
import type { Route } from './routing.ts';
import type { Decide } from './settle.ts';
import { beganAt, isUnattended, timesBack } from './wanting.ts';

/** Who is called, once for each reason: where it began, came back, got worse, was passed on or given to somebody. */
export const calls: Decide = async (alert, { now, rules }) => {
  if (!isOpen(alert)) return undefined;
  const { routing, policy } = rules;
  for (const { key, why, mention } of due(alert, routeNamed(alert.route, routing), now)) {
    if (alert.calls.some((one) => one.key === key)) continue;
    const people = peopleOf(mention, routing, policy, now).slice(0, MOST_PEOPLE);
    if (people.length > 0) return { kind: 'called', call: { key, why, people, at: now } };
  }
  return undefined;
};

interface Due extends Pick<Call, 'key' | 'why'> {
  readonly mention: readonly string[];
}

function due(alert: Alert, route: Route | undefined, now: number): Due[] {
  const { assigned, escalation } = alert;
  const passed = (route?.escalate ?? []).slice(0, escalation.taken);
  return [
    ...(assigned && assigned.to !== assigned.by
      ? [{ key: `assigned ${assigned.to} ${assigned.at}`, why: 'assigned' as const, mention: [`@${assigned.to}`] }]
      : []),
    ...passed.map(({ mention }, step) => ({ key: `escalated ${beganAt(alert)} ${step}`, why: 'escalated' as const, mention })),
    ...(route ? firing(alert, route, now) : []),
  ];
}

/** That it fires: not while somebody is on it, in quiet hours, or where it comes and goes too often. */
function firing(alert: Alert, route: Route, now: number): Due[] {
  const { mention } = route;
  const { severity, storm } = alert;
  if (!isUnattended(alert, now) || isQuiet(route, severity, now)) return [];
  if (storm) return [{ key: `${FIRED} storm`, why: 'fired', mention }];
  const began = beganAt(alert);
  const all = alert.calls.filter(({ key }) => key.startsWith(FIRED));
  const before = all.filter(({ key }) => key.startsWith(`${FIRED} ${began} `));
  const worst = Math.min(...before.map(({ key }) => SEVERITIES.findIndex((one) => key.endsWith(` ${one}`))));
  if (before.length > 0 && SEVERITIES.indexOf(severity) >= worst) return [];
  const why = before.length > 0 || began > alert.firedAt ? 'worse' : whyNow(alert, route);
  if (why === 'fired-again' && all.filter(({ at }) => now - at < AN_HOUR).length >= MOST_AN_HOUR) return [];
  return [{ key: `${FIRED} ${began} ${severity}`, why, mention }];
}

function whyNow(alert: Alert, route: Route): Call['why'] {
  if (isQuiet(route, alert.severity, alert.firedAt)) return 'quiet-over';
  if (alert.tied) return 'still-firing';
  return timesBack(alert) > 0 ? 'fired-again' : 'fired';
}

const FIRED = 'fired';
/** Most people of one call. */
const MOST_PEOPLE = 20;
const AN_HOUR = 3_600_000;
/** What comes and goes calls people so often in an hour, and then when the hour is over. */
const MOST_AN_HOUR = 4;
