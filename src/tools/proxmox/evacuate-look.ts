import type { Host, Look } from '../../core/command.ts';
import { canonical } from '../../core/digest.ts';
import { readApi } from '../../core/read.ts';
import type { ApiBody, ApiRead, Read } from '../../core/types.ts';

/** The same look, which asks an API each thing only once: many guests are planned together, and what is true of their cluster is true for all. */
export function remembering(look: Look): Look {
  const asked = new Map<string, Promise<ApiBody>>();
  return {
    ...look,
    now: () => look.now(),
    find: (name) => look.find(name),
    async read<T>(host: Host, question: Read<T> | ApiRead<T>): Promise<T> {
      if (!('path' in question)) return look.read(host, question);
      const { path, params = {} } = question;
      const key = canonical([host.name, path, params]);
      const known = asked.get(key) ?? look.read(host, readApi({ path, params, parse: (body) => body }));
      asked.set(key, known);
      return question.parse(await known);
    },
  };
}
