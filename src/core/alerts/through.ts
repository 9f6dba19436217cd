import type { Host } from '../command.ts';
import { type Said, say } from '../words.ts';
import type { Matcher, Member, Silence } from './alert.ts';
import type { MatcherThere } from './errand.ts';
import { hushSaysOf, isHushed, isMeant } from './match.ts';
import type { DeclaredSource, Routing } from './routing.ts';
import { severityOf } from './severity.ts';
import { foundBy, HOST_LABELS } from './target.ts';

/** What a silence means to a source: what it says there, or why it stays here. */
export type There = { readonly matchers: readonly MatcherThere[] } | { readonly here: Said };

/** What is known where a silence is to be said at a source. `members`: what of it fires now. `overrides`: some route says itself how severe something is. */
export interface About {
  readonly source: DeclaredSource;
  readonly members: readonly Member[];
  readonly hosts: readonly Host[];
  readonly overrides: boolean;
}

/** A label there and the values of it that are meant; of one that is not there, the empty one. */
interface Label {
  readonly there: MatcherThere;
  means(value: string): boolean;
}

const NOTHING = say({ en: 'nothing of that fires there now', zh: '那里目前没有此类告警' });
const UNLIKE = say({ en: 'no one label names that host there', zh: '那里没有统一的标签指明该主机' });
const SEVERAL = say({ en: 'these are several there, with little in common', zh: '那里对应多个差异较大的告警' });
const ROUTED = say({ en: 'a route says how severe that is', zh: '级别由路由决定' });
const TAGS = say({ en: 'there are no tags there', zh: '那里没有 tag' });

/** What has a meaning of its own here, whatever labels of these names say. */
const KNOWN: readonly string[] = ['fingerprint', 'host', 'severity', 'title', 'tag'];

/**
 * A silence in the words of an Alertmanager; undefined when it is not about this source. It is never more there than here: what is silenced there is not
 * heard of. What we know of an alert besides its labels is said by the labels by which that is known, of what fires now. Pure.
 */
export function thereOf(silence: Pick<Silence, 'matchers'>, about: About): There | undefined {
  const { source } = about;
  if (!isAbout(silence, source)) return undefined;
  // Several of one name must all fit there, as here.
  const labels = new Map<string, Label>();
  for (const matcher of silence.matchers) {
    if (ownOf(matcher, source) !== undefined) continue;
    const said = labelsOf(matcher, about, silence.matchers);
    if ('words' in said) return { here: said };
    for (const one of said) labels.set(JSON.stringify(one.there), one);
  }
  // It takes no silence that would fit an alert without labels.
  if ([...labels.values()].every(({ means }) => means(''))) labels.set('', like('alertname', { pattern: '*' }));
  return { matchers: [...labels.values()].map(({ there }) => there) };
}

/** Whether it may be about this source: by its name, and by what all of it says here. */
export function isAbout({ matchers }: Pick<Silence, 'matchers'>, source: DeclaredSource): boolean {
  return matchers.every((matcher) => {
    const own = ownOf(matcher, source);
    return own === undefined || isMeant(own, matcher);
  });
}

/** Whether what it says depends on what fires. */
export function needsMembers({ matchers }: Pick<Silence, 'matchers'>): boolean {
  return matchers.some(({ name }) => ['fingerprint', 'host', 'severity'].includes(name));
}

/** Whether some route says itself how severe something is. */
export function overrides({ routes }: Pick<Routing, 'routes'>): boolean {
  return routes.some(({ severity }) => severity !== undefined);
}

/** What everything of a source says by a name, without being asked. */
function ownOf({ name }: Pick<Matcher, 'name'>, { name: source, labels }: DeclaredSource): string | undefined {
  if (name === 'source') return source;
  return Object.hasOwn(labels, name) && !KNOWN.includes(name) ? labels[name] : undefined;
}

