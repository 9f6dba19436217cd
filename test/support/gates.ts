/** A worker: what it waits at, and what befell it. */
export class Worker {
  readonly site: string;
  dead = false;
  paused = false;
  busy = false;
  /** Token of the lease it took last. */
  token = 0;
  readonly leave = new AbortController();
  constructor(site: string) {
    this.site = site;
  }
}

/** Where a worker waits until it is let go on. */
export interface Gate {
  readonly worker: Worker;
  readonly what: string;
  readonly open: () => void;
}
