import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contains, type Hours, isAlways, isWithin, wallClock } from '../../src/core/hours.ts';

const at = (text: string) => Date.parse(text);
const [SUN, MON, FRI, SAT] = [0, 1, 5, 6];
const hours = (from: number, to: number, days: readonly number[], zone = 'Europe/Berlin'): Hours => ({ zone, days, from, to });

describe('the clock of a zone', () => {
  it.each([
    ['2026-03-29T00:59Z', 'Europe/Berlin', SUN, 119], // 01:59, then comes 03:00
    ['2026-03-29T01:00Z', 'Europe/Berlin', SUN, 180],
    ['2026-10-25T00:30Z', 'Europe/Berlin', SUN, 150], // 02:30 for the first time
    ['2026-10-25T01:30Z', 'Europe/Berlin', SUN, 150], // and once more
    ['2026-10-25T02:00Z', 'Europe/Berlin', SUN, 180],
    ['2026-11-21T16:00Z', 'Asia/Shanghai', SUN, 0],
    ['2026-04-04T15:00Z', 'Australia/Lord_Howe', SUN, 90], // half an hour back
    ['2026-11-21T18:15Z', 'Asia/Kathmandu', SUN, 0],
    ['1969-12-31T23:59Z', 'UTC', 3, 1439],
  ])('shows at %s in %s', (text, zone, day, minute) => {
    expect(wallClock(at(text), zone)).toEqual({ day, minute });
  });
});

describe('hours', () => {
  it('begin with the first minute and end before the last', () => {
    const office = hours(480, 1080, [MON, FRI]);
    expect(['07:59', '08:00', '17:59', '18:00'].map((time) => isWithin(office, at(`2026-11-20T${time}+01:00`)))).toEqual([false, true, true, false]);
    expect(isWithin(office, at('2026-11-19T12:00+01:00'))).toBe(false);
    expect(isWithin(hours(480, 1440, [FRI]), at('2026-11-20T23:59+01:00'))).toBe(true);
  });

  it('keep to the wall clock when it is changed', () => {
    const early = hours(120, 180, [SUN]); // 02:00 to 03:00
    expect(isWithin(early, at('2026-03-29T00:59Z'))).toBe(false); // there is no such hour in spring
    expect(isWithin(early, at('2026-03-29T01:00Z'))).toBe(false);
    expect(['00:00', '00:59', '01:00', '01:59', '02:00'].map((time) => isWithin(early, at(`2026-10-25T${time}Z`)))).toEqual([true, true, true, true, false]);
    const office = hours(480, 1080, [MON]);
    expect([isWithin(office, at('2026-03-23T07:00Z')), isWithin(office, at('2026-03-30T06:00Z'))]).toEqual([true, true]);
    expect([isWithin(office, at('2026-03-23T06:59Z')), isWithin(office, at('2026-03-30T05:59Z'))]).toEqual([false, false]);
  });

  it('past midnight belong to the day they began on', () => {
    const night = hours(1320, 360, [SAT]); // 22:00 to 06:00
    expect(isWithin(night, at('2026-11-21T22:00+01:00'))).toBe(true);
    expect(isWithin(night, at('2026-11-22T05:59+01:00'))).toBe(true);
    expect(isWithin(night, at('2026-11-22T06:00+01:00'))).toBe(false);
    expect(isWithin(night, at('2026-11-21T05:00+01:00'))).toBe(false); // that night began on Friday
    expect(isWithin(night, at('2026-11-22T22:00+01:00'))).toBe(false);
    expect(isWithin(hours(540, 540, [SAT]), at('2026-11-22T08:59+01:00'))).toBe(true); // a whole day from nine
  });

  it('without days are never', () => {
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') }), (date) => !isWithin(hours(0, 1440, []), date.getTime())),
    );
  });

  it('contain others only when every moment of them is theirs', () => {
    const some = fc.record({
      zone: fc.constantFrom('Europe/Berlin', 'UTC'),
      days: fc.uniqueArray(fc.integer({ min: 0, max: 6 })),
      from: fc.constantFrom(0, 480, 1320),
      to: fc.constantFrom(0, 360, 480, 1080, 1440),
    });
    let [all, found] = [0, 0];
    fc.assert(
      fc.property(some, some, fc.integer({ min: 0, max: 20_000 }), (outer, inner, minute) => {
        const moment = at('2026-10-20T00:00Z') + minute * 60_000;
        if (isAlways(outer)) all++;
        if (isAlways(outer)) expect(isWithin(outer, moment)).toBe(true);
        if (contains(outer, inner) && isWithin(inner, moment)) {
          found++;
          expect(isWithin(outer, moment)).toBe(true);
        }
      }),
      { numRuns: 5000, seed: 7 },
    );
    expect(Math.min(all, found)).toBeGreaterThan(5);
    expect(contains(hours(480, 1080, [MON, FRI]), hours(540, 1000, [FRI]))).toBe(true);
  });
});
