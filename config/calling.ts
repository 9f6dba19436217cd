import { z } from 'zod';
import { listOf } from '../src/core/alerts/mapping.ts';
import { SPAN, spanMs } from '../src/core/time.ts';
import type { Contradiction } from './contradictions.ts';

const text = z.string().optional().catch(undefined);
const texts = z.array(z.string()).catch([]);
const record = z.record(z.string(), z.unknown()).catch({});
const list = <T extends z.ZodType>(one: T) => z.array(one).catch([]);
const named = <T extends z.ZodType>(one: T) => z.record(z.string(), one).catch({});

/** As much of what is said of alerts as can be read. */
/** Which sources it may come from: one name or several. */
const sourced = z
  .looseObject({ source: z.union([z.string().transform((one) => [one]), z.array(z.string())]).exactOptional() })
  .optional()
  .catch({});
const alerts = z.object({
  sources: named(z.object({ kind: text, mapping: z.unknown(), api: text, apiToken: text, hosts: texts }).partial().catch({})),
  admin: text,
  routes: list(
    z.object({
      name: text,
      rooms: texts,
      mention: texts,
      quiet: z.object({ hours: text }).optional().catch(undefined),
      escalate: list(z.object({ after: z.unknown(), mention: texts, rooms: texts })),
    }),
  ),
  rotas: named(z.object({ start: text, people: texts, overrides: list(z.object({ from: text, until: text, person: text })) })),
  runbooks: list(z.object({ match: sourced, offer: z.array(z.unknown()).catch([]), auto: z.object({ as: text }).optional().catch(undefined) })),
  heartbeats: named(z.object({ secret: text, match: sourced }).partial().catch({})),
  watches: named(z.object({ as: text })),
  fallback: z.object({ rooms: texts, mail: texts, ntfy: texts }).catch({ rooms: [], mail: [], ntfy: [] }),
});
const readable = z
  .object({
    ...{ alerts, rooms: record, people: record, roles: record, hours: record, mail: z.unknown(), ntfy: z.unknown() },
    ...{ hosts: record, clusters: record, backupServers: record, sites: record },
  })
  .partial();
type Alerts = z.output<typeof alerts>;
type Path = readonly (string | number)[];

/** What the bot itself is a source of. */
const OWN: readonly string[] = ['beat', 'watch', 'self'];

/** What is wrong between alerts and the rooms, people and hours they name. */
export function ofAlerts(config: unknown): Contradiction[] {
  const { alerts: seen, mail, ntfy, ...rest } = readable.safeParse(config).data ?? {};
  if (!seen) return [];
  const known: Known = { rooms: rest.rooms ?? {}, people: rest.people ?? {}, roles: rest.roles ?? {}, hours: rest.hours ?? {}, rotas: seen.rotas };
  const there = { hosts: { ...rest.hosts, ...rest.clusters, ...rest.backupServers }, sites: rest.sites ?? {} };
  const { fallback, admin } = seen;
  return [
    ...ofSources(seen, there),
    ...ofRoutes(seen, known),
    ...ofRotas(seen, known),
    ...ofHelp(seen, known),
    ...absent('room', admin, ['alerts', 'admin'], 'rooms', known.rooms),
    ...fallback.rooms.flatMap((room, i) => absent('room', room, ['alerts', 'fallback', 'rooms', i], 'rooms', known.rooms)),
    ...(fallback.mail.length > 0 && mail === undefined ? [{ path: ['alerts', 'fallback', 'mail'], message: 'needs mail: which says how mail is sent' }] : []),
    ...(fallback.ntfy.length > 0 && ntfy === undefined ? [{ path: ['alerts', 'fallback', 'ntfy'], message: 'needs ntfy: (ntfy: {} is https://ntfy.sh)' }] : []),
  ];
}

type Known = Readonly<Record<'rooms' | 'people' | 'roles' | 'hours' | 'rotas', object>>;

function absent(what: string, name: string | undefined, path: Path, section: string, all: object): Contradiction[] {
  if (name === undefined || Object.hasOwn(all, name)) return [];
  return [{ path, message: `there is no ${what} “${name}”; ${section}: has ${Object.keys(all).join(', ') || 'none'}` }];
}

function ofSources({ sources }: Alerts, there: { readonly hosts: object; readonly sites: object }): Contradiction[] {
  return Object.entries(sources).flatMap(([name, { kind, mapping, api, apiToken, hosts = [] }]) => {
    const path = ['alerts', 'sources', name];
    return [
      ...(OWN.includes(name) ? [{ path, message: `“${name}” is what the bot itself is called there; call this source otherwise` }] : []),
      ...(kind === 'json' && mapping === undefined ? [{ path, message: 'needs mapping: which says what stands where in its JSON' }] : []),
      ...(kind === 'json' ? ofMapping(mapping).map((message) => ({ path, message })) : []),
      ...(kind !== 'json' && mapping !== undefined ? [{ path: [...path, 'mapping'], message: 'is for kind: json; what others send is known' }] : []),
      ...(apiToken !== undefined && api === undefined ? [{ path: [...path, 'apiToken'], message: 'is for api: which is not there' }] : []),
      ...hosts.flatMap((pattern, i) => {
        if (/^[@*]/.test(pattern)) return [];
        const at = [...path, 'hosts', i];
        return pattern.startsWith('site:') ? absent('site', pattern.slice(5), at, 'sites', there.sites) : absent('host', pattern, at, 'hosts', there.hosts);
      }),
    ];
  });
}

