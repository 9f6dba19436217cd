import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Alert, AlertAct, AlertEvent, Member, Silence } from '../../../src/core/alerts/alert.ts';
import { follow } from '../../../src/core/alerts/follow.ts';
import { byRank, joined, nameOf, rankOf } from '../../../src/core/alerts/members.ts';
import { SEVERITIES } from '../../../src/core/check.ts';
import { fresh, member } from './sample.ts';

let n = 0;
const event = (act: AlertAct, at = 2000): AlertEvent => ({ ...act, id: `e${n++}`, at });
const signals = (
  members: readonly Member[],
  firing: number,
  more: { silenced?: number; resolved?: number; began?: number; ended?: number } = {},
): AlertAct => ({
  kind: 'signals',
  ...{ members, counts: { firing, silenced: more.silenced ?? 0, resolved: more.resolved ?? 0 }, began: more.began ?? 0, ended: more.ended ?? 0 },
});
const through = (alert: Alert, ...acts: readonly AlertAct[]) => acts.reduce((now, act, i) => follow(now, event(act, 2000 + i * 1000)), alert);
const kinds = ({ history }: Alert) => history.map(({ kind }) => kind);
const firing = () => through(fresh(), signals([member('a')], 1, { began: 1 }));
const over = signals([member('a', { status: 'resolved', endedAt: 3000 })], 0, { resolved: 1, ended: 1 });
const silence: Silence = { id: 'S1', by: 'ana', at: 1, until: 9000, reason: 'upgrade', matchers: [{ name: 'job', pattern: 'node' }] };