function labelsOf(matcher: Matcher, { source, members, hosts, overrides: isRouted }: About, all: readonly Matcher[]): readonly Label[] | Said {
  const isThere = (label: string) => !Object.hasOwn(source.labels, label);
  switch (matcher.name) {
    case 'title':
      return [like('alertname', matcher)];
    case 'fingerprint':
      // Of those alone that the whole of it means: with labels of another the rest of it would mean what this does not.
      return byPrint(
        members.filter((one) => isHushed(all, saysOf(one, hosts))),
        isThere,
      );
    case 'host':
      return byHost(
        members.filter(({ host }) => host !== undefined && isMeant(host, matcher)),
        hosts,
        isThere,
      );
    case 'severity': {
      if (!isThere('severity')) return isMeant(source.labels.severity ?? '', matcher) ? [] : ROUTED;
      const words = members.flatMap(({ labels }) => labels.severity ?? []);
      const bySelf = words.filter((word) => isMeant(word, matcher));
      const byMeaning = words.filter((word) => isMeant(severityOf(word) ?? 'warning', matcher));
      if (isRouted && byMeaning.some((word) => !bySelf.includes(word))) return ROUTED;
      return bySelf.length + byMeaning.length === 0 ? NOTHING : [anyOf('severity', [...bySelf, ...byMeaning])];
    }
    case 'tag':
      return TAGS;
    default:
      return [like(matcher.name, matcher)];
  }
}

/** By all their labels, and as no other host's: what has these and more cannot be told apart there. Of several that is them alone only where they differ in one label. */
function byPrint(found: readonly Member[], isThere: (label: string) => boolean): readonly Label[] | Said {
  if (found.length === 0) return NOTHING;
  const names = [...new Set([...found.flatMap(({ labels }) => Object.keys(labels)), ...HOST_LABELS])].filter(isThere).sort();
  const labels = names.map((name) => valuesOf(name, found));
  if (labels.every((values) => values.every((value) => value === ''))) return SEVERAL;
  if (labels.filter((values) => values.length > 1).length > 1) return SEVERAL;
  return names.map((name) => anyOf(name, valuesOf(name, found)));
}

/** By the label that names it here: what comes before that in the order of such labels must be as it is, for it might name another host. */
function byHost(found: readonly Member[], hosts: readonly Host[], isThere: (label: string) => boolean): readonly Label[] | Said {
  const [first] = found;
  if (!first) return NOTHING;
  const label = foundBy(first, hosts)?.label;
  const isSame = (member: Member) => {
    const by = foundBy(member, hosts);
    return by?.host.name === member.host && by?.label === label;
  };
  if (label === undefined || !found.every(isSame)) return UNLIKE;
  return HOST_LABELS.slice(0, HOST_LABELS.indexOf(label) + 1)
    .filter(isThere)
    .map((name) => anyOf(name, valuesOf(name, found)));
}

const saysOf = (one: Member, hosts: readonly Host[]) =>
  hushSaysOf(
    one,
    hosts.find(({ name }) => name === one.host),
  );

function valuesOf(name: string, members: readonly Member[]): readonly string[] {
  return [...new Set(members.map(({ labels }) => labels[name] ?? ''))];
}

/** As here a label that is not there fits nothing. */
function like(name: string, { pattern, literal }: Omit<Matcher, 'name'>): Label {
  const means = (value: string) => value !== '' && isMeant(value, { pattern, ...(literal ? { literal } : {}) });
  const isRegex = !literal && pattern.includes('*');
  const regex = pattern === '*' ? '.+' : pattern.split(/\*+/).map(escaped).join('.*');
  return { there: { name, value: isRegex ? regex : pattern, isRegex, isEqual: true }, means };
}

function anyOf(name: string, values: readonly string[]): Label {
  const all = [...new Set(values)].sort();
  const [first = ''] = all;
  const isRegex = all.length > 1;
  return { there: { name, value: isRegex ? all.map(escaped).join('|') : first, isRegex, isEqual: true }, means: (value) => all.includes(value) };
}

/** Text as RE2 takes it literally; its expressions are anchored there. */
function escaped(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
}
