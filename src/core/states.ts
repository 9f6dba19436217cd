import type { State, Ticket } from './ticket.ts';
import { type Said, say } from './words.ts';

/** What a ticket's state is called. */
export const STATE_WORDS: Readonly<Record<State, Said>> = {
  planning: say({ en: 'being planned', zh: '规划中' }),
  refused: say({ en: 'refused', zh: '已拒绝受理' }),
  waiting: say({ en: 'waiting', zh: '等待批准' }),
  scheduled: say({ en: 'approved, and waits for its window', zh: '已批准，等待窗口开放' }),
  approved: say({ en: 'approved', zh: '已批准' }),
  running: say({ en: 'running', zh: '执行中' }),
  cancelling: say({ en: 'being stopped', zh: '正在停止' }),
  done: say({ en: 'done', zh: '已完成' }),
  failed: say({ en: 'failed', zh: '失败' }),
  unknown: say({ en: 'of unknown outcome', zh: '结果未知' }),
  cancelled: say({ en: 'cancelled', zh: '已取消' }),
  rejected: say({ en: 'rejected', zh: '已被拒绝' }),
  expired: say({ en: 'expired', zh: '已过期' }),
};

/** Someone else was faster. */
export function late(ticket: Ticket | undefined): Said {
  return say({ en: 'this is {state} already', zh: '此请求已是：{state}' }, { state: ticket ? STATE_WORDS[ticket.state] : '' });
}
