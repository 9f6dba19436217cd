import { readFileSync } from 'node:fs';
import { type Document, isAlias, isNode, isPair, LineCounter, parseDocument, visit } from 'yaml';
import { contradictions } from './contradictions.ts';
import { type Config, schema } from './schema.ts';

/** What is wrong with a configuration, and where. `line` counts from 1; 0 where the file has no such line. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly path: string;
  readonly message: string;
}

/** A configuration that cannot be used, with all its problems at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super(problems.map(({ file, line, path, message }) => `${file}:${line}: ${path ? `${path}: ` : ''}${message}`).join('\n'));
    this.problems = problems;
  }
}

/** What each kind of value is called in a configuration file. */
const KINDS: Readonly<Record<string, string>> = {
  record: 'a mapping (name: …)',
  object: 'a mapping (key: …)',
  array: 'a list ([a, b])',
  string: 'a text',
  boolean: 'true or false',
  number: 'a number',
  int: 'a whole number',
};

/** What would be right, in the words of the file. */
function wording(issue: { readonly code?: string; readonly message: string; readonly expected?: string }): string {
  const kind = issue.expected === undefined ? undefined : KINDS[issue.expected];
  if (issue.code !== 'invalid_type' || kind === undefined) return issue.message;
  return issue.message.endsWith('received undefined') ? `is missing: it takes ${kind}` : `takes ${kind}`;
}

/** Reads and checks a configuration file. Throws ConfigError. */
export function loadConfig(file: string): Config {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const why =
      error instanceof Error && 'code' in error && error.code === 'ENOENT'
        ? 'there is no such file'
        : `cannot be read: ${error instanceof Error ? error.message : error}`;
    throw new ConfigError([{ file, line: 0, path: '', message: why }]);
  }
  return parseConfig(text, file);
}

/** Checks a configuration's text (YAML 1.2). Throws ConfigError. */
export function parseConfig(text: string, file: string): Config {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const broken = document.errors.map(
    ({ pos, message }): Problem => ({ file, line: lines.linePos(pos[0]).line, path: '', message: message.split('\n')[0] ?? message }),
  );
  visit(document, {
    Alias(_, node) {
      if (isAlias(node))
        broken.push({ file, line: lines.linePos(node.range?.[0] ?? 0).line, path: '', message: 'aliases (*name) are not supported; write the value out' });
    },
  });
  if (broken.length > 0) throw new ConfigError(broken);
  const content: unknown = document.toJS() ?? {};
  const result = schema.safeParse(content);
  if (result.success) return result.data;
  const between = contradictions(content).map(({ path, message }): Problem => ({ file, line: lineOf(path), path: path.join('.'), message }));
  const isBetween = (path: string, message: string) => between.some((one) => one.path === path && one.message === message);
  const within = result.error.issues.filter((issue) => issue.code !== 'custom' || !isBetween(issue.path.map(String).join('.'), issue.message));
  const problems = within.flatMap((issue): Problem[] => {
    const path = issue.path.map((key) => (typeof key === 'symbol' ? '' : key));
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ file, line: lineOf([...path, key]), path: [...path, key].join('.'), message: 'is not a known key here' }));
    }
    return [{ file, line: lineOf(path), path: path.join('.'), message: wording(issue) }];
  });
  throw new ConfigError([...problems, ...between].sort((a, b) => a.line - b.line));
  function lineOf(path: readonly (string | number)[]): number {
    return lineIn(document, lines, path);
  }
}

/** Where things stand in a valid configuration's text: the line, counted from 1, of a path such as `roles.operator.grants.1`, or of the nearest thing around it. */
export function linesOf(text: string): (path: string) => number {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  return (path) => lineIn(document, lines, steps(document.toJS(), path));
}

/** A path in its parts: the keys of a configuration may have dots of their own. */
function steps(node: unknown, path: string): (string | number)[] {
  if (typeof node !== 'object' || node === null) return [];
  const entries = Object.entries(node).sort(([a], [b]) => b.length - a.length); // the whole of a name before a part of it
  for (const [key, child] of entries) {
    const part = Array.isArray(node) ? Number(key) : key;
    if (path === key) return [part];
    if (!path.startsWith(`${key}.`)) continue;
    return [part, ...steps(child, path.slice(key.length + 1))];
  }
  return [];
}

/** The line of a key or item; of the nearest thing around it where it is missing. */
function lineIn(document: Document, lines: LineCounter, path: readonly (string | number)[]): number {
  for (let n = path.length; n > 0; n--) {
    const around = n === 1 ? document.contents : document.getIn(path.slice(0, n - 1), true);
    if (!isNode(around) || !('items' in around)) continue;
    const items: readonly unknown[] = around.items;
    const found = items.find((item, i) => (isPair(item) ? isNode(item.key) && String(item.key) === String(path[n - 1]) : i === path[n - 1]));
    const node = isPair(found) ? found.key : found;
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}
