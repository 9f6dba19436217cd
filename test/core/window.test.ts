import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Hours, isWithin } from '../../src/core/hours.ts';
import { nextWindow } from '../../src/core/window.ts';

const night: Hours = { zone: 'Europe/Berlin', days: [6], from: 60, to: 300 }; // Saturday, 01:00 to 05:00
const at = (text: string) => Date.parse(text);
const shown = (hours: readonly Hours[], now: string) => {
  const found = nextWindow('night', hours, at(now));
  return found && [new Date(found.opensAt).toISOString(), new Date(found.closesAt).toISOString()];
};

describe('the next window', () => {
  it('opens at its hour in its own time zone', () => {
    expect(shown([night], '2026-11-21T12:34:56Z')).toEqual(['2026-11-28T00:00:00.000Z', '2026-11-28T04:00:00.000Z']);
    expect(shown([night], '2026-07-01T00:00:00Z')).toEqual(['2026-07-03T23:00:00.000Z', '2026-07-04T03:00:00.000Z']);
  });
  it('is the one that is open', () => {
    expect(shown([night], '2026-11-21T03:59:30Z')).toEqual(['2026-11-21T03:59:30.000Z', '2026-11-21T04:00:00.000Z']);
    expect(shown([night], '2026-11-21T04:00:00Z')).toEqual(['2026-11-28T00:00:00.000Z', '2026-11-28T04:00:00.000Z']);
  });
  it('goes over midnight, and over the joint of two', () => {
    const late: Hours = { zone: 'UTC', days: [5], from: 1380, to: 120 };
    const early: Hours = { zone: 'UTC', days: [6], from: 120, to: 180 };
    expect(shown([late, early], '2026-11-20T12:00:00Z')).toEqual(['2026-11-20T23:00:00.000Z', '2026-11-21T03:00:00.000Z']);
  });
  it('is as long as the wall says when clocks are set', () => {
    const sunday: Hours = { zone: 'Europe/Berlin', days: [0], from: 90, to: 210 }; // 01:30 to 03:30
    expect(shown([sunday], '2026-03-28T00:00:00Z')).toEqual(['2026-03-29T00:30:00.000Z', '2026-03-29T01:30:00.000Z']); // one hour
    expect(shown([sunday], '2026-10-24T00:00:00Z')).toEqual(['2026-10-24T23:30:00.000Z', '2026-10-25T02:30:00.000Z']); // three hours
    const missing: Hours = { zone: 'Europe/Berlin', days: [0], from: 130, to: 170 }; // 02:10 to 02:50 is left out in spring
    expect(shown([missing], '2026-03-28T12:00:00Z')).toEqual(['2026-04-05T00:10:00.000Z', '2026-04-05T00:50:00.000Z']);
  });
  it('is none where no hour is named', () => {
    expect(nextWindow('never', [], 0)).toBeUndefined();
    expect(nextWindow('never', [{ ...night, days: [] }], 0)).toBeUndefined();
  });
  it('is open from its first minute to its last, and not before', () => {
    const hours = fc.record({
      zone: fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Shanghai', 'America/St_Johns'),
      days: fc.subarray([0, 1, 2, 3, 4, 5, 6], { minLength: 1 }),
      from: fc.nat(1439),
      to: fc.nat(1439),
    });
    fc.assert(
      fc.property(
        fc.array(hours, { minLength: 1, maxLength: 2 }),
        fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2027-01-01T00:00:00Z') }),
        (all, now) => {
          const found = nextWindow('any', all, now);
          const isOpen = (time: number) => all.some((one) => isWithin(one, time));
          if (!found) return !isOpen(now);
          const before = found.opensAt === now || !isOpen(found.opensAt - 60_000);
          return (
            found.opensAt >= now && before && isOpen(found.opensAt) && isOpen(found.closesAt - 60_000 > found.opensAt ? found.closesAt - 60_000 : found.opensAt)
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});
