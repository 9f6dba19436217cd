import { describe, expect, it } from 'vitest';
import type { Pace } from '../../src/chat/pace.ts';
import { Rates } from '../../src/chat/rates.ts';

const PACE: Pace = { perSecond: 5, burst: 10, editMs: 0, abreast: 4, editsPerMinute: 8, roomMs: 1000 };

describe('rates', () => {
  it('let progress go up to three quarters of the edits of a minute, and what is pressing until the chat says no', () => {
    const rates = new Rates(PACE);
    for (let i = 0; i < 6; i++) rates.edits(10_000 + i);
    expect([rates.editsFrom(true), rates.editsFrom(false)]).toEqual([70_000, 0]);
    for (let i = 6; i < 8; i++) rates.edits(10_000 + i);
    expect([rates.editsFrom(true), rates.editsFrom(false)]).toEqual([70_002, 0]);
    rates.edits(70_001); // by then the first two do not count any more
    expect(rates.editsFrom(true)).toBeLessThanOrEqual(70_004);
  });

  it('let no edit go before the chat wants any', () => {
    const rates = new Rates(PACE);
    rates.pauseEdits(5000);
    rates.pauseEdits(4000);
    expect(rates.editsFrom(false)).toBe(5000);
  });

  it('know of no limit where a chat has none', () => {
    const rates = new Rates({ perSecond: 5, burst: 10, editMs: 0, abreast: 4 });
    for (let i = 0; i < 1000; i++) rates.edits(i);
    expect(rates.editsFrom(true)).toBe(0);
  });

  it('give a room that wants silence again and again one message after the other for a while, with a pause after each', () => {
    const rates = new Rates(PACE);
    rates.posted('ops', 500);
    expect([rates.isTight('ops', 500), rates.postsFrom('ops')]).toEqual([false, 0]);
    for (const at of [1000, 1001, 1002]) rates.pauseRoom('ops', at + 1000, at); // all on their way at once
    expect([rates.isTight('ops', 1500), rates.postsFrom('ops')]).toEqual([false, 2002]);
    rates.pauseRoom('ops', 3100, 2100);
    expect([rates.isTight('ops', 2100), rates.isTight('other', 2100), rates.postsFrom('ops')]).toEqual([true, false, 3100]);
    rates.posted('ops', 3200);
    expect(rates.postsFrom('ops')).toBe(4200);
    rates.posted('ops', 70_000);
    expect([rates.isTight('ops', 70_000), rates.postsFrom('ops')]).toEqual([false, 0]);
  });
});
