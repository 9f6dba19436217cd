import type { Matcher, Member, Silence } from './alert.ts';
import type { MatcherThere } from './errand.ts';
import type { DeclaredSource } from './routing.ts';

/** Labels by which a signal names its host, the first that it has. */
const HOST_LABELS = ['host', 'hostname', 'nodename', 'node', 'instance'];

/**
 * A silence in the words of an Alertmanager; undefined when it is not about this source, or nothing that fires there can say it yet. What we know of
 * an alert besides its labels is said by the labels of `members`: what of this source fires now. Pure.
 */
export function matchersThere({ matchers }: Silence, source: DeclaredSource, members: readonly Member[]): readonly MatcherThere[] | undefined {
  // Several of one name must all fit there, as here.
  const there = new Map<string, MatcherThere>();
  const add = (each: MatcherThere) => void there.set(JSON.stringify([each.name, each.value, each.isRegex]), each);
  for (const matcher of matchers) {
    const own = ownOf(matcher, source);
    if (own !== undefined) {
      if (!expression(matcher.pattern).test(own)) return undefined;
      continue;
    }
    const said = one(matcher, members, source.labels);
    if (!said) return undefined;
    said.forEach(add);
  }
  // It takes no silence that would fit an alert without labels.
  if ([...there.values()].every(({ value, isRegex }) => value === '' || (isRegex && new RegExp(`^(?:${value})$`).test(''))))
    add({ name: 'alertname', value: '.+', isRegex: true, isEqual: true });
  return [...there.values()];
}

/** Whether it may be about this source: by its name, and by what all of it says here. */
export function isAbout({ matchers }: Silence, source: DeclaredSource): boolean {
  return matchers.every((matcher) => {
    const own = ownOf(matcher, source);
    return own === undefined || expression(matcher.pattern).test(own);
  });
}

/** What everything of a source says by a name, without being asked. */
function ownOf({ name }: Matcher, source: DeclaredSource): string | undefined {
  return name === 'source' ? source.name : Object.hasOwn(source.labels, name) ? source.labels[name] : undefined;
}

/** Whether what it says depends on what fires. */
export function needsMembers({ matchers }: Silence): boolean {
  return matchers.some(({ name }) => ['fingerprint', 'host', 'severity'].includes(name));
}

function one({ name, pattern }: Matcher, members: readonly Member[], more: Readonly<Record<string, string>>): readonly MatcherThere[] | undefined {
  switch (name) {
    case 'title':
      return [equal('alertname', pattern)];
    case 'fingerprint': {
      const found = members.filter((member) => expression(pattern).test(member.fingerprint));
      const names = [...new Set(found.flatMap(({ labels }) => Object.keys(labels)))]
        .filter((label) => !Object.hasOwn(more, label))
        .filter((label) => found.every(({ labels }) => Object.hasOwn(labels, label)));
      return names.length === 0
        ? undefined
        : names.map((label) =>
            anyOf(
              label,
              found.map(({ labels }) => labels[label] ?? ''),
            ),
          );
    }
    case 'host': {
      const found = members.filter(({ host }) => host !== undefined && expression(pattern).test(host));
      const label = HOST_LABELS.find((each) => found.length > 0 && found.every(({ labels }) => Object.hasOwn(labels, each)));
      return label === undefined
        ? undefined
        : [
            anyOf(
              label,
              found.map(({ labels }) => labels[label] ?? ''),
            ),
          ];
    }
    case 'severity': {
      const found = members.filter(({ severity, labels }) => expression(pattern).test(severity) && labels.severity !== undefined);
      return found.length === 0
        ? undefined
        : [
            anyOf(
              'severity',
              found.map(({ labels }) => labels.severity ?? ''),
            ),
          ];
    }
    case 'tag':
      return undefined;
    default:
      return [equal(name, pattern)];
  }
}

function equal(name: string, pattern: string): MatcherThere {
  const isRegex = pattern.includes('*');
  return { name, value: isRegex ? pattern.split('*').map(literal).join('.*') : pattern, isRegex, isEqual: true };
}

function anyOf(name: string, values: readonly string[]): MatcherThere {
  const all = [...new Set(values)].sort();
  const [first = ''] = all;
  return all.length === 1 ? { name, value: first, isRegex: false, isEqual: true } : { name, value: all.map(literal).join('|'), isRegex: true, isEqual: true };
}

/** Text as RE2 takes it literally; its expressions are anchored there. */
function literal(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
}

function expression(pattern: string): RegExp {
  return new RegExp(`^${pattern.split('*').map(literal).join('.*')}$`, 's');
}
