/** A no of the practice API: status, the reason phrase of the status line, and what its body says. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;
  readonly errors: { readonly [name: string]: string } | undefined;
  /** The answer has no body at all. */
  readonly empty: boolean;

  constructor(status: number, message: string, more: { readonly errors?: { readonly [name: string]: string }; readonly empty?: boolean } = {}) {
    super(message);
    this.status = status;
    this.errors = more.errors;
    this.empty = more.empty ?? false;
  }
}

/** What a plain `die` becomes: status 500, and the message as reason. */
export function die(message: string): Refused {
  return new Refused(500, message);
}

/** Parameters that are wrong, by name. */
export function badParams(errors: { readonly [name: string]: string }): Refused {
  return new Refused(400, 'Parameter verification failed.', { errors });
}

/** A privilege that is missing on a path. */
export function forbidden(path: string, privilege: string): Refused {
  return new Refused(403, `Permission check failed (${path}, ${privilege})`);
}

/** A call without good credentials: an empty body. */
export function unauthorized(reason: string): Refused {
  return new Refused(401, reason, { empty: true });
}

/** The text of any error, without a trailing newline. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
