import type { Found } from './types.ts';
import type { Said } from './words.ts';

/** A no with a reason; shown to the person as it is. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly said: Said;
  readonly hint: Said | undefined;
  /** The one thing the request was about, when it was found: another site may have one of the same name. */
  readonly about: readonly Found[];
  constructor(message: Said, hint?: Said, about: readonly Found[] = []) {
    super(message.words.en);
    this.said = message;
    this.hint = hint;
    this.about = about;
  }
}

/** The thing asked for is not at this site; another site may have it. `near`: names that look alike. */
export class Absent extends Error {
  override readonly name = 'Absent';
  readonly said: Said;
  readonly near: readonly string[];
  /** Not every host answered: another time it may be there. */
  readonly passing: boolean;
  constructor(message: Said, near: readonly string[], passing = false) {
    super(message.words.en);
    this.said = message;
    this.near = near;
    this.passing = passing;
  }
}

/** How talking to a host went wrong, each a different thing to do about it. */
export type HostTrouble = 'unreachable' | 'key' | 'auth' | 'timeout' | 'lost' | 'busy' | 'failed';

/** A host could not be asked, or its answer was a failure. */
export class HostError extends Error {
  override readonly name = 'HostError';
  readonly trouble: HostTrouble;
  readonly host: string;
  readonly said: Said;
  constructor(trouble: HostTrouble, host: string, message: Said, options?: ErrorOptions) {
    super(message.words.en, options);
    this.trouble = trouble;
    this.host = host;
    this.said = message;
  }
}

/** The job cannot go on yet; the queue tries it again after `ms` milliseconds. */
export class Later extends Error {
  override readonly name = 'Later';
  readonly ms: number;
  constructor(ms: number) {
    super(`again in ${ms} ms`);
    this.ms = ms;
  }
}

/** A lock was taken away from the ticket: nothing more is begun for it. */
export class Robbed extends Error {
  override readonly name = 'Robbed';
}
