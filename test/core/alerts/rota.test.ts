import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { overAt } from '../../../src/core/alerts/quiet.ts';
import { onCall, turnAfter, turnOf } from '../../../src/core/alerts/rota.ts';
import type { Rota } from '../../../src/core/alerts/routing.ts';
import { firstShown, shownAt } from '../../../src/core/clocks.ts';
import { type Hours, isWithin } from '../../../src/core/hours.ts';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const at = (text: string) => Date.parse(text);
const rota = (more: Partial<Rota> = {}): Rota => ({
  ...{ name: 'first', zone: 'Europe/Berlin', start: '2026-01-05', minute: 540, days: 7, people: ['ana', 'bo', 'cy'], overrides: [] },
  ...more,
});

describe('turns', () => {
  it('change on the day and at the hour of the wall clock, and begin with the first', () => {
    const one = rota();
    expect(onCall(one, at('2026-01-05T07:59:59Z'))).toBeUndefined();
    expect(turnOf(one, at('2026-01-05T08:00Z'))).toEqual({ person: 'ana', from: at('2026-01-05T08:00Z'), until: at('2026-01-12T08:00Z') });
    expect(turnAfter(one, at('2026-01-01T00:00Z'))).toMatchObject({ person: 'ana', from: at('2026-01-05T08:00Z') });
    expect(turnAfter(one, at('2026-01-11T08:00Z'))).toMatchObject({ person: 'bo' });
    expect(onCall(one, at('2026-01-26T08:00Z'))).toBe('ana');
    // By summer's clocks it is an hour earlier.
    expect(turnOf(one, at('2026-03-30T06:59Z'))).toMatchObject({ until: at('2026-03-30T07:00Z') });
  });

  it.each([
    ['Europe/Berlin', '2026-03-28', '2026-03-29T01:00Z'], // 02:30 is left out: 03:00
    ['Europe/Berlin', '2026-10-24', '2026-10-25T00:30Z'], // 02:30 comes twice: the first
    ['America/New_York', '2026-03-07', '2026-03-08T07:00Z'],
    ['America/New_York', '2026-10-31', '2026-11-01T07:30Z'], // 01:30 comes twice, 02:30 once
    ['Australia/Lord_Howe', '2026-10-03', '2026-10-03T15:30Z'], // half an hour: 02:30 is what comes after 02:00
    ['Australia/Lord_Howe', '2026-04-04', '2026-04-04T16:00Z'],
    ['UTC', '2028-02-28', '2028-02-29T02:30Z'],
    ['UTC', '2028-02-29', '2028-03-01T02:30Z'],
    ['Pacific/Apia', '2011-12-29', '2011-12-30T10:00Z'], // a day that never was
  ])('at 02:30 in %s, the day after %s, change at %s', (zone, start, moment) => {
    const one = rota({ zone, start, minute: 150, days: 1 });
    expect(turnAfter(one, at(moment) - 1)?.from).toBe(at(moment));
    expect([onCall(one, at(moment) - 1), onCall(one, at(moment))]).toEqual(['ana', 'bo']);
  });

  it('are cut by who stands in, the last of whom counts', () => {
    const one = rota({
      overrides: [
        { from: '2026-01-06 09:00', until: '2026-01-14 09:00', person: 'cy' },
        { from: '2026-01-07 00:00', until: '2026-01-08 00:00', person: 'bo' },
        { from: '2025-12-24 12:00', until: '2025-12-25 00:00', person: 'dora' },
      ],
    });
    expect(onCall(one, at('2025-12-24T11:00Z'))).toBe('dora');
    expect(turnAfter(one, at('2025-12-25T00:00Z'))).toMatchObject({ person: 'ana', until: at('2026-01-06T08:00Z') });
    expect(turnOf(one, at('2026-01-07T12:00Z'))).toEqual({ person: 'bo', from: at('2026-01-06T23:00Z'), until: at('2026-01-07T23:00Z') });
    expect(turnOf(one, at('2026-01-10T12:00Z'))).toEqual({ person: 'cy', from: at('2026-01-07T23:00Z'), until: at('2026-01-14T08:00Z') });
    expect(turnOf(one, at('2026-01-15T12:00Z'))).toEqual({ person: 'bo', from: at('2026-01-14T08:00Z'), until: at('2026-01-19T08:00Z') });
  });
});

