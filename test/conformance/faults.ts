import type { Exchange } from './exchange.ts';
import { isRecord, records } from './record.ts';

const LACKS = 'the recording machine lacks a part of an installed node';

/** What only a machine that is not a whole, healthy node says. */
const FAULTS: readonly (readonly [RegExp, string])[] = [
  [/unable to (?:open|create|read|write) (?:file|directory) '(?!\/(?:etc\/pve|var\/lib\/vz|mnt)\/)[^']+' - No such file or directory/, LACKS],
  [/can't open '(?!\/etc\/pve\/)\/(?:etc|run|var|usr|proc|sys)\/[^']*'(?::)? - No such file or directory/, LACKS],
  [/\bSTUB \S+/, 'a part of the recording machine was a stub'],
  [/unable to find command '|command not found|Can't exec "|failed to execute|exec: .* not found/i, 'the recording machine lacks a program'],
  [
    /Can't locate \S+\.pm|Can't locate object method|Undefined subroutine|is not a HASH reference|Use of uninitialized/,
    'the code of the recording machine was incomplete',
  ],
  [
    /(?:unable to|can't) connect to (?:qmeventd|pmxcfs|pvestatd|systemd|\/run\/|\/var\/run\/|system bus)|ipcc_send_rec|Failed to connect to bus/i,
    'a daemon of the recording machine did not run',
  ],
  [/System has not been booted with systemd|Unit \S+\.service (?:not found|could not be found)/, 'the recording machine has no systemd'],
  [
    /Unknown protocol 'zeroinit'|unrecognized option '-n'|KVM virtualisation configured, but not available|hardware address candidates/,
    'the recording machine runs other versions of its programs',
  ],
  [/RRD|rrdcached/, 'the recording machine keeps no statistics'],
  [/failed to connect to monitor socket|lxc-start: [^\n]*"ABORTING"/, 'the recording machine cannot run containers'],
  [/: not correctly installed$/m, LACKS],
  [/"?status"?\s*:\s*"?unknown\b/, 'pvestatd did not run on the recording machine'],
];

/** Why an exchange says nothing about Proxmox, but about the machine it was recorded on; undefined where it does not. */
export function faultOf({ answer }: Exchange): string | undefined {
  if (answer.status < 400) return undefined;
  const body = isRecord(answer.body) ? answer.body : {};
  const said = `${answer.reason ?? ''}\n${String(body.message ?? '')}`;
  return blame(said);
}

/** The same for any words, such as what a program printed. */
export function blame(said: string): string | undefined {
  const found = FAULTS.map(([pattern, why]) => [pattern.exec(said)?.[0], why]).find(([words]) => words !== undefined);
  const [words, why] = found ?? [];
  return why === undefined || why.startsWith('pvestatd') ? why : `${why}: ${words}`;
}

/** What the recording leaves open in an exchange that can be compared all the same. */
export function remarksOf({ answer }: Exchange): string[] {
  const data = isRecord(answer.body) ? answer.body.data : undefined;
  const unknown = records(Array.isArray(data) ? data : [data]).some((entry) => entry.status === 'unknown');
  return [
    ...(answer.reason === undefined ? ['its reason phrase was not recorded'] : []),
    ...(unknown ? ["status 'unknown' and missing measures: pvestatd did not run on the recording machine"] : []),
  ];
}
