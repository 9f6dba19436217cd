/** Lines that say nothing about how it went. */
const NOISE = [
  /^trying to acquire (?:cfs )?lock\b.*$/,
  /^\s*OK$/,
  /^"?UPID:\S+:"?$/,
  /^Warning: Permanently added /,
  /^(?:perl: warning|locale:|\s+(?:LC_|LANG)|\s*are supported and installed)/,
  /^Task finished with \d+ warning\(s\)!$/,
];
/** How a command's usage begins; nothing after it is about what happened. */
const USAGE =
  /^(?:USAGE:|\s+(?:qm|pct|pvesm|pvesh|pvecm|vzdump|ha-manager)\s|(?:qm|pct|pvesm|pvesh|pvecm|pveum|pvenode|pvesr|pveam|vzdump|qmrestore|ha-manager)\s.*(?:<\S|\[OPTIONS\]|\{<))/;

/** What a command printed, without noise and usage, line by line. */
export function meant(printed: string): string[] {
  const lines = printed.split('\n').map((line) => line.trimEnd());
  const usage = lines.findIndex((line) => USAGE.test(line));
  return (usage < 0 ? lines : lines.slice(0, usage)).filter((line) => line.trim() !== '' && !NOISE.some((noise) => noise.test(line)));
}

/** Words of a line that say something went wrong. */
const BAD =
  /^(?:TASK )?ERROR\b|\bfailed\b|\bcan't\b|\bcannot\b|\bcould not\b|\bunable to\b|\balready (?:running|exists|defined)\b|\bnot running\b|\bis locked\b|\bdoes not exist\b|\bno such\b|no quorum|got timeout|job errors|migration (?:aborted|problems)|\bdenied\b|\baborting\b|\bis running - |not available\b|\bnot online\b|received interrupt/i;
const FINE = /^INFO: (?!.*\bfailed\b)/;

/** Whether a line says that something went wrong. */
export function isBad(line: string): boolean {
  return BAD.test(line) && !FINE.test(line);
}

/** What only says that something went wrong, and not what. */
const EMPTY = /^(?:job errors|migration aborted|TASK ERROR: (?:job errors|migration aborted)|command '.*' failed: exit code \d+)$/;

/** The one line that says best why it failed, without the marks in front: the last of stderr, unless that says nothing. */
export function cause(stdout: string, stderr: string): string {
  const [told, printed] = [meant(stderr), meant(stdout)];
  const bad = [...printed.filter(isBad), ...told].reverse();
  const backups = printed.filter((line) => /^ERROR: Backup of VM \d+ failed - /.test(line));
  const said = told.at(-1);
  const best =
    said !== undefined && !EMPTY.test(said) ? said : (backups.at(-1) ?? bad.find((line) => !EMPTY.test(line)) ?? said ?? bad[0] ?? printed.at(-1) ?? '');
  return plainly(best);
}

/** A line without stamp and mark. */
export function plainly(line: string): string {
  return line
    .replace(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d /, '')
    .replace(/^lxc-start: \d+: \S+: \w+: \d+ /, '')
    .replace(/^(?:TASK )?(?:ERROR|WARN(?:ING)?|Error|Warning): ?/, '')
    .trim();
}

/** Warnings that were printed, without the mark. */
export function warnings(printed: string): string[] {
  return meant(printed)
    .filter((line) => /^(?:WARN(?:ING)?|warning): ?|\bwarning\(s\)!|^VM still running - terminating now with |^INFO: skip external VMs/i.test(line))
    .map(plainly);
}

/** The last UPID that was printed; worker output may stand before it. */
export function upidOf(stdout: string): string | undefined {
  return [...stdout.matchAll(/^"?(UPID:[^\s"]+:)"?$/gm)].at(-1)?.[1];
}
