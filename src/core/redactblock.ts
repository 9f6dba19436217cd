import { type Hidden, mark, type Redactor } from './redact.ts';
import { kindOf } from './redactnames.ts';
import type { Block, Cell, Fact } from './types.ts';
import type { Said, Value } from './words.ts';

/** A fact but for what the plan relies on. */
export function redactFact(fact: Fact, to: Redactor): Fact {
  const { value } = fact;
  return changed(fact, { what: redactSaid(fact.what, to), value: typeof value === 'string' ? named(fact.what, value, to) : redactSaid(value, to) });
}

/** A piece of an answer. A column is one text, so that a key over several rows is seen. */
export function redactBlock(block: Block, to: Redactor): Block {
  switch (block.kind) {
    case 'text':
      return changed(block, { text: redactSaid(block.text, to) });
    case 'code':
      return changed(block, { text: to.redact(block.text) });
    case 'progress':
      return changed(block, { label: redactSaid(block.label, to) });
    case 'facts':
      return changed(block, {
        facts: changedList(block.facts, (fact): readonly [Said, Cell] => {
          const [name, value] = fact;
          const [what, cell] = [redactSaid(name, to), redactCell(value, to, name)];
          return what === name && cell === value ? fact : [what, cell];
        }),
      });
    case 'table':
      return changed(block, { rows: redactRows(block.rows, to) });
    case 'link':
    case 'file':
      return block;
  }
}

function redactRows(rows: readonly (readonly Cell[])[], to: Redactor): readonly (readonly Cell[])[] {
  const width = Math.max(0, ...rows.map((row) => row.length));
  const columns = Array.from({ length: width }, (_, i) => to.lines(rows.map((row) => (typeof row[i] === 'string' ? row[i] : ''))));
  return changedList(rows, (row, at) =>
    changedList(row, (cell, i) => {
      if (typeof cell !== 'string') return redactCell(cell, to);
      const before = row[i - 1];
      return before === undefined ? (columns[i]?.[at] ?? '') : (secretOf(before, cell) ?? columns[i]?.[at] ?? '');
    }),
  );
}

function redactCell(cell: Cell, to: Redactor, name?: Cell): Cell {
  if (typeof cell === 'number') return cell;
  if (typeof cell !== 'string') return redactSaid(cell, to);
  return name === undefined ? to.redact(cell) : named(name, cell, to);
}

/** A value beside its name. */
function named(name: Cell, text: string, to: Redactor): string {
  return secretOf(name, text) ?? to.redact(text);
}

function secretOf(name: Cell, text: string): string | undefined {
  const words = typeof name === 'string' ? name : typeof name === 'number' ? '' : name.words.en === '{text}' ? String(name.with?.text ?? '') : name.words.en;
  const kind: Hidden | undefined = kindOf(words.trim().replaceAll(' ', '_'));
  return kind !== 'password' && kind !== 'secret'
    ? undefined
    : /^[\s*x•.–—-]*$|^(?:yes|no|set|unset|none|true|false|[\d,]+|\[redacted.*)$/i.test(text)
      ? undefined
      : mark(kind);
}

/** Values are outside text; our own words hold none. */
export function redactSaid(said: Said, to: Redactor): Said {
  if (said.with === undefined) return said;
  return changed(said, { with: changed(said.with, Object.fromEntries(Object.entries(said.with).map(([name, value]) => [name, redactValue(value, to)]))) });
}

function redactValue(value: Value, to: Redactor): Value {
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? to.redact(value) : redactSaid(value, to);
}

/** The same value where nothing of it changes. */
export function changed<T extends object>(value: T, fields: Partial<T>): T {
  const old: Partial<T> = value;
  for (const name in fields) if (fields[name] !== old[name]) return { ...value, ...fields };
  return value;
}

export function changedList<T>(list: readonly T[], change: (one: T, at: number) => T): readonly T[] {
  const next = list.map(change);
  return next.every((one, i) => one === list[i]) ? list : next;
}
