/** A no of the practice backup server: its status, and the plain text of its body. */
export class PbsRefusal extends Error {
  override readonly name = 'PbsRefusal';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** What any error of the server becomes: status 400. */
export function bail(message: string): PbsRefusal {
  return new PbsRefusal(400, message);
}

/** Parameters that are wrong: one is named in the line, several make a list. */
export function badParameters(errors: readonly (readonly [name: string, why: string])[]): PbsRefusal {
  const [first] = errors;
  if (errors.length === 1 && first) return bail(`parameter verification failed - '${first[0]}': ${first[1]}`);
  return bail(['parameter verification failed:', ...errors.map(([name, why]) => `- '${name}': ${why}`)].join('\n'));
}

/** The text of any error. */
export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
