import type { PveFault } from './pveerror.ts';

/** How the texts of Proxmox VE and PBS are told apart: the first that matches. Most of them come as a plain 500 (PVE) or 400 (PBS). */
export const PATTERNS: readonly (readonly [pattern: RegExp, make: (match: RegExpExecArray) => PveFault])[] = [
  [/permission check failed(?: \((?<path>[^,()]*), (?<priv>[^()]*(?:\([^()]*\))?)\))?/i, permission],
  [/not available with API token|only root (?:can|may)|user != root@pam/i, () => ({ kind: 'rootOnly' })],
  [/no quorum\b|cluster not ready|\/etc\/pve\/\S*' - Permission denied|No quorum on node/i, () => ({ kind: 'noQuorum' })],
  [/(?:VM|CT|guest|container)(?: \d+)? is locked \((?<lock>[^)]+)\)/i, (match) => ({ kind: 'locked', lock: match.groups?.lock ?? '' })],
  [
    /can't lock file '[^']*' - got timeout|got lock request timeout|cfs.lock(?![^\n]*aborting)[^\n]*(?:timeout|timed out)|can't aquire (?:cfs )?lock|unable to acquire lock[^\n]*timeout/i,
    () => ({ kind: 'flockTimeout' }),
  ],
  [/got no worker upid/i, () => ({ kind: 'workerFailed' })],
  [/checksum mismatch \(file change|detected modified configuration/i, () => ({ kind: 'digest' })],
  [/QEMU guest agent is not running/i, () => ({ kind: 'agent', state: 'not running' })],
  [/No QEMU guest agent configured/i, () => ({ kind: 'agent', state: 'not configured' })],
  [/^Method '[^']*' not implemented|^method '[^']*' not available|No '\w+' handler defined for/i, () => ({ kind: 'notImplemented' })],
  [/^(?:authentication fail(?:ure|ed)|no ticket|invalid token value|no such token|permission denied - invalid)/i, () => ({ kind: 'auth' })],
  [/\balready exists\b/i, () => ({ kind: 'exists' })],
  [
    /\bdoes not exist\b|\bno such\b(?! file)|\bENOENT\b|\bunable to find\b|\bcan't find file\b|hostname lookup '[^']*' failed|\bnot found\b/i,
    (match) => ({ kind: 'notFound', text: match.input.trim() }),
  ],
];

/** `(/vms/101, VM.Snapshot)` of Proxmox VE, `missing Datastore.Audit on /datastore/main` of a backup server. */
function permission(match: RegExpExecArray): PveFault {
  const [, priv = '', path = ''] = /missing ([A-Z]\S+)(?: on (\/\S*))?/.exec(match.input) ?? [];
  return { kind: 'permission', path: match.groups?.path ?? path, priv: match.groups?.priv ?? priv };
}
