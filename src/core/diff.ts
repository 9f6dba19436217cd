import { canonical } from './digest.ts';
import { stepWords } from './planned.ts';
import { riskWords } from './policy.ts';
import type { Block, Cell, Fact, Plan, Step } from './types.ts';
import { undoWords } from './undo.ts';
import { quoted, type Said, say } from './words.ts';

type Row = readonly [Said, Cell];

/** Most differences that are shown one by one. */
const MOST = 8;

/** In what a plan differs from the one before it, as far as that enters its digest. Pure; nothing where nothing differs. */
export function diff(before: Plan, after: Plan): Block[] {
  const rows = [
    ...risk(before, after),
    ...steps(before, after),
    ...facts(before, after),
    ...locks(before, after),
    ...undo(before, after),
    ...rest(before, after),
  ];
  if (rows.length === 0) return [];
  const more: Row[] =
    rows.length > MOST ? [[say({ en: 'and more', zh: '另有' }), say({ en: '{n}, not shown', zh: '{n} 项，未显示' }, { n: rows.length - MOST })]] : [];
  return [
    { kind: 'text', text: say({ en: 'what is different:', zh: '变化如下：' }) },
    { kind: 'facts', facts: [...rows.slice(0, MOST), ...more] },
  ];
}

function risk(before: Plan, after: Plan): Row[] {
  return before.risk === after.risk ? [] : [[say({ en: 'risk', zh: '风险' }), became(riskWords(before.risk), riskWords(after.risk))]];
}

function became(old: string | Said, now: string | Said): Said {
  return say({ en: '{old} → {now}', zh: '{old} → {now}' }, { old, now });
}

/** A step without its wording, as the digest takes it. */
function effect({ why: _, on: { name: __, ...on }, ...step }: Step): string {
  return canonical({ ...step, on });
}

function steps(before: Plan, after: Plan): Row[] {
  const gone = without(before.steps, after.steps, effect);
  const come = without(after.steps, before.steps, effect);
  const rows: Row[] = [
    ...gone.map((step): Row => [say({ en: 'no longer', zh: '不再执行' }), stepWords(step)]),
    ...come.map((step): Row => [say({ en: 'new step', zh: '新步骤' }), stepWords(step)]),
  ];
  if (rows.length > 0 || canonical(before.steps.map(effect)) === canonical(after.steps.map(effect))) return rows;
  return [[say({ en: 'steps', zh: '步骤' }), say({ en: 'in another order', zh: '顺序不同' })]];
}

/** What the plan relies on: a value that became another, one that came, one that went. */
function facts(before: Plan, after: Plan): Row[] {
  const key = ({ holds }: Fact) => holds ?? '';
  const relied = ({ facts: all }: Plan) => all.filter(({ holds }) => holds !== undefined);
  const gone = without(relied(before), relied(after), key);
  const come = without(relied(after), relied(before), key);
  const rows = gone.map((old): Row => {
    const at = come.findIndex((one) => canonical(one.what) === canonical(old.what));
    const [now] = at === -1 ? [] : come.splice(at, 1);
    if (!now) return [old.what, say({ en: '{value}: no longer so', zh: '{value}：已不再如此' }, { value: old.value })];
    const same = canonical(old.value) === canonical(now.value);
    return [old.what, same ? became(old.holds ?? '', now.holds ?? '') : became(old.value, now.value)];
  });
  return [...rows, ...come.map((one): Row => [one.what, say({ en: '{value}: new', zh: '{value}：新出现' }, { value: one.value })])];
}

function locks(before: Plan, after: Plan): Row[] {
  const name = (lock: Plan['locks'][number]) => (lock.shared ? say({ en: '{name} (shared)', zh: '{name}（共享）' }, { name: lock.name }) : quoted(lock.name));
  return [
    ...without(before.locks, after.locks, canonical).map((lock): Row => [say({ en: 'no longer locks', zh: '不再锁定' }), name(lock)]),
    ...without(after.locks, before.locks, canonical).map((lock): Row => [say({ en: 'also locks', zh: '新增锁定' }), name(lock)]),
  ];
}

function undo(before: Plan, after: Plan): Row[] {
  const way = ({ undo: one }: Plan) => ('command' in one ? canonical([one.command, one.input]) : '');
  return way(before) === way(after) ? [] : [[say({ en: 'undo', zh: '撤销' }), became(undoWords(before.undo), undoWords(after.undo))]];
}

function rest(before: Plan, after: Plan): Row[] {
  const kept = ({ keeps = [] }: Plan) => canonical(keeps.map(({ on, forMs, remove }) => ({ on, forMs, remove })));
  const differ = say({ en: 'not as before', zh: '与之前不同' });
  return [
    ...(canonical(before.rollout ?? null) === canonical(after.rollout ?? null) ? [] : [[say({ en: 'waves', zh: '批次' }), differ] as const]),
    ...(kept(before) === kept(after) ? [] : [[say({ en: 'kept', zh: '保留' }), differ] as const]),
  ];
}

/** Those that the others have no counterpart of, each counterpart taken once. */
function without<T>(all: readonly T[], others: readonly T[], keyOf: (one: T) => string): T[] {
  const left = others.map(keyOf);
  return all.filter((one) => {
    const at = left.indexOf(keyOf(one));
    if (at !== -1) left.splice(at, 1);
    return at === -1;
  });
}