/** Walks from the first turn minute by minute, as somebody with a watch would. */
class Walker {
  #minute = Number.NaN;
  #passed = -1;
  #high = '';
  readonly #rota: Rota;
  constructor(one: Rota, from: number) {
    this.#rota = one;
    this.#minute = from;
  }
  /** What the wall has shown at the latest so far: what it shows once more is nothing new. */
  to(moment: number): string | undefined {
    const { zone, start, minute, days, people } = this.#rota;
    for (; this.#minute <= moment; this.#minute += MINUTE) {
      const shown = wall(this.#minute, zone);
      if (shown > this.#high) this.#high = shown;
    }
    const hours = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
    for (;;) {
      const day = new Date(Date.parse(start) + (this.#passed + 1) * days * DAY).toISOString().slice(0, 10);
      if (this.#high < `${day} ${hours}`) break;
      this.#passed++;
    }
    return this.#passed < 0 ? undefined : people[this.#passed % people.length];
  }
}
const clocks = new Map<string, Intl.DateTimeFormat>();
function wall(moment: number, zone: string): string {
  const clock = clocks.get(zone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  clocks.set(zone, clock);
  return clock.format(moment);
}

const ZONES = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC', 'America/St_Johns'];
/** Days around which clocks change somewhere, and around the end of a February. */
const DAYS = ['2026-03-06', '2026-03-27', '2026-04-03', '2026-10-02', '2026-10-23', '2026-10-30', '2028-02-27', '2026-12-30'];

describe('as somebody with a watch sees it', () => {
  it('the same person is on call at every minute', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        fc.constantFrom(...DAYS),
        fc.integer({ min: 0, max: 1439 }),
        fc.integer({ min: 1, max: 2 }),
        (zone, start, minute, days) => {
          const one = rota({ zone, start, minute, days });
          const from = at(`${start}T00:00Z`) - DAY;
          const walker = new Walker(one, from);
          for (let moment = from; moment < from + 4 * DAY; moment += 5 * MINUTE) {
            const expected = walker.to(moment);
            if (onCall(one, moment) !== expected) throw new Error(`${new Date(moment).toISOString()}: ${onCall(one, moment)}, not ${expected}`);
          }
        },
      ),
      { numRuns: 15 },
    );
  }, 30_000);

  it('a turn holds from its first moment until its last, and the next follows it', () => {
    const clock = fc
      .integer({ min: 0, max: 6 * 48 })
      .map((half) => new Date(at('2026-10-22T00:00Z') + half * 30 * MINUTE).toISOString().slice(0, 16).replace('T', ' '));
    const override = fc.record({ from: clock, until: clock, person: fc.constantFrom('ana', 'bo', 'dora') }).filter(({ from, until }) => from < until);
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        fc.array(override, { maxLength: 4 }),
        fc.nat(6 * 1440),
        fc.integer({ min: 1, max: 3 }),
        (zone, overrides, minutes, days) => {
          const one = rota({ zone, start: '2026-10-23', minute: 150, days, people: ['ana', 'bo'], overrides });
          const moment = at('2026-10-22T00:00Z') + minutes * MINUTE;
          const turn = turnOf(one, moment);
          expect(turn?.person).toBe(onCall(one, moment));
          if (!turn) return;
          expect(turn.from <= moment && moment < turn.until).toBe(true);
          for (const inside of [turn.from, turn.until - 1]) expect(turnOf(one, inside)).toEqual(turn);
          const next = turnAfter(one, moment);
          expect(next?.from).toBeGreaterThanOrEqual(turn.until);
        },
      ),
      { numRuns: 200 },
    );
  }, 30_000);

  it('hours are over at the first minute that is not within them', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        fc.constantFrom(...DAYS),
        fc.nat(1439),
        fc.integer({ min: 1, max: 1440 }),
        fc.uniqueArray(fc.nat(6), { minLength: 1 }),
        fc.nat(3 * 1440),
        (zone, start, from, to, days, after) => {
          const hours: Hours = { zone, days, from, to };
          let moment = at(`${start}T00:00Z`) + after * MINUTE;
          const found = overAt(hours, moment);
          for (let i = 0; i < 9 * 1440 && isWithin(hours, moment); i++) moment += MINUTE;
          expect(Number.isFinite(found) ? found : moment).toBe(moment);
          if (!Number.isFinite(found)) expect(isWithin(hours, moment)).toBe(true);
        },
      ),
      { numRuns: 150 },
    );
  }, 30_000);

  it('a clock shows again what it was asked for, unless it leaves that out', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES, 'Pacific/Apia', 'Pacific/Kiritimati'),
        fc.integer({ min: at('1975-01-01'), max: at('2037-12-31') }),
        (zone, when) => {
          const shown = Math.floor(when / MINUTE) * MINUTE;
          const moment = firstShown(shown, zone);
          expect(shownAt(moment, zone)).toBeGreaterThanOrEqual(shown);
          expect(shownAt(moment - 1000, zone)).toBeLessThan(shown);
        },
      ),
    );
  });
});
