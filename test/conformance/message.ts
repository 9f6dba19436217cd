/** A message without what is another each time: process numbers, times, checksums, UPIDs but their type. */
export function normalised(text: string): string {
  return text
    .replace(/UPID:(?:[^:\s]*:){4}([^:\s]+):\S*:/g, 'UPID $1')
    .replace(/\.tmp\.\d+/g, '.tmp.N')
    .replace(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi, 'UUID')
    .replace(/\b\d{4}[-_]\d\d[-_]\d\d[ T_-]\d\d[:_]\d\d[:_]\d\dZ?\b/g, 'TIME')
    .replace(/\b[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}\b/g, 'TIME')
    .replace(/\b[0-9a-f]{40}\b/g, 'DIGEST')
    .replace(/(hostname lookup '[^']*' failed).*/s, '$1')
    .replace(/\s+/g, ' ')
    .trim();
}

const CLASSES: readonly (readonly [string, RegExp])[] = [
  ['csrf', /csrf/i],
  ['auth', /no ticket|authentication fail|invalid token|no such token|invalid pve ticket|\b401\b/i],
  ['proper ticket', /need proper ticket/i],
  ['permission', /permission check failed|^permission denied|only root can/i],
  ['param', /parameter verification failed/i],
  ['not implemented', /not implemented|not available/i],
  ['no quorum', /no quorum|unable to open file '\/etc\/pve\/.*permission denied/i],
  ['locked', /is locked \(/i],
  ['flock', /got (lock request )?timeout|can't lock file/i],
  ['digest', /checksum mismatch|detected modified configuration/i],
  ['agent', /guest agent/i],
  ['exists', /already (exists|defined)|config file already exists/i],
  ['not found', /does not exist|no such|unable to find|not found/i],
  ['unreachable', /no route to host|connection refused|connection timed out|hostname lookup/i],
  ['fine', /^ok$/i],
];

/** What kind of reason phrase it is; `other` for any of no known kind. */
export function reasonClass(reason: string): string {
  return CLASSES.find(([, pattern]) => pattern.test(reason))?.[0] ?? 'other';
}
