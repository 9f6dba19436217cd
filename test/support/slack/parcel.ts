import type { Fields } from './wire.ts';

/** What kinds of things Slack sends an app. */
export type Kind = 'events_api' | 'slash_commands' | 'interactive';

/** One try to deliver: how it ended. */
export interface Attempt {
  /** The HTTP status; 200 for an acknowledgement through a socket, 0 for none. */
  readonly status: number;
  /** What the app answered, read as JSON where it is. */
  readonly body: unknown;
  readonly ms: number;
  /** Why there was no good answer, in the words of X-Slack-Retry-Reason. */
  readonly reason?: string;
  /** Whether the app asked not to be sent it again. */
  readonly last?: boolean;
}

/** Something to be delivered, and all tries of it. */
export interface Parcel {
  readonly kind: Kind;
  readonly payload: Fields;
  readonly attempts: Attempt[];
}

/** How one try is to be made. */
export interface Manner {
  /** Which repetition this is; 0 the first. */
  readonly retry: number;
  readonly reason?: string | undefined;
  readonly forged?: boolean;
  /** Signed as if it had been sent this many seconds ago. */
  readonly age?: number;
}

/** Whether a try ended well. */
export function isGood(attempt: Attempt): boolean {
  return attempt.status >= 200 && attempt.status < 300;
}

/** What came of something a person did: everything that was delivered for it, and ways to deliver it again. */
export class Delivery {
  readonly parcels: readonly Parcel[];
  /** The timestamp of the message this was, where it was one. */
  readonly ts: string;
  /** Ends when every parcel is delivered or given up; gives the last try of each. */
  readonly settled: Promise<readonly Attempt[]>;
  readonly #send: (parcel: Parcel, manner: Manner) => Promise<Attempt>;

  constructor(parcels: readonly Parcel[], run: (parcel: Parcel) => Promise<Attempt>, send: (parcel: Parcel, manner: Manner) => Promise<Attempt>, ts = '') {
    this.parcels = parcels;
    this.ts = ts;
    this.#send = send;
    this.settled = Promise.all(parcels.map(run));
  }

  /** The payload of the first parcel. */
  get payload(): Fields {
    return this.parcels[0]?.payload ?? {};
  }

  /** What the app last answered to the first parcel. */
  get reply(): unknown {
    return this.parcels[0]?.attempts.at(-1)?.body;
  }

  /** Delivers the very same payloads again, one after the other. */
  async again(times = 1): Promise<Attempt[]> {
    const all: Attempt[] = [];
    for (let time = 1; time <= times; time++) all.push(...(await this.#each({ retry: time, reason: 'http_timeout' })));
    return all;
  }

  /** HTTP only: the same bytes, with the timestamp and signature they had this many seconds ago. */
  replay(ageSeconds: number): Promise<Attempt[]> {
    return this.#each({ retry: 0, age: ageSeconds });
  }

  /** HTTP only: the same with a signature that is wrong. */
  forged(): Promise<Attempt[]> {
    return this.#each({ retry: 0, forged: true });
  }

  #each(manner: Manner): Promise<Attempt[]> {
    return Promise.all(this.parcels.map((parcel) => this.#send(parcel, manner)));
  }
}
