import type { AnyCommand } from './command.ts';
import type { Input, Plan, Undo } from './types.ts';
import { quoted, type Said, say } from './words.ts';

/** How a plan is undone: the command line to type, or why there is none. */
export function undoWords(undo: Undo): Said {
  if ('impossible' in undo) return say({ en: 'no: {why}', zh: '不能：{why}' }, { why: undo.impossible });
  return say({ en: '`{line}`', zh: '`{line}`' }, { line: undoLine(undo) });
}

/** The bare command line that undoes a plan, or why there is none. */
export function undoLine(undo: Undo): Said {
  if ('impossible' in undo) return undoWords(undo);
  const values = Object.values(undo.input).flat();
  return quoted(undo.line ?? [undo.command, ...values.map((value) => quoteWord(String(value)))].join(' '));
}

/** A plan whose undo says how it is typed. */
export function withUndoLine(plan: Plan, commands: ReadonlyMap<string, AnyCommand>): Plan {
  if ('impossible' in plan.undo) return plan;
  const { command: path, input } = plan.undo;
  const command = commands.get(path);
  return command ? { ...plan, undo: { command: path, input, line: lineOf(path, command, input) } } : plan;
}

/** How a command is typed with this input: arguments in their order, then options. */
export function lineOf(path: string, { args }: Pick<AnyCommand, 'args'>, input: Input): string {
  const given = Object.entries(input).filter(([, value]) => value !== null && value !== false && !(Array.isArray(value) && value.length === 0));
  const values = Object.keys(args).flatMap((name) =>
    given.flatMap(([key, value]) => (key === name ? [value].flat().map((one) => quoteWord(String(one))) : [])),
  );
  const options = given.flatMap(([name, value]) => {
    if (name in args) return [];
    return value === true ? [`--${name}`] : [value].flat().flatMap((one) => [`--${name}`, quoteWord(String(one))]);
  });
  return [path, ...values, ...options].join(' ');
}

function quoteWord(word: string): string {
  return /^[\w@:./-]+$/.test(word) ? word : `"${word.replace(/["\\]/g, '\\$&')}"`;
}
