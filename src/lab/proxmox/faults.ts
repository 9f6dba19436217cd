import type { Fault } from './spec.ts';

interface Armed {
  readonly method: string | undefined;
  readonly path: RegExp | undefined;
  readonly fault: Fault;
  left: number;
}

/** What is to go wrong with the next calls. */
export interface Faults {
  add(match: { readonly method?: string; readonly path?: RegExp }, fault: Fault, times: number): void;
  /** The fault of this call, if any; it is used up. */
  take(method: string, path: string): Fault | undefined;
}

/** No faults yet. */
export function faults(): Faults {
  const armed: Armed[] = [];
  return {
    add: ({ method, path }, fault, times) => void armed.push({ method, path, fault, left: times }),
    take(method, path) {
      const found = armed.find((one) => one.left > 0 && (one.method ?? method) === method && (one.path?.test(path) ?? true));
      if (!found) return undefined;
      found.left--;
      return found.fault;
    },
  };
}
