import { Refusal } from './errors.ts';
import type { Missing } from './ticket.ts';
import type { Said } from './words.ts';

/** A line that lacks something that can be asked for. */
export class Incomplete extends Refusal {
  readonly missing: Missing;
  constructor(message: Said, hint: Said, missing: Missing) {
    super(message, hint);
    this.missing = missing;
  }
}
