import { changes, type Files, isV6, type LinkConf } from './conf.ts';
import { blockOf, INTERFACES, isRoute, optionsOf, parseIfupdown, taken } from './ifupdown.ts';
import { joined, options, type Stanza, stanzas, withOption } from './stanzas.ts';

/** The files that say this instead: only the lines of what differs are touched. What is new stands at the end of `/etc/network/interfaces`. */
export function editIfupdown(files: Files, after: readonly LinkConf[]): Files {
  const next = new Map(files);
  for (const { name, was, is } of changes(parseIfupdown(files), after)) {
    if (!is) remove(next, name);
    else if (!was) next.set(INTERFACES, `${ended(next.get(INTERFACES) ?? '')}\n${blockOf(is)}`);
    else change(next, was, is);
  }
  return next;
}

const ended = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);

function change(files: Map<string, string>, was: LinkConf, is: LinkConf): void {
  for (const [path, text] of taken(files)) {
    const all = stanzas(text);
    const mine = all.filter((stanza) => isOf(stanza, is.name));
    const six = mine.find(({ words }) => words[1] === 'inet6');
    const one = mine.find((stanza) => stanza !== six) ?? six;
    if (!one) continue;
    const to = new Map(mine.map((stanza) => [stanza, stanza]));
    const edit = (stanza: Stanza, name: string, values: readonly string[], match?: (value: string) => boolean) =>
      to.set(stanza, withOption(to.get(stanza) ?? stanza, name, values, match));
    for (const [name, values] of differing(was, is)) {
      const apart = (name === 'address' || name === 'gateway') && six !== undefined && six !== one;
      edit(one, nameIn(one, name), apart ? values.filter((value) => !isV6(value)) : values, name === 'up' ? isRoute : undefined);
      if (apart && six) edit(six, name, values.filter(isV6));
      if (name === 'up') for (const other of ['post-up', 'pre-up']) edit(one, other, [], isRoute);
      if (name === 'address') for (const stanza of mine) edit(stanza, 'netmask', []);
    }
    if (was.addresses.length > 0 !== is.addresses.length > 0) to.set(one, withMethod(to.get(one) ?? one, is.addresses.length > 0));
    files.set(path, joined(all.map((stanza) => to.get(stanza) ?? stanza)));
  }
}

/** The options whose values differ, with the new ones. */
function differing(was: LinkConf, is: LinkConf): [string, string[]][] {
  const before = new Map(optionsOf(was));
  const after = new Map(optionsOf(is));
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names.flatMap((name): [string, string[]][] => {
    const values = after.get(name) ?? [];
    return JSON.stringify(before.get(name) ?? []) === JSON.stringify(values) ? [] : [[name, values]];
  });
}

/** An option's name as this stanza says it: Proxmox writes `slaves` in some versions. */
function nameIn(stanza: Stanza, name: string): string {
  return name === 'bond-slaves' && options(stanza).some((option) => option.name === 'slaves') ? 'slaves' : name;
}

/** `static` where there are addresses, `manual` where there are none; any other method stays. */
function withMethod(stanza: Stanza, addresses: boolean): Stanza {
  const [first = '', ...rest] = stanza.lines;
  const line = first.replace(
    /\b(inet6?\s+)(static|manual)(\s*)$/,
    (_, family: string, _method: string, space: string) => `${family}${addresses ? 'static' : 'manual'}${space}`,
  );
  return { ...stanza, lines: [line, ...rest] };
}

const isOf = ({ keyword, words }: Stanza, name: string): boolean => keyword === 'iface' && words[0] === name;

function remove(files: Map<string, string>, name: string): void {
  const link = parseIfupdown(files).find((one) => one.name === name);
  for (const [path, text] of taken(files)) {
    const own = link ? `\n${blockOf(link)}` : '';
    if (own !== '' && text.includes(`\n${own}`))
      files.set(
        path,
        text.replace(`\n${own}`, () => '\n'),
      );
    else files.set(path, joined(stanzas(text).flatMap((stanza) => without(stanza, name))));
  }
}

/** A stanza of a link is left out but for the comments after it, which may be about what follows; its name is taken from lists of names. */
function without(stanza: Stanza, name: string): Stanza[] {
  if (isOf(stanza, name)) {
    const end = Math.max(0, ...options(stanza).map(({ to }) => to));
    const rest = stanza.lines.slice(end + 1);
    return [{ keyword: '', words: [], lines: rest[0]?.trim() === '' && rest.length > 1 ? rest.slice(1) : rest }];
  }
  if (!/^(auto|allow-)/.test(stanza.keyword) || !stanza.words.includes(name)) return [stanza];
  const words = stanza.words.filter((word) => word !== name);
  const [, ...rest] = stanza.lines;
  if (words.length === 0) return [{ keyword: '', words: [], lines: rest }];
  return [{ ...stanza, words, lines: [[stanza.keyword, ...words].join(' '), ...rest] }];
}
