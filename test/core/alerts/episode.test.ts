import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Member } from '../../../src/core/alerts/alert.ts';
import { LATE } from '../../../src/core/alerts/episode.ts';
import { memberOf } from '../../../src/core/alerts/making.ts';
import { joined, nameOf } from '../../../src/core/alerts/members.ts';
import type { Route } from '../../../src/core/alerts/routing.ts';
import { member } from './sample.ts';

const ROUTE: Route = { name: 'all', match: {}, rooms: [], mention: [], escalate: [] };
/** What a source with a clock of its own says, heard at that time. */
const fires = (from: number, heardAt: number): Member => said('firing', heardAt, from);
const over = (from: number, to: number, heardAt: number): Member => said('resolved', heardAt, from, to);
function said(status: Member['status'], at: number, startsAt: number, endsAt?: number): Member {
  const signal = {
    source: 'am',
    fingerprint: 'a',
    status,
    severity: 'warning',
    title: 'x',
    labels: {},
    startsAt,
    ...(endsAt === undefined ? {} : { endsAt }),
  } as const;
  return memberOf(signal, ROUTE, undefined, at, []);
}
const told = (...all: readonly Member[]) => all.reduce<Member | undefined>(joined, undefined);

describe('what a source says of one thing', () => {
  it.each<[string, readonly Member[], Member['status'], number]>([
    ['is over though a clock that is behind heard so', [fires(1000, 61_000), over(1000, 30_000, 31_000)], 'resolved', 1],
    ['fires anew though a clock that is behind heard so', [fires(1000, 61_000), over(1000, 30_000, 90_000), fires(40_000, 41_000)], 'firing', 2],
    ['is not opened by what is late and was of before its end', [fires(1000, 2000), over(1000, 30_000, 31_000), fires(1000, 32_000)], 'resolved', 1],
    ['nor by what was of before that', [fires(50_000, 51_000), over(50_000, 60_000, 61_000), fires(1000, 900_000)], 'resolved', 1],
    ['is not ended by the late end of what was before', [fires(1000, 2000), fires(40_000, 41_000), over(1000, 30_000, 42_000)], 'firing', 1],
    ['is ended by its own end after that', [fires(1000, 2000), fires(40_000, 41_000), over(1000, 30_000, 42_000), over(40_000, 50_000, 51_000)], 'resolved', 1],
    ['fires again where its source takes the end back', [fires(1000, 2000), over(1000, 30_000, 31_000), fires(1000, 31_000 + LATE)], 'firing', 2],
    [
      'and the end that was taken back does not end it once more',
      [fires(1000, 2000), over(1000, 30_000, 31_000), fires(1000, 31_000 + LATE), over(1000, 30_000, 32_000 + LATE)],
      'firing',
      2,
    ],
    ['is over within the second it began in', [fires(1000, 1500), over(1000, 1000, 1600)], 'resolved', 1],
    ['is judged by when it was heard where it says no times', [fires(2000, 2000), said('resolved', 1500, 1500), fires(3000, 3000)], 'firing', 1],
  ])('%s', (_, all, status, times) => {
    const end = told(...all);
    expect(end).toMatchObject({ status, times });
    for (const one of all) expect(joined(end, one)).toBe(end);
  });

  it('comes to the same in whatever order its two ends of one thing are heard, and heard again', () => {
    const episodes = fc.uniqueArray(fc.integer({ min: 0, max: 1000 }), { minLength: 4, maxLength: 8 }).map((times) => {
      const sorted = times.sort((a, b) => a - b).map((at) => at * 1000);
      return sorted.flatMap((from, i) => (i % 2 === 0 && sorted[i + 1] !== undefined ? [[from, sorted[i + 1] ?? 0] as const] : []));
    });
    fc.assert(
      fc.property(episodes, fc.boolean(), fc.infiniteStream(fc.nat()), (all, isOpen, dice) => {
        const [last = [0, 0]] = all.slice(-1);
        const words = all.flatMap(([from, to]) => (isOpen && from === last[0] ? [{ from }] : [{ from }, { from, to }]));
        const mixed = words.map((one) => ({ one, by: dice.next().value })).sort((a, b) => a.by - b.by);
        // All within the time in which what comes is only late.
        const end = told(...mixed.map(({ one }, i) => ('to' in one && one.to !== undefined ? over(one.from, one.to, 2e6 + i) : fires(one.from, 2e6 + i))));
        expect([end?.status, end && nameOf(end)]).toEqual([isOpen ? 'firing' : 'resolved', nameOf(member('a'))]);
      }),
    );
  });
});
