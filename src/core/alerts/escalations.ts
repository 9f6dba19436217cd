import type { Rules } from '../ports.ts';
import type { Alert, AlertAct } from './alert.ts';
import { routeNamed } from './match.ts';
import { peopleOf } from './people.ts';
import { isQuiet, loudFrom } from './quiet.ts';
import type { Route } from './routing.ts';
import type { Decide } from './settle.ts';
import { beganAt, isUnattended } from './wanting.ts';

/** Takes the next step of its route when nobody has taken note of an alert for so long. */
export const escalations: Decide = async (alert, { now, rules }) => {
  if (!isUnattended(alert, now)) return undefined;
  const route = routeNamed(alert.route, rules.routing);
  if (!route || isQuiet(route, alert.severity, now)) return undefined;
  const at = escalatesAt(alert, route);
  return at !== undefined && now >= at ? nextStep(alert, rules, now) : undefined;
};

/** The next step of an alert's escalation, taken now; `by` is for who takes it to add. Undefined when there is none left. */
export function nextStep(
  alert: Alert,
  rules: Pick<Rules, 'routing' | 'policy' | 'placeOf'>,
  now: number,
): Extract<AlertAct, { kind: 'escalated' }> | undefined {
  const { routing, policy, placeOf } = rules;
  const route = routeNamed(alert.route, routing);
  const { taken } = alert.escalation;
  const step = route?.escalate[taken];
  if (!route || !step) return undefined;
  const nextAt = escalatesAt({ ...alert, escalation: { taken: taken + 1 } }, route);
  return {
    kind: 'escalated',
    to: peopleOf(step.mention, routing, policy, now),
    places: step.rooms.map(placeOf).filter((place) => place !== undefined),
    step: taken,
    ...(nextAt === undefined || !Number.isFinite(nextAt) ? {} : { nextAt: Math.max(now, nextAt) }),
  };
}

/** When the next step is taken if nobody takes note, in milliseconds since the epoch: after quiet hours it counts from their end. Undefined when there is none. */
export function escalatesAt(alert: Pick<Alert, 'escalation' | 'severity' | 'firedAt' | 'history' | 'tied'>, route: Route): number | undefined {
  const step = route.escalate[alert.escalation.taken];
  return step && loudFrom(route, alert.severity, waitsSince(alert)) + step.afterMs;
}

/** Since when nobody is on it. */
function waitsSince(alert: Pick<Alert, 'firedAt' | 'history' | 'tied'>): number {
  const left = alert.history.findLast(({ kind }) => kind === 'unacked' || kind === 'unsilenced');
  return Math.max(beganAt(alert), left?.at ?? 0, alert.tied?.until ?? 0);
}
