import type { Outcome } from '../core/types.ts';
import { say } from '../core/words.ts';
import type { Answer } from './answer.ts';
import type { Kept } from './kept.ts';

/** What an answer about a step means, with the output kept so far; undefined while it runs. `limitMs`: the step's limit. */
export function outcomeOf(answer: Pick<Answer, 'state' | 'code' | 'ms' | 'alive'>, kept: Kept, limitMs: number): Outcome | undefined {
  const { state, code = 255, ms, alive } = answer;
  const output = kept.text();
  switch (state) {
    case 'running':
      return undefined;
    case 'exit': {
      const signal = SIGNALS[code - 128];
      if (signal !== undefined) return { kind: 'signal', signal, output, ms };
      return { kind: 'exit', code, output, ms, ...(kept.cut > 0 ? { cut: kept.cut } : {}) };
    }
    case 'timeout':
      return { kind: 'timeout', afterMs: limitMs, output };
    case 'stopped':
      return { kind: 'stopped', ms, output };
    case 'unproven':
      return { kind: 'unproven', alive, output };
    case 'rebooted':
      return { kind: 'rebooted', output };
    case 'gone':
      return { kind: 'gone', why: say({ en: 'the process on the host is gone and left no exit status', zh: '主机上的进程已消失，没有留下退出码' }) };
    case 'none':
      return { kind: 'gone', why: say({ en: 'the host knows nothing of this step any more', zh: '主机上已没有这一步的任何记录' }) };
  }
}

/** Signals a shell reports as 128 + n: signal(7). */
const SIGNALS: Readonly<Record<number, string>> = {
  1: 'HUP',
  2: 'INT',
  3: 'QUIT',
  4: 'ILL',
  6: 'ABRT',
  7: 'BUS',
  8: 'FPE',
  9: 'KILL',
  11: 'SEGV',
  13: 'PIPE',
  14: 'ALRM',
  15: 'TERM',
};
