/** The parts of a task's UPID on a backup server: one field more than on Proxmox VE. `start` in seconds since the epoch; `worker` as it is meant, not escaped. */
export interface PbsUpid {
  readonly node: string;
  readonly pid: number;
  readonly pstart: number;
  readonly task: number;
  readonly start: number;
  readonly type: string;
  readonly worker: string;
  readonly user: string;
}

/** `UPID:node:pid:pstart:task:start:type:worker:user:`, numbers in upper-case hex, the worker id escaped as systemd escapes unit names. */
export function upidText(upid: PbsUpid): string {
  const hex = (value: number) => value.toString(16).toUpperCase().padStart(8, '0');
  return `UPID:${upid.node}:${hex(upid.pid)}:${hex(upid.pstart)}:${hex(upid.task)}:${hex(upid.start)}:${upid.type}:${escapeUnit(upid.worker)}:${upid.user}:`;
}

/** systemd's escaping of a unit name: `/` becomes `-`, and all but letters, digits, `_` and an inner `.` become their code, such as `\\x2d`. */
export function escapeUnit(text: string): string {
  return [...Buffer.from(text)]
    .map((byte, index) => {
      const sign = String.fromCharCode(byte);
      if (sign === '/') return '-';
      if (/[a-zA-Z0-9_]/.test(sign) || (sign === '.' && index > 0)) return sign;
      return `\\x${byte.toString(16).padStart(2, '0')}`;
    })
    .join('');
}

/** Undoes `escapeUnit`. */
export function unescapeUnit(text: string): string {
  const bytes = text.replaceAll('-', '/').replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** A UPID's parts; undefined when it is none. */
export function parseUpid(text: string): PbsUpid | undefined {
  const match = /^UPID:([a-zA-Z0-9-]+):([0-9A-F]{8}):([0-9A-F]{8,9}):([0-9A-F]{8,16}):([0-9A-F]{8}):([^:\s]+):([^:\s]*):([^:\s]+):$/i.exec(text);
  if (!match) return undefined;
  const [, node = '', pid = '', pstart = '', task = '', start = '', type = '', worker = '', user = ''] = match;
  const hex = (digits: string) => Number.parseInt(digits, 16);
  return { node, pid: hex(pid), pstart: hex(pstart), task: hex(task), start: hex(start), type, worker: unescapeUnit(worker), user };
}
