import type { Note } from './audit.ts';
import { canonical, sha256 } from './digest.ts';
import { keptInput } from './redactline.ts';
import { type Event, isOver, planOf, type Ticket, type Vote } from './ticket.ts';
import type { Account, Entry, Json, Outcome, Plan } from './types.ts';
import { type Said, speak } from './words.ts';

/** What is kept of a request for good: that it was made (nothing before), or what an event made of it. Nothing where the event changed nothing, or only what is shown. */
export function notesOf(before: Ticket | undefined, event: Event | undefined, after: Ticket): Note[] {
  if (!before || !event) return made(after);
  if (after.rev === before.rev) return [];
  return [...happened(before, event, after), ...fell(before, event, after), ...planned(before, event, after), ...ended(before, event, after)];
}

function made(ticket: Ticket): Note[] {
  const { askedAt: at, by, text: line, input, dry, from, places } = ticket;
  const spoken = ticket.account ?? accountIn(places[0]);
  const more = { ...(dry ? { dry } : {}), ...originOf(from), ...(Object.keys(input).length > 0 ? { input: keptInput(input) } : {}) };
  const said: Note = { ...about(ticket), at, kind: 'said', by, line, ...(spoken ? { account: spoken } : {}), ...some(more) };
  return ticket.state === 'refused' ? [said, refused(ticket, at, by, ticket.message)] : [said];
}

/** Who approved its schedule stands with the request that made that. */
function originOf(from: Ticket['from']): { readonly from?: Readonly<Record<string, string>> } {
  if (!from) return {};
  const { vouched: _, ...rest } = from;
  return { from: { ...rest } };
}

function accountIn(place: Ticket['places'][number] | undefined): Account | undefined {
  return place?.to === undefined ? undefined : { chat: place.chat, id: place.to };
}

/** What the event itself was. */
function happened(before: Ticket, event: Event, after: Ticket): Note[] {
  const base = { ...about(before), ...standing(before), at: event.at };
  switch (event.kind) {
    case 'approved': {
      const vote = event.votes.find(({ by }) => by === event.by);
      return vote ? [{ ...base, ...voteNote(vote), kind: 'voted', more: { ...proven(vote), ...(event.enough ? { enough: true } : {}) } }] : [];
    }
    case 'withdrawn':
      return [{ ...base, kind: 'withdrawn', by: event.by }];
    case 'rejected':
    case 'cancelled':
      return [{ ...base, kind: event.kind, by: event.by, ...some(event.reason === undefined ? {} : { reason: event.reason }) }];
    case 'reasoned':
      return [{ ...base, kind: 'reasoned', by: event.by, more: { reason: event.text } }];
    case 'dispatched':
      return [{ ...base, ...standing(after), kind: 'dispatched', more: { votes: votesOf(after).map(({ by, at }) => ({ by, at })) } }];
    case 'kept':
      return [{ ...base, kind: 'pressed', by: event.by, more: { action: 'keep' } }];
    case 'expired':
      return [{ ...base, kind: 'expired' }];
    case 'marked':
      return [{ ...base, kind: 'marked', by: event.by, more: { as: event.as, reason: event.reason } }];
    case 'rechecked':
      return event.by === undefined ? [] : [{ ...base, kind: 'pressed', by: event.by, more: { action: 'recheck' } }];
    default:
      return after.state === 'refused' ? [endOf(before, event, after, after.message)] : [];
  }
}

/** Votes that counted before and count no more: their plan or the policy changed. What ends a request takes no votes away. */
function fell(before: Ticket, event: Event, after: Ticket): Note[] {
  const stand = votesOf(after).map(({ by }) => by);
  const votes = votesOf(before).flatMap(({ by }) => (stand.includes(by) ? [] : [by]));
  const own = event.kind === 'withdrawn' ? votes.filter((by) => by !== event.by) : votes;
  const none = own.length === 0 && event.kind !== 'voided';
  return none || isOver(after) ? [] : [{ ...about(before), ...standing(before), at: event.at, kind: 'voided', more: { votes: own } }];
}

/** A plan that is another than before. */
function planned(before: Ticket, event: Event, after: Ticket): Note[] {
  const [old, plan] = [planOf(before), planOf(after)];
  if (!plan || event.kind !== 'joined' || (old?.digest === plan.digest && after.state === before.state)) return [];
  const needs = after.state === 'waiting' || after.state === 'scheduled' || after.state === 'approved' ? after.needs.rules.map(({ id }) => id) : [];
  const more = { risk: plan.risk, round: plan.round, ...(old ? { before: old.digest } : {}) };
  return [{ ...about(after), ...standing(after), at: event.at, kind: 'planned', ...(needs.length > 0 ? { rule: needs.join(', ') } : {}), more }];
}

