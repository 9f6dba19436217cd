import { wayBack } from './buttons.ts';
import type { Journal } from './journal.ts';
import { seconds, targetWords } from './outcome.ts';
import { provingBlocks } from './proving.ts';
import type { In } from './ticket.ts';
import type { Block, Plan, Seen, Step } from './types.ts';
import { quoted, type Said, say } from './words.ts';

/** Steps under way that are shown one by one; more are only counted. */
const MOST = 5;
/** Lines of a step's latest output that are shown while it runs. */
const LINES = 3;

/** How a run that is under way looks: how much is done, what runs now and what it last said, what it waits for, and how a stop stands. */
export function underWay(plan: Plan | undefined, journal: Journal, names: Readonly<Record<string, string>>, ticket: In<'running'> | In<'cancelling'>): Block[] {
  const steps = plan?.steps ?? [];
  const done = Object.values(journal).filter((entry) => entry.state === 'finished').length;
  const now = steps.flatMap((step, i) => (journal[i] && journal[i].state !== 'finished' ? [{ step, entry: journal[i] }] : []));
  const blocks: Block[] = [
    {
      kind: 'progress',
      done,
      of: steps.length,
      label: label(
        now.map(({ step }) => step),
        isBlocked(ticket, journal),
      ),
    },
  ];
  const waves = ticket.plan.waves.length;
  if (waves > 1) blocks.push(text(say({ en: 'wave {n} of {waves}', zh: '第 {n} 批，共 {waves} 批' }, { n: ticket.wave + 1, waves })));
  blocks.push(...provingBlocks(plan, journal));
  for (const { step, entry } of now.slice(0, MOST)) {
    if (entry.state === 'started') blocks.push(...progress(step, entry.seen, entry.at - entry.since, now.length > 1));
  }
  if (ticket.state === 'cancelling') blocks.push(text(stopping(plan, journal, names[ticket.cancelledBy] ?? ticket.cancelledBy)));
  else if (isBlocked(ticket, journal) && ticket.blocked) blocks.push(text(ticket.blocked));
  else if (wayBack(plan, journal) === 'none')
    blocks.push(text(say({ en: 'past the point of no return: it cannot be stopped any more', zh: '已过不可返回点：无法再停止' })));
  return blocks;
}

/** It waits for locks; once something was begun, it has them. */
function isBlocked(ticket: In<'running'> | In<'cancelling'>, journal: Journal): boolean {
  return ticket.state === 'running' && ticket.blocked !== undefined && Object.keys(journal).length === 0;
}

const text = (said: Said): Block => ({ kind: 'text', text: said });

function label(now: readonly Step[], blocked: boolean): Said {
  const [first] = now;
  if (!first && blocked) return say({ en: 'waiting its turn', zh: '排队等待' });
  if (!first) return say({ en: 'running', zh: '正在执行' });
  const one = say({ en: '{on}: {why}', zh: '{on}：{why}' }, { on: targetWords(first), why: first.why });
  return now.length === 1 ? one : say({ en: '{one}, and {n} more', zh: '{one}，另有 {n} 个' }, { one, n: now.length - 1 });
}

function progress(step: Step, seen: Seen, ms: number, named: boolean): Block[] {
  const done: Block[] = seen.share === undefined ? [] : [percent(step, seen.share, named)];
  if (seen.size === 0) return done;
  const lines = seen.tail
    .trimEnd()
    .split(/\r\n|\n|\r/)
    .slice(-LINES);
  const size = say({ en: '{size} of output in {time}', zh: '{time}内输出 {size}' }, { size: bytes(seen.size), time: seconds(ms) });
  const head = named ? say({ en: '{on}: {size}', zh: '{on}：{size}' }, { on: quoted(targetWords(step)), size }) : size;
  return [...done, text(head), { kind: 'code', text: lines.map((line) => line.slice(0, 200)).join('\n') }];
}

/** How far one step is, as its own log tells. */
function percent(step: Step, share: number, named: boolean): Block {
  const label = named ? say({ en: '{on}: {why}', zh: '{on}：{why}' }, { on: targetWords(step), why: step.why }) : step.why;
  return { kind: 'progress', done: Math.floor(share * 100), of: 100, label };
}

/** `812 B`, `1.2 MB`. */
export function bytes(n: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = n < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(n) / 3));
  const value = n / 1000 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}

function stopping(plan: Plan | undefined, journal: Journal, by: string): Said {
  return wayBack(plan, journal) === 'stop'
    ? say(
        {
          en: '{by} asked to stop: what runs is being stopped, and it is checked that nothing is left',
          zh: '{by} 要求停止：正在停止运行中的步骤，并核实没有残留进程',
        },
        { by },
      )
    : say({ en: '{by} asked to stop: the step under way must be finished, no other begins', zh: '{by} 要求停止：当前步骤必须完成，不再开始其他步骤' }, { by });
}
