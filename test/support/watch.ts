import type { Watch } from '../../src/core/ports.ts';
import type { Seen } from '../../src/core/types.ts';

/** Watches a step that nobody stops, unless `more` says otherwise, and keeps what was seen of it. */
export function watching(more: Partial<Watch> = {}): Watch & { readonly seen: readonly Seen[] } {
  const never = new AbortController().signal;
  const seen: Seen[] = [];
  return {
    started: false,
    maybeBegun: false,
    held: () => true,
    heard: () => undefined,
    intend: async () => undefined,
    stop: never,
    leave: never,
    progress: (one) => seen.push(one),
    seen,
    ...more,
  };
}
