import { align } from '../../src/core/flatten.ts';

/** One part of the benchmark: a table for people, and the same numbers as data. */
export interface Section {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly notes: readonly string[];
  readonly data: object;
}

/** A section as plain text; all columns but the first to the right. */
export function shown({ title, columns, rows, notes }: Section): string {
  const widths = columns.map((column, i) => Math.max(column.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const lines = [columns, ...rows].map((row) => row.map((cell, i) => (i === 0 ? cell : cell.padStart(widths[i] ?? 0))));
  return [title, ...align(lines).split('\n'), ...notes].map((line, i) => (i === 0 ? line : `  ${line}`)).join('\n');
}
