import { answer, deskCommand } from '../src/core/command.ts';
import { type Pending, sortPending } from '../src/core/pending.ts';
import { riskWords } from '../src/core/policy.ts';
import { whereWords } from '../src/core/rulewords.ts';
import { approverWords } from '../src/core/simulated.ts';
import { duration } from '../src/core/time.ts';
import type { Block, Cell } from '../src/core/types.ts';
import { atLeastMore, placesWords } from '../src/core/votes.ts';
import { list, type Said, say } from '../src/core/words.ts';

/** What waits: for the word of who asks this, then for that of others. */
export default deskCommand({
  at: 'desk',
  summary: { en: 'List what waits for your word, and what of yours waits', zh: '列出等待您批准的请求，以及您正在等待批准的请求' },
  examples: ['pending'],
  risk: 'none',
  args: {},
  async plan(_input, desk) {
    const person = desk.policy.people.get(desk.person.id);
    const now = Date.now();
    const { mine, own, rest } = person ? sortPending(await desk.waiting(), person, desk, now) : { mine: [], own: [], rest: [] };
    if (mine.length + own.length + rest.length === 0) return answer(say({ en: 'nothing waits', zh: '没有等待中的请求' }), []);
    const summary =
      mine.length === 0
        ? say({ en: 'nothing waits for your word', zh: '没有等待您批准的请求' })
        : say({ en: '{n} waiting for your word', zh: '有 {n} 个请求等待您批准' }, { n: mine.length });
    return answer(summary, [
      ...(mine.length === 0 ? [] : [table(mine, now, { by: true }), HOW]),
      ...titled(say({ en: 'what you asked for:', zh: '您提出的请求：' }), own, now, {}),
      ...titled(say({ en: 'what others decide:', zh: '由他人决定的请求：' }), rest, now, { by: true }),
    ]);
  },
});

const HOW: Block = { kind: 'text', text: say({ en: '`ok CODE` approves, `no CODE` rejects', zh: '`ok 代码` 批准，`no 代码` 拒绝' }) };

function titled(title: Said, all: readonly Pending[], now: number, shown: { readonly by?: true }): Block[] {
  return all.length === 0 ? [] : [{ kind: 'text', text: title }, table(all, now, shown)];
}

function table(all: readonly Pending[], now: number, { by }: { readonly by?: true }): Block {
  const mine = all.some((one) => one.mine !== undefined);
  const why = all.some(({ mute, ticket }) => mute || ticket.reason !== undefined);
  const columns = [
    say({ en: 'code', zh: '代码' }),
    ...(by ? [say({ en: 'who asked', zh: '提出者' })] : []),
    say({ en: 'what', zh: '内容' }),
    say({ en: 'risk', zh: '风险' }),
    say({ en: 'votes', zh: '票数' }),
    mine ? say({ en: 'still takes', zh: '还需' }) : say({ en: 'waits for', zh: '等待' }),
    say({ en: 'expires in', zh: '剩余时间' }),
    ...(why ? [say({ en: 'reason', zh: '理由' })] : []),
    say({ en: 'request', zh: '请求' }),
  ];
  const rows = all.map((one): Cell[] => [
    one.ticket.plan.code,
    ...(by ? [one.by] : []),
    one.ticket.text,
    riskWords(one.ticket.plan.risk),
    `${one.yes.length}/${one.yes.length + atLeastMore(one.left)}`,
    mine ? takes(one) : waitsFor(one),
    duration(Math.max(0, one.ticket.expiresAt - now)),
    ...(why ? [one.mute ? say({ en: 'not said yet', zh: '尚未说明' }) : (one.ticket.reason?.text ?? '')] : []),
    one.ticket.id,
  ]);
  return { kind: 'table', columns, rows };
}

function takes({ left, mine }: Pending): Said {
  const rooms = mine && whereWords(mine);
  return rooms ? say({ en: '{places}, {rooms}', zh: '{places}，{rooms}' }, { places: placesWords(left), rooms }) : placesWords(left);
}

/** Whom it waits for: who must say why, who could say yes, or the machine. */
function waitsFor({ ticket, by, left, mute, others }: Pending): Said {
  if (ticket.state === 'approved' || atLeastMore(left) === 0) return say({ en: 'its time to run', zh: '执行时机' });
  if (mute) return say({ en: '{by}, for the reason', zh: '{by} 说明理由' }, { by });
  if (others.length === 0) return say({ en: 'nobody can approve this now', zh: '目前无人能批准' });
  return say({ en: '{places}: {names}', zh: '{places}：{names}' }, { places: placesWords(left), names: list(others.map((one) => approverWords(one))) });
}
