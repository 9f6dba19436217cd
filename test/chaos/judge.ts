import type { Line } from './program.ts';
import type { Kind } from './schedule.ts';

/** What was observed of one request, from the first word to the end. */
export interface Observed {
  readonly tag: string;
  readonly kind: Kind;
  /** The machines on which its effect is due. */
  readonly machines: readonly string[];
  /** The tag of a request that wants the same locks. */
  readonly rival?: string;
  /** Tickets that the copies of its event were answered with; 0 when nobody took it. */
  readonly tickets: number;
  /** Whether its card was ever seen. */
  readonly seen: boolean;
  /** The state in which its card came to rest; undefined when it did not in time. */
  readonly end: string | undefined;
  /** What the card says at the end of each machine's step, in the order of `machines`; empty where it says nothing of it. */
  readonly cameTo: readonly string[];
  /** Presses that were taken and of which nothing came, although the plan was still the same. */
  readonly vainPresses: number;
  /** Whether cancel was pressed, and how many processes of it lived when the card said that it was over. */
  readonly cancel?: { readonly alive: number };
}

/** Everything there is to judge by. */
export interface Evidence {
  readonly requests: readonly Observed[];
  /** What the machines' programs wrote, in order. */
  readonly lines: readonly Line[];
  /** Locks that were left when everything had ended. */
  readonly locks: readonly string[];
}

/** Each must be 0. */
export const COUNTERS = ['lost', 'doubled', 'stuck', 'unknown', 'leakedLocks', 'falseProof', 'inconsistent', 'overlapped'] as const;
export type Counter = (typeof COUNTERS)[number];

/** Something that must not be, in words. */
export interface Finding {
  readonly counter: Counter;
  /** The tag of the request; of a lock its name. */
  readonly what: string;
  readonly why: string;
}

/** What is wrong. Pure. */
export function judge({ requests, lines, locks }: Evidence): Finding[] {
  return [
    ...requests.flatMap((request) => ofRequest(request, lines)),
    ...requests.flatMap((request) => ofRivals(request, lines)),
    ...locks.map((lock): Finding => ({ counter: 'leakedLocks', what: lock, why: 'is held or waited for after everything ended' })),
  ];
}

/** How often each counter is hit. */
export function counts(findings: readonly Finding[]): Record<Counter, number> {
  const all: Record<Counter, number> = { lost: 0, doubled: 0, stuck: 0, unknown: 0, leakedLocks: 0, falseProof: 0, inconsistent: 0, overlapped: 0 };
  for (const { counter } of findings) all[counter]++;
  return all;
}

/** Words by which a card says of a step that it was done, and that it was never begun. */
const DONE = /\bdone in\b|\bdone$/i;
const NOTHING = /not done|not begun|nothing was|skipped/i;

function ofRequest(request: Observed, lines: readonly Line[]): Finding[] {
  const { tag, end, machines, cancel } = request;
  const found: Finding[] = [];
  const add = (counter: Counter, why: string) => {
    if (!found.some((one) => one.counter === counter)) found.push({ counter, what: tag, why });
  };
  const times = (what: string) => machines.map((host) => lines.filter((line) => line.tag === tag && line.host === host && line.what === what).length);
  const [begun, ended] = [times('begin'), times('end')];
  const strays = lines.filter((line) => line.tag === tag && !machines.includes(line.host));

  if (request.tickets > 1) add('doubled', `one event made ${request.tickets} tickets`);
  if ([...begun, ...ended].some((count) => count > 1)) add('doubled', `begun ${begun.join('+')} times, ended ${ended.join('+')} times`);
  if (strays.length > 0) add('doubled', `had an effect on ${strays.map(({ host }) => host).join(', ')}, where nobody wanted it`);

  if (request.tickets === 0) add('stuck', 'was never taken at the door');
  else if (!request.seen) add('lost', 'was taken, and no card ever showed it');
  else if (end === undefined) add('stuck', 'came to no end');
  else if (end === 'unknown') add('unknown', 'the host is there, and the bot does not know what became of it');
  else if (end === 'done' && [...begun, ...ended].some((count) => count === 0))
    add('lost', `says done; begun ${begun.join('+')} times, ended ${ended.join('+')} times`);
  else if (end !== 'done') ofNotDone(request, begun, ended, add);
  for (const [i, said] of request.cameTo.entries()) {
    if (NOTHING.test(said) && begun[i] !== 0) add('inconsistent', `says “${said}”, and was begun`);
    else if (DONE.test(said) && !NOTHING.test(said) && ended[i] === 0) add('lost', `says “${said}”, and was not`);
  }

  if (request.vainPresses > 0) add('lost', `${request.vainPresses} presses were taken, and nothing came of them`);
  if (cancel && cancel.alive > 0 && end === 'cancelled') add('falseProof', `${cancel.alive} processes of it lived after the card said that it was stopped`);
  return found;
}

/** Not done is an honest end as long as it is true: something was cut short, and nothing was done where it says so. */
function ofNotDone({ end }: Observed, begun: readonly number[], ended: readonly number[], add: (counter: Counter, why: string) => void): void {
  if (['refused', 'rejected', 'expired'].includes(end ?? '') && begun.some((count) => count > 0)) add('inconsistent', `says ${end}, and was begun`);
  else if (ended.every((count) => count > 0)) add('inconsistent', `says ${end}, and went through to its end`);
}

/** Two that want the same lock must not run at once: on each machine one ends before the other begins. */
function ofRivals({ tag, rival, machines }: Observed, lines: readonly Line[]): Finding[] {
  if (rival === undefined || rival < tag) return [];
  return machines.flatMap((host): Finding[] => {
    let running: string | undefined;
    for (const line of lines) {
      if (line.host !== host || (line.tag !== tag && line.tag !== rival)) continue;
      if (line.what === 'begin' && running !== undefined && running !== line.tag)
        return [{ counter: 'overlapped', what: tag, why: `ran at the same time as ${rival} on ${host}, under the same lock` }];
      if (line.what === 'begin') running = line.tag;
      else if (line.tag === running) running = undefined;
    }
    return [];
  });
}
