import { roomOf } from '../config/policy.ts';
import { type AlertViews, isAlertId } from './alertviews.ts';
import { fieldsTyped, typedPress } from './chat/elements.ts';
import type { Barred } from './core/account.ts';
import type { Alert } from './core/alerts/alert.ts';
import { alertButtons } from './core/alerts/buttons.ts';
import { isShownThere, lineOf } from './core/alerts/lines.ts';
import type { Form, Hear, Heard, Line, Memory, Pressing } from './core/chat.ts';
import { jobId, pressId, sha256, ticketId } from './core/digest.ts';
import { Refusal } from './core/errors.ts';
import { choicesFor, fieldsFor, filled } from './core/form.ts';
import { Incomplete } from './core/incomplete.ts';
import { LONGEST_LINE, parse } from './core/parse.ts';
import { type Person, visibleCommands } from './core/policy.ts';
import type { Audit, Commands } from './core/ports.ts';
import { isOver, type Missing } from './core/ticket.ts';
import type { Choice, Through } from './core/types.ts';
import { say } from './core/words.ts';
import { ASK_PRIORITY, INBOX } from './messages.ts';
import type { Queues } from './queue/bullmq.ts';
import type { Settings } from './settings.ts';
import type { Views } from './views.ts';

/** How long a press is known again, in milliseconds: as long as the ticket it made. */
const REMEMBERED = 7 * 86_400_000;

/** What proves who presses. `seen`: a one-time code was typed where others read it; it is not passed on. */
function proofIn({ code, signature, seen }: Pressing['fields']) {
  const [typed, signed] = [code?.[0]?.trim().slice(0, 20), signature?.join(' ').slice(0, 10_000)];
  if (!typed && !signed && !seen) return undefined;
  return { ...(typed ? { code: typed } : {}), ...(signed ? { signature: signed } : {}), ...(seen ? { seen: true } : {}) };
}

export interface EarOptions {
  /** The chat whose accounts these are. */
  readonly chat: string;
  readonly queues: Queues;
  rules(): Promise<Settings>;
  readonly views: Views;
  readonly alertViews: AlertViews;
  readonly commands: Commands;
  readonly memory: Memory;
  /** Puts on record what is not passed on. */
  readonly audit?: Pick<Audit, 'note'>;
  hearing: Hear['hearing'];
}

