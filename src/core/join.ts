import { canonical } from './digest.ts';
import { DESK } from './due.ts';
import { didYouMean } from './parse.ts';
import { highest } from './risk.ts';
import type { Block, Found, Part, Plan } from './types.ts';
import { list, type Said, say } from './words.ts';

/** What the sites together say: one plan, or a refusal. */
export type Joined =
  | { readonly kind: 'plan'; readonly plan: Plan }
  | { readonly kind: 'refused'; readonly message: Said; readonly hint?: Said; readonly passing?: true };

/** Joins what the sites answered into one plan. Pure; sites in the order given. A silent site is named: a list shows what it has, a change is refused. */
export function join(parts: Readonly<Record<string, Part>>): Joined {
  const sites = Object.entries(parts).map(([site, part]) => [site, site === DESK ? part : ofSite(part)] as const);
  const plans = sites.flatMap(([site, part]) => (part.kind === 'plan' ? [{ site, plan: part.plan }] : []));
  const twice = inTwoPlaces(sites.flatMap(([, part]) => (part.kind === 'plan' ? (part.plan.about ?? []) : part.kind === 'refused' ? (part.about ?? []) : [])));
  if (twice) return { kind: 'refused', ...ambiguous(twice.name, twice.places) };
  const refused = sites.find(([, part]) => part.kind === 'refused')?.[1];
  if (refused?.kind === 'refused') {
    const { message, hint, passing } = refused;
    return { kind: 'refused', message, ...(hint ? { hint } : {}), ...(passing ? { passing } : {}) };
  }
  const missing = sites.filter(([, part]) => part.kind === 'silent' || part.kind === 'failed').map(([site]) => site);
  const changes = plans.some(({ plan }) => plan.steps.length > 0);
  if (missing.length > 0 && (changes || plans.length === 0)) {
    const reference = sites.flatMap(([, part]) => (part.kind === 'failed' ? [part.reference] : []));
    return {
      kind: 'refused',
      passing: true,
      message:
        reference.length > 0
          ? say(
              { en: 'planning failed at {sites} (reference {reference})', zh: '在 {sites} 制定计划失败（参考号 {reference}）' },
              { sites: list(missing), reference: list(reference) },
            )
          : say({ en: 'site {sites} does not answer; nothing was done', zh: '站点 {sites} 没有回应；未做任何操作' }, { sites: list(missing) }),
      hint: say({ en: 'name a host at another site, or start the worker there', zh: '请指定其他站点的主机，或启动该站点的 worker' }),
    };
  }
  if (plans.length === 0) return absent(sites.map(([, part]) => part));
  return {
    kind: 'plan',
    plan: merge(
      plans.map(({ plan }) => plan),
      missing,
    ),
  };
}

/** What a site says: the desk's own steps are for the desk alone to plan. */
function ofSite(part: Part): Part {
  const isForeign = part.kind === 'plan' && part.plan.steps.some((step) => step.kind === 'desk' || step.on.site === DESK);
  return isForeign ? { kind: 'refused', message: say({ en: 'a site planned what only the desk may do', zh: '站点计划了只有 desk 才能执行的操作' }) } : part;
}

/** The refusal for one name in two places, with both. */
export function ambiguous(name: string, places: readonly Found[]): { message: Said; hint: Said } {
  const full = places.map(({ at, name: guest }) => `${at.host}/${guest}`);
  return {
    message: say({ en: 'there is more than one “{name}”: {full}', zh: '有多个“{name}”：{full}' }, { name, full: list(full) }),
    hint: say({ en: 'say which one, for example {first}', zh: '请指明是哪一个，例如 {first}' }, { first: full[0] ?? name }),
  };
}

function inTwoPlaces(found: readonly Found[]): { name: string; places: Found[] } | undefined {
  for (const { kind, name } of found) {
    const places = found.filter((other) => other.kind === kind && other.name === name);
    if (places.length > 1) return { name, places };
  }
  return undefined;
}

function absent(parts: readonly Part[]): Joined {
  const first = parts.find((part) => part.kind === 'absent');
  const near = parts.flatMap((part) => (part.kind === 'absent' ? part.near : []));
  const message = first?.kind === 'absent' ? first.message : say({ en: 'there is nothing to ask: no host in reach', zh: '没有可查询的主机' });
  const passing = parts.some((part) => part.kind === 'absent' && part.passing) ? { passing: true as const } : {};
  return { kind: 'refused', message, ...(near.length > 0 ? { hint: didYouMean(near.slice(0, 3)) } : {}), ...passing };
}

