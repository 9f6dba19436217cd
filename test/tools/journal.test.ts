import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freed, journalTime, journalWords, parseJournal } from '../../src/tools/journal.ts';
import { shapeOf } from '../../src/tools/journal-shape.ts';

describe('the journal', () => {
  it('is asked for in words that are each an option with its value, whatever a person says', () => {
    fc.assert(
      fc.property(fc.record({ units: fc.array(fc.string()), grep: fc.string(), since: fc.string(), lines: fc.nat() }), (wanted) => {
        for (const word of journalWords(wanted)) expect(word).toMatch(/^--(lines|unit|grep|since)=/);
      }),
    );
    expect(journalWords({ lines: 5, boot: '-1', kernel: true, grep: '--vacuum-size=1' })).toEqual([
      '--lines=5',
      '--grep=--vacuum-size=1',
      '--boot=-1',
      '--dmesg',
    ]);
  });

  it('is asked for by spans before now and by moments', () => {
    expect([journalTime('90s'), journalTime('2h'), journalTime('7d')]).toEqual(['-90s', '-7200s', '-604800s']);
    expect(journalTime('2026-11-21T09:00:00+08:00')).toBe('@1795222800');
  });

  it('never takes a cut answer for a whole one', () => {
    expect(() => parseJournal('{"__REALTIME_TIMESTAMP":"1","MESSAGE":"x"}\n', 10)).toThrow('in the middle');
    const line = '{"__REALTIME_TIMESTAMP":"1795222800000000","MESSAGE":"x","SYSLOG_IDENTIFIER":"a"}';
    expect(parseJournal(`${line}\n{"__REALT\n== said\nexit 141\n`, 10)).toMatchObject({ entries: [{ text: 'x', at: 1_795_222_800_000 }], cut: true });
    expect(parseJournal('\n== said\nexit 1\n', 10)).toMatchObject({ entries: [], cut: false, refused: false });
    expect(parseJournal('\n== said\nNo journal files were opened due to insufficient permissions.\nexit 1\n', 10).notes).toContain('permissions');
  });

  it('is freed of what is archived alone, the oldest first', () => {
    const files = {
      active: 10,
      archived: [
        { size: 5, at: 1000 },
        { size: 5, at: 2000 },
        { size: 5, at: 3000 },
      ],
    };
    expect(freed(files, { keep: 20 }, 9000).map(({ at }) => at)).toEqual([1000]);
    expect(freed(files, { keep: 1 }, 9000)).toHaveLength(3);
    expect(freed(files, { olderMs: 6500 }, 9000).map(({ at }) => at)).toEqual([1000, 2000]);
  });

  it.each([
    ['Accepted publickey for root from 192.0.2.5 port 40022 ssh2', 'Accepted publickey for root from … port … ssh…'],
    ['disk 3f2a9c01bb failed at 0xdeadbeef', 'disk … failed at …'],
    ['deadline exceeded for 550e8400-e29b-41d4-a716-446655440000', 'deadline exceeded for …'],
  ])('“%s” has a shape', (text, shape) => {
    expect(shapeOf(text)).toBe(shape);
  });
});
