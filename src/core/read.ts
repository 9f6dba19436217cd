import type { ApiRead, Read } from './types.ts';

const made = new WeakSet<object>();

/** Makes a read-only question. Called in `src/tools` only: a test of the import rules holds it there. */
export function read<T>(question: Read<T>): Read<T> {
  made.add(question);
  return question;
}

/** Makes a read-only question to an API. Called in `src/tools` only. */
export function readApi<T>(question: ApiRead<T>): ApiRead<T> {
  made.add(question);
  return question;
}

/** Whether a value was made by `read`: `look` performs nothing else. */
export function isRead(value: object): boolean {
  return made.has(value);
}
