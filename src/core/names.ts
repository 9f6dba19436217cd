import type { Found, Input } from './types.ts';

/** What else arguments could have called the things they name, by argument. */
export type Names = Readonly<Record<string, readonly string[]>>;

/** By what was found: a guest that was typed as `104` is `shop`, too, and `kvm1/shop`. Deny rules mean a thing by whichever name it is called. */
export function namesOf(input: Input, about: readonly Found[] = []): Names | undefined {
  const all = Object.entries(input).flatMap(([argument, value]): [string, string[]][] => {
    const typed = [value].flat().filter((one) => typeof one === 'string');
    const others = typed.flatMap((text) => [bare(text), ...about.filter(({ name }) => name === text || name === bare(text)).flatMap(callings)]);
    const names = [...new Set(others)].filter((name) => !typed.includes(name));
    return names.length === 0 ? [] : [[argument, names]];
  });
  return all.length === 0 ? undefined : Object.fromEntries(all);
}

function callings({ name, at, also = [] }: Found): string[] {
  return [bare(name), ...(at.name === undefined ? [] : [at.name]), ...also].flatMap((one) => [one, `${at.host}/${one}`]);
}

/** Without the host or cluster before it; what begins with a slash is a path. */
function bare(text: string): string {
  return /^[^/\s]+\/(.+)$/s.exec(text)?.[1] ?? text;
}
