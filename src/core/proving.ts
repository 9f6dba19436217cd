import type { Journal } from './journal.ts';
import { seconds } from './outcome.ts';
import { KEPT, PUT_BACK } from './prove.ts';
import type { Block, Cell, Outcome, Plan, Probed, ProveStep, Step } from './types.ts';
import { quoted, type Said, say } from './words.ts';

/** How changes that are to prove themselves stand: what each probe found, and how long is left; and of one that is not that far, that it will be asked to. */
export function provingBlocks(plan: Plan | undefined, journal: Journal): Block[] {
  const blocks = (plan?.steps ?? []).flatMap((step, i): Block[] => {
    const entry = journal[i];
    if (step.kind !== 'prove' || entry === undefined || entry.state === 'finished') return [];
    const [gone, probes] = entry.state === 'started' ? [entry.at - entry.since, entry.seen.probes ?? []] : [0, []];
    const left = Math.max(0, Math.round((step.forMs - gone) / 1000));
    const text = say(
      { en: '{host} goes back by itself unless it is kept within {s} s', zh: '{host} 若 {s} 秒内未保留，将自动恢复' },
      { host: step.on.host, s: left },
    );
    return [{ kind: 'text', text }, ...(probes.length > 0 ? [table(probes)] : [])];
  });
  if (blocks.length > 0) return blocks;
  const ahead = plan?.steps.find((step, i) => step.kind === 'prove' && journal[i] === undefined);
  if (!ahead || Object.keys(journal).length === 0) return [];
  const text = { en: '{host} goes back by itself unless the change proves itself', zh: '除非更改得到证明，否则 {host} 将自动恢复' };
  return [{ kind: 'text', text: say(text, { host: ahead.on.host }) }];
}

/** What became of changes that were to prove themselves, and by whom. */
export function provenBlocks(plan: Plan, outcomes: readonly Outcome[], names: Readonly<Record<string, string>>): Block[] {
  return plan.steps.flatMap((step, i): Block[] => {
    const outcome = outcomes[i];
    if (step.kind !== 'prove' || !outcome) return [];
    const end = endOf(plan.steps, i, outcomes);
    const probes = 'probes' in outcome ? (outcome.probes ?? []) : [];
    if (end === undefined && probes.length === 0) return []; // nothing was changed
    const text = cameTo(step, outcome, end, probes.length, names);
    const bad = end !== KEPT || (outcome.kind === 'met' && outcome.kept !== undefined);
    return [{ kind: 'text', text }, ...(bad && probes.length > 0 ? [table(probes)] : [])];
  });
}

/** The last word of the host: of the last step that is made whatever happens, before another change is to prove itself. */
function endOf(steps: readonly Step[], from: number, outcomes: readonly Outcome[]): string | undefined {
  const { host } = steps[from]?.on ?? {};
  const next = steps.findIndex((step, i) => i > from && step.kind === 'prove' && step.on.host === host);
  const said = steps.flatMap((step, i) => {
    const outcome = outcomes[i];
    const about = i > from && (next < 0 || i < next) && step.kind === 'exec' && step.always === true && step.on.host === host;
    return about && outcome?.kind === 'exit' ? [outcome.output.trim()] : [];
  });
  return said.at(-1) === 'none' ? undefined : (said.at(-1) ?? '');
}

function cameTo({ on: { host } }: ProveStep, outcome: Outcome, end: string | undefined, n: number, names: Readonly<Record<string, string>>): Said {
  if (end === KEPT && outcome.kind === 'met' && outcome.kept !== undefined) {
    const by = names[outcome.kept] ?? outcome.kept;
    return say({ en: '{host}: kept by {by} before it had proven itself', zh: '{host}：在得到证明前由 {by} 保留' }, { host, by });
  }
  if (end === KEPT && outcome.kind === 'met') {
    const time = seconds(outcome.ms);
    return say({ en: '{host}: kept: all {n} probes were good after {time}', zh: '{host}：已保留：{time}后全部 {n} 项探测通过' }, { host, n, time });
  }
  if (end === KEPT) return say({ en: '{host}: kept', zh: '{host}：已保留' }, { host });
  if (end === PUT_BACK) return say({ en: '{host}: put back: it is as it was', zh: '{host}：已恢复原状' }, { host });
  const text = {
    en: '{host}: not seen to be put back whole ({end}); look at it before anything else is changed there',
    zh: '{host}：未能确认完全恢复（{end}）；再做更改前请先查看该主机',
  };
  return say(text, { host, end: end === undefined || end === '' ? '?' : end });
}

function table(probes: readonly Probed[]): Block {
  const rows = probes.map(({ what, good, said }): Cell[] => [what, good ? GOOD : typeof said === 'string' ? quoted(said === '' ? '-' : said) : said]);
  return { kind: 'table', columns: [say({ en: 'probe', zh: '探测' }), say({ en: 'found', zh: '结果' })], rows };
}

const GOOD = say({ en: 'good', zh: '正常' });
