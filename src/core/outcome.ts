import type { AnyCommand } from './command.ts';
import { isGood } from './journal.ts';
import { amount } from './time.ts';
import type { Block, Cell, Outcome, Plan, Step } from './types.ts';
import { quoted, type Said, say } from './words.ts';

/** What a step came to, in one phrase. */
export function outcomeWords(outcome: Outcome): Said {
  switch (outcome.kind) {
    case 'exit':
      return outcome.code === 0
        ? say({ en: 'done in {time}', zh: '完成，用时 {time}' }, { time: seconds(outcome.ms) })
        : say({ en: 'failed, exit {code}', zh: '失败，退出码 {code}' }, { code: outcome.code });
    case 'task':
      return taskWords(outcome);
    case 'refused':
      return say({ en: 'refused: {why}', zh: '被拒绝：{why}' }, { why: outcome.why });
    case 'signal':
      return say({ en: 'killed by SIG{signal}', zh: '被信号 SIG{signal} 终止' }, { signal: outcome.signal });
    case 'timeout':
      return say({ en: 'timed out after {time}', zh: '{time}后超时' }, { time: seconds(outcome.afterMs) });
    case 'met':
      return say({ en: 'seen after {time}', zh: '{time}后确认' }, { time: seconds(outcome.ms) });
    case 'rebooted':
      return say({ en: 'interrupted: the host rebooted in the middle', zh: '中断：主机在执行期间重启' });
    case 'stopped':
      return say({ en: 'stopped, proven (0 processes, {time})', zh: '已停止，已证实（0 个进程，{time}）' }, { time: seconds(outcome.ms) });
    case 'unproven':
      return say({ en: 'stop not proven: {n} may be alive', zh: '停止未能证实：{n} 个进程可能仍在运行' }, { n: outcome.alive.length });
    case 'gone':
      return say({ en: 'unknown: {why}', zh: '未知：{why}' }, { why: outcome.why });
    case 'unreachable':
      return say({ en: 'not done: {why}', zh: '未执行：{why}' }, { why: outcome.why });
    case 'skipped':
      return say({ en: 'not done', zh: '未执行' });
  }
}

function taskWords({ came, said, ms }: Extract<Outcome, { kind: 'task' }>): Said {
  const time = seconds(ms);
  if (came === 'ok') return say({ en: 'done in {time}', zh: '完成，用时 {time}' }, { time });
  if (came === 'warning') return say({ en: 'done with warnings in {time}: {said}', zh: '完成但有警告，用时 {time}：{said}' }, { time, said });
  return say({ en: 'failed after {time}: {said}', zh: '{time}后失败：{said}' }, { time, said });
}

/** `0.8 s`, `75 s`, `12 min`. */
export function seconds(ms: number): Said {
  if (ms < 10_000) return amount((ms / 1000).toFixed(1), 's');
  return ms < 120_000 ? amount(Math.round(ms / 1000), 's') : amount(Math.round(ms / 60_000), 'min');
}

/** Where a step acts, for people: `kvm1`, or `kvm1/shop`. */
export function targetWords({ on }: Step): string {
  if (on.name === undefined) return on.host;
  return on.name.startsWith('/') ? `${on.host}:${on.name}` : `${on.host}/${on.name}`;
}

/** How the end looks: as the command says, or a row per step. */
export function outcomeReport(plan: Plan, outcomes: readonly Outcome[], command: AnyCommand | undefined): readonly Block[] {
  return command?.report?.(plan, outcomes).blocks ?? stepReport(plan, outcomes);
}

/** The default report: a row per step, and the output of what failed. */
export function stepReport(plan: Plan, outcomes: readonly Outcome[]): Block[] {
  const rows = plan.steps.flatMap((step, i): Cell[][] => {
    const outcome = outcomes[i] ?? { kind: 'skipped' };
    if (step.always === 'cancelled' && outcome.kind === 'skipped') return []; // nobody cancelled it
    return [[targetWords(step), step.why, cameTo(step, outcome)]];
  });
  const columns = [say({ en: 'on', zh: '对象' }), say({ en: 'step', zh: '步骤' }), say({ en: 'came to', zh: '结果' })];
  return [{ kind: 'table', columns, rows }, ...plan.steps.flatMap((step, i) => failure(step, outcomes[i]))];
}

/** The bot's own steps take no time, and are done rather than seen. */
function cameTo(step: Step, outcome: Outcome): Said {
  if (step.kind === 'desk' && outcome.kind === 'met') return say({ en: 'done', zh: '完成' });
  if (step.kind === 'prove' && outcome.kind === 'timeout')
    return say({ en: 'not proven in {time}', zh: '{time}内未得到证明' }, { time: seconds(outcome.afterMs) });
  return outcomeWords(outcome);
}

/** It did what it was to do, and has something to say about it. */
function isWarned(outcome: Outcome): boolean {
  return outcome.kind === 'task' && outcome.came === 'warning';
}

function failure(step: Step, outcome: Outcome | undefined): Block[] {
  if (outcome?.kind === 'unproven') {
    return [
      { kind: 'text', text: say({ en: 'may be alive on {on}:', zh: '{on} 上可能仍在运行：' }, { on: quoted(targetWords(step)) }) },
      { kind: 'code', text: outcome.alive.slice(0, 20).join('\n') },
    ];
  }
  if (!outcome || (isGood(outcome) && !isWarned(outcome)) || !('output' in outcome) || outcome.output.trim() === '') return [];
  const text = outcome.output.trimEnd();
  return [
    { kind: 'text', text: say({ en: 'output on {on}:', zh: '{on} 的输出：' }, { on: quoted(targetWords(step)) }) },
    { kind: 'code', text: text.length > 1500 ? `…${text.slice(-1500)}` : text },
  ];
}
