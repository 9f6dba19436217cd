import { STATE_WORDS } from '../states.ts';
import type { Block } from '../types.ts';
import { type Said, say } from '../words.ts';
import type { Alert, Try } from './alert.ts';
import { short } from './rows.ts';
import { took } from './span.ts';

/** Most tries on a card: the newest. */
const MOST = 3;

/** What was tried against an alert, and what came of it: `Bob ran svc restart nginx web1: cleared after 2 min 10 s`. */
export function tryBlocks(alert: Alert, nameOf: (id: string) => string, most = MOST): Block[] {
  const held = alert.history.findLast(({ kind }) => kind === 'held');
  const tries = alert.tries
    .slice(-most)
    .map((one) =>
      say(one.auto ? BY_ITSELF : one.endedAt === undefined ? ASKED : BY_HAND, { by: nameOf(one.by), line: short(one.line, 200), came: cameOf(one, alert) }),
    );
  return [...tries, ...(held ? [heldWords(held.what)] : [])].map((text) => ({ kind: 'text', text }));
}

const ASKED = { en: '{by} asked for `{line}`: {came}', zh: '{by} 提出 `{line}`：{came}' };
const BY_HAND = { en: '{by} ran `{line}`: {came}', zh: '{by} 执行了 `{line}`：{came}' };
const BY_ITSELF = { en: 'by itself, in the name of {by}: `{line}`: {came}', zh: '自动以 {by} 的名义执行 `{line}`：{came}' };

/** Why what a runbook asks by itself was not asked. */
export function heldWords(why: string | undefined): Said {
  return why === 'spent'
    ? say({ en: 'nothing was tried by itself: it was tried as often as it may today', zh: '未自动处理：今日自动次数已用完' })
    : say({ en: 'nothing was tried by itself: it did not help the last time', zh: '未自动处理：上次自动处理没有效果' });
}

function cameOf({ ticket, endedAt, state, verdict }: Try, { history, resolvedAt }: Alert): Said {
  if (verdict === 'still-firing') return say({ en: 'still firing', zh: '仍在告警' });
  if (verdict === 'cleared') {
    const noted = history.findLast((one) => one.kind === 'cleared' && one.ticket === ticket)?.ms;
    const ms = noted ?? (resolvedAt !== undefined && endedAt !== undefined ? resolvedAt - endedAt : undefined);
    return ms === undefined ? say({ en: 'cleared', zh: '已恢复' }) : say({ en: 'cleared after {took}', zh: '{took}后恢复' }, { took: took(ms) });
  }
  if (endedAt === undefined) return say({ en: 'under way ({ticket})', zh: '进行中（{ticket}）' }, { ticket });
  const words = Object.entries(STATE_WORDS).find(([name]) => name === state)?.[1] ?? say({ en: 'ended', zh: '已结束' });
  return state === 'done' ? say({ en: 'done, watching', zh: '已完成，观察中' }) : words;
}
