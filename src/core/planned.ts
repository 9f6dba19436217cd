import { callLine } from './call.ts';
import { targetWords } from './outcome.ts';
import { riskWords } from './policy.ts';
import { quote } from './quote.ts';
import { waves } from './rollout.ts';
import { duration } from './time.ts';
import type { Argv, Block, Cell, Fact, Plan, Step } from './types.ts';
import { undoWords } from './undo.ts';
import { list, quoted, type Said, say } from './words.ts';

/** Commands put the weightiest first. */
const MOST_FACTS = 8;

/** That there is more than fits. */
function moreFacts(n: number): [Said, Cell] {
  return [say({ en: 'and more', zh: '另有' }), say({ en: '{n}, not shown', zh: '{n} 项，未显示' }, { n })];
}

/** What would be done and what it relies on. */
export function planBlocks(plan: Plan | undefined): Block[] {
  if (!plan) return [];
  const rows = plan.steps.map((step): Cell[] => [targetWords(step), step.why, stepLine(step)]);
  const table: Block = {
    kind: 'table',
    columns: [say({ en: 'on', zh: '对象' }), say({ en: 'step', zh: '步骤' }), say({ en: 'command', zh: '命令' })],
    rows,
  };
  const facts: Block = {
    kind: 'facts',
    facts: [
      ...plan.facts.slice(0, MOST_FACTS).map((fact): [Said, Cell] => [fact.what, fact.value]),
      ...(plan.facts.length > MOST_FACTS ? [moreFacts(plan.facts.length - MOST_FACTS)] : []),
      ...(plan.keeps ?? []).map(({ what, forMs }): [Said, Cell] => [
        say({ en: 'kept', zh: '保留' }),
        say({ en: '{what}, removed after {time}', zh: '{what}，{time}后删除' }, { what, time: duration(forMs) }),
      ]),
      [say({ en: 'risk', zh: '风险' }), riskWords(plan.risk)],
      [say({ en: 'undo', zh: '撤销' }), undoWords(plan.undo)],
    ],
  };
  return plan.steps.length === 0 ? [] : [table, ...rolloutBlocks(plan), facts];
}

/** In which order it goes over the hosts, and what stops it. */
function rolloutBlocks({ steps, rollout }: Plan): Block[] {
  if (!rollout) return [];
  const groups = waves([...new Set(steps.map((step) => step.on.host))], rollout);
  const text = say(
    { en: 'in {n} waves: {groups}; no further host once more than {maxFail} failed', zh: '分 {n} 批：{groups}；失败超过 {maxFail} 台即停止' },
    { n: groups.length, groups: list(groups.map((hosts) => say({ en: '({hosts})', zh: '（{hosts}）' }, { hosts: list(hosts) }))), maxFail: rollout.maxFail },
  );
  return [{ kind: 'text', text }];
}

/** A command line with the bot's own scripts by their names alone: whole they would hide on a card what it is about; `export` has them word for word. */
function named(argv: Argv): string[] {
  const words: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const name = argv[i] === 'sh' && argv[i + 1] === '-c' && argv[i + 3] === 'sh' ? /^#([a-z][a-z0-9-]*)\n/.exec(argv[i + 2] ?? '')?.[1] : undefined;
    words.push(name ?? argv[i] ?? '');
    if (name !== undefined) i += 3;
  }
  return words;
}

/** What a step does, as it would be typed. */
export function stepLine(step: Step): Said {
  if (step.kind === 'exec') {
    const words = named(step.argv);
    const line = quoted(words.map(quote).join(' '));
    return words[0] === step.argv[0] ? line : say({ en: 'script {line}', zh: '脚本 {line}' }, { line });
  }
  if (step.kind === 'api') return quoted(callLine(step));
  if (step.kind === 'prove') return say({ en: '(asks: {probes})', zh: '（询问：{probes}）' }, { probes: list(step.probes.map(({ what }) => what)) });
  return step.kind === 'wait' ? say({ en: '(wait)', zh: '（等待）' }) : say({ en: '(by the bot itself)', zh: '（由机器人执行）' });
}

/** A step in one line: on what, why, and as it would be typed. */
export function stepWords(step: Step): Said {
  const what = stepLine(step);
  return say({ en: '{on}: {why} ({what})', zh: '{on}：{why}（{what}）' }, { on: targetWords(step), why: step.why, what });
}

/** A fact in one line. */
export function factWords(fact: Fact): Said {
  return say({ en: '{what}: {value}', zh: '{what}：{value}' }, { what: fact.what, value: fact.value });
}
