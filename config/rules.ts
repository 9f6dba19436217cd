import { z } from 'zod';
import { patternFault } from '../src/core/matching.ts';
import type { Contradiction } from './contradictions.ts';

const text = z.string().optional().catch(undefined);
const texts = z.array(z.string()).catch([]);
const conditions = { input: z.record(z.string(), text).catch({}), rooms: texts, hours: texts };
interface Conditions {
  readonly input: Readonly<Record<string, string | undefined>>;
  readonly rooms: string[];
  readonly hours: string[];
}
const nothing: Conditions = { input: {}, rooms: [], hours: [] };
const record = z.record(z.string(), z.unknown()).catch({});

/** As much of the rules as can be read. */
const readable = z
  .object({
    people: z.record(z.string(), z.object({ roles: texts, accounts: record }).catch({ roles: [], accounts: {} })).catch({}),
    rooms: record,
    hours: record,
    roles: z.record(z.string(), z.object({ grants: z.array(z.object(conditions).catch(nothing)).catch([]) }).catch({ grants: [] })).catch({}),
    deny: z.array(z.object({ ...conditions, name: text, roles: texts }).catch({ ...nothing, name: undefined, roles: [] })).catch([]),
    approvals: z
      .array(
        z
          .object({
            roles: texts.optional(),
            count: z.unknown().optional(),
            votes: z
              .array(z.object({ roles: texts }).catch({ roles: [] }))
              .optional()
              .catch(undefined),
          })
          .catch({}),
      )
      .catch([]),
    breakGlass: z.object({ roles: texts, room: text }).catch({ roles: [], room: undefined }),
    audit: z.object({ room: text }).catch({ room: undefined }),
  })
  .catch({ people: {}, rooms: {}, hours: {}, roles: {}, deny: [], approvals: [], breakGlass: { roles: [], room: undefined }, audit: { room: undefined } });
type Readable = z.output<typeof readable>;
type Path = readonly (string | number)[];

/** What policy calls places that are in no room; no room is called so. */
export const PLACES: readonly string[] = ['private', 'web', 'terminal'];
/** The chats in which people have accounts. */
const CHATS: readonly string[] = ['slack', 'matrix'];

/** What is wrong between people, roles, rules, rooms and hours. */
export function ofRules(config: unknown): Contradiction[] {
  const seen = readable.parse(config);
  const { roles, deny, breakGlass, audit, rooms } = seen;
  const grants = Object.entries(roles).flatMap(([role, one]) => one.grants.flatMap((grant, i) => ofConditions(grant, ['roles', role, 'grants', i], seen)));
  const denials = deny.flatMap((one, i) => [...ofConditions(one, ['deny', i], seen), ...ofWhom(one.roles, ['deny', i, 'roles'], seen)]);
  return [
    ...ofPeople(seen),
    ...grants,
    ...denials,
    ...ofNames(seen),
    ...ofApprovals(seen),
    ...unknown('role', breakGlass.roles, ['breakGlass', 'roles'], 'roles', roles),
    ...[
      { path: ['breakGlass', 'room'], room: breakGlass.room },
      { path: ['audit', 'room'], room: audit.room },
    ].flatMap(({ path, room }) =>
      room === undefined || Object.hasOwn(rooms, room) ? [] : [{ path, message: `there is no room “${room}”; rooms: has ${known(rooms)}` }],
    ),
    ...PLACES.flatMap((name) =>
      Object.hasOwn(rooms, name)
        ? [{ path: ['rooms', name], message: `“${name}” is what policy calls what is said in no room; call this room otherwise` }]
        : [],
    ),
  ];
}

const known = (all: object) => Object.keys(all).join(', ') || 'none';

/** Names that are none of these. */
function unknown(what: string, names: readonly string[], path: Path, section: string, all: object, also: readonly string[] = []): Contradiction[] {
  return names.flatMap((name, i) => {
    if (also.includes(name) || Object.hasOwn(all, name)) return [];
    const more = also.length > 0 ? `; or ${also.join(', ')}` : '';
    return [{ path: [...path, i], message: `there is no ${what} “${name}”; ${section}: has ${known(all)}${more}` }];
  });
}

function ofConditions({ input, rooms, hours }: Conditions, path: Path, seen: Readable): Contradiction[] {
  const patterns = Object.entries(input).flatMap(([name, pattern]) => {
    const fault = pattern === undefined ? undefined : patternFault(pattern);
    return fault === undefined ? [] : [{ path: [...path, 'input', name], message: `“${pattern}” is not a regular expression: ${fault}` }];
  });
  return [
    ...patterns,
    ...unknown('room', rooms, [...path, 'rooms'], 'rooms', seen.rooms, PLACES),
    ...unknown('hours', hours, [...path, 'hours'], 'hours', seen.hours),
  ];
}

function ofWhom(names: readonly string[], path: Path, { people, roles }: Readable): Contradiction[] {
  return names.flatMap((name, i) => {
    const id = name.startsWith('person:') ? name.slice(7) : undefined;
    if (id === undefined) return unknown('role', [name], path, 'roles', roles, ['*']).map((one) => ({ ...one, path: [...path, i] }));
    return Object.hasOwn(people, id) ? [] : [{ path: [...path, i], message: `there is no person “${id}”; people: has ${known(people)}` }];
  });
}

function ofPeople({ people, roles }: Readable): Contradiction[] {
  return Object.entries(people).flatMap(([id, person]) => [
    ...unknown('role', person.roles, ['people', id, 'roles'], 'roles', roles),
    ...Object.keys(person.accounts).flatMap((chat) =>
      CHATS.includes(chat)
        ? []
        : [{ path: ['people', id, 'accounts', chat], message: `there is no chat “${chat}”; people have accounts in ${CHATS.join(', ')}` }],
    ),
  ]);
}

/** Names of deny rules, which refusals and the audit speak of: each stands once, and is not what another rule is called by its place. */
function ofNames({ deny }: Readable): Contradiction[] {
  return deny.flatMap(({ name }, i) => {
    if (name === undefined) return [];
    if (deny.findIndex((other) => other.name === name) < i) return [{ path: ['deny', i, 'name'], message: `another rule is named “${name}” already` }];
    return /^(deny|approvals|roles)\./.test(name)
      ? [{ path: ['deny', i, 'name'], message: `“${name}” is how a rule is called by its place; choose another name` }]
      : [];
  });
}

function ofApprovals({ approvals, roles }: Readable): Contradiction[] {
  return approvals.flatMap((rule, i): Contradiction[] => {
    const path = ['approvals', i];
    const unknowns = [
      ...unknown('role', rule.roles ?? [], [...path, 'roles'], 'roles', roles, ['*']),
      ...(rule.votes ?? []).flatMap((slot, n) => unknown('role', slot.roles, [...path, 'votes', n, 'roles'], 'roles', roles, ['*'])),
    ];
    const short = rule.count !== undefined ? 'count' : 'roles';
    if (rule.votes && (rule.count !== undefined || rule.roles))
      return [...unknowns, { path: [...path, short], message: 'stands within votes:, or instead of it, not beside it' }];
    if (rule.votes?.length === 0) return [...unknowns, { path: [...path, 'votes'], message: 'names nobody; it takes at least one { count, roles }' }];
    return rule.votes || rule.roles ? unknowns : [...unknowns, { path, message: 'needs roles: (who may approve), or votes: with a list of { count, roles }' }];
  });
}