/** Most lines that a card offers. */
export const MOST_OFFERS = 9;

/** The first of each, then the second of each, and so on. */
export function inTurn<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, i) => lists.flatMap((list) => (i < list.length ? list.slice(i, i + 1) : []))).flat();
}

function merge(plans: readonly Plan[], missing: readonly string[]): Plan {
  const [first, ...others] = plans as [Plan, ...Plan[]];
  const notes = [
    ...plans.flatMap((plan) => plan.notes ?? []),
    ...missing.map((site) => say({ en: 'site {site} does not answer; its part is missing', zh: '站点 {site} 没有回应，缺少它的部分' }, { site })),
  ];
  const answers = plans.flatMap((plan) => (plan.answer ? [plan.answer] : []));
  const undoable = plans.filter((plan) => plan.steps.length > 0);
  return {
    ...first,
    summary: summaries(undoable.length > 0 ? undoable : plans),
    ...(answers.length > 0 ? { answer: joinTables(answers.flat()) } : {}),
    steps: plans.flatMap((plan) => plan.steps),
    facts: plans.flatMap((plan) => plan.facts),
    locks: plans.flatMap((plan) => plan.locks),
    about: plans.flatMap((plan) => plan.about ?? []),
    listed: plans.flatMap((plan) => plan.listed ?? []),
    ...(plans.some((plan) => plan.touches) ? { touches: plans.flatMap((plan) => plan.touches ?? []) } : {}),
    ...(plans.some((plan) => plan.offers) ? { offers: inTurn(plans.map((plan) => plan.offers ?? [])).slice(0, MOST_OFFERS) } : {}),
    ...(plans.some((plan) => plan.findings) ? { findings: plans.flatMap((plan) => plan.findings ?? []) } : {}),
    ...(plans.some((plan) => plan.expects) ? { expects: plans.flatMap((plan) => plan.expects ?? []) } : {}),
    ...(plans.some((plan) => plan.keeps) ? { keeps: plans.flatMap((plan) => plan.keeps ?? []) } : {}),
    notes,
    risk: highest(plans.map((plan) => plan.risk)),
    undo: others.length === 0 ? first.undo : joinUndo(undoable.length > 0 ? undoable : plans),
  };
}

/** What is done, at each site where it is not the same. */
function summaries(plans: readonly Plan[]): Said {
  const different = plans.filter((plan, i) => plans.findIndex((other) => canonical(other.summary) === canonical(plan.summary)) === i);
  const [first, ...others] = different as [Plan, ...Plan[]];
  return others.length === 0 ? first.summary : list(different.map((plan) => plan.summary));
}

/** Sites share one undo when each names the same command and input; else it is said that there is none. */
function joinUndo(plans: readonly Plan[]): Plan['undo'] {
  const [first] = plans as [Plan, ...Plan[]];
  if (plans.every((plan) => canonical(plan.undo) === canonical(first.undo))) return first.undo;
  return { impossible: say({ en: 'each site would be undone by itself', zh: '需要在每个站点分别撤销' }) };
}

/** Rows in the order of their ranks, where both tables have them; those of one rank stay in order. */
function ranked(table: Extract<Block, { kind: 'table' }>, first: readonly number[] | undefined, more: readonly number[] | undefined): Block {
  const { ranks: _, ...plain } = table;
  if (!first || !more) return plain;
  const ranks = [...first, ...more];
  const order = ranks.map((rank, i) => ({ rank, i })).sort((a, b) => a.rank - b.rank || a.i - b.i);
  return { ...plain, rows: order.flatMap(({ i }) => (table.rows[i] ? [table.rows[i]] : [])), ranks: order.map(({ rank }) => rank) };
}

/** Tables with equal columns become one; everything else stands in order. */
function joinTables(blocks: readonly Block[]): Block[] {
  const joined: Block[] = [];
  for (const [i, block] of blocks.entries()) {
    // What every site says word for word, such as a list of what the bot knows, stands once.
    if (block.kind === 'table' && blocks.slice(0, i).some((other) => canonical(other) === canonical(block))) continue;
    const at = block.kind === 'table' ? joined.findIndex((other) => other.kind === 'table' && canonical(other.columns) === canonical(block.columns)) : -1;
    const same = joined[at];
    if (block.kind === 'table' && same?.kind === 'table') joined[at] = ranked({ ...same, rows: [...same.rows, ...block.rows] }, same.ranks, block.ranks);
    else joined.push(block);
  }
  return joined;
}
