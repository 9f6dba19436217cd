import { MOST_OFFERS } from '../join.ts';
import { canBeAsked } from '../offers.ts';
import type { Commands } from '../ports.ts';
import type { Offer } from '../types.ts';
import { quoted } from '../words.ts';
import { type Alert, isOpen } from './alert.ts';
import { WATCH } from './findings.ts';
import { leading, offersFor } from './runbook.ts';
import type { Decide } from './settle.ts';

/** Offers what puts a watch's findings right, and the lines of runbooks that are for the alert. */
export const offers: Decide = async (alert, { rules: { routing, policy }, needs: { commands } }) => {
  const member = leading(alert);
  if (!isOpen(alert) || alert.storm || !member || alert.offers.length >= MOST_OFFERS) return undefined;
  const lines = [...fixes(alert, commands), ...offersFor(member, routing.runbooks, policy.hosts, commands)];
  const fresh = lines.filter(({ line }) => !alert.offers.some((other) => other.line === line)).slice(0, MOST_OFFERS - alert.offers.length);
  return fresh.length > 0 ? { kind: 'offered', offers: fresh } : undefined;
};

/** What watchers say would help: nobody else's label is a line. */
function fixes({ top }: Alert, commands: Commands): Offer[] {
  const lines = top.flatMap(({ source, status, labels: { fix } }) => (source === WATCH && status === 'firing' && fix !== undefined ? [fix] : []));
  return [...new Set(lines)].filter((line) => canBeAsked(line, commands)).map((line) => ({ line, label: quoted(line) }));
}
