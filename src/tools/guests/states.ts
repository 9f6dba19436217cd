import { type Said, say } from '../../core/words.ts';

/** What a guest is doing. `unknown`: its node does not report. */
export type GuestState = 'running' | 'paused' | 'stopped' | 'stopping' | 'crashed' | 'suspended' | 'unknown';

const STATE_WORDS: Readonly<Record<GuestState, Said>> = {
  running: say({ en: 'running', zh: '运行中' }),
  paused: say({ en: 'suspended', zh: '已挂起' }),
  stopped: say({ en: 'stopped', zh: '已停止' }),
  stopping: say({ en: 'shutting down', zh: '正在关机' }),
  crashed: say({ en: 'crashed', zh: '已崩溃' }),
  suspended: say({ en: 'asleep', zh: '已休眠' }),
  unknown: say({ en: 'unknown', zh: '未知' }),
};

/** A state in words. */
export function stateWords(state: GuestState): Said {
  return STATE_WORDS[state];
}
