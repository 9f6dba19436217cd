import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endOf, guestResults, logLines, NO_PROGRESS, readLine, shareOf, taskEnd, unstamped } from '../../src/core/tasklog.ts';

const share = (...lines: string[]) => shareOf(lines.reduce(readLine, NO_PROGRESS));

describe('how a task ended', () => {
  it.each([
    ['OK', 'ok'],
    ['WARNINGS: 2', 'warning'],
    ['unexpected status', 'unknown'],
    ['unable to get last line from task log - file is empty', 'unknown'],
    ['unknown', 'unknown'],
    ['', 'unknown'],
    ['VM is locked (backup)', 'error'],
    ['WARNINGS: a few', 'error'],
    ['received interrupt', 'error'],
    ['ok', 'error'],
  ])('%s is %s', (said, came) => expect(taskEnd(said)).toEqual({ came, said }));

  it.each([
    ['TASK OK', 'OK'],
    ['TASK WARNINGS: 1', 'WARNINGS: 1'],
    ['TASK ERROR: job errors', 'job errors'],
    ['2025-09-22T14:31:04+02:00: TASK ERROR: Something went wrong', 'Something went wrong'],
    ['2025-09-22T14:31:04Z: TASK OK', 'OK'],
    ['TASK OK?', undefined],
    ['INFO: TASK OK', undefined],
    ['TASK WARNINGS: ', undefined],
  ])('the line %s tells %s', (line, end) => expect(endOf(line)).toBe(end));
});

describe('lines of an answer', () => {
  it.each([
    ['an empty log', [{ n: 1, t: 'no content' }], { first: 1, lines: [] }],
    ['nothing new', [], { first: 1, lines: [] }],
    [
      'a part',
      [
        { t: 'a', n: 4 },
        { t: 'b', n: 5 },
      ],
      { first: 4, lines: ['a', 'b'] },
    ],
    ['a log that says so itself', [{ n: 2, t: 'no content' }], { first: 2, lines: ['no content'] }],
    ['none', null, { first: 1, lines: [] }],
  ])('%s', (_name, data, lines) => expect(logLines(data)).toEqual(lines));
});

describe('how far a task is', () => {
  it.each<[string, string[], number | undefined]>([
    [
      'a backup',
      [
        'INFO: starting new backup job: vzdump 103 --storage pbs',
        'INFO: Starting Backup of VM 103 (qemu)',
        'INFO:  21% (1.7 GiB of 8.0 GiB) in 3s, read: 577.3 MiB/s, write: 106.7 MiB/s',
      ],
      0.21,
    ],
    [
      'a backup that ended',
      ['INFO: starting new backup job: vzdump 103 --storage pbs', 'INFO: Starting Backup of VM 103 (qemu)', 'INFO: Finished Backup of VM 103 (00:00:47)'],
      1,
    ],
    [
      'the second of two guests',
      [
        'INFO: starting new backup job: vzdump 103 104 --all 0',
        'INFO: Starting Backup of VM 103 (qemu)',
        'INFO: Finished Backup of VM 103 (00:00:47)',
        'INFO: Starting Backup of VM 104 (qemu)',
        'INFO:  50% (4.0 GiB of 8.0 GiB) in 1m 3s, read: 1 MiB/s, write: 1 MiB/s',
      ],
      0.75,
    ],
    [
      'the second of nobody knows how many',
      [
        'INFO: starting new backup job: vzdump --all 1',
        'ERROR: Backup of VM 103 failed - no',
        'INFO: Starting Backup of VM 104 (qemu)',
        'INFO:  50% (4.0 GiB of 8.0 GiB) in 3s, read: 1 MiB/s, write: 1 MiB/s',
      ],
      undefined,
    ],
    ['a container', ['INFO: starting new backup job: vzdump 200', 'INFO: creating vzdump archive'], undefined],
    ['a restore from a backup server', ['progress 37% (read 3179282432 bytes, zeroes = 50% (1602224128 bytes), duration 3 sec)'], 0.37],
    ['a restore from an archive', ['progress 5% (read 107413504 bytes, duration 1 sec)'], 0.05],
    ['a disk', ['drive-scsi0: transferred 1.2 GiB of 8.0 GiB (15.00%) in 10s'], 0.15],
    ['a disk of a stopped guest', ['transferred 512.0 MiB of 1.0 GiB (50.00%)'], 0.5],
    [
      'a migration with a disk',
      [
        '2026-11-20 09:44:35 drive-scsi0: transferred 3.0 GiB of 3.0 GiB (100.00%) in 10s, ready',
        '2026-11-20 09:44:39 migration active, transferred 512.0 MiB of 1.0 GiB VM-state, 112.0 MiB/s',
      ],
      0.875,
    ],
    ['memory that changes faster than it is sent', ['migration active, transferred 3.0 GiB of 1.0 GiB VM-state, 112.0 MiB/s'], 1],
    ['a verification', ['2025-09-22T14:31:04+02:00: percentage done: 27.27% (3/11 groups)'], 0.2727],
    [
      'a garbage collection',
      ['2025-09-22T14:31:04+02:00: Start GC phase1 (mark used chunks)', '2025-09-22T14:31:04+02:00: marked 50% (9 of 18 index files)'],
      0.25,
    ],
    [
      'its second half',
      [
        'Start GC phase1 (mark used chunks)',
        'marked 100% (18 of 18 index files)',
        'Start GC phase2 (sweep unused chunks)',
        'percentage done: 40, chunk count: 219',
      ],
      0.7,
    ],
  ])('%s', (_name, lines, done) => {
    const seen = share(...lines);
    if (done === undefined) expect(seen).toBeUndefined();
    else expect(seen).toBeCloseTo(done, 2);
  });

  it('tells what became of each guest', () => {
    const log = [
      'INFO: starting new backup job: vzdump 200 999',
      'INFO: Finished Backup of VM 200 (00:00:01)',
      "ERROR: Backup of VM 999 failed - unable to find VM '999'",
    ].join('\n');
    expect(guestResults(log)).toEqual([
      { vmid: 200, ok: true, said: '00:00:01' },
      { vmid: 999, ok: false, said: "unable to find VM '999'" },
    ]);
  });

  it('takes no time over lines that are made to take it', () => {
    for (const part of ['x of y) in z, ', ' of ) in , ', 'x of x']) readLine(NO_PROGRESS, `INFO: 5% (${part.repeat(6000)}`);
    const all = Array.from({ length: 60_000 }, (_, i) => `ERROR: Backup of VM ${i} failed - no`).join('\n');
    expect(guestResults(all).length).toBeGreaterThan(1000);
  });

  it('never throws, and never leaves 0 to 1, whatever a log says', () => {
    const words = fc.constantFrom(
      'INFO: ',
      'ERROR: ',
      'Backup of VM ',
      'progress ',
      '37% ',
      '(read 1 bytes',
      'transferred ',
      '1 GiB of 0 B (',
      '..9 GiB',
      'TASK ',
      'OK',
      'percentage done: ',
      '999999%',
      'Start GC phase2',
      'vzdump 1 2 3',
      ' failed - ',
      '-1',
    );
    const line = fc.oneof(
      fc.string(),
      fc.array(words, { maxLength: 6 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const seen = share(...lines);
        if (seen !== undefined) expect(seen >= 0 && seen <= 1).toBe(true);
        for (const one of lines) for (const read of [endOf, unstamped, taskEnd]) expect(() => read(one)).not.toThrow();
      }),
    );
    fc.assert(fc.property(fc.anything(), (data) => void logLines(data)));
  });
});
