/** A YAML document of maps, lists and plain values, as `netplan get` prints it and as this bot writes it. */
export type Tree = string | number | boolean | null | readonly Tree[] | { readonly [key: string]: Tree };
export type Branch = { readonly [key: string]: Tree };

/** Whether a tree is a map. */
export function isBranch(tree: Tree | undefined): tree is Branch {
  return typeof tree === 'object' && tree !== null && !Array.isArray(tree);
}

interface Line {
  readonly indent: number;
  readonly text: string;
}

/** Reads block YAML with two-space indents, quoted or plain values, `{}` and `[]`; throws for anything else. */
export function parseTree(text: string): Tree {
  const lines = text.split('\n').flatMap((line): Line[] => {
    const body = line.trimEnd();
    return body.trim() === '' || body.trimStart().startsWith('#') ? [] : [{ indent: body.length - body.trimStart().length, text: body.trimStart() }];
  });
  if (lines.length === 0) return {};
  const [tree, rest] = block(lines, lines[0]?.indent ?? 0);
  if (rest.length > 0) throw new Error(`unexpected YAML: ${rest[0]?.text}`);
  return tree;
}

function block(lines: readonly Line[], indent: number): [Tree, readonly Line[]] {
  return lines[0]?.text.startsWith('- ') || lines[0]?.text === '-' ? listOf(lines, indent) : mapOf(lines, indent);
}

function listOf(all: readonly Line[], indent: number): [Tree, readonly Line[]] {
  const items: Tree[] = [];
  let lines = all;
  while (lines[0]?.indent === indent && lines[0].text.startsWith('-')) {
    const first = lines[0].text.slice(1).trimStart();
    const rest = lines.slice(1);
    if (/^("[^"]*"|[^\s"'{[][^:]*):( |$)/.test(first)) {
      const inner = indent + (lines[0].text.length - first.length);
      const [item, after] = mapOf([{ indent: inner, text: first }, ...rest], inner);
      items.push(item);
      lines = after;
    } else {
      items.push(scalar(first));
      lines = rest;
    }
  }
  return [items, lines];
}

function mapOf(all: readonly Line[], indent: number): [Tree, readonly Line[]] {
  const entries: [string, Tree][] = [];
  let lines = all;
  while (lines[0]?.indent === indent && !lines[0].text.startsWith('- ')) {
    const [, quoted, plain, value = ''] = /^(?:"([^"]*)"|([^\s"'{[][^:]*(?::(?! |$)[^:]*)*)):(?: (.*))?$/.exec(lines[0].text) ?? [];
    const key = quoted ?? plain;
    if (key === undefined) throw new Error(`unexpected YAML: ${lines[0].text}`);
    const rest = lines.slice(1);
    const next = rest[0];
    if (value.trim() !== '') {
      entries.push([key, scalar(value.trim())]);
      lines = rest;
    } else if (next && (next.indent > indent || (next.indent === indent && next.text.startsWith('-')))) {
      const [item, after] = block(rest, next.indent);
      entries.push([key, item]);
      lines = after;
    } else {
      entries.push([key, null]);
      lines = rest;
    }
  }
  return [Object.fromEntries(entries), lines];
}

function scalar(text: string): Tree {
  if (text === '{}') return {};
  if (text === '[]') return [];
  const quoted = /^"((?:[^"\\]|\\.)*)"$|^'([^']*)'$/.exec(text);
  if (quoted) return quoted[1] ?? quoted[2] ?? '';
  if (/^[{["'&*!|>]/.test(text)) throw new Error(`unexpected YAML: ${text}`);
  if (/^-?\d+$/.test(text)) return Number(text);
  if (/^(true|yes|on)$/i.test(text)) return true;
  if (/^(false|no|off)$/i.test(text)) return false;
  return text === 'null' || text === '~' ? null : text;
}

/** The tree as YAML, in the way `netplan get` prints it. */
export function treeText(tree: Branch, indent = ''): string {
  return Object.entries(tree)
    .map(([key, value]) => {
      const name = /^[A-Za-z0-9._-]+$/.test(key) ? key : JSON.stringify(key);
      if (Array.isArray(value))
        return value.length === 0 ? `${indent}${name}: []\n` : `${indent}${name}:\n${value.map((item: Tree) => itemText(item, indent)).join('')}`;
      if (isBranch(value)) return Object.keys(value).length === 0 ? `${indent}${name}: {}\n` : `${indent}${name}:\n${treeText(value, `${indent}  `)}`;
      return `${indent}${name}: ${plain(value)}\n`;
    })
    .join('');
}

function itemText(item: Tree, indent: string): string {
  if (!isBranch(item)) return `${indent}- ${plain(item)}\n`;
  return `${indent}- ${treeText(item, `${indent}  `).trimStart()}`;
}

const plain = (value: Tree | undefined): string => (typeof value === 'string' ? JSON.stringify(value) : String(value));
