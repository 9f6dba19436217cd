import { inTurn, MOST_OFFERS } from '../join.ts';
import { canBeAsked } from '../offers.ts';
import type { Commands } from '../ports.ts';
import type { Offer } from '../types.ts';
import { quoted } from '../words.ts';
import { type Alert, isOpen } from './alert.ts';
import { believed } from './believed.ts';
import { WATCH } from './findings.ts';
import { leadings, offersFor } from './runbook.ts';
import type { Decide } from './settle.ts';

/** Offers what puts a watch's findings right, and the lines of runbooks that are for the alert: those of each of its hosts, in turn. */
export const offers: Decide = async (alert, { rules: { routing, policy }, needs: { commands } }) => {
  const members = leadings(alert);
  if (!isOpen(alert) || alert.storm || members.length === 0 || alert.offers.length >= MOST_OFFERS) return undefined;
  const each = members.map((member) => {
    const values = believed(member, routing.sources, policy.hosts);
    return values ? offersFor(member, routing.runbooks, policy.hosts, commands, values) : [];
  });
  const lines = [...fixes(alert, commands), ...inTurn(each)].filter(({ line }, i, all) => all.findIndex((other) => other.line === line) === i);
  const fresh = lines.filter(({ line }) => !alert.offers.some((other) => other.line === line)).slice(0, MOST_OFFERS - alert.offers.length);
  return fresh.length > 0 ? { kind: 'offered', offers: fresh } : undefined;
};

/** What watchers say would help: nobody else's label is a line. */
function fixes({ top }: Alert, commands: Commands): Offer[] {
  const all = top.flatMap(({ source, status, host, labels: { fix } }): Offer[] =>
    source === WATCH && status === 'firing' && fix !== undefined ? [{ line: fix, label: quoted(fix), ...(host === undefined ? {} : { on: host }) }] : [],
  );
  return all.filter(({ line }) => canBeAsked(line, commands));
}
