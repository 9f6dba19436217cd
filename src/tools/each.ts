import type { Host, Look } from '../core/command.ts';
import { HostError } from '../core/errors.ts';
import { type Said, say } from '../core/words.ts';

/** What a host answered, or why it did not. */
export type Answer<T> = { readonly host: Host; readonly value: T } | { readonly host: Host; readonly trouble: Said };

/** Asks many hosts side by side; a host that cannot be asked gives its trouble, never an exception. */
export async function each<T>(look: Look, ask: (host: Host) => Promise<T>, hosts: readonly Host[] = look.hosts): Promise<Answer<T>[]> {
  return Promise.all(
    hosts.map(async (host): Promise<Answer<T>> => {
      try {
        return { host, value: await ask(host) };
      } catch (error) {
        if (error instanceof HostError) return { host, trouble: error.said };
        throw error;
      }
    }),
  );
}

/** The hosts that answered. */
export function answers<T>(all: readonly Answer<T>[]): { host: Host; value: T }[] {
  return all.filter((answer): answer is { host: Host; value: T } => 'value' in answer);
}

/** A note for each host that did not. */
export function troubles(all: readonly Answer<unknown>[]): Said[] {
  return all.flatMap((answer) =>
    'trouble' in answer ? [say({ en: '{host}: {trouble}', zh: '{host}：{trouble}' }, { host: answer.host.name, trouble: answer.trouble })] : [],
  );
}