describe('an alert', () => {
  it('fires, and is over when nothing of it fires any more', () => {
    const alert = firing();
    expect(alert).toMatchObject({ rev: 1, state: 'firing', title: 'Disk full a', firedAt: 2000 });
    const end = through(alert, signals([], 1), over);
    expect(end).toMatchObject({ rev: 2, state: 'resolved', resolvedAt: 3000, counts: { firing: 0, resolved: 1 } });
    expect(end.history).toMatchObject([{ kind: 'fired' }, { kind: 'resolved', ms: 1000 }]);
  });

  it('stays acknowledged when more of the same comes', () => {
    const alert = through(firing(), { kind: 'acked', by: 'ana' }, signals([member('b')], 2, { began: 1 }));
    expect(alert.acked).toMatchObject({ by: 'ana' });
    expect(kinds(alert)).toEqual(['fired', 'acked', 'more']);
  });

  it('is nobody’s any more when it gets worse, and its escalation begins anew', () => {
    const before = through(firing(), { kind: 'escalated', to: ['bo'], places: [] }, { kind: 'acked', by: 'ana' });
    const alert = through(before, signals([member('b', { severity: 'critical' })], 2, { began: 1 }));
    expect(alert).toMatchObject({ severity: 'critical', escalation: { taken: 0 } });
    expect(alert.acked).toBeUndefined();
    expect(alert.history.at(-1)).toMatchObject({ kind: 'fired-again', what: 'critical' });
  });

  it('keeps its escalation when it gets worse before anybody took note', () => {
    const alert = through(firing(), { kind: 'escalated', to: ['bo'], places: [], nextAt: 9000 }, signals([member('b', { severity: 'critical' })], 2));
    expect(alert.escalation).toEqual({ taken: 1, dueAt: 9000 });
  });

  it('is nobody’s any more when it comes back', () => {
    const alert = through(firing(), { kind: 'acked', by: 'ana' }, over, signals([member('a', { times: 2 })], 1, { began: 1 }));
    expect(alert).toMatchObject({ state: 'firing', firedAt: 4000, since: 1000 });
    expect(alert.acked).toBeUndefined();
    expect(alert.resolvedAt).toBeUndefined();
    expect(kinds(alert)).toEqual(['fired', 'acked', 'resolved', 'fired-again']);
  });

  it('that is silenced still fires, and says when it is over', () => {
    const hushed = through(
      firing(),
      signals([member('a', { silence: 'S1' })], 0, { silenced: 1 }),
      { kind: 'silenced', silence },
      { kind: 'silenced', silence },
    );
    expect(hushed).toMatchObject({ state: 'firing', counts: { firing: 0, silenced: 1 } });
    expect(kinds(hushed)).toEqual(['fired', 'silenced']);
    expect(follow(hushed, event(over)).history.at(-1)).toMatchObject({ kind: 'resolved', what: 'silenced' });
  });

  it('shows the worst and newest that fire first, and never more than a dozen', () => {
    const all = Array.from({ length: 30 }, (_, i) => member(`m${i}`, { since: i, severity: i === 3 ? 'critical' : 'warning' }));
    const alert = through(fresh(), signals(all, 30, { began: 30 }));
    expect(alert.top.map(({ fingerprint }) => fingerprint)).toEqual(['m3', ...Array.from({ length: 11 }, (_, i) => `m${29 - i}`)]);
  });

  it('stays small, whatever its sources say', () => {
    const labels = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`l${i}`, 'x'.repeat(900)]));
    const all = Array.from({ length: 12 }, (_, i) =>
      member(`${i}`.padEnd(200, 'f'), { title: 't'.repeat(200), text: 't'.repeat(2000), url: `https://example.org/${'u'.repeat(1900)}`, labels }),
    );
    expect(JSON.stringify(through(fresh({ labels }), signals(all, 12, { began: 12 }))).length).toBeLessThan(16_384);
  });

  it('tells what was tried, and what came of it', () => {
    const asked: AlertAct = { kind: 'asked', ticket: 'T1', by: 'ana', line: 'svc restart nginx web1' };
    const ran: AlertAct = { kind: 'ran', ticket: 'T1', state: 'done', judgeAt: 90_000 };
    const judged: AlertAct = { kind: 'judged', ticket: 'T1' };
    const cleared = through(firing(), asked, ran, over, judged, judged);
    expect(cleared.tries).toMatchObject([{ ticket: 'T1', endedAt: 3000, state: 'done', verdict: 'cleared' }]);
    expect(cleared.history.at(-1)).toMatchObject({ kind: 'cleared', ticket: 'T1', ms: 1000 });
    expect(through(firing(), asked, ran, judged).history.at(-1)).toMatchObject({ kind: 'still-firing', ms: 1000 });
  });

  it('is closed by a person or its age, and is then no more', () => {
    const alert = through(firing(), { kind: 'closed', by: 'ana' }, { kind: 'closed' }, { kind: 'acked', by: 'bo' });
    expect(alert).toMatchObject({ rev: 2, closed: { by: 'ana' } });
  });

  it('is not closed where more fires by now than whoever closed it had seen', () => {
    const [one] = [firing()];
    const { firing: fires } = one.counts;
    expect(through(one, { kind: 'closed', by: 'ana', fires: fires - 1 })).toBe(one);
    expect(through(one, { kind: 'closed', by: 'ana', fires })).toMatchObject({ closed: { by: 'ana' } });
  });

  it('is called for once a key, and only given more places and offers', () => {
    const call = { key: 'fired', at: 1, people: ['ana'], why: 'fired' } as const;
    const place = { chat: 'slack', room: 'C1' };
    const offer = (line: string) => ({ line, label: { words: { en: line, zh: line }, with: {} } });
    const before = through(firing(), { kind: 'called', call }, { kind: 'placed', places: [place] }, { kind: 'offered', offers: [offer('a'), offer('b')] });
    const alert = through(before, { kind: 'called', call }, { kind: 'placed', places: [place] }, { kind: 'offered', offers: [offer('b'), offer('a')] });
    expect(alert).toBe(before);
    expect(before.offers.map(({ line }) => line)).toEqual(['a', 'b']);
  });
});

const id = fc.constantFrom('a', 'b', 'c', 'd');
const anyMember = fc
  .record({ fingerprint: id, status: fc.constantFrom('firing' as const, 'resolved' as const), severity: fc.constantFrom(...SEVERITIES), since: fc.nat(9) })
  .map(({ fingerprint, ...more }) => member(fingerprint, more));
