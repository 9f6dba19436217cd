import type { Said } from './core/words.ts';

/** A reason not to start, for the person who starts the bot. */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly said: Said;
  constructor(said: Said) {
    super(said.words.en);
    this.said = said;
  }
}
