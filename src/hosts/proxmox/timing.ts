/** How patient the client of a Proxmox API is; all in milliseconds. */
export interface Timing {
  /** For a look, with all its attempts. */
  readonly lookMs: number;
  /** For a call that changes something: it may wait for locks. */
  readonly callMs: number;
  /** For a connection and its handshake. */
  readonly connectMs: number;
  /** How long a server that failed is not asked first. */
  readonly awayMs: number;
  /** Between two questions about a task: at first, and at most. */
  readonly pollMs: number;
  readonly pollMostMs: number;
  /** How long a task that should be there may be missing. */
  readonly noTaskMs: number;
  /** How long a task is looked for after an answer was lost, before the call counts as not made. */
  readonly searchMs: number;
  /** How long a node may be silent in the middle of a task. */
  readonly patienceMs: number;
  /** How long a task may take to end after it was told to. */
  readonly stopMs: number;
  /** Between two calls when the first was refused because something was busy. */
  readonly busyMs: number;
  /** How long after the last log line is looked for when a task ended without saying how. */
  readonly lastLineMs: number;
}

export const TIMING: Timing = {
  ...{ lookMs: 10_000, callMs: 60_000, connectMs: 4000, awayMs: 30_000, pollMs: 1000, pollMostMs: 5000 },
  ...{ noTaskMs: 10_000, searchMs: 30_000, patienceMs: 300_000, stopMs: 60_000, busyMs: 3000, lastLineMs: 5000 },
};
