/** The parts of a UPID. `user` may be a token. */
export interface Upid {
  readonly node: string;
  readonly pid: number;
  /** Hundredths of a second since the node booted. */
  readonly pstart: number;
  /** Seconds since the epoch. */
  readonly starttime: number;
  readonly type: string;
  readonly id: string;
  readonly user: string;
}

const FORM = /^UPID:([a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?):([0-9A-Fa-f]{8}):([0-9A-Fa-f]{8,9}):([0-9A-Fa-f]{8}):([^:\s/]+):([^:\s/]*):([^:\s/]+):$/;

/** Writes a UPID. */
export function formatUpid({ node, pid, pstart, starttime, type, id, user }: Upid): string {
  return ['UPID', node, hex(pid), hex(pstart), hex(starttime), type, id, user, ''].join(':');
}

/** Reads a UPID; undefined when it is none. */
export function parseUpid(text: string): Upid | undefined {
  const found = FORM.exec(text);
  if (!found) return undefined;
  const [, node = '', , pid = '', pstart = '', starttime = '', type = '', id = '', user = ''] = found;
  const number = (digits: string) => Number.parseInt(digits, 16);
  return { node, pid: number(pid), pstart: number(pstart), starttime: number(starttime), type, id, user };
}

function hex(value: number): string {
  return value.toString(16).toUpperCase().padStart(8, '0');
}
