/** Whom the lines of sudoers(5) let run something as somebody else: with any command, as many lead to root. */
export interface Sudoers {
  readonly users: ReadonlySet<string>;
  readonly uids: ReadonlySet<number>;
  readonly groups: ReadonlySet<string>;
  readonly gids: ReadonlySet<number>;
  /** Everybody, without the password of root. */
  readonly all: boolean;
  /** Some of it is not in these lines, or is not understood. */
  readonly untold: boolean;
}

/** One of a list of users: a name, `#uid`, `%group`, `%#gid`, `+netgroup`, an alias, each perhaps in quotes or after `!`. */
const ITEM = String.raw`!*(?:"[^"]*"|(?:%:|%#|[%#+])?(?:"[^"]*"|(?:\\.|[^\s,"\\=:#%!+])(?:\\.|[^\s,"\\=:])*))`;
const LIST = `${ITEM}(?:\\s*,\\s*${ITEM})*`;
const SPEC = new RegExp(`^(${LIST})\\s+[^\\s=][^=]*=`);
const ALIAS = new RegExp(`^([A-Z][A-Z0-9_]*)\\s*=\\s*(${LIST})\\s*$`);
const SILENT = /^(Defaults([@:!>\s]|$)|(Host|Runas|Cmnd|Cmd)_Alias\s|@include(dir)?\s)/;

/** Reads the text of sudoers and of the files that it includes, one after the other. Who is left out by `!` counts as meant. */
export function parseSudoers(text: string): Sudoers {
  const lines = text
    .replace(/\\\n/g, ' ')
    .split('\n')
    .map((line) => line.replace(/(^|\s)#(?!\d).*$/, '').trim())
    .filter((line) => line !== '');
  const aliases = new Map<string, readonly string[]>();
  const meant: string[] = [];
  let untold = false;
  for (const line of lines) {
    const spec = SPEC.exec(line)?.[1];
    if (line.startsWith('User_Alias')) {
      for (const part of line.slice('User_Alias'.length).split(/\s:\s*(?=[A-Z][A-Z0-9_]*\s*=)/)) {
        const [, name, members] = ALIAS.exec(part.trim()) ?? [];
        if (name && members) aliases.set(name, itemsOf(members));
        else untold = true;
      }
    } else if (SILENT.test(line)) continue;
    else if (spec) meant.push(...itemsOf(spec));
    else untold = true;
  }
  const named = new Set<string>();
  const add = (item: string): void => {
    if (named.has(item)) return;
    named.add(item);
    for (const one of aliases.get(item) ?? []) add(one);
  };
  meant.forEach(add);
  const after = (sign: RegExp) => [...named].flatMap((item) => sign.exec(item)?.[1] ?? []);
  const asksRoot = lines.some((line) => /^Defaults[^!]*\b(targetpw|rootpw)\b/.test(line));
  return {
    users: new Set(after(/^([^#%+].*)$/).filter((name) => name !== 'ALL' && !aliases.has(name))),
    uids: new Set(after(/^#(\d+)$/).map(Number)),
    groups: new Set(after(/^%([^#:].*)$/)),
    gids: new Set(after(/^%#(\d+)$/).map(Number)),
    all: named.has('ALL') && !asksRoot,
    untold: untold || after(/^(\+|%:)/).length > 0,
  };
}

/** The items of a list as they are meant: without quotes, backslashes, and what leaves out. */
function itemsOf(list: string): string[] {
  return [...list.matchAll(new RegExp(ITEM, 'g'))].map(([item]) => item.replace(/^!+/, '').replaceAll('"', '').replace(/\\(.)/g, '$1'));
}
