import { Refusal } from '../../src/core/errors.ts';
import { speak } from '../../src/core/words.ts';

/** The English words of a refusal and its hint. Throws when it was not refused. */
export async function refused(asking: Promise<unknown>): Promise<string> {
  const error = await asking.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Refusal)) throw error ?? new Error('was not refused');
  return `${speak(error.said, 'en')} · ${error.hint ? speak(error.hint, 'en') : ''}`;
}
