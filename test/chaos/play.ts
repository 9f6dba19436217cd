import type { FlatCard } from '../../src/core/flatten.ts';
import { now } from './clock.ts';
import { type Door, isOver, type Taken } from './door.ts';
import type { Observed } from './judge.ts';
import { alive, readLines } from './program.ts';
import { CANCELLED, type Iteration, type Kind } from './schedule.ts';
import { hostOf, type World } from './world.ts';

/** What a request came to, with the moments that figures are made of. */
export interface Played extends Observed {
  readonly ticket: string;
  readonly fault: string;
  /** The card's words at the end. */
  readonly text: string;
  /** What the card said when its outcome was first unknown, if ever it was. */
  readonly doubts?: string;
  /** From the press of cancel until the card said that it was over, in milliseconds. */
  readonly stopMs?: number;
  /** When its card changed. */
  readonly changes: readonly { readonly at: number; readonly state: string }[];
}

/** How long a press may come to nothing before a person presses again, in milliseconds. */
const PATIENCE = 15_000;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Plays one iteration in a slot of a world. `deadline`: when a request that has not ended counts as stuck. */
export async function play(world: World, iteration: Iteration, slot: number, prefix: string, deadline: () => number): Promise<Played[]> {
  await pause(iteration.askAt);
  const tag = `${prefix}-${iteration.n}`;
  const one = (name: string, rival?: string) => request(world, iteration, slot, name, rival, deadline);
  if (iteration.kind === 'pair') return Promise.all([one(`${tag}x`, `${tag}y`), one(`${tag}y`, `${tag}x`)]);
  return [await one(tag)];
}

const PROGRAMS: Readonly<Record<Kind, string>> = {
  short: 'effect',
  long: 'effect',
  many: 'effect',
  pair: 'effect',
  approved: 'risky',
  nap: 'nap',
  stubborn: 'stubborn',
  brood: 'brood',
};

/** The line by which an effect is asked for. */
function line(kind: Kind, hosts: readonly string[], tag: string, ticks: number): string {
  return `host run ${PROGRAMS[kind]} ${hosts.join(' ')} --with tag=${tag} --with ticks=${ticks}`;
}

async function request(
  world: World,
  { n, kind, ticks, copies, cancelAfter, fault }: Iteration,
  slot: number,
  tag: string,
  rival: string | undefined,
  deadline: () => number,
): Promise<Played> {
  const { door } = world;
  const on = kind === 'many' ? ([0, 1] as const) : n % 2 === 0 ? ([0] as const) : ([1] as const);
  const hosts = on.map((machine) => hostOf(machine, slot));
  const text = line(kind, hosts, tag, kind === 'short' ? 0 : ticks);
  const taken = await door.said('alice', text, copies).catch(() => ({ ticket: '', tickets: 0, at: 0 }));
  const stops = CANCELLED.includes(kind);
  let pressed: Pressed | undefined;
  if (kind === 'approved') pressed = await approve(door, taken.ticket, copies, deadline);
  else if (stops) pressed = await cancel(world, taken.ticket, tag, copies, cancelAfter, deadline);
  const card = await door.sees(taken.ticket, isOver, deadline);
  const watched = door.card(taken.ticket);
  const endedAt = watched?.changes.at(-1)?.at ?? 0;
  return {
    ...{ tag, kind, ticket: taken.ticket, tickets: taken.tickets, fault: fault.kind },
    machines: on.map((machine) => world.machines[machine].name),
    ...(rival === undefined ? {} : { rival }),
    seen: watched !== undefined,
    end: isOver(card) || card?.ticket?.state === 'unknown' ? card?.ticket?.state : undefined,
    text: card?.text ?? '',
    ...(watched?.doubts === undefined ? {} : { doubts: watched.doubts }),
    cameTo: hosts.map((host) => cameTo(card, host)),
    changes: watched?.changes ?? [],
    vainPresses: pressed?.vain ?? 0,
    ...(stops ? { cancel: { alive: isOver(card) ? alive(tag).length : 0 } } : {}),
    ...(stops && pressed?.at !== undefined && isOver(card) && endedAt > pressed.at ? { stopMs: endedAt - pressed.at } : {}),
  };
}

/** What a card's table says in the row of a host. */
function cameTo(card: FlatCard | undefined, host: string): string {
  const rows = card?.blocks.flatMap((block) => (block.kind === 'table' ? block.rows : [])) ?? [];
  return String(rows.find(([on]) => on === host)?.at(-1) ?? '');
}

/** How pressing went. */
interface Pressed {
  /** When the first press was taken. */
  readonly at: number | undefined;
  /** Presses that were taken and of which nothing came. */
  readonly vain: number;
}

/** Presses until something comes of it: a press may be void, since the plan was made anew; one that is void without that is counted. */
async function insist(press: () => Promise<Taken>, ticket: string, door: Door, came: (card: FlatCard) => boolean, deadline: () => number): Promise<Pressed> {
  let at: number | undefined;
  let vain = 0;
  for (;;) {
    const before = await door.sees(ticket, (card) => card !== undefined && (came(card) || (card.ticket?.code ?? '') !== ''), deadline);
    if (!before || came(before) || now() >= deadline()) return { at, vain };
    const taken = await press().catch(() => undefined);
    at ??= taken?.at;
    const patience = now() + PATIENCE;
    const isNew = (card: FlatCard) => came(card) || card.ticket?.code !== before.ticket?.code;
    const after = await door.sees(
      ticket,
      (card) => card !== undefined && isNew(card),
      () => Math.min(patience, deadline()),
    );
    if (taken && after && !isNew(after)) vain++;
  }
}

/** Bob approves once he is asked to. */
async function approve(door: Door, ticket: string, copies: number, deadline: () => number): Promise<Pressed> {
  const waits = (card: FlatCard | undefined) => card?.ticket?.state === 'waiting';
  const card = await door.sees(ticket, (seen) => waits(seen) || isOver(seen), deadline);
  if (!waits(card)) return { at: undefined, vain: 0 };
  return insist(
    () => door.pressed('bob', ticket, 'approve', copies),
    ticket,
    door,
    (seen) => !waits(seen) && seen.ticket?.state !== 'planning',
    deadline,
  );
}

/** Alice cancels once the program has begun: in the middle of it. */
async function cancel(world: World, ticket: string, tag: string, copies: number, after: number, deadline: () => number): Promise<Pressed> {
  const { door } = world;
  const begun = () => readLines(world.effects).some((one) => one.tag === tag && one.what === 'begin');
  while (!begun() && !isOver(door.card(ticket)?.card) && now() < deadline()) await pause(50);
  await pause(after);
  return insist(
    () => door.pressed('alice', ticket, 'cancel', copies),
    ticket,
    door,
    (card) => card.ticket?.state === 'cancelling' || isOver(card),
    deadline,
  );
}
