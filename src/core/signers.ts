import { approvalMessage, NAMESPACE, verifySshSig } from './sshsig.ts';
import type { Ticket, Vote } from './ticket.ts';
import type { Risk } from './types.ts';

/** A public key that may sign approvals, and whose it is. Times in milliseconds since the epoch. */
export interface Signer {
  /** Ids of people. */
  readonly people: readonly string[];
  /** The key's type and blob. */
  readonly key: string;
  readonly after?: number;
  readonly before?: number;
}

/** What a worker asks for by itself, whatever the desk says: from this risk on, `count` signatures of people in its own file. */
export interface Signed {
  readonly from: Risk;
  readonly count: number;
  readonly signers: readonly Signer[];
}

/**
 * OpenSSH's allowed_signers (ssh-keygen(1), ALLOWED SIGNERS): `people[,…] [options] type blob [comment]` a line.
 * Keys for other namespaces are left out. Throws, naming the line, for one that cannot be read or that asks for what is not known here.
 */
export function readSigners(text: string): Signer[] {
  return text.split('\n').flatMap((line, i): Signer[] => {
    const words = line.trim();
    if (words === '' || words.startsWith('#')) return [];
    const [, who = '', options = '', type = '', blob = ''] = LINE.exec(words) ?? [];
    if (who === '' || /[*?!"]/.test(who)) throw new Error(`line ${i + 1} of the signers is not “PERSON[,PERSON…] [options] KEY”`);
    const found = new Map(options === '' ? [] : [...options.matchAll(OPTION)].map(([, name = '', value = '']) => [name.toLowerCase(), value]));
    const strange = [...found.keys()].find((name) => !['namespaces', 'valid-after', 'valid-before'].includes(name));
    if (strange !== undefined) throw new Error(`line ${i + 1} of the signers: “${strange}” is not taken`);
    const spaces = found.get('namespaces');
    if (spaces !== undefined && !spaces.split(',').includes(NAMESPACE)) return [];
    const [after, before] = [found.get('valid-after'), found.get('valid-before')].map((time) => (time === undefined ? undefined : timeOf(time, i + 1)));
    return [{ people: who.split(','), key: `${type} ${blob}`, ...(after === undefined ? {} : { after }), ...(before === undefined ? {} : { before }) }];
  });
}

const LINE = /^(\S+)\s+(?:((?:[A-Za-z-]+(?:="[^"]*")?)(?:,[A-Za-z-]+(?:="[^"]*")?)*)\s+)?((?:ssh|ecdsa|sk)-[A-Za-z0-9@.-]+)\s+([A-Za-z0-9+/=]+)(?:\s.*)?$/;
const OPTION = /([A-Za-z-]+)(?:="([^"]*)")?/g;

/** YYYYMMDD[HHMM[SS]] with Z for UTC; without it the local time zone, as ssh-keygen does. */
function timeOf(text: string, line: number): number {
  const [, year, month, day, hour = '00', minute = '00', second = '00', zone = ''] = /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?(Z?)$/.exec(text) ?? [];
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`);
  if (Number.isNaN(at)) throw new Error(`line ${line} of the signers: “${text}” is not a time such as 20261121 or 202611211200Z`);
  return at;
}

/** Keys that this person may sign with at this time (milliseconds since the epoch). */
export function keysOf(signers: readonly Signer[], person: string, at: number): string[] {
  return signers.flatMap(({ people, key, after = 0, before = Number.POSITIVE_INFINITY }) =>
    people.includes(person) && at >= after && at < before ? [key] : [],
  );
}

/** People whose signature stands under a plan: each once, never who asked. Keys must be good at `now`; without it, at the time that the vote claims. */
export function signedBy(ticket: Pick<Ticket, 'id' | 'by'>, planDigest: string, votes: readonly Vote[], signers: readonly Signer[], now?: number): string[] {
  const message = approvalMessage(ticket.id, ticket.by, planDigest);
  const people = votes.flatMap(({ by, at, proof }) => {
    if (by === ticket.by || proof?.kind !== 'signature') return [];
    return verifySshSig(proof.signature, message, NAMESPACE, keysOf(signers, by, now ?? at)).ok ? [by] : [];
  });
  return [...new Set(people)];
}