const count = fc.nat(3);
const anyAct: fc.Arbitrary<AlertAct> = fc.oneof(
  fc
    .tuple(fc.array(anyMember, { maxLength: 20 }), count, count, count, count, count)
    .map(([members, firing, silenced, resolved, began, ended]) => signals(members, firing, { silenced, resolved, began, ended })),
  fc.tuple(fc.constantFrom('acked' as const, 'unacked' as const), id).map(([kind, by]): AlertAct => ({ kind, by })),
  fc.nat(5).map((until): AlertAct => ({ kind: 'silenced', silence: { ...silence, until } })),
  id.map((one): AlertAct => ({ kind: 'unsilenced', silence: one })),
  fc.tuple(id, id).map(([by, to]): AlertAct => ({ kind: 'assigned', by, to })),
  fc.nat(30).map((room): AlertAct => ({ kind: 'escalated', to: ['a'], places: [{ chat: 'c', room: `${room}` }] })),
  fc.nat(40).map((key): AlertAct => ({ kind: 'called', call: { key: `${key}`, at: 1, people: ['a'], why: 'fired' } })),
  fc.nat(30).map((room): AlertAct => ({ kind: 'fell-back', places: [{ chat: 'd', room: `${room}` }] })),
  fc.nat(20).map((line): AlertAct => ({ kind: 'offered', offers: [{ line: `${line}`, label: { words: { en: '', zh: '' }, with: {} } }] })),
  id.map((ticket): AlertAct => ({ kind: 'tied', ticket, by: 'a', line: 'x' })),
  id.map((ticket): AlertAct => ({ kind: 'untied', ticket, until: 1 })),
  fc.nat(30).map((ticket): AlertAct => ({ kind: 'asked', ticket: `${ticket}`, by: 'a', line: 'x' })),
  fc.nat(30).map((ticket): AlertAct => ({ kind: 'ran', ticket: `${ticket}`, state: 'done', judgeAt: 1 })),
  fc.nat(30).map((ticket): AlertAct => ({ kind: 'judged', ticket: `${ticket}` })),
  fc.constant<AlertAct>({ kind: 'held', line: 'x', why: 'spent' }),
  fc.constant<AlertAct>({ kind: 'closed' }),
);
const anyEvents = fc.array(fc.tuple(anyAct, fc.nat(9)), { maxLength: 120 }).map((all) => all.map(([act, at], i): AlertEvent => ({ ...act, id: `e${i}`, at })));

describe('whatever happens, in any order', () => {
  it('an event heard twice changes nothing, every change raises the revision by one, and the event is left as it was', () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        let alert = fresh();
        for (const one of events) {
          const text = JSON.stringify([alert, one]);
          const next = follow(alert, one);
          expect(JSON.stringify([alert, one])).toBe(text);
          expect(next.rev).toBe(next === alert ? alert.rev : alert.rev + 1);
          expect(next.heard.includes(one.id)).toBe(next !== alert);
          if (next !== alert) expect(follow(next, one)).toBe(next);
          alert = next;
        }
      }),
    );
  });

  it('it keeps no more than it may, and says what its counts say', () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        let alert = fresh();
        for (const one of events) {
          alert = follow(alert, one);
          const { history, top, calls, tries, offers, places, heard, counts, state, resolvedAt } = alert;
          const sizes = [
            history.length <= 40,
            top.length <= 12,
            calls.length <= 30,
            tries.length <= 20,
            offers.length <= 9,
            places.length <= 20,
            heard.length <= 32,
          ];
          expect(sizes).toEqual(sizes.map(() => true));
          if (history.some(({ kind }) => kind === 'fired')) expect(state).toBe(counts.firing + counts.silenced > 0 ? 'firing' : 'resolved');
          expect(resolvedAt !== undefined).toBe(state === 'resolved');
          expect([...top].sort(byRank)).toEqual(top);
          expect(new Set(top.map(nameOf)).size).toBe(top.length);
        }
      }),
    );
  });
});

describe('a member', () => {
  it('that is heard of in any order, any number of times, is as what was heard last says', () => {
    const said = fc.record({ at: fc.nat(6), firing: fc.boolean() });
    fc.assert(
      fc.property(fc.uniqueArray(said, { selector: ({ at }) => at, minLength: 1 }), fc.infiniteStream(fc.nat()), (all, random) => {
        const members = all.map(({ at, firing }) =>
          member('a', { heardAt: at, since: at, status: firing ? 'firing' : 'resolved', ...(firing ? {} : { endedAt: at }) }),
        );
        const again = [...members, ...members].sort(() => (random.next().value % 3) - 1);
        const end = again.reduce<Member | undefined>(joined, undefined);
        const last = members.reduce((a, b) => (b.heardAt > a.heardAt ? b : a));
        expect(end).toMatchObject({ status: last.status, heardAt: last.heardAt });
        for (const one of again) expect(joined(end, one)).toBe(end);
      }),
    );
  });

  it('that tells of events counts each once', () => {
    const first = member('a', { once: true });
    const second = member('a', { once: true, since: 5000, heardAt: 5001 });
    const both = joined(joined(first, second), second);
    expect(both).toMatchObject({ times: 2, since: 5000 });
    expect(joined(both, first)).toBe(both);
  });

  it('ranks by a whole number that is kept exactly', () => {
    const all = fc.record({
      status: fc.constantFrom('firing' as const, 'resolved' as const),
      severity: fc.constantFrom(...SEVERITIES),
      since: fc.oneof(fc.nat(), fc.integer({ min: -5, max: 8.64e15 }), fc.double({ noNaN: true })),
    });
    fc.assert(fc.property(all, (more) => Number.isSafeInteger(rankOf(member('a', more)))));
  });
});
