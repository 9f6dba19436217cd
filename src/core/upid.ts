/** A task of Proxmox, as its UPID says it. Times in seconds since the epoch. */
export interface Upid {
  readonly upid: string;
  readonly kind: 'pve' | 'pbs';
  /** The node it runs on. */
  readonly node: string;
  readonly pid: number;
  readonly pstart: number;
  readonly starttime: number;
  readonly type: string;
  /** What it is about, such as a vmid; may be empty. Of PBS, without its escapes. */
  readonly id: string;
  /** `root@pam`, or `root@pam!token`. */
  readonly user: string;
  /** PBS only: the number of the task there, in hex. */
  readonly task?: string;
}

const NODE = '[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?';
/** `UPID:node:pid:pstart:starttime:type:id:user:`; `pstart` takes nine digits after 497 days. */
const PVE = new RegExp(`^UPID:(${NODE}):([0-9A-Fa-f]{8}):([0-9A-Fa-f]{8,9}):([0-9A-Fa-f]{8}):([^:\\s/]+):([^:\\s/]*):([^:\\s/]+):$`);
/** One field more, and an id escaped as systemd does: `UPID:node:pid:pstart:task:starttime:type:id:user:`. */
const PBS = new RegExp(`^UPID:(${NODE}):([0-9A-Fa-f]{8}):([0-9A-Fa-f]{8,9}):([0-9A-Fa-f]{8,16}):([0-9A-Fa-f]{8}):([^:\\s/]+):([^:\\s/]*):([^:\\s/]+):$`);

/** A UPID of Proxmox VE; undefined when it is none. */
export function parsePveUpid(upid: string): Upid | undefined {
  const [, node, pid = '', pstart = '', starttime = '', type, id, user] = PVE.exec(upid) ?? [];
  if (node === undefined || type === undefined || id === undefined || user === undefined) return undefined;
  return { upid, kind: 'pve', node, pid: hex(pid), pstart: hex(pstart), starttime: hex(starttime), type, id, user };
}

/** A UPID of Proxmox Backup Server; undefined when it is none. */
export function parsePbsUpid(upid: string): Upid | undefined {
  const [, node, pid = '', pstart = '', task = '', starttime = '', type, id, user] = PBS.exec(upid) ?? [];
  if (node === undefined || type === undefined || id === undefined || user === undefined) return undefined;
  return { upid, kind: 'pbs', node, pid: hex(pid), pstart: hex(pstart), task, starttime: hex(starttime), type, id: unescaped(id), user };
}

/** The UPID of either kind; the number of its fields tells which. */
export function parseUpid(upid: string): Upid | undefined {
  return parsePveUpid(upid) ?? parsePbsUpid(upid);
}

/** The text of a UPID, as the server writes it. */
export function formatUpid({ kind, node, pid, pstart, starttime, type, id, user, task = '00000000' }: Omit<Upid, 'upid'>): string {
  const fields = kind === 'pve' ? [digits(pid), digits(pstart), digits(starttime)] : [digits(pid), digits(pstart), task, digits(starttime)];
  return ['UPID', node, ...fields, type, kind === 'pve' ? id : escaped(id), user, ''].join(':');
}

const hex = (text: string): number => Number.parseInt(text, 16);
const digits = (value: number): string => value.toString(16).toUpperCase().padStart(8, '0');

/** systemd.unit(5), "String escaping": `/` is `-`, and all but letters, digits, `_` and an inner `.` is `\\xNN` of its bytes. */
function escaped(text: string): string {
  return [...new TextEncoder().encode(text)].map((byte, i) => escapedByte(byte, i === 0)).join('');
}
function escapedByte(byte: number, first: boolean): string {
  const sign = String.fromCharCode(byte);
  if (sign === '/') return '-';
  return /[A-Za-z0-9_]/.test(sign) || (sign === '.' && !first) ? sign : `\\x${byte.toString(16).padStart(2, '0')}`;
}
function unescaped(text: string): string {
  const bytes: number[] = [];
  for (const [, code, sign = ''] of text.matchAll(/\\x([0-9A-Fa-f]{2})|(.)/gsu)) {
    if (code !== undefined) bytes.push(hex(code));
    else bytes.push(...new TextEncoder().encode(sign === '-' ? '/' : sign));
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}
