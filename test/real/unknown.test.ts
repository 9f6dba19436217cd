import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FlatCard } from '../../src/core/flatten.ts';
import { hostOf, type RealBot, realBot } from '../support/real/bot.ts';
import { needs } from '../support/real/have.ts';
import { kill, processes, until } from '../support/real/processes.ts';
import { type Sshd, startSshd } from '../support/real/sshd.ts';

/** Seconds that nobody else sleeps, so that the process can be found. */
const MARKS = { first: '86311', second: '86312' } as const;
const leak = (seconds: string) => `(setsid env -i sleep ${seconds} </dev/null >/dev/null 2>&1 &); exec sleep 300`;

let sshd: Sshd;
let bot: RealBot;
const alive = (seconds: string) => processes('cmdline', (line) => line === `sleep\0${seconds}\0`);
const buttons = (card: FlatCard) => card.buttons.map(({ id }) => id);

describe.skipIf(!needs(['sshd', 'ssh-keygen', 'setsid', 'root']))('a stop that cannot be proven, on a real host', () => {
  beforeAll(async () => {
    sshd = await startSshd();
    const program = (seconds: string) => ({ summary: 'Leave a process behind', argv: ['sh', '-c', leak(seconds)], risk: 'low', timeout: '10m' });
    bot = await realBot({ real: hostOf(sshd) }, { programs: { first: program(MARKS.first), second: program(MARKS.second) } });
  });
  afterAll(async () => {
    await bot?.close();
    await sshd?.close();
    kill(Object.values(MARKS).flatMap(alive));
  });

  async function cancelled(name: keyof typeof MARKS): Promise<FlatCard> {
    const card = await bot.says('alice', `host run ${name} real`, { until: ({ ticket }) => ticket?.state === 'running' });
    await until('the process that gets away', async () => alive(MARKS[name]).length === 1);
    return bot.presses('alice', card, 'cancel', { until: ({ ticket }) => ticket?.state === 'unknown' });
  }

  it('says so, names what may be alive, keeps its locks, and knows better when asked again', async () => {
    const card = await cancelled('first');
    expect(card.text).toContain('stop not proven: 1 may be alive');
    expect(card.text).toContain(`sleep ${MARKS.first}`);
    expect(buttons(card)).toEqual(['recheck', 'mark-done', 'mark-failed']);
    expect(alive(MARKS.first)).toHaveLength(1);
    expect((await bot.says('bob', 'lock list')).text).toContain(card.id);

    kill(alive(MARKS.first));
    const known = await bot.presses('bob', card, 'recheck', { until: ({ ticket }) => ticket?.state === 'cancelled' });
    expect(known.text).toMatch(/stopped, proven \(0 processes/);
    expect((await bot.says('bob', 'lock list')).text).toContain('nothing is locked');
  }, 60_000);

  it('can be marked by someone who says how they know', async () => {
    const card = await cancelled('second');
    expect((await bot.presses('bob', card, 'mark-failed')).text).toContain('a reason is needed');
    const marked = await bot.presses('bob', card, 'mark-failed', { reason: 'seen with ps, harmless' });
    expect(marked.ticket?.state, marked.text).toBe('failed');
    expect(marked.text).toContain('marked failed by Bob: “seen with ps, harmless”');
    expect((await bot.says('bob', 'lock list')).text).toContain('nothing is locked');
  }, 60_000);
});