/** What a chat hears becomes messages in the inbox; what a press stands for becomes a line. */
export function ears({ chat, queues, rules, views, alertViews, commands, memory, audit, hearing }: EarOptions): Hear {
  const accountOf = (id: string, barred: Barred | undefined, through?: Through) => ({
    ...{ chat, id },
    ...(barred ? { barred } : {}),
    ...(through ? { through } : {}),
  });

  async function personOf(from: string, barred?: Barred): Promise<Person | undefined> {
    const { personOf: find, policy } = await rules();
    const id = find(accountOf(from, barred));
    return id === undefined ? undefined : policy.people.get(id);
  }

  async function ask(
    { event, from, barred, through, text, place, lateMs, before }: Line,
    on: { readonly alert?: string; readonly quiet?: true } = {},
  ): Promise<{ ticket: string }> {
    const data = {
      ...on,
      event,
      account: accountOf(from, barred, through),
      text: text.slice(0, LONGEST_LINE),
      length: text.length,
      place,
      at: Date.now(),
      ...(lateMs > 0 ? { late: lateMs } : {}),
    };
    await queues.send([
      { queue: INBOX, name: 'ask', id: jobId('ask', chat, from, event), data, priority: ASK_PRIORITY, ...(before === undefined ? {} : { before }) },
    ]);
    return { ticket: ticketId(chat, event) };
  }

  async function said(line: Line): Promise<Heard> {
    const typed = typedPress(line.text);
    if (!typed) return ask(line);
    const { reason: _, ...press } = typed;
    const { answer, ...what } = await pressed({ ...line, ...press, fields: fieldsTyped(typed, line.unseen === true) });
    return { ticket: answer, pressed: what };
  }

  const whole = (missing: Missing, fields: Pressing['fields']): string => filled(missing, fields, commands.get(missing.path), (path) => commands.has(path));

  /** The line that a press stands for, if it stands for one. */
  async function meant({ action, ticket: id, code, fields, from, barred, line }: Pressing): Promise<string | undefined> {
    if (action === 'undo') return `undo ${id}`;
    if (action !== 'fill' && action !== 'again' && action !== 'offer') return undefined;
    const person = await personOf(from, barred);
    if (action === 'offer') return person && views.offered(person, id, code);
    if (!person) return line;
    const ticket = id === '' ? undefined : await views.tickets.get(id);
    if (ticket?.state === 'refused' && ticket.by === person.id) {
      if (action === 'again') return ticket.late;
      return ticket.missing && whole(ticket.missing, fields);
    }
    const missing = line === undefined ? undefined : (await lacking(person, line))?.missing;
    return missing && whole(missing, fields);
  }

  /** An event's name under which nothing was asked yet that is still on its way, or (unless it may be done `afresh`) was done. */
  async function unused(event: string, afresh: boolean): Promise<string> {
    for (let n = 1; ; n++) {
      const name = n === 1 ? event : `${event} ${n}`;
      const ticket = await views.tickets.get(ticketId(chat, name));
      if (!ticket || !isOver(ticket) || (ticket.state === 'done' && !afresh)) return name;
    }
  }

  /** Under what a press is asked. Delivered again, however much later, it is the same press: it is never asked under another name. */
  async function nameOf(event: string, wanted: string, afresh = false): Promise<string> {
    const key = `press ${event}`;
    const known = await memory.get(key);
    if (known !== undefined) return known;
    const name = await unused(wanted, afresh);
    return (await memory.claim(key, name, REMEMBERED)) ? name : ((await memory.get(key)) ?? name);
  }

  async function pressed(pressing: Pressing): Promise<{ answer: string; ticket: string; heard: string }> {
    const { event, from, barred, through, action, code, fields, place, lateMs, before } = pressing;
    const bar = { ...(barred ? { barred } : {}), ...(through ? { through } : {}) };
    const deadline = before === undefined ? {} : { before };
    const id = pressing.ticket || (code === '' || action === 'offer' ? '' : ((await views.tickets.byCode(code.toUpperCase())) ?? ''));
    if (isAlertId(id)) {
      const asked = await onAlert({ ...pressing, ticket: id });
      if (asked !== undefined) return { answer: asked, ticket: asked, heard: pressId(event) };
    }
    const line = await meant({ ...pressing, ticket: id });
    if (line !== undefined) {
      const of = id === '' ? undefined : await views.tickets.get(id);
      // The same press of the same card is one request, however often it is made; it stands where that card stood.
      const person = (await personOf(from, barred))?.id;
      const which = action === 'offer' ? `offer ${code}` : action;
      const once = of ? await nameOf(event, `${which} ${id} ${person ?? from} ${sha256(line).slice(0, 16)}`) : event;
      const where = of && action !== 'undo' && action !== 'offer' && of.by === person ? (of.places[0] ?? place) : place;
      const { ticket } = await ask({ event: once, from, ...bar, text: line, place: where, lateMs, ...deadline });
      return { answer: ticket, ticket, heard: pressId(event) };
    }
    const reason = fields.reason?.join(' ').slice(0, 500);
    const proof = proofIn(fields);
    const data = {
      event,
      account: accountOf(from, barred, through),
      ticket: id,
      code,
      action,
      place,
      at: Date.now(),
      ...(reason === undefined ? {} : { reason }),
      ...(proof ? { proof } : {}),
      ...(lateMs > 0 ? { late: lateMs } : {}),
    };
    await queues.send([{ queue: INBOX, name: 'decide', id: jobId('press', chat, from, event), data: { pressed: data }, ...deadline }]);
    return { answer: ticketId(chat, event), ticket: id, heard: pressId(event) };
  }

  /** Asks the line that a press on an alert's card stands for: in the thread of that card, or quietly where the card itself shows what comes of it. */
  async function onAlert(pressing: Pressing): Promise<string | undefined> {
    const { event, from, barred, through, action, code, fields, place, lateMs, before, ticket: id } = pressing;
    const person = await personOf(from, barred);
    const alert = person && (await alertViews.seen(person, id));
    const text = alert && lineOf({ action, code }, fields, alert);
    if (!person || !alert || text === undefined) return undefined;
    const bar = { ...(barred ? { barred } : {}), ...(through ? { through } : {}), ...(before === undefined ? {} : { before }) };
    const once = await nameOf(event, `${action} ${code} ${id} ${person.id} ${sha256(text).slice(0, 16)}`, true);
    // Who presses in a terminal sees no card but the one that answers.
    const quiet = isShownThere(action) && place.room !== 'terminal' ? { quiet: true as const } : {};
    const thread = 'quiet' in quiet || place.thread !== undefined ? undefined : await alertViews.threadAt(alert, place);
    const where = thread === undefined ? place : { ...place, thread };
    return (await ask({ event: once, from, ...bar, text, place: where, lateMs }, { alert: id, ...quiet })).ticket;
  }

  /** What may be chosen in a field that a button of an alert's card asks for. */
  async function alertChoices(person: Person, alert: Alert, field: string, typed: string): Promise<Choice[]> {
    const names = Object.fromEntries([...(await rules()).policy.people].map(([id, { name }]) => [id, name]));
    const asked = alertButtons(alert, names, 0).flatMap(({ asks = [] }) => asks.filter(({ name }) => name === field));
    const all = asked.some(({ choices }) => choices) ? (await views.known(person)).people : [];
    const wanted = typed.toLowerCase();
    return all.filter(({ text, hint }) => `${text} ${hint}`.toLowerCase().includes(wanted)).slice(0, 100);
  }

  /** What a line lacks, said by this person. */
  async function lacking(person: Person, line: string): Promise<Incomplete | undefined> {
    const { policy } = await rules();
    try {
      parse(line, visibleCommands(person, commands, policy));
    } catch (error) {
      if (error instanceof Incomplete) return error;
      if (!(error instanceof Refusal)) throw error;
    }
    return undefined;
  }

  return {
    said,
    pressed,
    async form(from, line): Promise<Form | undefined> {
      const person = await personOf(from);
      const error = person && (await lacking(person, line));
      if (!person || !error) return undefined;
      const fields = fieldsFor(error.missing, await views.known(person, error.missing.path), person.lang);
      return fields.length === 0 ? undefined : { title: say({ en: '{path}', zh: '{path}' }, { path: error.missing.path }), line, fields };
    },
    async choices(from, { line, ticket: id }, field, typed) {
      const person = await personOf(from);
      if (!person) return [];
      if (id !== undefined && isAlertId(id)) {
        const alert = await alertViews.seen(person, id);
        return alert ? alertChoices(person, alert, field, typed) : [];
      }
      const missing = await missingOf(person, line, id);
      return missing ? choicesFor(missing, field, typed, await views.known(person, missing.path), person.lang) : [];
    },
    knows: async (from) => (await personOf(from)) !== undefined,
    async lang(room, from) {
      const set = room === undefined ? undefined : roomOf((await rules()).config, { chat, room })?.lang;
      return set ?? (from === undefined ? undefined : (await personOf(from))?.lang) ?? 'en';
    },
    families: [...new Set([...commands.keys()].map((path) => path.split(' ')[0] ?? ''))],
    home: async (from) => {
      const person = await personOf(from);
      return person ? views.home(person.id) : [];
    },
    async foreign(from, team) {
      // Once a minute: whoever is not listened to shall not fill the record either.
      if (!(await memory.claim(`foreign ${team} ${from}`, '', 60_000))) return;
      await audit?.note([{ at: Date.now(), kind: 'refused', by: '', account: { chat, id: from }, rule: 'other workspace', more: { barred: 'foreign', team } }]);
    },
    hearing,
  };

  async function missingOf(person: Person, line: string | undefined, id: string | undefined): Promise<Missing | undefined> {
    if (line !== undefined) return (await lacking(person, line))?.missing;
    const ticket = id === undefined ? undefined : await views.tickets.get(id);
    return ticket?.state === 'refused' && ticket.by === person.id ? ticket.missing : undefined;
  }
}