function ofMapping(mapping: unknown): string[] {
  const read = z.record(z.string(), z.string()).safeParse(mapping);
  if (!read.success) return []; // that is said by the schema
  try {
    listOf(read.data);
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : ''];
  }
}

function ofRoutes({ routes }: Alerts, known: Known): Contradiction[] {
  return routes.flatMap(({ name, rooms, mention, quiet, escalate }, i) => {
    const path = ['alerts', 'routes', i];
    const after = escalate.map((step) => (typeof step.after === 'number' ? step.after : spanOf(step.after)));
    const double = name !== undefined && routes.findIndex((other) => other.name === name) < i;
    return [
      ...(double ? [{ path: [...path, 'name'], message: `another route is named “${name}” already` }] : []),
      ...(/^(admin|home|routes\..*)$/.test(name ?? '')
        ? [{ path: [...path, 'name'], message: `“${name}” is how a route is called that is not written here; choose another` }]
        : []),
      ...ofPlaces({ rooms, mention }, path, known),
      ...absent('hours', quiet?.hours, [...path, 'quiet', 'hours'], 'hours', known.hours),
      ...escalate.flatMap((step, n) => [
        ...ofPlaces(step, [...path, 'escalate', n], known),
        ...((after[n] ?? 0) <= (after[n - 1] ?? 0) && n > 0
          ? [{ path: [...path, 'escalate', n, 'after'], message: 'is not later than the step before; each counts from the beginning' }]
          : []),
        ...(step.mention.length + step.rooms.length === 0 ? [{ path: [...path, 'escalate', n], message: 'goes to nobody: it takes mention: or rooms:' }] : []),
      ]),
    ];
  });
}

function ofPlaces({ rooms, mention }: { readonly rooms: readonly string[]; readonly mention: readonly string[] }, path: Path, known: Known): Contradiction[] {
  return [
    ...rooms.flatMap((room, i) => absent('room', room, [...path, 'rooms', i], 'rooms', known.rooms)),
    ...mention.flatMap((one, i) => {
      const at = [...path, 'mention', i];
      if (one.startsWith('role:')) return absent('role', one.slice(5), at, 'roles', known.roles);
      if (one.startsWith('rota:')) return absent('rota', one.slice(5), at, 'rotas', known.rotas);
      return one.startsWith('@') ? absent('person', one.slice(1), at, 'people', known.people) : [];
    }),
  ];
}

function ofRotas({ rotas }: Alerts, { people }: Known): Contradiction[] {
  return Object.entries(rotas).flatMap(([name, rota]) => {
    const path = ['alerts', 'rotas', name];
    const noDay = (day: string | undefined, at: Path) =>
      day === undefined || isDay(day) ? [] : [{ path: [...path, ...at], message: `there is no day ${day.slice(0, 10)}` }];
    return [
      ...noDay(rota.start, ['start']),
      ...rota.people.flatMap((person, i) => absent('person', person, [...path, 'people', i], 'people', people)),
      ...rota.overrides.flatMap(({ from, until, person }, i) => [
        ...noDay(from, ['overrides', i, 'from']),
        ...noDay(until, ['overrides', i, 'until']),
        ...absent('person', person, [...path, 'overrides', i, 'person'], 'people', people),
        ...((until ?? '~') <= (from ?? '') ? [{ path: [...path, 'overrides', i, 'until'], message: 'is not later than from:' }] : []),
      ]),
    ];
  });
}

/** Runbooks, heartbeats and watches. */
function ofHelp({ runbooks, heartbeats, watches }: Alerts, { people }: Known): Contradiction[] {
  return [
    ...runbooks.flatMap(({ match = {}, offer, auto }, i) => [
      ...(auto ? ofSource(match, ['alerts', 'runbooks', i, 'match'], 'whose alerts it acts on by itself; any other could say the same') : []),
      ...absent('person', auto?.as, ['alerts', 'runbooks', i, 'auto', 'as'], 'people', people),
      ...(auto && offer.length === 0 ? [{ path: ['alerts', 'runbooks', i, 'auto'], message: 'needs offer: whose first line is asked' }] : []),
    ]),
    ...Object.entries(heartbeats).flatMap(([name, { secret, match }]) =>
      secret === undefined && match === undefined
        ? [{ path: ['alerts', 'heartbeats', name], message: `needs secret: for /hooks/beat/${name}, or match: for signals that count as it` }]
        : match
          ? ofSource(match, ['alerts', 'heartbeats', name, 'match'], 'whose signals count as it; any other could keep it alive')
          : [],
    ),
    ...Object.entries(watches).flatMap(([name, { as }]) => absent('person', as, ['alerts', 'watches', name, 'as'], 'people', people)),
  ];
}

/** Whoever may send signals could do it, were its source not named. */
function ofSource(match: { readonly source?: readonly string[] }, path: Path, whose: string): Contradiction[] {
  if (!match.source) return [{ path, message: `needs source: ${whose}` }];
  return match.source
    .filter((source) => source.includes('*'))
    .map((source) => ({ path: [...path, 'source'], message: `“${source}” stands for any of several: name each` }));
}

function isDay(text: string): boolean {
  const day = text.slice(0, 10);
  const at = Date.parse(`${day}T00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day);
}

function spanOf(span: unknown): number {
  return typeof span === 'string' && SPAN.test(span) ? spanMs(span) : Number.NaN;
}
