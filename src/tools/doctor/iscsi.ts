import { partOf, type Sections } from './sections.ts';

/** A target the host knows, as its node record says: `iscsiadm -m node -o show`. */
export interface IscsiNode {
  readonly target: string;
  readonly portal: string;
  readonly startup: string;
}

/** The node records of a host; undefined without iscsiadm. */
export function iscsiNodes(all: Sections): readonly IscsiNode[] | undefined {
  const lines = partOf(all, 'iscsi-nodes');
  if (!lines) return undefined;
  const records: Map<string, string>[] = [];
  for (const line of lines) {
    // These become words of a line that people press: what holds blanks is none.
    const [, name = '', value = ''] = /^(\S+) = (\S+)\s*$/.exec(line) ?? [];
    if (name === 'node.name') records.push(new Map());
    records.at(-1)?.set(name, value.trim());
  }
  return records.map((record) => ({
    target: record.get('node.name') ?? '',
    portal: record.get('node.conn[0].address') ?? '?',
    startup: record.get('node.startup') ?? 'manual',
  }));
}

/** Sessions with what they attached, as `iscsiadm -m session -P 3` says. */
export function iscsiSessions(all: Sections): readonly { readonly target: string; readonly disks: readonly string[] }[] {
  const sessions: { target: string; disks: string[] }[] = [];
  for (const line of partOf(all, 'iscsi-sessions') ?? []) {
    const target = /Target:\s*(\S+)/.exec(line)?.[1];
    const disk = /Attached scsi disk\s+(\S+)/.exec(line)?.[1];
    if (target !== undefined) sessions.push({ target, disks: [] });
    if (disk !== undefined) sessions.at(-1)?.disks.push(disk);
  }
  return sessions;
}
