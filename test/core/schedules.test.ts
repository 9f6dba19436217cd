import { describe, expect, it } from 'vitest';
import { digest } from '../../src/core/digest.ts';
import { planClass } from '../../src/core/planclass.ts';
import type { Schedule } from '../../src/core/schedules/schedule.ts';
import { dueTime, LATE, putOff } from '../../src/core/schedules/times.ts';
import type { Plan } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import { cron } from '../../src/cron.ts';

const at = (text: string) => Date.parse(text);
const MINUTE = 60_000;
const schedule = (line: string, zone: string, more: Partial<Schedule['repeat']> = {}, made = '2026-01-01T00:00:00Z'): Schedule => ({
  ...{ format: 1, id: 'S00000000001', rev: 1, by: 'alice', at: at(made), ticket: 'T00000000001', command: 'host reboot', places: [] },
  repeat: { cron: line, zone, jitterMs: 0, missed: 'run', until: at('2030-01-01T00:00:00Z'), line: 'host reboot web1', hosts: ['web1'], ...more },
});
/** Every time of a schedule within a span. */
function times(line: string, zone: string, from: string, to: string): string[] {
  const found: string[] = [];
  for (let next = cron(line, zone, at(from)); next !== undefined && next < at(to); next = cron(line, zone, next)) found.push(new Date(next).toISOString());
  return found;
}
/** What the clocks of a zone show, minute by minute: as slow and plain as can be. */
function walked(hour: number, minute: number, zone: string, from: string, to: string): string[] {
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const wanted = `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
  const found: string[] = [];
  for (let now = at(from) + MINUTE; now < at(to); now += MINUTE) if (clock.format(now) === wanted) found.push(new Date(now).toISOString());
  return found;
}

describe('times of a cron line', () => {
  const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Pacific/Apia'];
  it.each(ZONES)('are what the clocks of %s show, on days on which nothing is set', (zone) => {
    for (const [hour, minute] of [
      [0, 0],
      [12, 34],
      [23, 59],
    ] as const)
      expect(times(`${minute} ${hour} * * *`, zone, '2026-03-01T00:00:00Z', '2026-04-20T00:00:00Z')).toEqual(
        walked(hour, minute, zone, '2026-03-01T00:00:00Z', '2026-04-20T00:00:00Z'),
      );
  });

  it('an hour that is left out is made up for right after it; one that comes twice is done once', () => {
    // 29 March 2026: at 02:00 clocks in Berlin show 03:00. 25 October: at 03:00 they show 02:00.
    expect(times('30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', '2026-03-30T12:00:00Z')).toEqual([
      '2026-03-29T01:00:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ]);
    expect(times('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', '2026-10-26T12:00:00Z')).toHaveLength(2);
    // Half an hour, in Lord Howe: 5 April 2026 back at 02:00, 4 October forward at 02:00.
    expect(times('45 1 * * *', 'Australia/Lord_Howe', '2026-04-04T00:00:00Z', '2026-04-06T00:00:00Z')).toHaveLength(2);
    expect(times('15 2 * * *', 'Australia/Lord_Howe', '2026-10-03T00:00:00Z', '2026-10-05T00:00:00Z')).toHaveLength(2);
  });

  it('knows leap days, and refuses what is no cron line or no zone', () => {
    expect(times('0 3 29 2 *', 'UTC', '2026-01-01T00:00:00Z', '2033-01-01T00:00:00Z')).toEqual(['2028-02-29T03:00:00.000Z', '2032-02-29T03:00:00.000Z']);
    for (const bad of ['', '* * * *', '* * * * * *', '61 * * * *', '@daily', 'x y z a b', '0 25 * * *'])
      expect(() => cron(bad, 'UTC', 0), bad).toThrow(RangeError);
    expect(() => cron('0 3 * * *', 'Mars/Phobos', 0)).toThrow(RangeError);
    expect(cron('0 3 30 2 *', 'UTC', at('2026-01-01T00:00:00Z'))).toBeUndefined();
  });
});

describe('what is due', () => {
  const nightly = schedule('0 3 * * *', 'UTC');
  const due = (one: Schedule, now: string) => {
    const found = dueTime(one, at(now), cron);
    return found && [new Date(found.time).toISOString(), found.ask];
  };
  it('is asked once its time has come, and no earlier', () => {
    expect(due(nightly, '2026-01-01T02:59:59.999Z')).toBeUndefined();
    expect(due(nightly, '2026-01-01T03:00:00Z')).toEqual(['2026-01-01T03:00:00.000Z', true]);
    const asked = { ...nightly, last: { at: at('2026-01-01T03:00:00Z'), ticket: 'T1' } };
    expect(due(asked, '2026-01-02T02:59:00Z')).toBeUndefined();
    expect(due(asked, '2026-01-02T03:00:01Z')).toEqual(['2026-01-02T03:00:00.000Z', true]);
  });
  it('that nobody was there for is asked once, or not at all, as it was said', () => {
    expect(due(nightly, '2026-01-09T12:00:00Z')).toEqual(['2026-01-09T03:00:00.000Z', true]);
    expect(due(schedule('0 3 * * *', 'UTC', { missed: 'skip' }), '2026-01-09T12:00:00Z')).toEqual(['2026-01-09T03:00:00.000Z', false]);
    expect(due(schedule('0 3 * * *', 'UTC', { missed: 'skip' }), '2026-01-09T03:01:00Z')).toEqual(['2026-01-09T03:00:00.000Z', true]);
    // Of every minute, after a month in which nobody was there, it comes to the last in the end.
    let every = schedule('* * * * *', 'UTC');
    const now = at('2026-02-01T00:00:30Z');
    for (let found = dueTime(every, now, cron); found; found = dueTime(every, now, cron)) every = { ...every, last: { at: found.time, ticket: '' } };
    expect(new Date(every.last?.at ?? 0).toISOString()).toBe('2026-02-01T00:00:00.000Z');
  });
  it.each([
    ['* * * * *', '2026-05-01T00:00:30Z', '2026-05-01T00:00:00.000Z'],
    ['* * * * 1', '2026-05-01T00:00:30Z', '2026-04-27T23:59:00.000Z'],
    ['*/7 9-17 * * 1-5', '2026-11-02T08:59:59Z', '2026-10-30T17:56:00.000Z'],
    ['0 3 29 2 *', '2029-12-31T00:00:00Z', '2028-02-29T03:00:00.000Z'],
  ])('that nobody was there for is asked once, however long that was: %s', (line, now, last) => {
    let looks = 0;
    const found = dueTime(schedule(line, 'UTC'), at(now), (...of) => {
      looks++;
      return cron(...of);
    });
    expect(found && [new Date(found.time).toISOString(), found.ask]).toEqual([last, true]);
    expect(dueTime({ ...schedule(line, 'UTC'), last: { at: at(last), ticket: '' } }, at(now), cron)).toBeUndefined();
    expect(looks).toBeLessThan(100);
  });
  it('is the last that has come, as one finds who looks at each', () => {
    const one = schedule('*/20 1,2,3,22 * * *', 'Europe/Berlin', { jitterMs: 19 * MINUTE }, '2026-03-26T00:00:00Z');
    const all = times(one.repeat.cron, one.repeat.zone, '2026-03-26T00:00:00Z', '2026-04-01T00:00:00Z').map(at);
    for (let hours = 1; hours < 120; hours += 7) {
      const now = one.at + hours * 60 * MINUTE + 61_001;
      expect(dueTime(one, now, cron)?.time).toBe(all.findLast((time) => putOff(one, time) <= now));
    }
  });
  it('is never after its end', () => {
    const ends = schedule('0 3 * * *', 'UTC', { until: at('2026-01-03T03:00:00Z') });
    expect(due({ ...ends, last: { at: at('2026-01-02T03:00:00Z'), ticket: 'T1' } }, '2026-01-10T00:00:00Z')).toBeUndefined();
    // Nobody was there until long after it.
    expect(due(ends, '2026-01-10T00:00:00Z')).toEqual(['2026-01-02T03:00:00.000Z', false]);
    expect(due({ ...ends, repeat: { ...ends.repeat, until: at('2026-01-02T03:01:00Z') } }, '2026-01-02T03:01:30Z')).toEqual(['2026-01-02T03:00:00.000Z', true]);
  });
  it('is put off by its own share of the jitter, the same whoever asks', () => {
    const jittery = schedule('0 3 * * *', 'UTC', { jitterMs: 10 * MINUTE });
    const shares = Array.from({ length: 200 }, (_, day) => {
      const time = at('2026-01-01T03:00:00Z') + day * 86_400_000;
      expect(putOff(jittery, time)).toBe(putOff({ ...jittery }, time));
      return putOff(jittery, time) - time;
    });
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...shares)).toBeLessThanOrEqual(10 * MINUTE);
    expect(new Set(shares).size).toBeGreaterThan(150);
    const [time = 0] = [at('2026-01-01T03:00:00Z')];
    expect(dueTime(jittery, putOff(jittery, time) - 1, cron)).toBeUndefined();
    expect(dueTime(jittery, putOff(jittery, time), cron)).toEqual({ time, ask: true });
    expect(dueTime({ ...jittery, repeat: { ...jittery.repeat, missed: 'skip' } }, putOff(jittery, time) + LATE + 1, cron)).toEqual({ time, ask: false });
  });
});

describe('what was approved once', () => {
  const plan = (ticket: string, more: Partial<Plan> = {}): Plan => ({
    summary: say({ en: 'x', zh: 'x' }),
    steps: [{ kind: 'exec', on: { site: 'main', host: 'web1' }, why: say({ en: 'x', zh: 'x' }), argv: ['zfs', 'snapshot', `tank@h-${ticket.toLowerCase()}`] }],
    ...{ facts: [], locks: [{ name: `main/web1/${ticket}` }], risk: 'medium', undo: { impossible: say({ en: 'x', zh: 'x' }) } },
    ...more,
  });
  it('is the same thing though another request names what it makes', () => {
    const [a, b] = ['T0000000000A', 'T0000000000B'];
    expect(planClass('x', {}, plan(a), a)).toBe(planClass('x', {}, plan(b), b));
    expect(planClass('x', {}, plan(a), a)).not.toBe(planClass('x', {}, plan(a)));
    expect(planClass('x', {}, plan(a, { risk: 'high' }), a)).not.toBe(planClass('x', {}, plan(b), b));
    expect(planClass('x', {}, { ...plan(a), steps: [...plan(a).steps, ...plan(a).steps] }, a)).not.toBe(planClass('x', {}, plan(b), b));
  });
  it('is not the same as being asked to do it at times', () => {
    const { repeat } = schedule('0 3 * * *', 'UTC');
    expect(digest('x', {}, plan('T1'))).not.toBe(digest('x', {}, { ...plan('T1'), repeat }));
    expect(digest('x', {}, { ...plan('T1'), repeat })).not.toBe(digest('x', {}, { ...plan('T1'), repeat: { ...repeat, cron: '0 4 * * *' } }));
  });
});