/** An end that no other note tells of. */
function ended(before: Ticket, event: Event, after: Ticket): Note[] {
  const told = ['rejected', 'cancelled', 'expired'].includes(event.kind) || after.state === 'refused';
  const comes = (isOver(after) && !isOver(before) && !told) || (after.state === 'unknown' && before.state !== 'unknown');
  return comes ? [{ ...about(after), ...standing(after), at: event.at, kind: 'ended', more: { state: after.state, ...whyEnded(after) } }] : [];
}

/** What kept it from going on: a worker that was not satisfied, a freeze, a lock that was taken away. */
function whyEnded(after: Ticket): { readonly [name: string]: Json } {
  const { frozen, robbed }: { readonly frozen?: Said; readonly robbed?: true } = 'frozen' in after || after.state === 'failed' ? after : {};
  return { ...(frozen ? { why: speak(frozen, 'en') } : {}), ...(robbed ? { robbed } : {}) };
}

/** That a request is refused after all: the plan it would have come to, and the rule that is against it. */
function endOf(before: Ticket, event: Event, after: Ticket, why: Said): Note {
  const told = event.kind === 'joined' && event.verdict.kind === 'refused' ? event.verdict : event.kind === 'refused' ? event : undefined;
  const plan = told?.plan ?? planOf(before);
  const its = plan ? { digest: plan.digest, hosts: plan.hosts } : {};
  const rule = told?.rule === undefined ? {} : { rule: told.rule };
  const note = refused(after, event.at, undefined, why);
  return { ...note, ...its, ...rule, more: { ...note.more, ...(plan ? { risk: plan.risk } : {}) } };
}

function refused(ticket: Ticket, at: number, by: string | undefined, why: Said): Note {
  return { ...about(ticket), at, kind: 'refused', ...(by === undefined ? {} : { by }), more: { why: speak(why, 'en') } };
}

/** What all notes of a request have. */
function about(ticket: Ticket): Pick<Note, 'ticket' | 'asker' | 'command' | 'private' | 'room'> {
  const { id, by: asker, command, room } = ticket;
  return { ticket: id, asker, command, ...(ticket.private ? { private: true } : {}), ...(room === undefined ? {} : { room }) };
}

/** What a note says of the request it is about: whose, what and where. */
export function aboutIt(ticket: Ticket): Partial<Note> {
  return { ...about(ticket), ...standing(ticket) };
}

/** The plan that stands, and where. */
function standing(ticket: Ticket): Pick<Note, 'digest' | 'hosts'> {
  const plan = planOf(ticket);
  return plan ? { digest: plan.digest, hosts: plan.hosts } : {};
}

const votesOf = (ticket: Ticket): readonly Vote[] => ('votes' in ticket ? (ticket.votes ?? []) : []);

/** From where a vote was cast, which may be another room than the request's. */
function voteNote({ by, account, room }: Vote): Pick<Note, 'by' | 'account' | 'room'> {
  return { by, ...(account ? { account } : {}), ...(room === undefined ? {} : { room }) };
}

/** The proof as it was given: with a signature in it, the export alone proves the vote. */
function proven({ proof, for: lenders }: Vote): { readonly proof?: Json; readonly for?: Json } {
  return { ...(proof ? { proof: { ...proof } } : {}), ...(lenders ? { for: lenders } : {}) };
}

function some(more: { readonly [name: string]: Json }): Pick<Note, 'more'> {
  return Object.keys(more).length > 0 ? { more } : {};
}

/** What is kept of a line of a journal: that a step was about to begin, and how it ended. How far it has come is not. */
export function notesOfEntry(ticket: string, round: number, step: number, entry: Entry): Note[] {
  if (entry.state === 'started') return [];
  const more = { round, step, state: entry.state, ...(entry.state === 'finished' ? cameTo(entry.outcome) : {}) };
  return [{ at: entry.at, kind: 'step', ticket, more }];
}

/** How a step ended: with the hash of what is stored of its output, and the bytes of that. */
function cameTo(outcome: Outcome): { readonly [name: string]: Json } {
  return {
    outcome: outcome.kind,
    ...('code' in outcome ? { code: outcome.code } : {}),
    ...(outcome.kind === 'task' ? { came: outcome.came, said: outcome.said, task: outcome.task } : {}),
    ...('why' in outcome ? { why: speak(outcome.why, 'en') } : {}),
    ...('output' in outcome ? { output: sha256(outcome.output), bytes: Buffer.byteLength(outcome.output) } : {}),
  };
}

/** What the desk itself has changed with a wave: freezes, and who is who or may act for whom. Locks and reviews are told by their steps. */
export function notesOfActs(ticket: Ticket, plan: Plan, wave: number, at: number): Note[] {
  return plan.steps.flatMap((step): Note[] => {
    if (step.kind !== 'desk' || (step.wave ?? 1) !== wave || 'steal' in step.act || 'review' in step.act) return [];
    const kind = 'freeze' in step.act || 'thaw' in step.act ? 'freeze' : 'identity';
    return [{ ...aboutIt(ticket), at, kind, by: ticket.by, more: keptInput(JSON.parse(canonical(step.act))) }];
  });
}
