import type { DeclaredZone } from '../core/declared.ts';
import { read } from '../core/read.ts';
import type { Argv, Read } from '../core/types.ts';
import { shell } from './shell.ts';

/** Types of records that can be set. RFC 1035, 3596, 2782, 8659. */
export const TYPES = ['A', 'AAAA', 'CNAME', 'MX', 'TXT', 'SRV', 'PTR', 'CAA'] as const;
export type RecordType = (typeof TYPES)[number];

/** One record as dig(1) prints it: its name with the last dot, seconds to live. */
export interface DnsRecord {
  readonly name: string;
  readonly ttl: number;
  readonly type: string;
  readonly value: string;
}

/** What the primary server says. `why`: what dig said where it gave no answer. */
export interface Answered {
  readonly records: readonly DnsRecord[];
  readonly why: string;
}

const ASK = `s=$1 z=$2 n=$3; shift 3; set -- "$z" SOA; for t in ${TYPES.join(' ')} NS; do set -- "$@" "$n" "$t"; done
timeout 9 dig +noall +answer +comments +norecurse +time=2 +tries=1 "@$s" "$@" 2>&1 | head -c 500000`;

/** The records of one name, asked of the zone's own server. The zone's SOA comes first, so that a server that does not know the zone is seen. */
export function recordsOf({ server, name: zone }: DeclaredZone, name: string): Read<Answered> {
  return read({ argv: shell('dns-records', ASK, server, zone, `${name}.`), parse: parseRecords });
}

/** The key is the first line of standard input and becomes a key file in a pipe: it is in no list of arguments and on no disk. */
const TRANSFER = `IFS= read -r k || [ -n "$k" ] || { echo "no key" >&2; exit 1; }
printf 'key "%s" { algorithm %s; secret "%s"; };\\n' "$3" "$4" "$k" | timeout 9 dig +noall +answer +comments +onesoa +time=5 +tries=1 -k /dev/stdin "@$1" "$2." AXFR 2>&1 | head -c 900000`;

/** All records of a zone, by a transfer: RFC 5936. */
export function zoneRecords({ server, name, key }: DeclaredZone): Read<Answered> {
  return read({ argv: shell('dns-zone', TRANSFER, server, name, key.name, key.algorithm), stdin: key.secret, parse: parseRecords });
}

export function parseRecords(output: string): Answered {
  const records = output.split('\n').flatMap((line) => {
    const [, name = '', ttl = '', type = '', value = ''] = /^([^;\s]\S*)\s+(\d+)\s+IN\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    return name === '' ? [] : [{ name: name.toLowerCase(), ttl: Number(ttl), type, value }];
  });
  // A server changes the order at every answer, and gives a CNAME for each type that is asked for.
  const all = new Map(records.map((one) => [`${one.name} ${one.type} ${one.value}`, one]));
  const sorted = [...all].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
  const status = [...output.matchAll(/status: (\w+)/g)].map(([, word = '']) => word).find((word) => word !== 'NOERROR' && word !== 'NXDOMAIN');
  const said = output
    .split('\n')
    .find((line) => /^;; (communications error|connection timed out|no servers|Transfer failed|Couldn't|.*failed)|^; Transfer failed/i.test(line));
  return { records: sorted, why: status ?? said?.replace(/^;+ /, '') ?? '' };
}

const UPDATE = `IFS= read -r k || [ -n "$k" ] || { echo "no key" >&2; exit 1; }
server=$1 zone=$2 name=$3 alg=$4; shift 4
{ printf 'server %s\\nzone %s\\nkey %s:%s %s\\n' "$server" "$zone" "$alg" "$name" "$k"; for line; do printf '%s\\n' "$line"; done; echo send; } | timeout 30 nsupdate -t 20 2>&1`;

/** Sends lines of nsupdate(1) as one update, which is done whole or not at all. */
export function update({ server, name, key }: DeclaredZone, lines: readonly string[]): Argv {
  return shell('dns-update', UPDATE, server, name, key.name, key.algorithm, ...lines);
}

const CHECK = `s=$1 n=$2 t=$3; shift 3; is=$(timeout 9 dig +short +norecurse +time=2 +tries=2 "@$s" "$n" "$t" | sort); printf '%s\\n' "$is"
want=; for v; do want="$want$v
"; done; [ "$is" = "$(printf '%s' "$want" | sort)" ]`;

/** Whether the server now says these values and no others: a server passes over, in silence, what does not go together with a CNAME. */
export function saysNow({ server }: DeclaredZone, name: string, type: string, values: readonly string[]): Argv {
  return shell('dns-says', CHECK, server, `${name}.`, type, ...values);
}
